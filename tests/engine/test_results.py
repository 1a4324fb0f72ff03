"""What a hook may return, and what comes of it."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.engine.conftest import Bench

pytestmark = pytest.mark.anyio

PRELUDE = """
import dataclasses, datetime, decimal, enum, pathlib, tempfile, uuid
from fastapi.responses import (
    FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
)
from pydantic import BaseModel
class Model(BaseModel):
    a: int = 1
@dataclasses.dataclass
class Data:
    a: int = 1
class Colour(enum.Enum):
    RED = "red"
class Unknown:
    def __repr__(self): return "<unknown>"
class BrokenRepr:
    def __repr__(self): raise ValueError("no")
class Rich:
    def _repr_html_(self): return "<b>rich</b>"
class Figure:
    def savefig(self, file, **options): file.write(b"PNG")
class Image:
    def getbands(self): return "RGB"
    def save(self, file, format): file.write(format.encode())
class Plot:
    def to_plotly_json(self): return {}
    def to_html(self, **options): return "<div>plot</div>"
class Frame:
    columns = ["a", "b"]
    shape = (1, 2)
    def itertuples(self, index, name): return iter([(1, 2.5)])
def circular():
    value = {"a": 1}
    value["self"] = value
    return value
file = pathlib.Path(tempfile.mkdtemp()) / "report.csv"
file.write_text("a,b")
"""
JSON = [
    ("None", None),
    ("True", True),
    ("'text'", "text"),
    ("'ünï'", "ünï"),
    ("3.5", 3.5),
    ("[1, {'a': None}]", [1, {"a": None}]),
    ("{'a': (1, 2)}", {"a": [1, 2]}),
    ("(1, 'x', 3)", [1, "x", 3]),
    ("Model()", {"a": 1}),
    ("{'list': [Model()]}", {"list": [{"a": 1}]}),
    ("Data()", {"a": 1}),
    ("JSONResponse({'a': 1})", {"a": 1}),
    ("PlainTextResponse('text')", "text"),
    ("{'a': '\\ud800'}", {"a": "?"}),
    ("Frame()", {"columns": ["a", "b"], "rows": [[1, 2.5]]}),
    ("{'data': Frame()}", {"data": {"columns": ["a", "b"], "rows": [[1, 2.5]]}}),
    (
        "{'files': [{'name': 'a.bin', 'content': b'\\x00\\xff'}, {'name': 'p.png', 'data': Image()}, b'%PDF-1']}",
        {
            "files": [
                {"name": "a.bin", "content_type": "application/octet-stream", "data": "AP8="},
                {"name": "p.png", "content_type": "image/png", "data": "UE5H"},
                {"name": "file.pdf", "content_type": "application/pdf", "data": "JVBERi0x"},
            ]
        },
    ),
]


@pytest.mark.spec("A5")
@pytest.mark.parametrize(("expression", "value"), JSON)
async def test_plain_values_come_back(bench: Bench, expression: str, value: Any) -> None:
    outcome = await bench.run(f"{PRELUDE}\nclass Action:\n    def action(self, body): return {expression}\n")
    assert outcome.result is not None
    assert (outcome.result.form, outcome.value) == ("json", value)


NOTED = [
    ("float('nan')", None, "NaN became null"),
    ("[float('inf')]", [None], "Infinity became null"),
    ("{1: 2}", {"1": 2}, "a key of type int became text"),
    ("{'a': {1}}", {"a": [1]}, "a set became a list"),
    ("[datetime.date(2024, 1, 2)]", ["2024-01-02"], "became text"),
    ("[decimal.Decimal('1.5')]", [1.5], "became a number"),
    ("[Colour.RED]", ["red"], "became its value"),
    ("[uuid.UUID(int=1)]", ["00000000-0000-0000-0000-000000000001"], "became text"),
    ("[b'abc']", ["abc"], "became text"),
    ("[b'\\xff']", ["/w=="], "became base64 text"),
    ("2 ** 70", str(2**70), "a large int became text"),
    ("circular()", {"a": 1, "self": None}, "contains itself"),
    ("{'x': [Unknown()]}", {"x": ["<unknown>"]}, "x[0] is a function_"),
]


@pytest.mark.spec("A5")
@pytest.mark.parametrize(("expression", "value", "note"), NOTED)
async def test_what_json_does_not_know_is_changed_and_said(
    bench: Bench, expression: str, value: Any, note: str
) -> None:
    outcome = await bench.run(f"{PRELUDE}\nclass Action:\n    async def action(self, body): return {expression}\n")
    assert outcome.value == value
    assert outcome.result is not None
    assert any(note in said for said in outcome.result.notes), outcome.result.notes


FORMS = [
    ("HTMLResponse('<b>x</b>')", "html", {"html": "<b>x</b>", "context": None}),
    ("('<b>x</b>', {'Content-Disposition': 'inline'})", "html", {"html": "<b>x</b>"}),
    ("(HTMLResponse('<b>x</b>'), {'a': 1})", "html", {"html": "<b>x</b>", "context": {"a": 1}}),
    ("Rich()", "html", {"html": "<b>rich</b>"}),
    ("Plot()", "html", {"html": "<div>plot</div>"}),
    ("Figure()", "file", {"name": "figure.png", "content_type": "image/png", "data": b"PNG"}),
    ("Image()", "file", {"name": "image.png", "content_type": "image/png", "data": b"PNG"}),
    ("b'\\x00\\xff'", "file", {"content_type": "application/octet-stream", "data": b"\x00\xff"}),
    ("b'%PDF-1.7'", "file", {"name": "file.pdf", "content_type": "application/pdf", "data": b"%PDF-1.7"}),
    ("FileResponse(file)", "file", {"name": "report.csv", "content_type": "text/csv", "data": b"a,b"}),
    (
        "Response('x', headers={'Content-Disposition': 'attachment; filename=\"n.txt\"'}, media_type='text/plain')",
        "file",
        {"name": "n.txt", "content_type": "text/plain", "data": b"x"},
    ),
    ("JSONResponse({'a': 1}, 418)", "response", {"status": 418, "location": None, "body": {"a": 1}}),
    ("PlainTextResponse('no', 404)", "response", {"status": 404, "body": "no"}),
    ("Response(status_code=204)", "response", {"status": 204, "body": None}),
    ("RedirectResponse('https://example.com/a')", "response", {"status": 307, "location": "https://example.com/a"}),
    (
        "StreamingResponse(iter([b'a,', 'b']), media_type='text/csv', "
        "headers={'Content-Disposition': 'attachment; filename=\"s.csv\"'})",
        "file",
        {"name": "s.csv", "content_type": "text/csv", "data": b"a,b"},
    ),
    ("StreamingResponse(iter([b'GIF8']), media_type='image/gif')", "file", {"name": "file.gif", "data": b"GIF8"}),
    ("Unknown()", "opaque", {"text": "<unknown>"}),
    ("BrokenRepr()", "opaque", {"text": "<BrokenRepr whose repr raises ValueError>"}),
    ("Unknown", "opaque", {"type": "type"}),
    ("print", "opaque", {"type": "builtin_function_or_method"}),
]


@pytest.mark.spec("A5")
@pytest.mark.parametrize(("expression", "form", "parts"), FORMS)
async def test_richer_values_have_a_form_of_their_own(
    bench: Bench, expression: str, form: str, parts: dict[str, Any]
) -> None:
    outcome = await bench.run(f"{PRELUDE}\nclass Action:\n    def action(self, body): return {expression}\n")
    assert outcome.result is not None
    assert outcome.result.form == form
    assert {key: outcome.value[key] for key in parts} == parts


@pytest.mark.spec("A5")
@pytest.mark.parametrize("value", ["'x' * 50_000_000", "['x' * 100_000] * 20", "b'x' * 2_000_000"])
async def test_too_much_output_fails_and_names_the_limit(bench: Bench, value: str) -> None:
    outcome = await bench.run(f"class Action:\n    def action(self, body): return {value}\n")
    assert outcome.failed is not None
    assert outcome.failed.type == "OutputTooLarge"
    assert "1,048,576" in outcome.failed.message


@pytest.mark.parametrize("form", ["def", "async def"])
async def test_many_large_chunks_travel_apart(bench: Bench, form: str) -> None:
    chunk = "{'n': n, 'x': 'x' * 900_000}"
    source = f"class Pipe:\n    {form} pipe(self, body):\n        for n in range(100): yield {chunk}\n"
    outcome = await bench.run(source, "pipe", seconds=30)
    assert [chunk["n"] for chunk in outcome.chunks] == list(range(100))


@pytest.mark.parametrize("chunk", ["'x' * 2_000_000", "{'x': ['ü' * 600_000]}", "b'x' * 2_000_000"])
async def test_a_chunk_that_is_too_large_fails(bench: Bench, chunk: str) -> None:
    outcome = await bench.run(f"class Pipe:\n    def pipe(self, body): yield {chunk}\n", "pipe")
    assert outcome.failed is not None
    assert outcome.failed.type == "OutputTooLarge"


@pytest.mark.spec("A3")
async def test_the_body_arrives_as_it_was_given(bench: Bench) -> None:
    body = {"a": [1, 2.5, None, True, "ü", {"b": {}}], "big": 2**40, "neg": -1, "long": "x" * 500_000}
    outcome = await bench.run("class Action:\n    def action(self, body): return body\n", body=body)
    assert outcome.value == body
    assert math.isclose(outcome.value["a"][1], 2.5)
