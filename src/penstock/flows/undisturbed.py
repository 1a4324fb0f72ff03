"""Work that is either not begun or carried to its end, although whoever asked for it has left."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


async def undisturbed(work: Coroutine[None, None, T]) -> T:
    """Its result. A cancellation meanwhile is raised when the work is done, not in the middle of it."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
