"""Runs: recorded, logged, stopped for real, with the token and the secrets that belong to them."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from penstock.errors import (
    DeadlineExceeded,
    NotFound,
    PenstockError,
    QuestionExpired,
    RunCancelled,
    RunFailed,
    WorkerLost,
)
from penstock.flows import context_values
from penstock.flows.context_values import RequestInfo
from penstock.flows.redaction import HIDDEN, redact, secret_values
from penstock.flows.runs import LiveRun, RunOrder
from penstock.realtime.hub import Target
from tests.acting import Person, Theatre
from tests.waiting import eventually

pytestmark = pytest.mark.anyio

FORMS = """
    import asyncio, os, time

    class Action:
        async def action(self, body, __request__=None, __event_call__=None):
            kind = body["kind"]
            if kind == "value":
                return body
            if kind == "stream":
                return (n for n in range(body["count"]))
            if kind == "raise":
                raise KeyError("missing")
            if kind == "ask":
                return await __event_call__({"type": "input", "data": {"timeout": body.get("timeout")}})
            if kind == "sleep":
                await asyncio.sleep(body["seconds"])
                return "slept"
            if kind == "burn":
                while True:
                    pass
            if kind == "exit":
                os._exit(1)
            if kind == "background":
                asyncio.get_running_loop().create_task(asyncio.sleep(30))
                return "started"
            if kind == "token":
                return dict(__request__.headers)
"""


@pytest.fixture(scope="module")
async def forms(playhouse: Theatre) -> str:
    return await playhouse.install(FORMS, "forms", name="Forms")


async def order(theatre: Theatre, function_id: str, body: Any, **more: Any) -> RunOrder:
    serving = await theatre.services.registry.serving(function_id)
    user = theatre.user.user
    request = RequestInfo(headers={"accept-language": "de", "authorization": "Bearer mine", "cookie": "token=mine"})
    context = context_values.build(serving.description, "action", user=user, id=function_id, request=request)
    known = {"context": context, "user": user, "target": Target.of(user.id, None), "trigger": "test"}
    return RunOrder(**{"serving": serving, "hook": "action", "body": body, **known, **more})


async def start(theatre: Theatre, body: Any, **more: Any) -> LiveRun:
    return await theatre.services.runs.start(await order(theatre, "forms", body, **more))


async def over(theatre: Theatre, run: LiveRun) -> None:
    await eventually(lambda: not theatre.services.runs.is_live(run.id))


@pytest.mark.spec("I6")
async def test_a_run_is_recorded(theatre: Theatre, forms: str) -> None:
    run = await start(theatre, {"kind": "value"})
    assert (await run.outcome()).value == {"kind": "value"}
    await over(theatre, run)
    record = await theatre.services.store.runs.get(run.id)
    assert record is not None
    assert (record.state, record.result, record.trigger) == ("done", {"kind": "value"}, "test")
    assert record.ended_at is not None
    assert record.started_at <= record.ended_at


@pytest.mark.spec("I6")
async def test_a_run_without_a_record(theatre: Theatre, forms: str) -> None:
    run = await start(theatre, {"kind": "value"}, record=False)
    await run.outcome()
    await over(theatre, run)
    assert await theatre.services.store.runs.get(run.id) is None


@pytest.mark.spec("I2")
async def test_chunks_come_in_order_and_hold_back_a_fast_generator(theatre: Theatre, forms: str) -> None:
    run = await start(theatre, {"kind": "stream", "count": 5000})
    seen: list[Any] = []
    async for batch in run.chunks():
        seen.extend(batch)
        if len(seen) < 500:
            await asyncio.sleep(0.001)
    assert seen == list(range(5000))
    assert (await run.outcome()).form == "stream"


@pytest.mark.spec("I2")
async def test_chunks_that_nobody_reads_do_not_hold_up_the_result(theatre: Theatre, forms: str) -> None:
    run = await start(theatre, {"kind": "stream", "count": 5000})
    async with asyncio.timeout(30):
        assert (await run.outcome()).form == "stream"


@pytest.mark.spec("I8")
async def test_a_reader_that_leaves_can_stop_the_run(theatre: Theatre, forms: str) -> None:
    run = await start(theatre, {"kind": "stream", "count": 10_000_000})
    async for _ in run.chunks():
        break
    await run.cancel("The client left.")
    with pytest.raises(RunCancelled, match="The client left"):
        await run.outcome()
    await over(theatre, run)


FAILURES: list[tuple[dict[str, Any], type[PenstockError], str]] = [
    ({"kind": "raise"}, RunFailed, "Forms failed: KeyError: 'missing'"),
    ({"kind": "exit"}, WorkerLost, ""),
    ({"kind": "ask", "timeout": 0.1}, QuestionExpired, "Nobody answered the question within 0.1 seconds."),
]


@pytest.mark.spec("I7")
@pytest.mark.parametrize(("body", "error", "sentence"), FAILURES, ids=["raise", "exit", "nobody answers"])
async def test_a_run_fails_with_its_name(
    theatre: Theatre, forms: str, body: dict[str, Any], error: type[PenstockError], sentence: str
) -> None:
    run = await start(theatre, body)
    with pytest.raises(error) as caught:
        await run.outcome()
    assert sentence in caught.value.message
    await over(theatre, run)
    record = await theatre.services.store.runs.get(run.id)
    assert record is not None
    assert record.error is not None
    assert (record.state, record.error["code"], record.error["message"]) == ("failed", error.code, caught.value.message)


@pytest.mark.spec("I8")
@pytest.mark.parametrize("body", [{"kind": "sleep", "seconds": 60}, {"kind": "burn"}, {"kind": "ask"}])
async def test_a_run_is_stopped_for_real_within_a_second(theatre: Theatre, forms: str, body: Any) -> None:
    run = await start(theatre, body)
    with pytest.raises(NotFound):
        await theatre.services.runs.cancel("nowhere", theatre.user.user)
    await theatre.services.runs.cancel(run.id, theatre.admin.user)
    with pytest.raises(RunCancelled, match="stopped by an administrator"):
        async with asyncio.timeout(30):  # half of what the shortest takes; the second is the engine's, by its own clock
            await run.outcome()
    await over(theatre, run)
    assert await theatre.services.questions.open(theatre.user.user.id) == []


@pytest.mark.spec("I8")
async def test_a_run_of_others_cannot_be_stopped(theatre: Theatre, forms: str) -> None:
    run = await start(theatre, {"kind": "sleep", "seconds": 60}, user=theatre.admin.user)
    with pytest.raises(NotFound):
        await theatre.services.runs.cancel(run.id, theatre.user.user)
    await run.cancel("enough")
    await over(theatre, run)


@pytest.mark.spec("I8")
async def test_a_deadline(theatre: Theatre, forms: str) -> None:
    run = await start(theatre, {"kind": "sleep", "seconds": 60}, deadline=0.1)
    with pytest.raises(DeadlineExceeded, match=r"longer than 0\.1 seconds"):
        await run.outcome()
    await over(theatre, run)


@pytest.mark.spec("E4")
async def test_the_time_in_which_a_person_is_asked_does_not_count(theatre: Theatre, forms: str) -> None:
    run = await start(theatre, {"kind": "ask"}, deadline=1)
    question = await theatre.user.question()
    await asyncio.sleep(1.1)
    await theatre.services.questions.answer(question["id"], theatre.user.user, "late but fine")
    assert (await run.outcome()).value == "late but fine"


@pytest.mark.spec("I4")
async def test_background_work_is_seen_and_can_be_stopped(theatre: Theatre, forms: str) -> None:
    run = await start(theatre, {"kind": "background"})
    assert (await run.outcome()).value == "started"
    assert run.state == "background"
    assert theatre.services.runs.is_live(run.id)
    await run.cancel("enough")
    await over(theatre, run)
    record = await theatre.services.store.runs.get(run.id)
    assert record is not None
    assert record.result == "started"


@pytest.mark.spec("I5")
async def test_the_request_carries_a_token_of_the_run_that_ends_with_it(theatre: Theatre, forms: str) -> None:
    run = await start(theatre, {"kind": "token"})
    headers = (await run.outcome()).value
    scheme, _, token = headers["authorization"].partition(" ")
    assert (scheme, headers["accept-language"]) == ("Bearer", "de")
    assert token not in ("mine", theatre.user.token)
    assert "mine" not in headers["cookie"]
    await over(theatre, run)
    async with httpx.AsyncClient(base_url=theatre.server.url, headers={"authorization": f"Bearer {token}"}) as http:
        assert (await http.get("/api/v1/auths/")).status_code == 401


@pytest.mark.spec("V5")
@pytest.mark.spec("I7")
async def test_secrets_stay_out_of_logs_results_and_tracebacks(theatre: Theatre) -> None:
    action = await theatre.install(
        """
        from pydantic import BaseModel

        class Action:
            class Valves(BaseModel):
                api_key: str = ""
                name: str = "plain"

            def __init__(self):
                self.valves = self.Valves()

            async def action(self, body):
                print("key is", self.valves.api_key, self.valves.name)
                if body.get("fail"):
                    raise RuntimeError("denied for " + self.valves.api_key)
                return {"message": "used " + self.valves.api_key}
        """,
        valves={"api_key": "sesame-123", "name": "visible"},
    )
    answers = [await theatre.admin.run(action, {"fail": fail}) for fail in (False, True)]
    assert answers[1].json()["detail"].endswith(f"denied for {HIDDEN}")
    run = await theatre.admin.last_run(action, "failed")
    logs = (await theatre.admin.http.get(f"/api/v1/runs/{run['id']}/logs")).text
    assert f"key is {HIDDEN} visible" in logs
    runs = (await theatre.admin.http.get("/api/v1/runs", params={"function_id": action})).text
    assert "sesame" not in logs + runs + answers[1].text


@pytest.mark.spec("I6")
async def test_runs_over_http(theatre: Theatre, forms: str) -> None:
    user, admin = theatre.user, theatre.admin
    await user.run("forms", {"kind": "raise"})
    mine = await user.last_run("forms", "failed")
    assert set(mine["error"]) == {"code", "message"}
    whole = (await admin.http.get(f"/api/v1/runs/{mine['id']}")).json()
    assert 'raise KeyError("missing")' in whole["error"]["traceback"]
    theirs = await admin.run("forms", {"kind": "value"})
    assert theirs.status_code == 200
    run = await admin.last_run("forms", "done")
    assert run["user_id"] == admin.user.id
    for address in (f"/api/v1/runs/{run['id']}", f"/api/v1/runs/{run['id']}/logs"):
        assert (await user.http.get(address)).status_code == 404
    listed = (await user.http.get("/api/v1/runs", params={"user_id": admin.user.id, "limit": 500})).json()
    assert {run["user_id"] for run in listed} == {user.user.id}


def test_which_valves_are_secret() -> None:
    schema = {
        "properties": {
            "pin": {"type": "string", "input": {"type": "password"}},
            "phrase": {"type": "string", "format": "password"},
            "title": {"type": "string"},
        }
    }
    values = {"pin": "1234", "phrase": "open up", "title": "plain", "openai_api_key": "sk-abc", "monkey": "banana"}
    assert secret_values(schema, values) == ["open up", "sk-abc", "1234"]
    assert redact("1234 and plain", ["1234"]) == f"{HIDDEN} and plain"


@pytest.mark.spec("A9", "E2")
@pytest.mark.parametrize(
    ("then", "ends"),
    [
        ("raise ValueError('no')", [("Failed", "error", True)]),
        ("await asyncio.sleep(60)", [("Stopped", "warning", True)]),
        ("self.left = asyncio.create_task(asyncio.sleep(60))", [("Stopped", "warning", True)]),
        ("return", []),
    ],
)
async def test_no_status_claims_that_a_run_goes_on(
    theatre: Theatre, then: str, ends: list[tuple[str, str, bool]]
) -> None:
    user = theatre.user
    chat = await user.chat()
    action = await theatre.install(f"""
        import asyncio

        class Action:
            async def action(self, body, __event_emitter__):
                await __event_emitter__({{"type": "status", "data": {{"description": "Reading", "done": False}}}})
                {then}
    """)
    click = asyncio.ensure_future(user.click(action, chat))
    await eventually(lambda: _history(user, chat))
    if "sleep" in then:
        run = await user.last_run(action, "background" if "create_task" in then else None)
        await user.http.post(f"/api/v1/runs/{run['id']}/cancel")
        await user.last_run(action, "cancelled")
    await click
    history = (await user.message(chat))["statusHistory"]
    assert history[0]["description"] == "Reading"
    assert [(entry["description"], entry["level"], entry["done"]) for entry in history[1:]] == ends


async def _history(user: Person, chat: str) -> list[dict[str, Any]]:
    return list((await user.message(chat)).get("statusHistory", []))
