"""Trying a source that is not saved: everything as in a run, and nothing of it stays."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from textwrap import dedent
from typing import Any

import httpx
import pytest

from tests.stage import Stage

CHAT = [
    {"id": "q", "role": "user", "content": "Two words"},
    {"id": "a", "role": "assistant", "content": "First second third"},
]
STREAM = {"Accept": "text/event-stream"}
SAVED = "class Action:\n    async def action(self, body):\n        return 'saved'\n"


def form(source: str, hook: str, **more: Any) -> dict[str, Any]:
    return {"id": "drafted", "content": dedent(source), "hook": hook, "body": {"messages": CHAT, "id": "a"}, **more}


async def told(client: httpx.AsyncClient, body: dict[str, Any]) -> AsyncIterator[tuple[str, Any]]:
    """The events of a try, as they come."""
    async with client.stream("POST", "/api/v1/functions/try", json=body, headers=STREAM, timeout=60) as answer:
        assert answer.status_code == 200, await answer.aread()
        name = ""
        async for line in answer.aiter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield name, json.loads(line.removeprefix("data: "))


async def test_an_action_asks_and_shows_while_the_saved_one_serves(play: Stage) -> None:
    await play.install(SAVED, "drafted")
    source = """
        import os
        class Action:
            async def action(self, body, __event_emitter__, __event_call__, __id__):
                print("seen", body["messages"][-1]["content"], __id__)
                open("left.txt", "w").write("x")
                await __event_emitter__({"type": "status", "data": {"description": "Asking"}})
                name = await __event_call__({"type": "input", "data": {"title": "Who?"}})
                return {"content": f"Hello {name}", "files_there": os.listdir(".")}
        """
    seen: list[tuple[str, Any]] = []
    async for name, data in told(play.client, form(source, "action")):
        seen.append((name, data))
        if name == "question":
            answered = await play.client.post(f"/api/v1/questions/{data['id']}/answer", json={"answer": "Ada"})
            assert answered.status_code == 200
    names = [name for name, _ in seen]
    assert (names[0], names[-1]) == ("loaded", "result"), seen
    assert seen[0][1]["kind"] == "action"
    assert seen[0][1]["hooks"] == ["action"]
    assert any(name == "log" and "seen First second third drafted" in data["text"] for name, data in seen)
    assert ("emit", {"type": "status", "data": {"description": "Asking"}}) in seen
    assert "Hello Ada" in json.dumps(seen)
    kept = (await play.client.get("/api/v1/functions/id/drafted")).json()
    assert kept["content"] == SAVED
    assert kept["version_number"] == 1
    assert (await play.client.post("/api/v1/actions/drafted/run", json={})).json() == "saved"
    folder = play.server.services.settings.data_dir / "functions"
    assert [each.name for each in folder.iterdir() if "drafted" in each.name] == ["drafted"]
    assert all(run["trigger"] != "try" for run in (await play.client.get("/api/v1/runs")).json())


@pytest.mark.parametrize(
    ("hook", "source", "value"),
    [
        ("inlet", "body['messages'][0]['content'] = 'changed'; return body", None),
        ("outlet", "body['seen'] = len(body['messages']); return body", None),
    ],
)
async def test_filters_give_back_the_body(play: Stage, hook: str, source: str, value: None) -> None:
    whole = f"class Filter:\n    def {hook}(self, body):\n        {source}\n"
    answer = await play.client.post("/api/v1/functions/try", json=form(whole, hook))
    assert answer.status_code == 200, answer.text
    body = answer.json()["value"]
    assert body["messages"][0]["content"] == "changed" if hook == "inlet" else body["seen"] == 2


async def test_streams_pipes_and_events_are_called_as_the_server_would(play: Stage) -> None:
    stream = """
        class Filter:
            def stream(self, event):
                for choice in event["choices"]:
                    choice["delta"]["content"] = choice["delta"]["content"].upper()
                return event
        """
    answer = await play.client.post("/api/v1/functions/try", json=form(stream, "stream"))
    assert answer.json() == {"value": "FIRST SECOND THIRD"}

    pipe = """
        class Pipe:
            class Valves:
                pass
            def pipes(self):
                return [{"id": "one", "name": "One"}]
            def pipe(self, body):
                yield "You said "
                yield body["messages"][0]["content"] + " to " + body["model"]
        """
    seen = [each async for each in told(play.client, form(pipe, "pipe", action="one"))]
    assert ("chunk", {"content": "You said "}) in seen
    assert seen[-1] == ("result", {"value": "You said Two words to drafted.one"})
    answer = await play.client.post("/api/v1/functions/try", json=form(pipe, "pipes"))
    assert answer.json() == {"value": [{"id": "one", "name": "One"}]}

    event = """
        class Event:
            async def event(self, event):
                return event["name"] + " " + event["data"]["title"]
        """
    body = {"name": "chat.created", "data": {"title": "Mine"}}
    answer = await play.client.post("/api/v1/functions/try", json=form(event, "event", body=body))
    assert answer.json() == {"value": "chat.created Mine"}


async def test_failures_say_their_line_and_valves_may_be_given(play: Stage) -> None:
    source = """
        from pydantic import BaseModel, Field
        class Action:
            class Valves(BaseModel):
                greeting: str = Field(...)
            def __init__(self):
                self.valves = None
            async def action(self, body):
                if self.valves.greeting == "bad":
                    raise ValueError("no such greeting")
                return self.valves.greeting
        """
    seen = [each async for each in told(play.client, form(source, "action"))]
    assert seen[0][1]["missing"] == ["greeting"]
    assert (seen[-1][0], seen[-1][1].get("code")) == ("error", "needs_configuration")
    answer = await play.client.post(
        "/api/v1/functions/try", json=form(source, "action", valves={"greeting": "Good day"})
    )
    assert "Good day" in answer.text
    seen = [each async for each in told(play.client, form(source, "action", valves={"greeting": "bad"}))]
    assert (seen[-1][0], seen[-1][1].get("line")) == ("error", 10)
    assert 'File "drafted.py", line 10' in seen[-1][1]["traceback"]


@pytest.mark.parametrize(
    ("source", "hook", "code"),
    [
        ("class Action:\n    async def action(self, body:\n", "action", "bad_source"),
        ("class Action:\n    async def action(self, body): ...\n", "inlet", "bad_request"),
        ("import nowhere_at_all\nclass Action:\n    async def action(self, body): ...\n", "action", "bad_source"),
    ],
)
async def test_what_cannot_be_tried_says_why(play: Stage, source: str, hook: str, code: str) -> None:
    answer = await play.client.post("/api/v1/functions/try", json=form(source, hook))
    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_who_leaves_stops_it_and_only_admins_may(play: Stage, user: httpx.AsyncClient) -> None:
    source = "import asyncio\nclass Action:\n    async def action(self, body):\n        await asyncio.sleep(600)\n"
    stream = told(play.client, form(source, "action"))
    assert (await anext(stream))[0] == "loaded"
    await stream.aclose()  # type: ignore[attr-defined]
    async with asyncio.timeout(30):
        while any("drafted" in worker.function_id for worker in play.server.services.engine.workers()):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert (await user.post("/api/v1/functions/try", json=form(source, "action"))).status_code == 403


async def test_a_source_is_examined_before_anything_of_it_runs(play: Stage, user: httpx.AsyncClient) -> None:
    source = dedent(
        '''
        """
        title: Weather
        author: Ada
        requirements: some-package>=1
        """
        import requests
        raise SystemExit("this must not run")
        class Action:
            async def action(self, body):
                return requests.get("https://weather.invalid/now", timeout=5).text
        '''
    ).lstrip()
    found = (await play.client.post("/api/v1/functions/examine", json={"content": source})).json()
    assert (found["kind"], found["title"], found["author"], found["hooks"]) == ("action", "Weather", "Ada", ["action"])
    assert found["needs"]["requirements"] == ["some-package>=1"]
    assert [each["host"] for each in found["needs"]["hosts"]] == ["weather.invalid"]
    assert any(each["code"] for each in found["findings"])
    assert found["files"] == [{"path": "", "content": source}]
    broken = (await play.client.post("/api/v1/functions/examine", json={"content": "class Action:\n  x ="})).json()
    assert broken["works"] is False
    assert broken["findings"][0]["line"] == 2
    no_zip = (await play.client.post("/api/v1/functions/examine", json={"package": "UEs="})).json()
    assert (no_zip["works"], no_zip["files"]) == (False, [])
    assert "it is no zip" in no_zip["findings"][0]["message"]
    assert (await play.client.post("/api/v1/functions/examine", json={})).status_code == 400
    assert (await user.post("/api/v1/functions/examine", json={"content": source})).status_code == 403
