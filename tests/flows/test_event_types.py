"""Every type of event from a worker into its message, and what is there after a reload (spec E1, E2)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acting import Theatre
from tests.realtime.joined import joined

pytestmark = [pytest.mark.anyio, pytest.mark.spec("E1")]

EMIT = """
    class Action:
        async def action(self, body, __event_emitter__=None):
            for event in body["events"]:
                await __event_emitter__(event)
"""
RUNNING = {"type": "code_execution", "id": "1", "name": "Sum", "code": "1+1", "language": "python"}
SOURCE = {"source": {"name": "A"}, "document": ["passage"], "metadata": [{"source": "A"}]}
FILES = [{"type": "file", "id": "f", "name": "a.txt", "url": "/x"}]
NEWER = [{"type": "file", "id": "f", "name": "b.txt", "url": "/x"}]


def many(kind: str, *data: Any) -> list[dict[str, Any]]:
    return [{"type": kind, "data": each} for each in data]


CASES: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {
    "status": (
        many("status", {"description": "one", "done": 0.5}, {"description": "two", "done": True, "urls": ["u"]}),
        {"statusHistory": [{"description": "one", "done": 0.5}, {"description": "two", "done": True, "urls": ["u"]}]},
    ),
    "status, hidden": (
        many("status", {"description": "x", "hidden": True, "action": "search", "level": "warning"}),
        {"statusHistory": [{"description": "x", "hidden": True, "action": "search", "level": "warning"}]},
    ),
    "progress": (
        many("progress", {"progress": 10}, {"progress": "50%", "description": "half"}, {"percent": 100}),
        {"statusHistory": [{"progress": 100, "percent": 100, "description": "half", "done": True}]},
    ),
    "progress, two at once": (
        many("progress", {"id": "a", "progress": 1}, {"id": "b", "progress": 2}, {"id": "a", "progress": 3}),
        {"statusHistory": [{"id": "a", "progress": 3, "done": False}, {"id": "b", "progress": 2, "done": False}]},
    ),
    "message": (
        [*many("message", {"content": " a"}), *many("status", {"done": True}), *many("message", {"content": " b"})],
        {"content": "hello a b", "statusHistory": [{"done": True}]},
    ),
    "chat:message:delta": (many("chat:message:delta", {"content": "!"}), {"content": "hello!"}),
    "replace": (many("replace", {"content": "new"}), {"content": "new"}),
    "chat:message": (
        many("chat:message", {"content": "new", "originalContent": "old"}),
        {"content": "new", "originalContent": "old"},
    ),
    "files": (many("files", {"files": FILES}, {"files": NEWER}), {"files": NEWER}),
    "chat:message:files": (
        many("chat:message:files", {"files": FILES}, {"files": [{"url": "/y"}], "replace": True}),
        {"files": [{"url": "/y"}]},
    ),
    "embeds": (many("embeds", {"embeds": ["<a>"]}, {"embeds": ["<b>"]}), {"embeds": ["<a>", "<b>"]}),
    "chat:message:embeds": (
        many("chat:message:embeds", {"embeds": ["<a>"]}, {"embeds": ["<b>"], "replace": True}),
        {"embeds": ["<b>"]},
    ),
    "source": (many("source", SOURCE), {"sources": [SOURCE]}),
    "citation": (many("citation", SOURCE, SOURCE), {"sources": [SOURCE, SOURCE]}),
    "code executions by id": (
        many("citation", RUNNING, {**RUNNING, "result": {"output": "2"}}, {**RUNNING, "id": "2"}),
        {"code_executions": [{**RUNNING, "result": {"output": "2"}}, {**RUNNING, "id": "2"}]},
    ),
    "notification": (many("notification", {"type": "info", "content": "x"}), {}),
    "chat:message:favorite": (many("chat:message:favorite", {"favorite": True}), {"favorite": True}),
    "chat:message:follow_ups": (
        many("chat:message:follow_ups", {"follow_ups": ["a"]}, {"follow_ups": ["b", "c"]}),
        {"followUps": ["b", "c"]},
    ),
    "chat:message:error": (
        many("chat:message:error", {"error": "It failed"}),
        {"error": {"content": "It failed"}, "done": True},
    ),
    "chat:message:merge": (many("chat:message:merge", {"changes": {"note": 1}}), {"note": 1}),
    "chat:completion": (
        many(
            "chat:completion",
            {"choices": [{"delta": {"content": " a"}}]},
            {"usage": {"total_tokens": 3}, "sources": [SOURCE]},
            {"done": True},
        ),
        {"content": "hello a", "usage": {"total_tokens": 3}, "sources": [SOURCE], "done": True},
    ),
    "chat:completion, whole": (many("chat:completion", {"content": "all", "done": True}), {"content": "all"}),
    "action:output": (
        many("action:output", {"items": [{"id": "1", "kind": "text", "data": "x"}]}),
        {"output": [{"id": "1", "kind": "text", "data": "x"}]},
    ),
    "of an unknown type": (many("weather:changed", {"sky": [1, {"deep": None}]}), {}),
    "of an unknown type, without data": ([{"type": "ping"}], {}),
}


@pytest.fixture(scope="module")
async def emit(playhouse: Theatre) -> str:
    return await playhouse.install(EMIT)


@pytest.mark.spec("E2")
@pytest.mark.parametrize("case", CASES)
async def test_an_event_reaches_the_page_and_stays_with_its_message(theatre: Theatre, emit: str, case: str) -> None:
    events, stored = CASES[case]
    user = theatre.user
    chat = await user.chat()
    before = await user.message(chat)
    async with joined(theatre.server.url, user.token) as tab:
        await user.clicked(emit, chat, events=events)
        await tab.saw("action:finished")
        came = [event["data"] for event in tab.events if not event["data"]["type"].startswith("action:f")]
        came = [event for event in came if event["type"] != "action:started"]
    assert came == [{"data": None, **event} for event in events]  # verbatim and in order
    after = await user.message(chat)
    assert {name: after.get(name) for name in stored} == stored
    untouched = before.keys() - stored.keys() - {"timestamp"}
    assert {name: after[name] for name in untouched} == {name: before[name] for name in untouched}


@pytest.mark.parametrize(
    ("kind", "data", "title", "tags"),
    [
        ("chat:title", "A name", "A name", []),
        ("chat:title", {"title": "Other"}, "Other", []),
        ("chat:tags", ["x", {"name": "y"}], "A chat", ["x", "y"]),
        ("chat:completion", {"title": "Third", "done": True}, "Third", []),
    ],
)
async def test_events_of_the_chat(
    theatre: Theatre, emit: str, kind: str, data: Any, title: str, tags: list[str]
) -> None:
    user = theatre.user
    chat = await user.chat()
    await user.clicked(emit, chat, events=many(kind, data))
    read = (await user.http.get(f"/api/v1/chats/{chat}")).json()
    assert read["title"] == title
    assert [tag["name"] for tag in (await user.http.get(f"/api/v1/chats/{chat}/tags")).json()] == tags


@pytest.mark.spec("E2")
async def test_a_client_that_was_away_gets_what_it_missed(theatre: Theatre, emit: str) -> None:
    user = theatre.user
    chat = await user.chat()
    async with joined(theatre.server.url, user.token) as tab:
        await user.clicked(emit, chat, events=many("status", {"description": "seen"}))
        last = (await tab.saw("status"))["seq"]
        await tab.saw("action:finished")
    await user.clicked(emit, chat, events=many("message", {"content": " missed"}))
    async with joined(theatre.server.url, user.token, last_event_id=last) as tab:
        assert (await tab.saw("message"))["data"]["data"] == {"content": " missed"}
    answer = await user.http.get("/api/v1/events", params={"after": last})
    assert "message" in [event["data"]["type"] for event in answer.json()["events"]]
