"""`POST /api/chat/completions` of a page: the answer grows in a message of a chat and comes as events."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from penstock.store.records import Message
from tests.stage import ASK, Events, Stage, until

pytestmark = pytest.mark.anyio

WORDS = 'class Pipe:\n    def pipe(self, body):\n        yield from ["one ", "two ", "three"]'
SLOW = """
import asyncio
class Pipe:
    async def pipe(self, body):
        yield "begun"
        await asyncio.sleep(60)
"""


async def begin(play: Stage, model: str, text: str = "Hi", **body: Any) -> tuple[str, str, dict[str, Any]]:
    """Ask in a new chat; gives chat, message and what was answered at once."""
    message_id = str(uuid4())
    chat_id = body.pop("chat_id", None) or await new_chat(play)
    question = body.pop("user_message", {"id": str(uuid4()), "parentId": None, "content": text})
    asked = {"chat_id": chat_id, "id": message_id, "session_id": "s", "user_message": question, **body}
    answer = await play.client.post("/api/chat/completions", json={"model": model, **asked})
    assert answer.status_code == 200, answer.text
    return chat_id, message_id, answer.json()


async def new_chat(play: Stage, **chat: Any) -> str:
    answer = await play.client.post("/api/v1/chats/new", json={"chat": {"title": "New Chat", **chat}})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


async def message(play: Stage, chat_id: str, message_id: str) -> Message:
    found = await play.server.services.hub.message(chat_id, message_id)
    assert found is not None
    return found


async def test_an_answer_grows_in_its_message(play: Stage, events: Events) -> None:
    model = await play.install(WORDS)
    chat_id, message_id, said = await begin(play, model)
    assert said == {"status": True, "task_ids": said["task_ids"], "chat_id": chat_id}
    assert len(said["task_ids"]) == 1
    done = await events.until_done()
    assert (done.chat_id, done.message_id) == (chat_id, message_id)
    assert done.data == {"done": True, "content": "one two three"}
    deltas = [data["choices"][0]["delta"]["content"] for data in events.of("chat:completion") if "choices" in data]
    assert "".join(deltas) == "one two three"

    chat = (await play.client.get(f"/api/v1/chats/{chat_id}")).json()
    history = chat["chat"]["history"]
    stored = history["messages"][message_id]
    assert (stored["content"], stored["done"], stored["model"], stored["role"]) == (
        "one two three", True, model, "assistant",
    )  # fmt: skip
    assert history["currentId"] == message_id
    asked = history["messages"][stored["parentId"]]
    assert (asked["content"], asked["role"], asked["childrenIds"]) == ("Hi", "user", [message_id])
    assert chat["active"]["task_ids"] == []


async def test_the_conversation_comes_from_the_chat(play: Stage, events: Events) -> None:
    model = await play.install("class Pipe:\n    def pipe(self, body):\n        return str(body['messages'])")
    chat_id, first, _ = await begin(play, "echo", "First")
    await events.until_done()
    events.seen.clear()
    image = {"type": "image", "url": "data:image/png;base64,AA"}
    question = {"id": "q2", "parentId": first, "content": "Second", "files": [image]}
    _, second, _ = await begin(play, model, chat_id=chat_id, user_message=question)
    await events.until_done()
    parts = [{"type": "text", "text": "Second"}, {"type": "image_url", "image_url": {"url": image["url"]}}]
    assert (await message(play, chat_id, second)).content == str(
        [
            {"role": "user", "content": "First"},
            {"role": "assistant", "content": "echo: First "},
            {"role": "user", "content": parts},
        ]
    )
    events.seen.clear()
    third = str(uuid4())  # another answer to the same question
    body = {"model": "echo", "chat_id": chat_id, "id": third, "parent_id": "q2", "session_id": "s"}
    assert (await play.client.post("/api/chat/completions", json=body)).status_code == 200
    await events.until_done()
    children = await play.server.services.store.messages.children(chat_id, "q2")
    assert [child.id for child in children] == [second, third]


async def test_a_chat_is_made_where_none_is_named(play: Stage, events: Events) -> None:
    body = {"model": "echo", "id": "a", "session_id": "s", "user_message": {"id": "q", "content": "Hi"}}
    said = (await play.client.post("/api/chat/completions", json=body)).json()
    await events.until_done()
    assert (await message(play, said["chat_id"], "a")).content == "echo: Hi "


@pytest.mark.parametrize("kind", ["local", "temporary"])
async def test_chats_that_are_not_saved(play: Stage, events: Events, kind: str) -> None:
    model = await play.install(WORDS)
    chat_id = f"{kind}:sid"
    await begin(play, model, chat_id=chat_id, messages=ASK, user_message=None)
    done = await events.until_done()
    assert done.data == {"done": True}
    assert done.seq is None
    deltas = [data["choices"][0]["delta"]["content"] for data in events.of("chat:completion") if "choices" in data]
    assert "".join(deltas) == "one two three"
    assert await play.server.services.store.messages.list(chat_id) == []


async def test_usage_and_reasoning_are_kept(play: Stage, events: Events) -> None:
    source = """
        class Pipe:
            def pipe(self, body):
                yield {"choices": [{"delta": {"reasoning_content": "hm, "}}]}
                yield {"choices": [{"delta": {"reasoning_content": "yes"}}]}
                yield "Hi"
                yield {"choices": [], "usage": {"total_tokens": 7}}
    """
    chat_id, message_id, _ = await begin(play, await play.install(source))
    done = await events.until_done()
    assert done.data == {"done": True, "content": "Hi", "usage": {"total_tokens": 7}}
    thoughts = [
        data["choices"][0]["delta"].get("reasoning_content", "")
        for data in events.of("chat:completion")
        if data.get("choices")
    ]
    assert "".join(thoughts) == "hm, yes"
    stored = await message(play, chat_id, message_id)
    assert (stored.usage, stored.extra["reasoning"]) == ({"total_tokens": 7}, "hm, yes")


@pytest.mark.spec("P2")
async def test_events_of_a_pipe(play: Stage, events: Events) -> None:
    source = """
        class Pipe:
            async def pipe(self, body, __event_emitter__):
                await __event_emitter__({"type": "status", "data": {"description": "thinking", "done": False}})
                yield "Hi"
                yield {"event": {"type": "status", "data": {"description": "done", "done": True}}}
                await __event_emitter__({"type": "message", "data": {"content": " there"}})
    """
    chat_id, message_id, _ = await begin(play, await play.install(source))
    await events.until_done()
    stored = await message(play, chat_id, message_id)
    assert [entry["description"] for entry in stored.status_history] == ["thinking", "done"]
    assert stored.content == "Hi there"


async def test_what_goes_wrong_is_told_at_the_message(play: Stage, events: Events) -> None:
    broken = await play.install(
        'class Pipe:\n    def pipe(self, body):\n        yield "begun"\n        raise ValueError("oh")'
    )
    chat_id, message_id, _ = await begin(play, broken)
    await events.until_done()
    (error,) = events.of("chat:message:error")
    assert error == {"error": {"content": "oh"}}
    stored = await message(play, chat_id, message_id)
    assert (stored.content, stored.done, stored.error) == ("begun", True, {"content": "oh"})


@pytest.mark.spec("F2")
async def test_a_blocked_message_says_why(play: Stage, events: Events) -> None:
    await play.install('class Filter:\n    def inlet(self, body):\n        raise Exception("Not on Sundays.")')
    chat_id, message_id, _ = await begin(play, "echo")
    await events.until_done()
    assert (await message(play, chat_id, message_id)).error == {"content": "Not on Sundays."}


@pytest.mark.spec("F1")
@pytest.mark.spec("F2")
async def test_outlets_change_stored_messages(play: Stage, events: Events) -> None:
    failing = "class Filter:\n    def outlet(self, body):\n        raise ValueError('no outlet')"
    source = """
        class Filter:
            def outlet(self, body):
                question, answer = body["messages"]
                answer["content"] = answer["content"].upper()
                answer["sources"] = [{"source": {"name": "S"}}]
                question["content"] = "changed"
                body["messages"].append({"id": "new", "role": "assistant", "content": "not known"})
                return body
    """
    await play.install(failing, "a_failing", name="Failing")
    await play.install(source, "b_upper")
    chat_id, message_id, _ = await begin(play, "echo")
    done = await events.until_done()
    assert done.data["content"] == "ECHO: HI "
    stored = await message(play, chat_id, message_id)
    assert (stored.content, stored.original_content) == ("ECHO: HI ", "echo: Hi ")
    assert stored.sources == [{"source": {"name": "S"}}]
    assert "'Failing' failed and was skipped: no outlet" in stored.status_history[0]["description"]
    assert stored.status_history[0]["level"] == "warning"
    asked = await message(play, chat_id, str(stored.parent_id))
    assert (asked.content, asked.original_content) == ("changed", "Hi")
    assert len(await play.server.services.store.messages.list(chat_id)) == 2


async def test_stopping(play: Stage, events: Events) -> None:
    model = await play.install(SLOW)
    chat_id, message_id, said = await begin(play, model)
    await events.until(lambda event: event.type == "chat:completion")
    (task_id,) = said["task_ids"]
    assert (await play.client.get(f"/api/tasks/chat/{chat_id}")).json() == {"task_ids": [task_id]}
    assert (await play.client.get(f"/api/v1/chats/{chat_id}")).json()["active"]["task_ids"] == [task_id]
    again = {"model": model, "chat_id": chat_id, "id": message_id, "session_id": "s", "messages": ASK}
    assert (await play.client.post("/api/chat/completions", json=again)).status_code == 409

    _, token = await play.server.sign_up(f"u{uuid4().hex[:6]}", role="user")
    async with play.server.client(token) as stranger:
        assert (await stranger.post(f"/api/tasks/stop/{task_id}")).status_code == 404
        assert (await stranger.get(f"/api/tasks/chat/{chat_id}")).json() == {"task_ids": []}
        body = {"model": model, "chat_id": chat_id, "id": "x", "session_id": "s", "messages": ASK}
        assert (await stranger.post("/api/chat/completions", json=body)).status_code == 404

    stopped = await play.client.post(f"/api/tasks/stop/{task_id}")
    assert stopped.json()["status"] is True
    await events.until_done()
    assert events.of("chat:tasks:cancel") == [{}]
    stored = await message(play, chat_id, message_id)
    assert (stored.content, stored.done, stored.error) == ("begun", True, None)
    await until(lambda: not play.server.services.runs.of_function(model))
    assert (await play.client.post(f"/api/tasks/stop/{task_id}")).status_code == 404


async def test_a_server_that_stops_says_so(play: Stage, events: Events) -> None:
    model = await play.install(SLOW)
    chat_id, message_id, _ = await begin(play, model)
    await events.until(lambda event: event.type == "chat:completion")
    await play.server.services.completions.stop(0)
    stored = await message(play, chat_id, message_id)
    assert (stored.content, stored.done) == ("begun", True)
    assert stored.error == {"content": "The server was stopped before the answer was whole."}


@pytest.mark.spec("P4")
async def test_a_page_that_leaves_does_not_stop_the_answer(play: Stage, events: Events) -> None:
    source = """
        import asyncio
        class Pipe:
            async def pipe(self, body):
                await asyncio.sleep(0.3)
                yield "late"
    """
    model = await play.install(source)
    chat_id = await new_chat(play)
    body = {
        "model": model,
        "chat_id": chat_id,
        "id": "a",
        "session_id": "s",
        "user_message": {"id": "q", "content": ""},
    }
    async with httpx.AsyncClient(base_url=play.server.url, headers=play.client.headers) as page:
        assert (await page.post("/api/chat/completions", json=body)).status_code == 200
    await events.until_done()
    assert (await message(play, chat_id, "a")).content == "late"


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"chat_id": "missing", "messages": ASK}, 404, "This chat does not exist."),
        ({"chat_id": "local:x"}, 400, "`messages` is missing"),
        ({"chat_id": "here"}, 400, "There is nothing to answer"),
        ({"chat_id": "here", "messages": ASK, "model": "nobody"}, 404, "Model 'nobody' was not found."),
    ],
)
async def test_bad_requests(play: Stage, body: dict[str, Any], status: int, said: str) -> None:
    if body["chat_id"] == "here":
        body = {**body, "chat_id": await new_chat(play)}
    answer = await play.client.post(
        "/api/chat/completions", json={"model": "echo", "id": "a", "session_id": "s", **body}
    )
    assert (answer.status_code, answer.json()["detail"][: len(said)]) == (status, said)


async def test_titles(play: Stage, events: Events) -> None:
    model = await play.install(WORDS)
    text = "What does the word penstock mean, and where does one find such things in the mountains?"
    chat_id, _, _ = await begin(play, model, text, background_tasks={"title_generation": True})
    event = await events.until(lambda event: event.type == "chat:title")
    assert event.data == "What does the word penstock mean, and where does…"
    await play.server.services.hub.settle()
    await until_title(play, chat_id, event.data)

    events.seen.clear()
    play.provider.reply = 'Sure: {"title": "Water", "tags": ["a", "b"], "follow_ups": ["Why?"]}'
    try:
        tasks = {"title_generation": True, "tags_generation": True, "follow_up_generation": True}
        chat_id, message_id, _ = await begin(play, "echo", background_tasks=tasks)
        await events.until(lambda event: event.type == "chat:message:follow_ups")
    finally:
        play.provider.reply = None
    await until_title(play, chat_id, "Water")
    assert events.of("chat:tags") == [["a", "b"]]
    assert (await message(play, chat_id, message_id)).follow_ups == ["Why?"]


async def until_title(play: Stage, chat_id: str, title: str) -> None:
    async with asyncio.timeout(30):
        while (await play.client.get(f"/api/v1/chats/{chat_id}")).json()["title"] != title:
            pass


async def test_a_chat_with_a_name_keeps_it(play: Stage, events: Events) -> None:
    chat_id = await new_chat(play, title="Mine")
    await begin(play, "echo", chat_id=chat_id, background_tasks={"title_generation": True})
    await events.until_done()
    assert (await play.client.get(f"/api/v1/chats/{chat_id}")).json()["title"] == "Mine"


@pytest.mark.spec("P3")
async def test_tasks_over_http(play: Stage) -> None:
    model = await play.install("class Pipe:\n    def pipe(self, body, __task__):\n        return f'{__task__}'")
    for noun, task in (
        ("title", "title_generation"),
        ("tags", "tags_generation"),
        ("follow_up", "follow_up_generation"),
    ):
        answer = await play.client.post(f"/api/v1/tasks/{noun}/completions", json={"model": model, "messages": ASK})
        assert answer.json()["choices"][0]["message"]["content"] == task
    assert (await play.client.post("/api/v1/tasks/dance/completions", json={})).status_code == 404
    assert (await play.client.get("/api/v1/tasks/config")).json()["ENABLE_TITLE_GENERATION"] is True
