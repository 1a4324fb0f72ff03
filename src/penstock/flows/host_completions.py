"""Completions that functions ask for, as the user of their run (spec H1). Streams are fetched in batches."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from penstock.errors import BadRequest, PenstockError
from penstock.flows.completion import EventStream
from penstock.flows.host_asking import Asking

MOST_WAITING = 64  # blocks that wait until the function fetches them
MOST_OPEN = 16  # streams of one run


class OpenStream:
    """An answer that comes in faster or slower than it is fetched."""

    def __init__(self, blocks: EventStream) -> None:
        self._source = blocks
        self._blocks: asyncio.Queue[bytes | PenstockError | None] = asyncio.Queue(MOST_WAITING)
        self.pump = asyncio.get_running_loop().create_task(self._pump(aiter(blocks)))

    async def _pump(self, blocks: AsyncIterator[bytes]) -> None:
        try:
            async for block in blocks:
                await self._blocks.put(block)
            await self._blocks.put(None)
        except PenstockError as error:
            await self._blocks.put(error)
        finally:
            with suppress(RuntimeError):  # it is being closed already
                await self._source.aclose()

    async def batch(self) -> tuple[list[bytes], bool]:
        """All that is there, at least one block, and whether that was the end."""
        found: list[bytes] = []
        while not found or not self._blocks.empty():
            block = await self._blocks.get()
            if isinstance(block, PenstockError):
                raise block
            if block is None:
                return found, True
            found.append(block)
        return found, False

    def close(self) -> None:
        self.pump.cancel()


async def create(
    asking: Asking,
    body: dict[str, Any],
    user_id: str | None = None,
    bypass_filter: bool = False,
    bypass_system_prompt: bool = False,
) -> dict[str, Any]:
    """An answer, or `{"stream": id}`. Access rules hold whatever is bypassed."""
    asking.access.require_own(user_id, "models in the name")
    order = asking.order
    answer = await asking.services.completions.complete(
        body,
        asking.user,
        depth=order.depth,
        callers=(*order.callers, asking.function_id),
        target=replace(order.target, author=None),
        bypass_filters=bypass_filter,
        bypass_system_prompt=bypass_system_prompt,
    )
    if not isinstance(answer, EventStream):
        return answer
    return {"stream": await _open(asking, answer)}


async def _open(asking: Asking, answer: EventStream) -> str:
    if len(asking.open) >= MOST_OPEN:
        await answer.aclose()
        raise BadRequest(f"A run may have {MOST_OPEN} streams open.", hint="Read them to their end, or close them.")
    id, stream = str(uuid.uuid4()), OpenStream(answer)
    asking.open[id] = stream
    return id


async def next_(asking: Asking, stream: str) -> dict[str, Any]:
    """The blocks of server-sent events that have come: `{"items", "done"}`."""
    found = asking.open.get(stream)
    if not isinstance(found, OpenStream):
        raise BadRequest("This stream is not open.")
    try:
        items, done = await found.batch()
    except PenstockError:
        asking.open.pop(stream, None)
        raise
    if done:
        asking.open.pop(stream, None)
    return {"items": items, "done": done}


async def close(asking: Asking, stream: str) -> None:
    """Stop an answer that nobody wants any more."""
    found = asking.open.pop(stream, None)
    if isinstance(found, OpenStream):
        found.close()


CALLS = {"create": create, "next": next_, "close": close}
