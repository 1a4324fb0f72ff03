"""Waiting for a condition with a deadline, instead of sleeping on luck."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

T = TypeVar("T")


async def eventually(look: Callable[[], T | Awaitable[T]], within: float = 10) -> T:
    """The first true value that `look` gives. Raises `TimeoutError`."""
    async with asyncio.timeout(within):
        while True:
            found = look()
            value = cast(T, await found if inspect.isawaitable(found) else found)
            if value:
                return value
            await asyncio.sleep(0.005)
