"""Each template that the page offers for a new function is saved as it stands, and does what it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.stage import Stage

FOLDER = Path(__file__).parents[2] / "web" / "src" / "admin" / "templates" / "sources"
TEMPLATES = sorted(path.stem for path in FOLDER.glob("*.py"))
ECHO = (
    "class Pipe:\n    async def pipe(self, body):\n        return ' | '.join(m['content'] for m in body['messages'])\n"
)
BODY = {"content": "kestrels over the valley, kestrels below", "messages": []}


async def save(play: Stage, name: str) -> dict[str, Any]:
    """Over the API, as the page does, and switched on for all models."""
    form = {"id": name, "name": name, "content": (FOLDER / f"{name}.py").read_text(), "meta": {}}
    saved = await play.client.post("/api/v1/functions/create", json=form)
    assert saved.status_code == 200, saved.text
    play.installed.append(name)
    await play.client.post(f"/api/v1/functions/id/{name}/toggle")
    if saved.json()["kind"] in ("action", "filter"):
        await play.client.post(f"/api/v1/functions/id/{name}/toggle/global")
    found: dict[str, Any] = saved.json()
    return found


async def run_action(play: Stage, name: str, *answers: Any) -> Any:
    """What it returns, its questions answered in turn."""
    left = list(answers)
    stream = {"Accept": "text/event-stream"}
    async with play.client.stream("POST", f"/api/v1/actions/{name}/run", json=BODY, headers=stream) as answer:
        kind = ""
        async for line in answer.aiter_lines():
            kind = line.removeprefix("event: ") if line.startswith("event: ") else kind
            if not line.startswith("data: "):
                continue
            data = json.loads(line.removeprefix("data: "))
            assert kind != "error", data
            if kind == "question":
                await play.client.post(f"/api/v1/questions/{data['id']}/answer", json={"answer": left.pop(0)})
            if kind == "result":
                return data
    raise AssertionError("it ended without a result")


def test_every_kind_has_one() -> None:
    sources = [(FOLDER / f"{name}.py").read_text() for name in TEMPLATES]
    for kind in ("Action", "Pipe", "Filter", "Event"):
        assert any(f"\nclass {kind}:" in source for source in sources)
    shown = (FOLDER.parent / "templates.ts").read_text()
    assert all(f"  {name}: " in shown for name in TEMPLATES)


async def test_actions_ask_and_write(play: Stage) -> None:
    await save(play, "note")
    assert "> Hello, " in json.dumps(await run_action(play, "note", True))
    await save(play, "ask_twice")
    outline = json.dumps(await run_action(play, "ask_twice", "Party", "short"))
    assert "3. Party: point 3" in outline
    assert "4. Party" not in outline
    await save(play, "count_words")
    assert '{"word": "kestrels", "times": 2}' in json.dumps(await run_action(play, "count_words"))


async def test_pipes_answer(play: Stage) -> None:
    await save(play, "words_model")
    assert await play.text("words_model") == "You said: Hi "
    await save(play, "connection_model")
    assert "Choose a model first" in await play.text("connection_model")
    await play.refresh_provider()
    theirs = next(each["id"] for each in (await play.client.get("/api/models")).json()["data"] if "pipe" not in each)
    await play.client.post("/api/v1/functions/id/connection_model/valves/update", json={"model": theirs})
    assert await play.text("connection_model")
    (asked,) = [each for each in play.provider.requests if "Answer in one short" in json.dumps(each)]
    assert asked["messages"][0]["role"] == "system"


async def test_filters_change_what_goes_in_and_comes_out(play: Stage) -> None:
    echo = await play.install(ECHO)
    assert (await save(play, "brief_filter"))["meta"]["toggle"] is True
    assert "at most 3 sentences" not in await play.text(echo)
    assert "at most 3 sentences" in await play.text(echo, filter_ids=["brief_filter"])
    await save(play, "names_filter")
    seen = await play.install(ECHO.replace("return", "print(body); return"))
    messages = [{"role": "user", "content": "What of Project Kestrel?"}]
    assert await play.text(seen, messages=messages) == "What of Project Kestrel?"
    run = next(each for each in (await play.client.get(f"/api/v1/runs?function_id={seen}")).json())
    logs = (await play.client.get(f"/api/v1/runs/{run['id']}/logs")).json()
    assert "What of <name-1>?" in "".join(line["text"] for line in logs)


async def test_an_event_function_counts(play: Stage) -> None:
    await save(play, "answers_event")
    tried = await play.client.post(
        "/api/v1/functions/try",
        json={
            "id": "answers_event",
            "content": (FOLDER / "answers_event.py").read_text(),
            "hook": "event",
            "body": {"name": "chat.finished"},
        },
    )
    assert tried.status_code == 200, tried.text
    assert '"today":1' in tried.text.replace(" ", "")


@pytest.mark.parametrize("name", TEMPLATES)
async def test_nothing_is_said_against_it(play: Stage, name: str) -> None:
    source = (FOLDER / f"{name}.py").read_text()
    found = (await play.client.post("/api/v1/functions/examine", json={"content": source})).json()
    assert [each["message"] for each in found["findings"] if each["severity"] != "note"] == []
