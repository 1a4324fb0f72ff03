"""Awaiting what is already there, by a change of the syntax tree."""

from __future__ import annotations

import ast
import asyncio
import traceback
from typing import Any

import pytest

from penstock.functions import awaiting

pytestmark = [pytest.mark.anyio, pytest.mark.spec("H1")]


async def outcome(body: str, **names: Any) -> Any:
    """What `async def main` with this body returns after the change."""
    source = "import asyncio\nasync def later(x): return x\nasync def main():\n" + body
    tree = awaiting.tolerate_plain_awaits(ast.parse(source))
    module: dict[str, Any] = {"__name__": "author", **names}
    exec(compile(tree, "<author>", "exec"), module)
    return await module["main"]()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (" return await None", None),
        (" return await [1, 2]", [1, 2]),
        (" return await later(3)", 3),
        (" return [await x for x in (1, later(2))]", [1, 2]),
        (" return await asyncio.gather(1, later(2), *[3, later(4)])", [1, 2, 3, 4]),
        (" return await asyncio.gather(*[asyncio.create_task(later(1)), None], return_exceptions=True)", [1, None]),
        (" return await asyncio.create_task(len([1]))", 1),
        (" return await asyncio.wait_for(len([1]), 5)", 1),
        (" async with asyncio.timeout(5):\n  return await (await later(later(7)))", 7),
        (" return f'{await 1} {await later(2)}'", "1 2"),
    ],
)
async def test_plain_values_can_be_awaited(body: str, expected: Any) -> None:
    assert await outcome(body) == expected


async def test_docstring_and_future_imports_stay_first() -> None:
    source = '"""Says what it is."""\nfrom __future__ import annotations\nx: Unknown = 1\n'
    module: dict[str, Any] = {}
    exec(compile(awaiting.tolerate_plain_awaits(ast.parse(source)), "<author>", "exec"), module)
    assert (module["__doc__"], module["x"]) == ("Says what it is.", 1)


@pytest.mark.parametrize("source", ["", "'''only a docstring'''", "from __future__ import annotations"])
def test_short_sources_survive(source: str) -> None:
    compile(awaiting.tolerate_plain_awaits(ast.parse(source)), "<author>", "exec")


async def test_errors_show_only_the_authors_lines() -> None:
    with pytest.raises(ZeroDivisionError) as raised:
        await outcome(" async def fail():\n  await asyncio.sleep(0)\n  return 1 / 0\n return await fail()")
    frames = [frame for frame in traceback.extract_tb(raised.value.__traceback__) if frame.filename != __file__]
    assert [(frame.filename, frame.lineno) for frame in frames] == [("<author>", 7), ("<author>", 6)]


async def test_cancelling_reaches_what_is_awaited() -> None:
    begun = asyncio.Event()
    task = asyncio.create_task(outcome(" begun.set()\n await later(await asyncio.sleep(60))", begun=begun))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(("source", "yes"), [("import open_webui", True), ("import httpx", False)])
def test_only_functions_that_use_the_names_are_changed(source: str, yes: bool) -> None:
    assert awaiting.concerns(source) is yes
