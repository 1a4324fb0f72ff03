"""Titles, tags, follow-ups and queries: which model is asked, in which words, and what becomes of the answer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.answers import ask_in_chat, stored_message
from tests.stage import ASK, Events, Stage, until

pytestmark = pytest.mark.anyio

KNOWING = """
import json
ANSWERS = {
    "title_generation": 'Sure: {"title": "Water"}',
    "tags_generation": '{"tags": ["hydraulics", 7]}',
    "follow_up_generation": '{"follow_ups": ["Why?", "How?"]}',
    "query_generation": '{"queries": ["penstock"]}',
}
class Pipe:
    def __init__(self):
        self.asked = []
    async def pipe(self, body, __task__, __task_body__, __chat_id__, __event_emitter__):
        if body["messages"][-1]["content"] == "What were you asked?":
            return json.dumps(self.asked)
        if __task__ is None:
            return "An answer."
        self.asked.append([__task__, __task_body__["messages"][-1]["content"], __chat_id__, body["stream"]])
        await __event_emitter__({"type": "status", "data": {"description": "busy", "done": True}})
        return ANSWERS[__task__]
"""
ALL = {"title_generation": True, "tags_generation": True, "follow_up_generation": True}


@asynccontextmanager
async def configured(play: Stage, **config: Any) -> AsyncIterator[None]:
    answer = await play.client.post("/api/v1/tasks/config/update", json=config)
    assert answer.status_code == 200, answer.text
    try:
        yield
    finally:
        await play.client.post("/api/v1/tasks/config/update", json=dict.fromkeys(config))


async def task(play: Stage, noun: str, model: str, **body: Any) -> str:
    asked = {"model": model, "messages": ASK, **body}
    answer = await play.client.post(f"/api/v1/tasks/{noun}/completions", json=asked)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["choices"][0]["message"]["content"])


@pytest.mark.spec("P3")
async def test_a_pipe_that_knows_tasks_does_them(play: Stage, events: Events) -> None:
    model = await play.install(KNOWING)
    chat_id, message_id = await ask_in_chat(play, model, background_tasks=ALL)
    await events.until(lambda event: event.type == "chat:message:follow_ups")
    assert (events.of("chat:title"), events.of("chat:tags")) == (["Water"], [["hydraulics"]])
    stored = await stored_message(play, chat_id, message_id)
    assert (stored.content, stored.follow_ups) == ("An answer.", ["Why?", "How?"])
    assert stored.status_history == []  # what a task emits is not shown at the message
    question = [{"role": "user", "content": "What were you asked?"}]
    assert json.loads(await play.text(model, messages=question)) == [
        [name, "An answer.", chat_id, False] for name in ALL
    ]


@pytest.mark.spec("P3")
async def test_tasks_over_http(play: Stage) -> None:
    model = await play.install(KNOWING)
    answers = [await task(play, noun, model) for noun in ("title", "tags", "follow_up", "follow_ups", "queries")]
    assert [next(iter(json.loads(text[text.index("{") :]))) for text in answers] == [
        "title", "tags", "follow_ups", "follow_ups", "queries",
    ]  # fmt: skip
    answer = await play.client.post("/api/v1/tasks/title/completions", json=["not", "an", "object"])
    assert answer.status_code == 400
    answer = await play.client.post("/api/v1/tasks/title/completions", json={"model": "nobody", "messages": ASK})
    assert answer.status_code == 404


@pytest.mark.spec("P3")
async def test_a_pipe_that_knows_no_tasks_is_not_asked_twice(play: Stage, events: Events) -> None:
    """Unless an admin wants all pipes to be asked. A short line is a title as well."""
    model = await play.install('class Pipe:\n    def pipe(self, body):\n        return "An answer."')
    await ask_in_chat(play, model, background_tasks=ALL)
    title = await events.until(lambda event: event.type == "chat:title")
    assert title.data == "Hi"
    assert len(await play.server.services.store.runs.list(function_id=model)) == 1
    events.seen.clear()
    async with configured(play, ENABLE_TASKS_FOR_ALL_PIPES=True):
        await ask_in_chat(play, model, background_tasks={"title_generation": True})
        assert (await events.until(lambda event: event.type == "chat:title")).data == "An answer."


@pytest.mark.spec("P3")
@pytest.mark.parametrize(
    ("signature", "read"),
    [("body, __metadata__", '__metadata__.get("task")'), ("body, **rest", "rest.get('__task__')")],
)
async def test_a_pipe_may_find_the_task_elsewhere(play: Stage, events: Events, signature: str, read: str) -> None:
    knowing = f"class Pipe:\n    def pipe(self, {signature}):\n        return 'Water' if {read} else 'An answer.'"
    other = f"class Pipe:\n    def pipe(self, {signature}):\n        return 'An answer.'"
    for source, wanted in ((knowing, "Water"), (other, "Hi")):
        model = await play.install(source)
        await ask_in_chat(play, model, background_tasks={"title_generation": True})
        assert (await events.until(lambda event: event.type == "chat:title")).data == wanted
        events.seen.clear()


@pytest.mark.spec("P3")
async def test_an_admin_chooses_the_model_for_tasks(play: Stage, events: Events) -> None:
    plain = await play.install('class Pipe:\n    def pipe(self, body):\n        return "An answer."')
    chosen = await play.install(KNOWING)
    async with configured(play, TASK_MODEL=chosen):
        await ask_in_chat(play, plain, background_tasks={"title_generation": True})
        assert (await events.until(lambda event: event.type == "chat:title")).data == "Water"
        assert json.loads(await task(play, "tags", plain)) == {"tags": ["hydraulics", 7]}
        await play.client.post("/api/v1/models/create", json={"id": chosen, "access_control": {}})
        _, token = await play.server.sign_up("tasmin", role="user")
        async with play.server.client(token) as client:
            body = {"model": plain, "messages": ASK}
            answer = await client.post("/api/v1/tasks/tags/completions", json=body)
        assert answer.json()["choices"][0]["message"]["content"] == "An answer."  # they have only the other one
    async with configured(play, TASK_MODEL="gone"):
        assert await task(play, "tags", plain) == "An answer."


@pytest.mark.spec("P3")
async def test_an_admin_chooses_the_words(play: Stage) -> None:
    model = await play.install(
        'class Pipe:\n    def pipe(self, body, __task__):\n        return body["messages"][0]["content"]'
    )
    told = [{"role": "user", "content": "one"}, {"role": "assistant", "content": "two"}]
    assert "user: one\n\nassistant: two" in await task(play, "title", model, messages=told)
    async with configured(play, TITLE_GENERATION_PROMPT_TEMPLATE="Name {{MESSAGES:START:1}} and {{MESSAGES:END:1}}!"):
        assert await task(play, "title", model, messages=told) == "Name user: one and assistant: two!"
    async with configured(play, QUERY_GENERATION_PROMPT_TEMPLATE="Search."):
        assert await task(play, "queries", model, messages=told) == "Search.\n\nuser: one\n\nassistant: two"


@pytest.mark.spec("P3")
async def test_tasks_that_are_switched_off(play: Stage, events: Events) -> None:
    model = await play.install(KNOWING)
    off = dict.fromkeys(
        ["ENABLE_TITLE_GENERATION", "ENABLE_FOLLOW_UP_GENERATION", "ENABLE_RETRIEVAL_QUERY_GENERATION"], False
    )
    async with configured(play, **off):
        for noun, body in (("title", {}), ("follow_up", {}), ("queries", {"type": "retrieval"})):
            asked = {"model": model, "messages": ASK, **body}
            answer = await play.client.post(f"/api/v1/tasks/{noun}/completions", json=asked)
            assert answer.json() == {"detail": f"The task '{noun}' is switched off."}
        assert "queries" in await task(play, "queries", model, type="web_search")
        await ask_in_chat(play, model, background_tasks=ALL)
        await events.until(lambda event: event.type == "chat:tags")
        assert events.of("chat:title") == ["Hi"]
        await until(lambda: not play.server.services.completions.tasks.of_user(play.admin))
        assert events.of("chat:message:follow_ups") == []


async def test_bad_settings_of_tasks(play: Stage) -> None:
    before = (await play.client.get("/api/v1/tasks/config")).json()
    bad = {"ENABLE_TITLE_GENERATION": "yes", "TASK_MODEL": 7, "ENABLE_TAGS_GENERATION": False}
    answer = await play.client.post("/api/v1/tasks/config/update", json=bad)
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"ENABLE_TITLE_GENERATION", "TASK_MODEL"}
    assert (await play.client.get("/api/v1/tasks/config")).json() == before
