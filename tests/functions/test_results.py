"""What the return values of actions mean: `penstock.functions.results`."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from penstock.functions.results import ActionOutcome, Toast, interpret

SENT: dict[str, Any] = {
    "model": "m",
    "messages": [{"id": "a", "role": "user", "content": "hi"}, {"id": "b", "role": "assistant", "content": "hello"}],
    "chat_id": "c",
    "session_id": "s",
    "id": "b",
    "message_id": "b",
    "content": "hello",
    "files": [],
    "metadata": {"chat_id": "c"},
    "format": "csv",
}


def read(value: Any, form: str = "json", sent: Any = SENT) -> ActionOutcome:
    return interpret(form, value, sent)


@pytest.mark.spec("A5")
def test_none_does_nothing() -> None:
    assert read(None) == ActionOutcome(None)


@pytest.mark.spec("A5")
@pytest.mark.parametrize(
    ("value", "changes"),
    [
        ("HELLO", {"b": {"content": "HELLO"}}),
        ("hello", {}),
        ({"content": "HELLO"}, {"b": {"content": "HELLO"}}),
        ({"content": "HELLO", "metadata": {"x": 1}}, {"b": {"content": "HELLO", "metadata": {"x": 1}}}),
        ({"messages": [{"id": "a", "content": "HI"}]}, {"a": {"content": "HI"}}),
        ({"messages": [{"id": "a", "content": "hi", "note": 1}]}, {"a": {"note": 1}}),
        ({"messages": [{"content": "hi"}, {"content": "HELLO"}]}, {"b": {"content": "HELLO"}}),
        ([{"id": "b", "content": "HELLO"}], {"b": {"content": "HELLO"}}),
        ({"message": {"id": "b", "content": "HELLO"}}, {"b": {"content": "HELLO"}}),
        (SENT, {}),
        ({**SENT, "content": "HELLO"}, {"b": {"content": "HELLO"}}),
        ({**SENT, "messages": [SENT["messages"][0], {**SENT["messages"][1], "content": "X"}]}, {"b": {"content": "X"}}),
        (
            {**SENT, "content": "ignored", "messages": [{"id": "b", "role": "assistant", "content": "X"}]},
            {"b": {"content": "X"}},
        ),
    ],
)
def test_texts_and_messages(value: Any, changes: dict[str, Any]) -> None:
    outcome = read(value)
    assert outcome.changes == changes
    assert outcome.response == value
    assert not outcome.toast
    assert not outcome.output


@pytest.mark.spec("A5")
@pytest.mark.parametrize(
    ("value", "toast", "status"),
    [
        ({"success": True, "message": "Done"}, Toast("success", "Done"), "done"),
        ({"success": False, "message": "No"}, Toast("error", "No"), "failed"),
        ({"success": False}, Toast("error", "The action says that it failed."), "failed"),
        ({"message": "Hint"}, Toast("info", "Hint"), "done"),
        ({"status": "success", "message": "Done"}, Toast("success", "Done"), "done"),
        ({"status": "error", "message": "No"}, Toast("error", "No"), "failed"),
        ({"status": "warning", "message": "Hm"}, Toast("warning", "Hm"), "done"),
        ({"error": "No", "traceback": "..."}, Toast("error", "No"), "failed"),
        ({"error": {"message": "No"}}, Toast("error", "No"), "failed"),
        ({"status": "cancelled"}, None, "cancelled"),
        ({"success": True, "error": None, "message": "Done"}, Toast("success", "Done"), "done"),
    ],
)
def test_words_become_a_toast(value: Any, toast: Toast | None, status: str) -> None:
    outcome = read(value)
    assert outcome.toast == toast
    assert outcome.status == status
    assert not outcome.changes
    assert not outcome.notes


@pytest.mark.spec("A5")
@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ([{"a": 1}, {"a": 2}], "table"),
        ({"columns": ["a"], "rows": [[1]]}, "table"),
        ({"operation": "add", "result": 3}, "json"),
        ([1, 2], "json"),
        ("text", "text"),
        (3, "text"),
    ],
)
def test_data_is_shown(data: Any, kind: str) -> None:
    (item,) = read({"success": True, "data": data}).output
    assert (item.kind, item.data, item.file) == (kind, data, None)


@pytest.mark.spec("A5")
@pytest.mark.parametrize(
    ("data", "wanted", "content", "content_type"),
    [
        ('{"a": 1}', "json", b'{"a": 1}', "application/json"),
        ([{"a": 1, "b": 2}, {"a": 3}], "csv", b"a,b\n1,2\n3,\n", "text/csv"),
        ({"columns": ["a"], "rows": [["x,y"]]}, ".CSV", b'a\n"x,y"\n', "text/csv"),
        ([["a", "b"], [1, {"c": 2}]], "tsv", b'a\tb\n1\t"{""c"":2}"\n', "text/tab-separated-values"),
        ({"a": [1]}, "json", b'{\n  "a": [\n    1\n  ]\n}', "application/json"),
        ("# x", "md", b"# x", "text/markdown"),
    ],
)
def test_data_with_a_format_is_a_download(data: Any, wanted: str, content: bytes, content_type: str) -> None:
    (item,) = read({"success": True, "data": data, "format": wanted}).output
    assert item.file is not None
    assert (item.file.data, item.file.content_type) == (content, content_type)
    assert item.file.name == f"export.{wanted.lower().lstrip('.')}"


def test_a_format_that_was_only_sent_along_exports_nothing() -> None:
    outcome = read({**SENT, "data": [1]})
    assert [item.file for item in outcome.output] == [None]


@pytest.mark.spec("A5")
def test_files_in_every_way() -> None:
    encoded = base64.b64encode(b"\x00\x01").decode()
    outcome = read(
        {
            "files": [
                {"name": "a.txt", "content": "text"},
                {"filename": "../b.bin", "data": encoded, "content_type": "application/x-b"},
                {"url": "https://example.com/c.png"},
                {"url": f"data:image/png;base64,{encoded}"},
                {"path": "out/d.pdf"},
                {"type": "file", "id": "x", "url": "/api/v1/files/x", "name": "e"},
                "https://example.com/f.csv",
                {"name": "nothing"},
                7,
            ]
        }
    )
    found = [(file.name, file.content_type, file.data, file.url, file.path) for file in outcome.files]
    assert found == [
        ("a.txt", "text/plain", b"text", None, None),
        ("b.bin", "application/x-b", b"\x00\x01", None, None),
        ("c.png", "image/png", None, "https://example.com/c.png", None),
        ("file.png", "image/png", b"\x00\x01", None, None),
        ("d.pdf", "application/pdf", None, None, "out/d.pdf"),
        ("e", "application/octet-stream", None, "/api/v1/files/x", None),
        ("f.csv", "text/csv", None, "https://example.com/f.csv", None),
    ]
    assert len(outcome.notes) == 2


@pytest.mark.spec("A5")
def test_html_is_an_embed() -> None:
    outcome = read({"html": "<b>x</b>", "headers": {}, "context": None}, "html")
    assert outcome.embeds == ["<b>x</b>"]
    assert outcome.response["code"] == "ui_component"
    assert read({"html": "<b>", "headers": {}, "context": {"rows": 3}}, "html").response == {"rows": 3}


@pytest.mark.spec("A5")
def test_a_file_form_is_attached() -> None:
    outcome = read({"name": "a.png", "content_type": "image/png", "data": b"x"}, "file")
    assert [(file.name, file.data) for file in outcome.files] == [("a.png", b"x")]


@pytest.mark.spec("A5")
def test_a_returned_event_is_emitted() -> None:
    outcome = read({"type": "status", "data": {"description": "x"}})
    assert outcome.events == [("status", {"description": "x"})]
    assert not outcome.output


@pytest.mark.spec("A5")
def test_data_of_an_event_that_no_page_knows_is_shown() -> None:
    outcome = read({"type": "code_result", "data": {"output": "42"}})
    assert outcome.events == [("code_result", {"output": "42"})]
    assert [(item.kind, item.data) for item in outcome.output] == [("json", {"output": "42"})]
    assert read({"type": "unload_result", "data": {"message": "Done"}}).toast == Toast("info", "Done")


@pytest.mark.spec("A5")
@pytest.mark.parametrize(
    ("form", "value"),
    [
        ("json", True),
        ("json", 7),
        ("json", ""),
        ("json", []),
        ("json", {"weather": "fine"}),
        ("json", {"status": "odd"}),
        ("opaque", {"type": "lock", "text": "<lock>"}),
    ],
)
def test_what_is_not_recognised_is_said(form: str, value: Any) -> None:
    outcome = read(value, form)
    assert outcome.notes
    assert not outcome.changes
    assert not outcome.toast


@pytest.mark.parametrize("sent", [None, [1], "text", {}, {"messages": [1, None]}])
def test_any_body_is_survived(sent: Any) -> None:
    for value in ("x", {"content": "x"}, {"messages": [{"id": "b", "content": "x"}]}, [{"id": None}]):
        interpret("json", value, sent)


@pytest.mark.spec("A5")
def test_data_is_drawn_where_the_author_wants_a_chart() -> None:
    rows = [{"month": "Jan", "north": 1, "south": 2}]
    wanted = {"type": "line", "x": "month", "y": "north", "stacked": True}
    for chart, read_as in [
        ("bar", {"type": "bar"}),
        (wanted, {"type": "line", "x": "month", "y": ["north"], "stacked": True}),
        ({"type": "pie", "x": 3, "y": ["a", "b"]}, {"type": "pie", "y": ["a", "b"]}),
    ]:
        outcome = read({"data": rows, "chart": chart, "title": "Sales", "format": "csv"})
        (item,) = outcome.output
        assert (item.kind, item.data, item.title, item.chart) == ("chart", rows, "Sales", read_as)
        assert item.file is not None
        assert not outcome.notes


@pytest.mark.spec("A5")
@pytest.mark.parametrize(
    ("chart", "data", "kind", "note"),
    [
        ("gantt", [{"a": 1}], "table", "`chart` is one of bar, line, area, pie, scatter, not 'gantt'."),
        ({"kind": "bar"}, {"a": 1}, "json", "`chart` is one of bar"),
        ("bar", "a text", "text", "`chart` needs `data` with rows"),
        ({"type": "bar", "colour": "red"}, [{"a": 1}], "chart", "Keys that have no meaning in `chart`: colour."),
    ],
)
def test_what_cannot_be_drawn_is_shown_and_said(chart: Any, data: Any, kind: str, note: str) -> None:
    outcome = read({"data": data, "chart": chart})
    assert [item.kind for item in outcome.output] == [kind]
    assert outcome.notes[0].startswith(note)
