"""What an author sees of an exception, and of a source that does not load."""

from __future__ import annotations

import pytest

from penstock.engine.base import VersionSource
from penstock.errors import SourceError
from tests.engine.conftest import Bench

pytestmark = pytest.mark.anyio


@pytest.mark.spec("I7")
@pytest.mark.parametrize("form", ["def", "async def"])
async def test_a_failure_has_type_message_and_the_authors_lines(bench: Bench, form: str) -> None:
    source = f"""\
import json

class Action:
    {form} action(self, body):
        return self.inner()
    def inner(self):
        return json.loads("{{")
"""
    version = bench.version(source)
    failed = (await bench.run(version)).failed
    assert failed is not None
    assert failed.type == "JSONDecodeError"
    assert failed.message.startswith("Expecting property name")
    assert failed.line == 7
    assert f'File "{version.filename}", line 5, in action' in failed.traceback
    assert "return self.inner()" in failed.traceback
    assert "penstock" not in failed.traceback


@pytest.mark.spec("I7")
async def test_a_failure_in_a_generator_comes_after_its_chunks(bench: Bench) -> None:
    source = "class Pipe:\n    def pipe(self, body):\n        yield 'a'\n        yield 'b'\n        1 / 0\n"
    outcome = await bench.run(source, "pipe")
    assert outcome.chunks == ["a", "b"]
    assert outcome.failed is not None
    assert (outcome.failed.type, outcome.failed.line) == ("ZeroDivisionError", 5)


@pytest.mark.spec("I7")
async def test_chained_exceptions_and_odd_ones_are_told(bench: Bench) -> None:
    source = """
    class Odd(Exception):
        def __str__(self): raise ValueError
    class Action:
        async def action(self, body):
            try:
                1 / 0
            except ZeroDivisionError as error:
                raise Odd if body else RuntimeError("outer") from error
    """
    version = bench.version(source)
    failed = (await bench.run(version)).failed
    assert failed is not None
    assert "ZeroDivisionError" in failed.traceback
    assert "direct cause" in failed.traceback
    odd = (await bench.run(version, body=1)).failed
    assert odd is not None
    assert odd.type == "Odd"


BROKEN = {
    "1 / 0": (1, "import", "line 1, column 1: ZeroDivisionError"),
    "import not_there_at_all": (1, "import", "No module named 'not_there_at_all'"),
    "\n\nraise ValueError('here')": (3, "import", "line 3"),
    "import sys\nsys.exit(1)": (2, "import", "SystemExit"),
    "class Other: pass": (None, "kind", "Pipe, Filter, Action or Event"),
    "class Action: pass": (None, "hooks", "`action`"),
    "class Pipe: pass": (None, "hooks", "`pipe`"),
    "class Action:\n    def __init__(self): self.x = missing\n    def action(self, body): pass": (
        2,
        "construct",
        "NameError",
    ),
    "class Action:\n    def __init__(self, needed): pass\n    def action(self, body): pass": (
        None,
        "construct",
        "needed",
    ),
    "import os\nos._exit(3)": (None, "import", "exit code 3"),
    "def": (1, "import", "line 1"),
}


@pytest.mark.spec("L4", "M1")
@pytest.mark.parametrize("source", BROKEN)
async def test_a_source_that_does_not_load_is_refused_with_its_cause(bench: Bench, source: str) -> None:
    line, phase, says = BROKEN[source]
    with pytest.raises(SourceError) as raised:
        await bench.engine.check(bench.version(source), 60)
    assert (raised.value.fields["line"], raised.value.fields["phase"]) == (line, phase)
    assert says in raised.value.message
    with pytest.raises(SourceError):
        await bench.run(source)


@pytest.mark.spec("L4")
async def test_an_import_without_end_is_refused(bench: Bench) -> None:
    with pytest.raises(SourceError, match="still being imported after 1 seconds") as raised:
        await bench.engine.check(bench.version("print('so far')\nwhile True: pass"), 1)
    assert raised.value.fields["phase"] == "import"
    assert [line[2] for line in raised.value.fields["log"]] == ["so far"]


@pytest.mark.spec("L4")
async def test_a_check_leaves_no_worker(bench: Bench) -> None:
    before = len(bench.engine.workers())
    await bench.engine.check(bench.version("class Filter: pass"), 60)
    assert len(bench.engine.workers()) == before


@pytest.mark.spec("M1")
@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("class Filter: pass", "filter"),
        ("class Action:\n    def action(self, body): pass\nclass Pipe:\n    def pipe(self, body): pass", "pipe"),
        ("class Event:\n    async def event(self, event): pass", "event"),
    ],
)
async def test_the_first_class_of_the_four_decides_the_kind(bench: Bench, source: str, kind: str) -> None:
    assert (await bench.engine.check(bench.version(source), 60)).kind == kind


async def test_a_description_has_what_server_and_page_need(bench: Bench) -> None:
    source = """
    from typing import Literal, Optional
    from pydantic import BaseModel, Field, validator, field_validator
    file_handler = True
    class Filter:
        class Valves(BaseModel):
            priority: int = 7
            key: str = Field(..., json_schema_extra={"input": {"type": "password"}})
            mode: Literal["a", "b"] = "a"
            @field_validator("mode")
            @classmethod
            def check(cls, value): return value
        class UserValves(BaseModel):
            on: bool = True
        def __init__(self):
            self.valves = self.Valves()
            self.toggle = True
            self.icon = "data:image/svg+xml;base64,xx"
            self.name = "Shown"
            self.memory = {"a": 1}
        def inlet(self, body: dict, __user__: Optional[dict] = None): return body
        def outlet(self, body, **rest): return body
    """
    found = await bench.engine.check(bench.version(source), 60)
    assert (found.kind, found.name, found.toggle, found.file_handler) == ("filter", "Shown", True, True)
    assert (found.priority, found.required_valves) == (7, ["key"])
    assert found.icon_url.startswith("data:image")
    assert found.hooks == {"inlet": ["body", "__user__"], "outlet": ["body", "**"]}
    assert found.valves_schema is not None
    assert found.valves_schema["properties"]["key"]["input"] == {"type": "password"}
    assert found.user_valves_schema is not None
    assert found.attributes["memory"] == {"a": 1}


@pytest.mark.spec("A2")
@pytest.mark.parametrize(
    "actions",
    [
        "actions = [{'id': 'a', 'name': 'A', 'icon_url': 'u'}]",
        "def __init__(self): self.actions = [{'id': 'a', 'name': 'A', 'icon_url': 'u'}]",
        "@property\n    def actions(self): return [{'id': 'a', 'name': 'A', 'icon_url': 'u'}]",
    ],
)
async def test_buttons_come_from_class_instance_or_property(bench: Bench, actions: str) -> None:
    source = f"class Action:\n    {actions}\n    def action(self, body): pass\n"
    found = await bench.engine.check(bench.version(source), 60)
    assert [(button.id, button.name, button.icon_url) for button in found.actions] == [("a", "A", "u")]


@pytest.mark.spec("V1")
async def test_validators_of_pydantic_v1_work(bench: Bench) -> None:
    source = """
    import warnings
    warnings.simplefilter("ignore")
    from pydantic import BaseModel, validator
    class Action:
        class Valves(BaseModel):
            size: int = 1
            @validator("size")
            def positive(cls, value):
                assert value > 0, "must be positive"
                return value
            class Config:
                extra = "allow"
        def action(self, body): return self.valves.size
    """
    assert (await bench.run(source, valves={"size": 3})).value == 3


@pytest.mark.spec("V1")
async def test_a_type_without_a_schema_does_not_stop_the_load(bench: Bench) -> None:
    source = """
    from typing import Any, Callable
    from pydantic import BaseModel
    class Action:
        class Valves(BaseModel):
            hook: Callable[[int], int] = abs
            name: str = "x"
        def action(self, body): return self.valves.name
    """
    found = await bench.engine.check(bench.version(source), 60)
    assert found.valves_schema is not None
    assert "name" in found.valves_schema["properties"]


async def test_the_check_sees_the_private_folder(bench: Bench, tmp_path: object) -> None:
    source = "import os\nassert os.environ['DATA_DIR'] == {0!r}\nclass Filter: pass\n".replace(
        "{0!r}", repr(str(tmp_path))
    )
    version = VersionSource("known", "known-1", source, "<known>", data_dir=str(tmp_path))
    assert (await bench.engine.check(version, 60)).kind == "filter"
