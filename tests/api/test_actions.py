"""Actions without a chat as server-sent events, and questions over HTTP (spec A4, E4)."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from tests.acting import Theatre, person
from tests.api.running import running_server
from tests.waiting import eventually

pytestmark = pytest.mark.anyio

STREAM = {"accept": "text/event-stream"}
STEPS = """
    class Action:
        async def action(self, body, __event_emitter__=None, __event_call__=None):
            print("begun")
            await __event_emitter__({"type": "status", "data": {"description": "working"}})
            if body.get("ask"):
                name = await __event_call__({"type": "select", "data": {"options": ["a", "b"]}})
                return {"name": name}
            if body.get("fail"):
                raise ValueError("on purpose")
            if body.get("parts"):
                return (part for part in ["one ", "two"])
            return {"done": True}
"""


def events_of(text: str) -> list[tuple[str, Any]]:
    """`(name, data)` of each server-sent event."""
    found = []
    for block in text.strip().split("\n\n"):
        if not block.startswith(":"):
            name, data = block.split("\n", 1)
            found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


@pytest.fixture(scope="module")
async def steps(playhouse: Theatre) -> str:
    return await playhouse.install(STEPS, "steps", name="Steps")


@pytest.mark.spec("A4")
async def test_everything_comes_as_it_happens(theatre: Theatre, steps: str) -> None:
    answer = await theatre.user.run(steps, {}, **STREAM)
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = events_of(answer.text)
    assert ("emit", {"type": "status", "data": {"description": "working"}}) in events
    assert [data["text"] for name, data in events if name == "log"] == ["begun"]
    assert events[-1] == ("result", {"done": True})


@pytest.mark.spec("A4")
async def test_a_question_in_the_stream_can_be_answered_over_http(theatre: Theatre, steps: str) -> None:
    run = asyncio.ensure_future(theatre.user.run(steps, {"ask": True}, **STREAM))
    await theatre.user.answer("b")
    events = dict(events_of((await run).text))
    assert events["question"]["type"] == "select"
    assert events["question"]["data"]["interaction_id"] == events["question"]["id"]
    assert events["result"] == {"name": "b"}


@pytest.mark.spec("A4")
async def test_a_generator_comes_in_parts(theatre: Theatre, steps: str) -> None:
    events = events_of((await theatre.user.run(steps, {"parts": True}, **STREAM)).text)
    texts = [data["data"]["content"] for name, data in events if name == "emit" and "content" in data["data"]]
    assert "".join(texts) == "one two"
    assert events[-1] == ("result", "one two")


@pytest.mark.spec("A4")
async def test_an_error_in_the_stream(theatre: Theatre, steps: str) -> None:
    name, data = events_of((await theatre.user.run(steps, {"fail": True}, **STREAM)).text)[-1]
    assert name == "error"
    assert (data["code"], data["detail"]) == ("run_failed", "Steps failed: ValueError: on purpose")


@pytest.mark.spec("A4")
async def test_what_keeps_it_from_starting_has_a_status(theatre: Theatre, steps: str) -> None:
    assert (await theatre.user.run("nowhere", {}, **STREAM)).status_code == 404
    assert (await theatre.user.run("steps.sub", {}, **STREAM)).status_code == 404


@pytest.mark.spec("A7")
async def test_a_repeated_stream_gives_the_first_result(theatre: Theatre, steps: str) -> None:
    key = {"idempotency-key": "stream"}
    for _ in range(2):
        assert events_of((await theatre.user.run(steps, {}, **STREAM, **key)).text)[-1] == ("result", {"done": True})


@pytest.mark.spec("I8")
async def test_a_client_that_leaves_the_stream_stops_the_run(theatre: Theatre) -> None:
    action = await theatre.install("""
        import asyncio

        class Action:
            async def action(self, body, __event_emitter__=None):
                while True:
                    await __event_emitter__({"type": "tick", "data": {}})
                    await asyncio.sleep(0.01)
    """)
    path = f"/api/v1/actions/{action}/run"
    async with theatre.user.http.stream("POST", path, json={}, headers=STREAM) as answer:
        async for line in answer.aiter_lines():
            if line.startswith("event: emit"):
                break
    run = await theatre.user.last_run(action, "cancelled")
    assert "client left" in run["error"]["message"].lower()


@pytest.mark.parametrize("path", ["/api/chat/actions/steps", "/api/v1/actions/steps/run"])
async def test_nobody_runs_actions_without_signing_in(theatre: Theatre, steps: str, path: str) -> None:
    async with httpx.AsyncClient(base_url=theatre.server.url) as stranger:
        answer = await stranger.post(path, json={})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


@pytest.mark.spec("E4")
async def test_questions_over_http(theatre: Theatre, steps: str) -> None:
    user, admin = theatre.user, theatre.admin
    run = asyncio.ensure_future(user.run(steps, {"ask": True}))
    question = await user.question()
    fields = {"id", "run_id", "chat_id", "message_id", "type", "data", "created_at", "deadline", "function"}
    assert set(question) == fields
    assert question["function"] == {"id": "steps", "name": "Steps", "page_script": False, "button": "Steps"}
    assert question["deadline"] > question["created_at"]
    address = f"/api/v1/questions/{question['id']}"
    assert (await admin.http.get("/api/v1/questions")).json() == []
    assert (await admin.http.post(f"{address}/answer", json={"answer": "a"})).status_code == 404
    wrong = await user.http.post(f"{address}/answer", json={"answer": "c"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid")
    assert (await user.http.post(f"{address}/answer", json={"answer": "a"})).json() == {"status": True}
    assert (await user.http.post(f"{address}/answer", json={"answer": "a"})).status_code == 409
    assert (await user.http.post(f"{address}/cancel")).status_code == 409
    assert (await run).json() == {"name": "a"}
    assert (await user.http.get("/api/v1/questions")).json() == []


@pytest.mark.spec("E4")
async def test_a_question_can_be_cancelled(theatre: Theatre, steps: str) -> None:
    run = asyncio.ensure_future(theatre.user.run(steps, {"ask": True}))
    question = await theatre.user.question()
    assert (await theatre.user.http.post(f"/api/v1/questions/{question['id']}/cancel")).status_code == 200
    assert (await run).json() == {"name": None}


@pytest.mark.spec("I8")
async def test_a_server_that_stops_ends_its_runs(theatre: Theatre, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("stopping")
    async with running_server(folder) as server:
        admin = await person(server, "ada", "admin")
        action = await Theatre(server, admin, admin).install(STEPS)
        asking = asyncio.ensure_future(admin.run(action, {"ask": True}))
        await admin.question()
        await server.services.runs.stop(0.1)
        cut = await asking
        assert (cut.status_code, cut.json()["code"]) == (503, "interrupted")
        assert (await admin.run(action, {})).status_code == 503
        await admin.last_run(action, "interrupted")
        await eventually(lambda: not server.services.runs._live)
        await admin.http.aclose()
