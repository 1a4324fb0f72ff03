"""What events do to a message: `penstock.functions.events`."""

from __future__ import annotations

from typing import Any

import pytest

from penstock.functions import events

CASES: list[tuple[str, dict[str, Any], str, Any, dict[str, Any]]] = [
    ("delta", {"content": "a"}, "message", {"content": "b"}, {"content": "ab"}),
    ("delta as text", {"content": "a"}, "message", "b", {"content": "ab"}),
    ("delta of parts", {"content": "a"}, "message", {"content": [{"type": "text", "text": "b"}]}, {"content": "ab"}),
    ("empty delta", {"content": "a"}, "message", {"content": ""}, {}),
    ("replace", {"content": "a"}, "replace", {"content": "b"}, {"content": "b"}),
    ("replace with text", {"content": "a"}, "replace", "b", {"content": "b"}),
    ("replace without content", {"content": "a"}, "replace", {"other": 1}, {}),
    (
        "replace that can be undone",
        {"content": "a"},
        "chat:message",
        {"content": "b", "originalContent": "a"},
        {"content": "b", "original_content": "a"},
    ),
    (
        "status is appended",
        {"status_history": [{"description": "1"}]},
        "status",
        {"description": "2", "done": 0.4},
        {"status_history": [{"description": "1"}, {"description": "2", "done": 0.4}]},
    ),
    ("status as text", {}, "status", "working", {"status_history": [{"description": "working"}]}),
    ("progress begins", {}, "progress", {"progress": 40}, {"status_history": [{"progress": 40, "done": False}]}),
    (
        "progress goes on in place",
        {"status_history": [{"progress": 40, "done": False}, {"description": "x"}]},
        "progress",
        {"progress": 100},
        {"status_history": [{"progress": 100, "done": True}, {"description": "x"}]},
    ),
    (
        "progress after a finished one",
        {"status_history": [{"progress": 100, "done": True}]},
        "progress",
        10,
        {"status_history": [{"progress": 100, "done": True}, {"progress": 10, "done": False}]},
    ),
    (
        "progress as a text",
        {},
        "progress",
        {"percent": "33%"},
        {"status_history": [{"percent": "33%", "progress": 33, "done": False}]},
    ),
    (
        "progress that is no number",
        {},
        "progress",
        {"progress": "soon"},
        {"status_history": [{"progress": 0, "done": False}]},
    ),
    ("files", {"files": [{"id": "1"}]}, "files", {"files": [{"id": "2"}]}, {"files": [{"id": "1"}, {"id": "2"}]}),
    (
        "the same file again",
        {"files": [{"id": "1"}]},
        "files",
        {"files": [{"id": "1", "name": "x"}]},
        {"files": [{"id": "1", "name": "x"}]},
    ),
    (
        "files without ids",
        {},
        "files",
        {"files": [{"name": "a"}, {"name": "b"}, {"name": "a"}]},
        {"files": [{"name": "a"}, {"name": "b"}]},
    ),
    ("files as a list", {}, "files", [{"url": "u"}], {"files": [{"url": "u"}]}),
    ("one file", {}, "files", {"type": "image", "url": "u"}, {"files": [{"type": "image", "url": "u"}]}),
    ("embeds", {"embeds": ["<a>"]}, "embeds", {"embeds": ["<b>"]}, {"embeds": ["<a>", "<b>"]}),
    ("embeds replaced", {"embeds": ["<a>"]}, "embeds", {"embeds": ["<b>"], "replace": True}, {"embeds": ["<b>"]}),
    ("one embed", {}, "embeds", {"embeds": "<b>"}, {"embeds": ["<b>"]}),
    ("a source", {"sources": [1]}, "source", {"source": {"name": "s"}}, {"sources": [1, {"source": {"name": "s"}}]}),
    (
        "a code execution",
        {"extra": {"code_executions": [{"type": "code_execution", "id": "x", "result": None}]}},
        "source",
        {"type": "code_execution", "id": "x", "result": 1},
        {"extra": {"code_executions": [{"type": "code_execution", "id": "x", "result": 1}]}},
    ),
    (
        "completion delta",
        {"content": "a"},
        "chat:completion",
        {"choices": [{"delta": {"content": "b"}}]},
        {"content": "ab"},
    ),
    (
        "completion message",
        {"content": "a"},
        "chat:completion",
        {"choices": [{"message": {"content": "b"}}]},
        {"content": "ab"},
    ),
    (
        "completion content",
        {"content": "a"},
        "chat:completion",
        {"content": "b", "done": True},
        {
            "content": "b",
            "done": True,
        },
    ),
    ("completion usage", {}, "chat:completion", {"usage": {"total_tokens": 3}}, {"usage": {"total_tokens": 3}}),
    (
        "completion error",
        {},
        "chat:completion",
        {"error": {"message": "no"}},
        {
            "error": {"message": "no", "content": "no"},
            "done": True,
        },
    ),
    ("error as text", {}, "chat:message:error", {"error": "no"}, {"error": {"content": "no"}, "done": True}),
    ("follow-ups", {}, "chat:message:follow_ups", {"follow_ups": ["a", "b"]}, {"follow_ups": ["a", "b"]}),
    (
        "favorite",
        {"extra": {"x": 1}},
        "chat:message:favorite",
        {"favorite": True},
        {"extra": {"x": 1, "favorite": True}},
    ),
    (
        "output",
        {"output": [{"id": "1"}]},
        "action:output",
        {"items": [{"id": "2"}]},
        {"output": [{"id": "1"}, {"id": "2"}]},
    ),
    (
        "merge",
        {"extra": {"x": 1}},
        "chat:message:merge",
        {"changes": {"statusHistory": [1], "note": 2, "role": "x"}},
        {
            "status_history": [1],
            "extra": {"x": 1, "note": 2},
        },
    ),
]


@pytest.mark.spec("E1")
@pytest.mark.parametrize(
    ("message", "event_type", "data", "changes"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_event_changes_its_message(
    message: dict[str, Any], event_type: str, data: Any, changes: dict[str, Any]
) -> None:
    before = repr(message)
    assert events.apply(message, event_type, data) == changes
    assert repr(message) == before, "the reducer is pure"


@pytest.mark.spec("E2")
@pytest.mark.parametrize(("alias", "name"), events.ALIASES.items())
def test_alias_behaves_like_its_twin(alias: str, name: str) -> None:
    data = {"content": "x", "files": [{"id": "1"}], "embeds": ["<b>"], "source": {"name": "s"}}
    assert events.apply({}, alias, data) == events.apply({}, name, data) != {}
    assert events.canonical(alias) == name


@pytest.mark.spec("E1")
@pytest.mark.parametrize(
    "event_type", [*sorted(events.PERSISTED), "notification", "execute", "weather:changed", "chat:title"]
)
@pytest.mark.parametrize("data", [None, "text", 3, [], {}, [1, None], {"files": None}, {"content": None}])
def test_odd_shapes_are_survived(event_type: str, data: Any) -> None:
    changes = events.apply({"content": "a", "status_history": []}, event_type, data)
    assert isinstance(changes, dict)


@pytest.mark.parametrize("event_type", ["notification", "execute", "weather:changed"])
def test_what_is_not_of_the_message_changes_nothing(event_type: str) -> None:
    assert events.apply({"content": "a"}, event_type, {"content": "b"}) == {}


@pytest.mark.spec("E1")
@pytest.mark.parametrize(
    ("event_type", "data", "changes"),
    [
        ("chat:title", "New", {"title": "New"}),
        ("chat:title", {"title": "New"}, {"title": "New"}),
        ("chat:title", " ", {}),
        ("chat:tags", ["a", {"name": "b"}], {"tags": ["a", "b"]}),
        ("chat:completion", {"title": "New", "done": True}, {"title": "New"}),
        ("status", {"title": "New"}, {}),
    ],
)
def test_events_of_the_chat(event_type: str, data: Any, changes: dict[str, Any]) -> None:
    assert events.chat_changes(event_type, data) == changes


@pytest.mark.parametrize("event_type", ["message", "chat:message:delta", "chat:completion"])
def test_appended_text_can_be_taken_out_and_put_back(event_type: str) -> None:
    assert events.delta_text(event_type, events.with_delta_text(event_type, "abc")) == "abc"


@pytest.mark.parametrize(
    ("event_type", "data"),
    [
        ("status", {"description": "x"}),
        ("message", {"content": "x", "id": 1}),
        ("chat:completion", {"content": "x"}),
        ("chat:completion", {"choices": [{"delta": {"content": "x"}, "finish_reason": "stop"}]}),
        ("chat:completion", {"choices": [{"delta": {"content": "x"}}], "done": True}),
        ("chat:completion", {"choices": [{"delta": {"content": "x", "role": "assistant"}}]}),
    ],
)
def test_events_that_do_more_than_append_are_never_merged(event_type: str, data: Any) -> None:
    assert events.delta_text(event_type, data) is None


@pytest.mark.parametrize(
    ("type", "data", "finished"),
    [
        ("status", {"description": "Reading"}, True),
        ("status", {"description": "Reading", "done": False}, False),
        ("status", {"description": "Reading", "done": 0.4}, False),
        ("status", {"description": "Reading", "done": 1}, True),
        ("status", {"description": "Reading", "done": False, "hidden": True}, True),
        ("status", "Reading", True),
        ("progress", 40, False),
        ("progress", {"percent": "100 %"}, True),
        ("progress", {"progress": 40, "done": True}, True),
    ],
)
def test_whether_a_status_says_that_something_goes_on(type: str, data: Any, finished: bool) -> None:
    assert events.is_finished(type, data) is finished
