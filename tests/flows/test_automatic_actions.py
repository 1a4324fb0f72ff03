"""Actions that run by themselves after an answer, and actions that other functions call (spec A4, E6)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from penstock.store.records import Model
from tests.acting import Person, Theatre
from tests.realtime.joined import joined
from tests.waiting import eventually

pytestmark = [pytest.mark.anyio, pytest.mark.spec("A4")]

PIPE = """
    import asyncio

    class Pipe:
        async def pipe(self, body):
            last = body["messages"][-1]["content"]
            if last == "fail":
                raise ValueError("on purpose")
            yield "An answer"
            if last == "wait":
                await asyncio.sleep(60)
"""
STAMP = """
    class Action:
        actions = [{"id": "loud", "name": "Loud"}, {"id": "quiet", "name": "Quiet"}]

        async def action(self, body, __id__=None, __event_emitter__=None):
            data = {"description": f"{__id__}: {body['content']}", "done": True}
            await __event_emitter__({"type": "status", "data": data})
            if "break" in body["messages"][-2]["content"]:
                raise ValueError("on purpose")
            return {"content": body["content"] + "!"}
"""
ASKS = """
    import requests

    class Action:
        def action(self, body, __request__=None):
            address = str(__request__.base_url) + "api/chat/completions"
            asked = {key: body[key] for key in ("model", "chat_id", "session_id")}
            message = {"id": "again", "parentId": body["id"], "content": "again"}
            answer = requests.post(
                address, json={**asked, "id": "answered", "user_message": message}, headers=__request__.headers
            )
            return {"message": str(answer.status_code)}
"""


async def model(theatre: Theatre, *automatic: str, bound: tuple[str, ...] = ()) -> str:
    pipe = await theatre.install(PIPE)
    meta = {"automaticActionIds": list(automatic), "actionIds": list(bound)}
    record = Model(id=pipe, user_id=theatre.admin.user.id, base_model_id=None, name=pipe, meta=meta)
    await theatre.services.store.models.save(record)
    return pipe


async def asked(person: Person, model_id: str, text: str = "Hi", chat_id: str = "") -> tuple[str, str]:
    """Ask in a new chat, or in one that is not saved; gives chat and message."""
    made = {"title": "New Chat"}
    chat = chat_id or (await person.http.post("/api/v1/chats/new", json={"chat": made})).json()["id"]
    message = str(uuid4())
    body = {"model": model_id, "chat_id": chat, "id": message, "session_id": "tab"}
    if chat_id:
        body["messages"] = [{"role": "user", "content": text}]
    else:
        body["user_message"] = {"id": str(uuid4()), "content": text}
    answer = await person.http.post("/api/chat/completions", json=body)
    assert answer.status_code == 200, answer.text
    return chat, message


async def runs(person: Person, action: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await person.http.get("/api/v1/runs", params={"function_id": action})).json()
    return found


@pytest.fixture(scope="module")
async def stamp(playhouse: Theatre) -> str:
    return await playhouse.install(STAMP, is_global=False)


async def test_it_runs_at_the_finished_answer(theatre: Theatre, stamp: str) -> None:
    user = theatre.user
    chosen = await model(theatre, f"{stamp}.loud", bound=(stamp,))
    async with joined(theatre.server.url, user.token) as tab:
        chat, message = await asked(user, chosen)
        started = await tab.saw("action:started")
        done = [e["data"]["data"] for e in tab.events if e["data"]["type"] == "chat:completion"][-1]
        assert (done["done"], done["content"]) == (True, "An answer")
        assert started["data"]["data"]["action_id"] == f"{stamp}.loud"
        assert (await tab.saw("action:finished"))["data"]["data"]["status"] == "done"
    stored = await user.message(chat, message)
    assert (stored["content"], stored["originalContent"]) == ("An answer!", "An answer")
    assert stored["statusHistory"] == [{"description": "loud: An answer", "done": True}]
    assert (await user.last_run(stamp, "done"))["trigger"] == "automatic"


async def test_in_a_chat_that_is_not_saved_too(theatre: Theatre, stamp: str) -> None:
    chosen = await model(theatre, f"{stamp}.quiet", bound=(f"{stamp}.quiet",))
    async with joined(theatre.server.url, theatre.user.token) as tab:
        await asked(theatre.user, chosen, chat_id="local:tab")
        replaced = await tab.saw("chat:message")
        assert replaced["data"]["data"] == {"content": "An answer!", "originalContent": "An answer"}


async def test_its_failure_never_hurts_the_answer(theatre: Theatre, stamp: str) -> None:
    user = theatre.user
    chosen = await model(theatre, stamp, "gone", bound=(stamp,))
    async with joined(theatre.server.url, user.token) as tab:
        chat, message = await asked(user, chosen, "break it")
        assert (await tab.saw("action:finished"))["data"]["data"]["status"] == "failed"
        assert "on purpose" in (await tab.saw("notification"))["data"]["data"]["content"]
    stored = await user.message(chat, message)
    assert (stored["content"], stored["done"], stored.get("error")) == ("An answer", True, None)


@pytest.mark.parametrize("text", ["fail", "wait"])
async def test_none_after_an_answer_that_failed_or_was_stopped(theatre: Theatre, stamp: str, text: str) -> None:
    user = theatre.user
    chosen = await model(theatre, stamp, bound=(stamp,))
    before = len(await runs(user, stamp))
    async with joined(theatre.server.url, user.token) as tab:
        chat, _ = await asked(user, chosen, text)
        if text == "wait":
            await tab.saw("chat:completion")
            for task in (await user.http.get(f"/api/tasks/chat/{chat}")).json()["task_ids"]:
                await user.http.post(f"/api/tasks/stop/{task}")
        await eventually(lambda: any(e["data"]["data"].get("done") for e in tab._of("chat:completion")))
        assert "action:started" not in tab.types()
    assert len(await runs(user, stamp)) == before


async def test_what_the_model_does_not_have_stays_away(theatre: Theatre, stamp: str) -> None:
    user = theatre.user
    before = len(await runs(user, stamp))
    async with joined(theatre.server.url, user.token) as tab:
        await asked(user, await model(theatre, stamp))  # listed, and neither global nor bound
        await eventually(lambda: any(e["data"]["data"].get("done") for e in tab._of("chat:completion")))
        assert "action:started" not in tab.types()
    assert len(await runs(user, stamp)) == before


async def test_an_action_that_asks_the_model_does_not_start_itself_again(theatre: Theatre) -> None:
    user = theatre.user
    asks = await theatre.install(ASKS)
    port = theatre.server.url.rsplit(":", 1)[1]
    rights = {"hosts": [f"127.0.0.1:{port}"]}
    given = await theatre.admin.http.post(f"/api/v1/functions/id/{asks}/rights", json=rights)
    assert given.status_code == 200, given.text
    chat, _ = await asked(user, await model(theatre, asks))

    async def answered() -> bool:
        messages = (await user.http.get(f"/api/v1/chats/{chat}")).json()["chat"]["history"]["messages"]
        return bool(messages.get("answered", {}).get("done"))

    await eventually(answered)
    assert [run["trigger"] for run in await runs(user, asks)] == ["automatic"]


async def test_programs_do_not_start_any(theatre: Theatre, stamp: str) -> None:
    user = theatre.user
    chosen = await model(theatre, stamp, bound=(stamp,))
    before = len(await runs(user, stamp))
    body = {"model": chosen, "messages": [{"role": "user", "content": "Hi"}]}
    assert (await user.http.post("/api/chat/completions", json=body)).status_code == 200
    assert len(await runs(user, stamp)) == before


CALLER = 'await __event_call__({"type": "action", "data": {"id": "%s", "body": {"n": 1}}})'
KINDS = {
    "pipe": "class Pipe:\n    async def pipe(self, body, __event_call__=None):\n        return str(%s)",
    "inlet": "class Filter:\n    async def inlet(self, body, __event_call__=None):\n"
    "        body['messages'][-1]['content'] = str(%s)\n        return body",
    "outlet": "class Filter:\n    async def outlet(self, body, __event_call__=None):\n"
    "        body['messages'][-1]['content'] = str(%s)\n        return body",
}


@pytest.mark.spec("E6")
@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_may_call_an_action_without_a_chat(theatre: Theatre, kind: str) -> None:
    counts = await theatre.install("class Action:\n    def action(self, body):\n        return {'got': body['n'] + 1}")
    caller = await theatre.install(KINDS[kind] % (CALLER % counts))
    plain = "class Pipe:\n    def pipe(self, body):\n        return body['messages'][-1]['content']"
    chosen = caller if kind == "pipe" else await theatre.install(plain)
    body = {"model": chosen, "messages": [{"role": "user", "content": "Hi"}]}
    answer = await theatre.user.http.post("/api/chat/completions", json=body)
    await theatre.services.registry.toggle(caller, theatre.admin.user)
    assert "{'got': 2}" in answer.text
    assert (await theatre.user.last_run(counts, "done"))["trigger"] == "function"


@pytest.mark.spec("E5")
@pytest.mark.parametrize(
    ("data", "says"),
    [("{}", "`data.id`"), ("{'id': 'nowhere'}", "nowhere"), ("'text'", "`data.id`")],
)
async def test_a_call_that_cannot_be_made_says_why(theatre: Theatre, data: str, says: str) -> None:
    caller = await theatre.install(f"""
        class Action:
            async def action(self, body, __event_call__=None):
                try:
                    await __event_call__({{"type": "action", "data": {data}}})
                except Exception as error:
                    return {{"said": str(error)}}
    """)
    assert says in (await theatre.user.clicked(caller))["said"]
