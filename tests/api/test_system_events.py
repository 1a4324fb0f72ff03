"""Event functions hear what happens on the server (spec X1)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from penstock.flows.system_events import DEEPEST
from tests.acting import Person, Theatre, person
from tests.api.running import PASSWORD, running_server
from tests.waiting import eventually

pytestmark = [pytest.mark.anyio, pytest.mark.spec("X1")]

LISTENER = """
    class Event:
        async def event(self, event, __event_name__, __id__, __app__, __event_id__=None):
            assert __app__ is not None and __event_id__ == event["id"]
            return {"heard": __event_name__, "by": __id__, "event": event}
"""
REMEMBERING = """
    class Event:
        def __init__(self):
            self.names = []

        def event(self, event, __event_name__):
            if event["subject"]["id"] == "remembering":
                self.names.append(__event_name__)
            return self.names
"""
FAILING = """
    class Event:
        def event(self, event, __event_name__, **everything):
            raise RuntimeError("no events today")
"""
CHATTING = """
    from open_webui.models.chats import ChatForm, Chats

    class Event:
        async def event(self, event, __event_name__):
            if __event_name__ == "chat.created":
                await Chats.insert_new_chat(event["actor"]["id"], ChatForm(chat={"title": "again"}))
            return __event_name__
"""
MARKING = """
    class Event:
        async def event(self, event, __event_name__, __event_emitter__):
            if __event_name__ == "chat.finished":
                await __event_emitter__({"type": "status", "data": {"description": "seen", "done": True}})
"""


@pytest.fixture(scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> AsyncIterator[Theatre]:
    """A server of its own: an event function hears what every test does."""
    async with running_server(tmp_path_factory.mktemp("events"), examples=False) as server:
        admin, user = await person(server, "ada", "admin"), await person(server, "una", "user")
        async with admin.http, user.http:
            yield Theatre(server, admin, user)


@pytest.fixture(scope="module")
async def listener(stage: Theatre) -> str:
    return await stage.install(LISTENER, "listener", is_global=False)


async def heard(stage: Theatre, name: str, subject_id: str | None = None, by: str = "listener") -> dict[str, Any]:
    """The newest event of that name, as soon as the function has heard it."""

    async def look() -> Any:
        runs = (await stage.admin.http.get("/api/v1/runs", params={"function_id": by, "limit": 100})).json()
        for run in runs:
            if run["state"] != "done":
                continue
            result = (await stage.admin.http.get(f"/api/v1/runs/{run['id']}")).json()["result"]
            if result["heard"] == name and subject_id in (None, result["event"]["subject"]["id"]):
                return result["event"]
        return None

    found: dict[str, Any] = await eventually(look)
    return found


async def ok(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_signing_up_and_in(stage: Theatre, listener: str) -> None:
    user_id, _ = await stage.server.sign_up("newcomer")
    event = await heard(stage, "auth.signup", user_id)
    assert event["actor"] == {
        "type": "user",
        "id": user_id,
        "name": "Newcomer",
        "email": "newcomer@example.com",
        "role": "pending",
    }
    assert event["subject"] == {"type": "user", "id": user_id}
    assert event["name"] == event["event"] == "auth.signup"
    assert event["data"] == {"email": "newcomer@example.com"}
    assert event["time"] > 1_700_000_000
    async with stage.server.client() as stranger:
        await ok(
            await stranger.post("/api/v1/auths/signin", json={"email": "newcomer@example.com", "password": PASSWORD})
        )
    assert (await heard(stage, "auth.login", user_id))["actor"]["id"] == user_id


async def test_people(stage: Theatre, listener: str) -> None:
    admin = stage.admin.http
    form = {"email": "fay@example.com", "name": "Fay", "password": PASSWORD, "role": "user"}
    fay = (await ok(await admin.post("/api/v1/auths/add", json=form)))["id"]
    assert (await heard(stage, "user.created", fay))["actor"]["id"] == stage.admin.user.id
    await ok(await admin.post(f"/api/v1/users/{fay}/update", json={"role": "moderator"}))
    assert (await heard(stage, "user.role_updated", fay))["data"] == {"role": "moderator", "before": "user"}
    await heard(stage, "user.updated", fay)
    await ok(await admin.delete(f"/api/v1/users/{fay}"))
    assert (await heard(stage, "user.deleted", fay))["data"]["name"] == "Fay"


async def test_chats_and_messages(stage: Theatre, listener: str) -> None:
    user = stage.user.http
    await stage.install("class Pipe:\n    def pipe(self, body):\n        return 'an answer'\n", "answerer")
    await stage.install("class Pipe:\n    def pipe(self, body):\n        raise ValueError('no')\n", "breaker")
    chat_id = await stage.user.chat()
    assert (await heard(stage, "chat.created", chat_id))["data"]["title"] == "A chat"
    await answered(user, "answerer", chat_id, "b2")
    finished = await heard(stage, "chat.finished", chat_id)
    assert finished["data"]["message"] == "an answer"
    assert finished["data"] | {"chat_id": chat_id, "message_id": "b2", "model_id": "answerer"} == finished["data"]
    assert (await heard(stage, "message.created", "b2"))["data"]["role"] == "assistant"
    assert (await heard(stage, "message.created", "qb2"))["data"]["content_preview"] == "well?"
    await answered(user, "breaker", chat_id, "b3")
    assert (await heard(stage, "chat.failed", chat_id))["data"]["error"] == "no"
    await ok(await user.delete(f"/api/v1/chats/{chat_id}"))
    assert (await heard(stage, "chat.deleted", chat_id))["actor"]["id"] == stage.user.user.id


async def answered(user: httpx.AsyncClient, model: str, chat_id: str, message_id: str) -> None:
    asking = {"id": f"q{message_id}", "parentId": "b", "role": "user", "content": "well?"}
    body = {"model": model, "chat_id": chat_id, "id": message_id, "session_id": "tab", "user_message": asking}
    await ok(await user.post("/api/chat/completions", json=body))


async def test_files_models_and_settings(stage: Theatre, listener: str) -> None:
    admin, user = stage.admin.http, stage.user.http
    file = await ok(await user.post("/api/v1/files/", files={"file": ("note.txt", b"hello", "text/plain")}))
    assert (await heard(stage, "file.uploaded", file["id"]))["data"]["filename"] == "note.txt"
    await ok(await user.delete(f"/api/v1/files/{file['id']}"))
    assert (await heard(stage, "file.deleted", file["id"]))["actor"]["id"] == stage.user.user.id
    form = {"id": "mine", "name": "Mine", "base_model_id": "answerer", "params": {}, "meta": {}}
    await ok(await admin.post("/api/v1/models/create", json=form))
    assert (await heard(stage, "model.created", "mine"))["data"]["name"] == "Mine"
    await ok(await admin.post("/api/v1/models/model/toggle?id=mine"))
    await heard(stage, "model.disabled", "mine")
    await ok(await admin.post("/api/v1/models/model/delete", json={"id": "mine"}))
    await heard(stage, "model.deleted", "mine")
    await ok(await admin.post("/api/v1/configs/banners", json={"banners": []}))
    assert (await heard(stage, "config.updated"))["data"] == {"keys": ["ui.banners"]}


async def test_functions(stage: Theatre, listener: str) -> None:
    admin = stage.admin.http
    source = (
        "from pydantic import BaseModel\n\nclass Action:\n    class Valves(BaseModel):\n        x: int = 1\n\n"
        "    def action(self, body):\n        pass\n"
    )
    form = {"id": "watched", "name": "Watched", "content": source, "meta": {"description": ""}}
    await ok(await admin.post("/api/v1/functions/create", json=form))
    await heard(stage, "function.created", "watched")
    await ok(await admin.post("/api/v1/functions/id/watched/update", json={**form, "content": source + "# more\n"}))
    await heard(stage, "function.updated", "watched")
    for name in ("enable", "disable"):
        await ok(await admin.post("/api/v1/functions/id/watched/toggle"))
        started = await heard(stage, f"function.{name}_started", "watched")
        done = await heard(stage, f"function.{name}d", "watched")
        assert started["time"] < done["time"]
        assert started["data"] == {"type": "action", "name": "Watched"}
    await ok(await admin.post("/api/v1/functions/id/watched/valves/update", json={"x": 2}))
    assert (await heard(stage, "function.valves_updated", "watched"))["data"] == {"keys": ["x"]}
    await ok(await admin.delete("/api/v1/functions/id/watched/delete"))
    await heard(stage, "function.deleted", "watched")


async def test_a_function_hears_first_that_it_is_switched_on_or_off(stage: Theatre) -> None:
    await stage.install(REMEMBERING, "remembering", is_active=False, is_global=False)
    await ok(await stage.admin.http.post("/api/v1/functions/id/remembering/toggle"))

    async def names() -> Any:
        done = {"function_id": "remembering", "state": "done"}
        newest = (await ok(await stage.admin.http.get("/api/v1/runs", params=done)))[0]
        return (await ok(await stage.admin.http.get(f"/api/v1/runs/{newest['id']}")))["result"]

    assert "function.enable_started" in await names()
    await eventually(lambda: told(names, "function.enabled"))
    await ok(await stage.admin.http.post("/api/v1/functions/id/remembering/toggle"))
    assert (await names())[-1] == "function.disable_started"


async def told(names: Any, wanted: str) -> bool:
    return wanted in await names()


async def test_events_of_one_subject_come_in_order(stage: Theatre, listener: str) -> None:
    slow = await stage.install(
        """
        import asyncio

        class Event:
            def __init__(self):
                self.names = []

            async def event(self, event):
                if event["subject"]["id"] == "ordered":
                    await asyncio.sleep(0.02 if event["operation"] == "created" else 0)
                    self.names.append(event["operation"])
                return {"heard": event["name"], "event": event, "names": self.names}
        """,
        "slow_listener",
        is_global=False,
    )
    admin = stage.admin.http
    form: dict[str, Any] = {"id": "ordered", "name": "Ordered", "base_model_id": None, "params": {}, "meta": {}}
    await ok(await admin.post("/api/v1/models/create", json=form))
    for _ in range(2):
        await ok(await admin.post("/api/v1/models/model/toggle?id=ordered"))
    await ok(await admin.post("/api/v1/models/model/delete", json={"id": "ordered"}))
    await heard(stage, "model.deleted", "ordered", by=slow)
    run = await stage.admin.last_run(slow, "done")
    names = (await admin.get(f"/api/v1/runs/{run['id']}")).json()["result"]["names"]
    assert names == ["created", "disabled", "enabled", "deleted"]
    await ok(await admin.delete(f"/api/v1/functions/id/{slow}/delete"))


async def test_a_function_that_fails_hurts_nobody_else(stage: Theatre, listener: str) -> None:
    await stage.install(FAILING, "failing", is_global=False)
    chat_id = await stage.user.chat()
    await heard(stage, "chat.created", chat_id)
    run = await stage.admin.last_run("failing", "failed")
    assert "no events today" in run["error"]["message"]
    await ok(await stage.admin.http.delete("/api/v1/functions/id/failing/delete"))


async def test_functions_that_set_themselves_off_come_to_an_end(stage: Theatre, listener: str) -> None:
    await stage.install(CHATTING, "chatting", is_global=False)
    made = await stage.user.chat()

    async def titles() -> list[str]:
        return [chat["title"] for chat in (await stage.user.http.get("/api/v1/chats/")).json()]

    await eventually(lambda: many_again(titles))
    await ok(await stage.user.http.post("/api/v1/users/user/settings/update", json={"ui": {}}))
    await heard(stage, "user.settings_updated")
    assert (await titles()).count("again") == DEEPEST + 1
    await ok(await stage.admin.http.delete("/api/v1/functions/id/chatting/delete"))
    await ok(await stage.user.http.delete(f"/api/v1/chats/{made}"))


async def many_again(titles: Any) -> bool:
    return bool((await titles()).count("again") > DEEPEST)


async def test_it_may_write_to_the_message_that_it_hears_of(stage: Theatre) -> None:
    await stage.install(MARKING, "marking", is_global=False)
    chat_id = await stage.user.chat()
    await answered(stage.user.http, "answerer", chat_id, "b2")
    assert await eventually(lambda: statuses(stage.user, chat_id)) == ["seen"]
    await ok(await stage.admin.http.delete("/api/v1/functions/id/marking/delete"))


async def statuses(user: Person, chat_id: str) -> list[str]:
    return [status["description"] for status in (await user.message(chat_id, "b2")).get("statusHistory", [])]


async def test_the_start_of_the_server(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("restarted")
    async with running_server(folder, examples=False) as server:
        first = Theatre(server, await person(server, "ada", "admin"), await person(server, "una", "user"))
        async with first.admin.http, first.user.http:
            await first.install(LISTENER, "listener", is_global=False)
    async with running_server(folder, examples=False) as server, server.client() as http:
        again = Theatre(server, await signed_in(http, first.admin), first.user)
        event = await heard(again, "system.startup.completed")
        assert (event["actor"], event["subject"]) == (None, {"type": "system", "id": ""})


async def signed_in(http: httpx.AsyncClient, who: Person) -> Person:
    form = {"email": who.user.email, "password": PASSWORD}
    token = (await ok(await http.post("/api/v1/auths/signin", json=form)))["token"]
    http.headers["authorization"] = f"Bearer {token}"
    return Person(who.user, token, http)
