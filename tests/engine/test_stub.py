"""The stub engine keeps the parts of the contract that tests of upper floors lean on."""

from __future__ import annotations

from typing import Any

import pytest

from penstock.engine.base import Engine, HookCall
from penstock.errors import DeadlineExceeded, SourceError
from penstock.testing.stub import StubEngine
from tests.engine.conftest import Bench

pytestmark = pytest.mark.anyio


@pytest.fixture
def bench() -> Bench:
    engine: Engine = StubEngine()
    return Bench(engine)


async def test_a_run_emits_asks_and_returns(bench: Bench) -> None:
    source = """
    class Action:
        async def action(self, body, __event_emitter__, __event_call__):
            await __event_emitter__({"type": "status", "data": {"done": False}})
            return await __event_call__({"type": "input", "data": body})
    """
    outcome = await bench.run(source, body=1, answers=lambda kind, data: [kind, data])
    assert outcome.events == [("status", {"done": False})]
    assert outcome.value == ["input", 1]


async def test_a_class_may_stand_for_a_source(bench: Bench) -> None:
    class Pipe:
        async def pipe(self, body: dict[str, Any]) -> Any:
            for word in body["words"]:
                yield word

    engine = StubEngine()
    engine.serve("mine", "pipe", Pipe)
    run = await engine.run(bench.version("", function_id="mine"), HookCall("r", "pipe", {"words": ["a", "b"]}))
    assert (await bench.follow(run)).chunks == ["a", "b"]


async def test_failures_cancels_deadlines_and_feeds(bench: Bench) -> None:
    version = bench.version(
        """
        import asyncio
        class Filter:
            async def inlet(self, body):
                if body == "wait": await asyncio.sleep(60)
                raise ValueError("no")
            def stream(self, event): return event + 1
        """
    )
    failed = (await bench.run(version, "inlet")).failed
    assert failed is not None
    assert (failed.type, failed.message, failed.line) == ("ValueError", "no", 6)
    run = await bench.start(version, "inlet", "wait")
    await run.cancel("stop")
    cancelled = (await bench.follow(run)).failed
    assert cancelled is not None
    assert (cancelled.type, cancelled.message) == ("Cancelled", "stop")
    with pytest.raises(DeadlineExceeded):
        await bench.run(version, "inlet", "wait", deadline=0.05)
    run = await bench.start(version, "stream", feed=True)
    await run.feed([1, 2], last=True)
    assert (await bench.follow(run)).chunks == [2, 3]


async def test_a_source_that_does_not_load_is_refused(bench: Bench) -> None:
    with pytest.raises(SourceError, match="line 1"):
        await bench.engine.check(bench.version("1 / 0"), 1)
