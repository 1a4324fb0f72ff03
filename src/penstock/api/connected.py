"""Work for a client that may leave: it is cancelled as soon as nobody waits for it any more (spec P4)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from penstock.errors import RunCancelled

EVENT_STREAM = {"cache-control": "no-cache", "x-accel-buffering": "no"}


class Blocks(Protocol):
    """What a streamed response sends."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    async def aclose(self) -> None: ...


@asynccontextmanager
async def while_connected(receive: Receive) -> AsyncIterator[None]:
    """Cancel the block when the client leaves; the body of the request must have been read. Raises `RunCancelled`."""
    task = asyncio.current_task()
    assert task is not None
    left = False

    async def watch() -> None:
        nonlocal left
        while (await receive())["type"] != "http.disconnect":
            pass
        left = True
        task.cancel()

    watcher = asyncio.create_task(watch())
    try:
        yield
    except asyncio.CancelledError:
        if left and task.uncancel() == 0:
            raise RunCancelled("The client left.") from None
        raise
    finally:
        watcher.cancel()


class EventStreamResponse(Response):
    """Sends blocks as they come and no faster than the client reads; closes their source when it leaves."""

    media_type = "text/event-stream"

    def __init__(self, request: Request, blocks: Blocks, headers: Mapping[str, str] | None = None) -> None:
        self.status_code = 200
        self.background = None
        self.body = b""
        self._receive = request.receive
        self._blocks = blocks
        self.init_headers({**EVENT_STREAM, **(headers or {})})
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with aclosing(self._blocks), while_connected(self._receive):
                await self._send(send)
        except RunCancelled:
            return

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async for block in self._blocks:
            await send({"type": "http.response.body", "body": block, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
