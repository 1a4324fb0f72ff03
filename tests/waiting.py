"""Waiting for a condition with a deadline, instead of sleeping on luck."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Callable
from typing import Any


async def eventually(look: Callable[[], Any], within: float = 30) -> Any:
    """The first true value that `look` gives, awaited where it must be. Raises `TimeoutError`."""
    async with asyncio.timeout(within):
        while True:
            found = look()
            if inspect.isawaitable(found):
                found = await found
            if found:
                return found
            await asyncio.sleep(0.005)


def until(holds: Callable[[], object], within: float = 30) -> None:
    """The same in tests without a loop. Raises `AssertionError`."""
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
