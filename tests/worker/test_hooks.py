"""Which thread a plain hook wants, as its code shows."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from penstock.worker.hooks import uses_running_loop

SOURCES = {
    "return 1": False,
    "time.sleep(1)": False,
    "asyncio.run(self.later())": False,
    "asyncio.get_event_loop().run_until_complete(self.later())": False,
    "asyncio.create_task(self.later())": True,
    "create_task(self.later())": True,
    "asyncio.ensure_future(self.later())": True,
    "loop = asyncio.get_running_loop()": True,
    "asyncio.get_event_loop().create_task(self.later())": True,
    "self.starts()": True,
    "starts()": True,
    "self.waits()": False,
    "[asyncio.create_task(x) for x in []]": True,
    "self.recurses()": False,
}


@pytest.mark.spec("I3")
@pytest.mark.parametrize("body", SOURCES)
def test_a_def_hook_gets_the_loop_that_its_code_asks_for(body: str) -> None:
    names: dict[str, Any] = {"__name__": "sample"}
    exec(
        textwrap.dedent(
            f"""
            import asyncio, time
            from asyncio import create_task
            def starts(): asyncio.create_task(x)
            class Action:
                def action(self, body):
                    {body}
                def starts(self): asyncio.create_task(x)
                def waits(self): asyncio.run(self.later())
                def recurses(self): self.recurses()
                async def later(self): asyncio.create_task(x)
            """
        ),
        names,
    )
    assert uses_running_loop(names["Action"]().action) is SOURCES[body]
