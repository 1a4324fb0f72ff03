"""What is kept of a run beside its result: arguments, what it emitted and asked for, and doing it again."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from penstock.flows.run_trace import MOST_TEXT, Cutter
from tests.acting import Person, Theatre

pytestmark = pytest.mark.anyio

BUSY = """
from open_webui.models.users import Users
class Action:
    async def action(self, body, __event_emitter__, __event_call__, __user__):
        await __event_emitter__({"type": "status", "data": {"description": "begun"}})
        await Users.get_user_by_id(__user__["id"])
        said = await __event_call__({"type": "input", "data": {"title": "Code?", "type": body["kind"]}})
        print("said", len(said))
        for word in ("one", "two", "three"):
            await __event_emitter__({"type": "message", "data": {"content": word}})
"""
QUICK = """
from pydantic import BaseModel
class Action:
    class Valves(BaseModel):
        api_key: str = ""
    def __init__(self):
        self.valves = self.Valves()
    async def action(self, body):
        return {"given": body["given"]}
"""


async def timeline(person: Person, run_id: str) -> dict[str, Any]:
    answer = await person.http.get(f"/api/v1/runs/{run_id}/timeline")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def finished(person: Person, action: str, state: str = "done") -> str:
    return str((await person.last_run(action, state))["id"])


@pytest.mark.parametrize(("kind", "shown"), [("text", "1234"), ("password", "[hidden]")])
async def test_a_run_tells_what_it_was_called_with_and_did(theatre: Theatre, kind: str, shown: str) -> None:
    action = await theatre.install(BUSY)
    clicked = asyncio.create_task(theatre.user.clicked(action, await theatre.user.chat(), kind=kind))
    await theatre.user.answer("1234")
    await clicked
    run_id = await finished(theatre.user, action)
    told = await timeline(theatre.user, run_id)
    assert (told["arguments"]["body"]["kind"], told["arguments"]["action_id"]) == (kind, action)
    steps = {(step["kind"], step["name"]): step for step in told["steps"]}
    order = [("event", "status"), ("call", "users.get"), ("question", "input"), ("event", "message")]
    assert [each for each in steps if each in order] == order
    assert steps["event", "message"]["count"] == 3
    asked = steps["question", "input"]
    assert (asked["state"], asked["answer"], asked["data"]["title"]) == ("answered", shown, "Code?")
    assert steps["call", "users.get"]["error"] is None
    logs = (await theatre.user.http.get(f"/api/v1/runs/{run_id}/logs")).json()
    assert [line["text"] for line in logs] == ["said 4"]

    assert await timeline(theatre.admin, run_id) == told
    again = await theatre.user.http.post(f"/api/v1/runs/{run_id}/again")
    assert (again.status_code, again.json()["code"]) == (400, "bad_request")


async def test_an_action_without_a_chat_is_run_again(theatre: Theatre) -> None:
    action = await theatre.install(QUICK)
    await theatre.user.run(action, {"given": 5})
    run_id = await finished(theatre.user, action)
    stranger = await theatre.admin.http.post("/api/v1/runs/nothing/again")
    assert stranger.status_code == 404
    made = await theatre.admin.http.post(f"/api/v1/runs/{run_id}/again")
    assert made.status_code == 200, made.text
    new = await theatre.admin.last_run(action, "done")
    assert (new["id"], new["trigger"], new["result"]) == (made.json()["run_id"], "again", {"given": 5})
    assert new["user_id"] == theatre.admin.user.id


async def test_secrets_and_what_is_too_long_keep_a_run_from_being_run_again(theatre: Theatre) -> None:
    action = await theatre.install(QUICK)
    valves = f"/api/v1/functions/id/{action}/valves/update"
    (await theatre.admin.http.post(valves, json={"api_key": "sesame"})).raise_for_status()
    for given in ("open sesame", "long" * MOST_TEXT):
        await theatre.user.run(action, {"given": given})
        run_id = await finished(theatre.user, action)
        arguments = (await timeline(theatre.user, run_id))["arguments"]
        assert not arguments["whole"]
        assert "sesame" not in str(arguments)
        again = await theatre.user.http.post(f"/api/v1/runs/{run_id}/again")
        assert "not kept whole" in again.json()["detail"]


async def test_nothing_of_a_temporary_chat_is_kept_as_arguments(theatre: Theatre) -> None:
    action = await theatre.install(QUICK)
    await theatre.user.clicked(action, "local:1", given=1)
    assert (await timeline(theatre.user, await finished(theatre.user, action)))["arguments"] is None


async def test_runs_are_found_by_hook_trigger_and_time(theatre: Theatre) -> None:
    action = await theatre.install(QUICK)
    before = time.time()
    await theatre.user.run(action, {"given": 1})
    run_id = await finished(theatre.user, action)

    async def found(**query: Any) -> list[str]:
        answer = await theatre.admin.http.get("/api/v1/runs", params={"function_id": action, "brief": True, **query})
        assert answer.status_code == 200, answer.text
        return [run["id"] for run in answer.json() if run["result"] is None]

    assert await found() == [run_id]
    for some in ({"hook": "action"}, {"trigger": "api"}, {"since": before}, {"until": time.time() + 1}):
        assert await found(**some) == [run_id], some
    for none in ({"hook": "pipe"}, {"trigger": "click"}, {"since": time.time() + 1}, {"until": before}):
        assert await found(**none) == [], none


def test_a_value_is_cut_to_a_bounded_size() -> None:
    whole = Cutter(1000)
    assert whole.cut({"a": [1, None, "text"]}) == {"a": [1, None, "text"]}
    assert whole.whole
    for value in ("x" * 2000, {"x" * 2000: 1}, list(range(10_000)), b"bytes", dict.fromkeys(range(100), "y" * 100)):
        cutter = Cutter(1000)
        assert len(str(cutter.cut(value))) < 2500
        assert not cutter.whole
    deep: Any = []
    for _ in range(50):
        deep = [deep]
    assert str(Cutter(1000).cut(deep)).count("[") < 20
