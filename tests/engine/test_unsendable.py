"""Values that no frame can hold are refused by name, and nobody waits for them."""

from __future__ import annotations

from typing import Any

import pytest

from penstock.errors import BadRequest
from penstock.protocol.frames import Ask
from tests.engine.conftest import Bench
from tests.engine.test_workers import workers_of

pytestmark = pytest.mark.anyio

ECHO = "class Action:\n    def action(self, body): return body\n"
ASK = """
class Action:
    async def action(self, body, __event_call__):
        try:
            return await __event_call__({"type": "input", "data": {}})
        except Exception as error:
            return str(error)
"""
UNSENDABLE: dict[str, Any] = {"a huge number": 10**30, "half a character": "\ud800", "an object": object()}


@pytest.mark.parametrize("what", UNSENDABLE)
async def test_a_call_with_such_a_value_is_refused(bench: Bench, what: str) -> None:
    version = bench.version(ECHO)
    with pytest.raises(BadRequest, match="could not be passed on"):
        await bench.run(version, body={"a": UNSENDABLE[what]})
    assert (await bench.run(version, body="fine")).value == "fine"
    assert [worker.runs for worker in workers_of(bench, version.function_id)] == [0]


@pytest.mark.parametrize("what", UNSENDABLE)
async def test_an_answer_with_such_a_value_is_an_error_for_who_asked(bench: Bench, what: str) -> None:
    run = await bench.start(bench.version(ASK))
    question = await anext(run.__aiter__())
    assert isinstance(question, Ask)
    await run.reply(question.call, UNSENDABLE[what])
    assert "could not be passed on" in (await bench.follow(run)).value
