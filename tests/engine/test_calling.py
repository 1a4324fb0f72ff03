"""How hooks are called: arguments by name, every form of hook, state that lives as long as its worker."""

from __future__ import annotations

from typing import Any

import pytest

from penstock.protocol.packing import NOTHING, pack, unpack
from tests.engine.conftest import Bench

pytestmark = pytest.mark.anyio

SHOW = """
class Action:
    {signature}
        return {{key: value if isinstance(value, (str, int, dict, list, type(None))) else "made"
                for key, value in locals().items() if key != "self"}}
"""


@pytest.mark.spec("I1")
@pytest.mark.parametrize(
    ("signature", "passed"),
    [
        ("async def action(self, body):", {"body": {"a": 1}}),
        ("def action(self, body):", {"body": {"a": 1}}),
        ("async def action(self):", {}),
        ("async def action(self, event):", {"event": {"a": 1}}),
        ("async def action(self, form_data):", {"form_data": {"a": 1}}),
        ("async def action(self, __user__, body):", {"__user__": {"id": "u"}, "body": {"a": 1}}),
        ("async def action(self, body, __id__=None):", {"body": {"a": 1}, "__id__": "sub"}),
        ("async def action(self, body, __files__):", {"body": {"a": 1}, "__files__": None}),
        ("async def action(self, body, __files__=7):", {"body": {"a": 1}, "__files__": 7}),
        ("async def action(self, body, other):", {"body": {"a": 1}, "other": None}),
        ("async def action(self, body, other=3):", {"body": {"a": 1}, "other": 3}),
        (
            "async def action(self, body, __event_emitter__=None, *, __event_call__):",
            {"body": {"a": 1}, "__event_emitter__": "made", "__event_call__": "made"},
        ),
    ],
)
async def test_arguments_come_by_name(bench: Bench, signature: str, passed: dict[str, Any]) -> None:
    outcome = await bench.run(
        SHOW.format(signature=signature), body={"a": 1}, context={"user": {"id": "u"}, "id": "sub", "chat_id": "c"}
    )
    assert outcome.value == passed


@pytest.mark.spec("I1")
async def test_keyword_arguments_take_the_rest(bench: Bench) -> None:
    source = """
    class Action:
        async def action(self, body, __id__=None, **rest):
            return sorted(rest)
    """
    outcome = await bench.run(source, body={}, context={"user": {}, "id": "sub", "chat_id": "c"})
    assert outcome.value == ["__chat_id__", "__event_call__", "__event_emitter__", "__user__"]


FORMS = {
    "def": "def {name}(self, body): return [body, 'x']",
    "async def": "async def {name}(self, body): return [body, 'x']",
    "callable": "{name} = staticmethod(Callable())",
    "lambda": "{name} = lambda self, body: [body, 'x']",
    "partial": "{name} = functools.partial(free)",
    "def that returns a coroutine": "def {name}(self, body): return later(body)",
}


@pytest.mark.spec("I2")
@pytest.mark.parametrize("form", FORMS)
async def test_every_form_of_hook_returns(bench: Bench, form: str) -> None:
    source = f"""
import functools
class Callable:
    async def __call__(self, body): return [body, 'x']
def free(body): return [body, 'x']
async def later(body): return [body, 'x']
class Action:
    {FORMS[form].format(name="action")}
"""
    assert (await bench.run(source, body=1)).value == [1, "x"]


GENERATORS = {
    "generator": "def pipe(self, body):\n        for i in range(body): yield f'{i}'",
    "async generator": "async def pipe(self, body):\n        for i in range(body): yield f'{i}'",
    "def that returns a generator": "def pipe(self, body): return (f'{i}' for i in range(body))",
    "async def that returns a generator": "async def pipe(self, body): return (f'{i}' for i in range(body))",
    "async def that returns an async generator": "async def pipe(self, body): return numbers(body)",
    "iterator": "def pipe(self, body): return map(str, range(body))",
    "streaming response": "async def pipe(self, body): return StreamingResponse(numbers(body))",
}


@pytest.mark.spec("I2", "P2")
@pytest.mark.parametrize("count", [0, 1, 3, 1000])
@pytest.mark.parametrize("form", GENERATORS)
async def test_every_form_of_generator_streams(bench: Bench, form: str, count: int) -> None:
    source = f"""
from fastapi.responses import StreamingResponse
async def numbers(n):
    for i in range(n): yield f'{{i}}'
class Pipe:
    {GENERATORS[form]}
"""
    outcome = await bench.run(source, "pipe", count)
    assert outcome.chunks == [str(number) for number in range(count)]
    assert outcome.result is not None
    assert outcome.result.form == "stream"


@pytest.mark.spec("P2")
async def test_chunks_of_every_kind_arrive_as_they_are(bench: Bench) -> None:
    source = """
    from pydantic import BaseModel
    class Delta(BaseModel):
        content: str
    class Pipe:
        def pipe(self, body):
            yield "text"
            yield b"bytes"
            yield 'data: {"choices": []}\\n\\n'
            yield {"event": {"type": "status"}}
            yield Delta(content="x")
            yield 7
    """
    outcome = await bench.run(source, "pipe")
    assert outcome.chunks == [
        "text",
        b"bytes",
        'data: {"choices": []}\n\n',
        {"event": {"type": "status"}},
        {"content": "x"},
        7,
    ]


@pytest.mark.spec("I2", "P1")
@pytest.mark.parametrize(
    "pipes",
    [
        "pipes = [{'id': 'a', 'name': 'A'}]",
        "def pipes(self): return [{'id': 'a', 'name': 'A'}]",
        "async def pipes(self): return [{'id': 'a', 'name': 'A'}]",
    ],
)
async def test_pipes_may_be_a_list_or_a_method(bench: Bench, pipes: str) -> None:
    source = f"class Pipe:\n    {pipes}\n    def pipe(self, body): return 'x'\n"
    assert (await bench.run(source, "pipes")).value == [{"id": "a", "name": "A"}]


@pytest.mark.spec("F6")
@pytest.mark.parametrize("form", ["def", "async def"])
async def test_a_fed_hook_sees_single_events_of_a_batch(bench: Bench, form: str) -> None:
    version = bench.version(
        f"""
        class Filter:
            {form} stream(self, event, __user__):
                event["seen"] = __user__["id"]
                return event
        """
    )
    run = await bench.start(version, "stream", context={"user": {"id": "u"}}, feed=True)
    await run.feed([{"n": 1}, {"n": 2}])
    await run.feed([{"n": 3}], last=True)
    outcome = await bench.follow(run)
    assert outcome.batches == [2, 1]
    assert outcome.chunks == [{"n": number, "seen": "u"} for number in (1, 2, 3)]


@pytest.mark.spec("F6")
@pytest.mark.parametrize(
    "parameters", ["self, event", "self, event, /", "self, __user__=None, *, event", "self, **rest"]
)
async def test_a_fed_hook_may_take_its_event_in_any_way(bench: Bench, parameters: str) -> None:
    event = "rest['body']" if "rest" in parameters else "event"
    version = bench.version(
        f"""
        class Filter:
            def stream({parameters}):
                return None if {event}["n"] == 2 else {event}
        """
    )
    run = await bench.start(version, "stream", context={"user": {"id": "u"}}, feed=True)
    await run.feed([{"n": number, "text": "\u00e4"} for number in (1, 2, 3)], last=True)
    outcome = await bench.follow(run)
    assert outcome.chunks == [{"n": 1, "text": "\u00e4"}, None, {"n": 3, "text": "\u00e4"}]


@pytest.mark.spec("F6")
async def test_what_a_fed_hook_changes_is_made_plain(bench: Bench) -> None:
    version = bench.version(
        """
        import datetime, decimal
        class Filter:
            def stream(self, event):
                match event["n"]:
                    case 1: event["seen"] = float("nan")
                    case 2: event["seen"] = (decimal.Decimal("1.5"), {3: datetime.date(2024, 1, 2)})
                    case 3: event = {"n": 3, "seen": 2**80}
                return event
        """
    )
    run = await bench.start(version, "stream", feed=True)
    await run.feed([{"n": number} for number in (1, 2, 3, 4)], last=True)
    outcome = await bench.follow(run)
    assert outcome.chunks == [
        {"n": 1, "seen": None},
        {"n": 2, "seen": [1.5, {"3": "2024-01-02"}]},
        {"n": 3, "seen": str(2**80)},
        {"n": 4},
    ]


@pytest.mark.spec("F6")
@pytest.mark.parametrize("form", ["def", "async def"])
async def test_packed_items_come_back_packed(bench: Bench, form: str) -> None:
    version = bench.version(
        f"""
        class Filter:
            {form} stream(self, event):
                if event["n"] == 2: event["seen"] = (float("nan"), {{1}})
                return None if event["n"] == 3 else "text" if event["n"] == 4 else event
        """
    )
    run = await bench.start(version, "stream", feed=True)
    await run.feed([pack({"n": number, "text": "\u00e4"}) for number in (1, 2, 3, 4)])
    passed_by = [b"\xc1", b"\x81", pack("text"), NOTHING, pack([1])]
    await run.feed([*passed_by, pack({"n": 5})], last=True)
    outcome = await bench.follow(run)
    assert [unpack(item) for item in outcome.chunks[:4]] == [
        {"n": 1, "text": "\u00e4"},
        {"n": 2, "text": "\u00e4", "seen": [None, [1]]},
        None,
        "text",
    ]
    assert outcome.chunks[4:] == [*passed_by, pack({"n": 5})]


@pytest.mark.spec("L8")
async def test_state_lives_as_long_as_the_worker(bench: Bench) -> None:
    version = bench.version(
        """
        calls = []
        class Action:
            def __init__(self): self.count = 0
            async def action(self, body):
                self.count += 1
                calls.append(body)
                return [self.count, len(calls)]
        """
    )
    assert [(await bench.run(version)).value for _ in range(3)] == [[1, 1], [2, 2], [3, 3]]


@pytest.mark.spec("L8")
async def test_the_module_has_the_name_that_authors_look_for(bench: Bench) -> None:
    version = bench.version(
        """
        import sys
        class Action:
            def action(self, body):
                return sys.modules["function_known"] is sys.modules[type(self).__module__]
        """,
        function_id="known",
    )
    assert (await bench.run(version)).value is True


@pytest.mark.spec("V2")
async def test_choices_of_a_valve_come_from_a_method(bench: Bench) -> None:
    source = """
    class Action:
        def colours(self, __user__=None): return ["red", __user__["id"]]
        def action(self, body): pass
    """
    outcome = await bench.run(source, "valves_options:colours", context={"user": {"id": "u"}})
    assert outcome.value == ["red", "u"]


async def test_an_unknown_hook_fails_that_run_only(bench: Bench) -> None:
    version = bench.version("class Action:\n    def action(self, body): return 1\n")
    outcome = await bench.run(version, "outlet")
    assert outcome.failed is not None
    assert "no `outlet`" in outcome.failed.message
    assert (await bench.run(version)).value == 1
