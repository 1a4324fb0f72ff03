"""Answers that may take minutes because packages are installed: one JSON answer, or lines on the way to it.

A client that sends `Accept: text/event-stream` gets server-sent events as soon as there is something to tell:
`progress` with `{"text", "elapsed"}`, then `result` with the answer or `error` with its body and its `status`. When it
leaves, the work is given up. Whatever is over before there is anything to tell is answered as for everybody else.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Any

import structlog
from fastapi import Depends, Request
from starlette.responses import Response, StreamingResponse

from penstock.environments import Progress, silent
from penstock.errors import PenstockError
from penstock.store.columns import encode_json

log = structlog.get_logger("penstock.api")

KEEP_ALIVE = 15.0
EVENTS = "`progress` while packages are installed, then `result` or `error`"
STREAM = "text/event-stream"
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}

Work = Callable[[Progress], Awaitable[dict[str, Any]]]
Answer = Callable[[Work], Awaitable[dict[str, Any] | Response]]


async def answering(request: Request) -> Answer:
    """How this client wants to be answered."""
    return _streamed if STREAM in request.headers.get("accept", "") else _at_once


WithProgress = Annotated[Answer, Depends(answering)]


async def _at_once(work: Work) -> dict[str, Any] | Response:
    return await work(silent)


async def _streamed(work: Work) -> dict[str, Any] | Response:
    stream = ProgressStream(work)
    if (ended := await stream.begin()) is not None:
        return await ended
    return StreamingResponse(stream.blocks(), headers=HEADERS, media_type=STREAM)


class ProgressStream:
    """Work that tells how far it is."""

    def __init__(self, work: Work) -> None:
        self._lines: asyncio.Queue[tuple[str, float] | None] = asyncio.Queue()
        self._began = time.monotonic()
        self._told = asyncio.Event()
        self._task = asyncio.ensure_future(work(self._tell))
        self._task.add_done_callback(self._ended)

    async def begin(self) -> asyncio.Future[dict[str, Any]] | None:
        """Wait for the first line. The work, where it is over before there is one."""
        await self._told.wait()
        return self._task if self._task.done() else None

    async def blocks(self) -> AsyncIterator[bytes]:
        """Server-sent events until the result or the error."""
        try:
            while True:
                try:
                    async with asyncio.timeout(KEEP_ALIVE):
                        line = await self._lines.get()
                except TimeoutError:
                    yield b": still at work\n\n"
                    continue
                if line is None:
                    break
                yield _block("progress", {"text": line[0], "elapsed": round(line[1], 1)})
            yield self._outcome()
        finally:
            self._task.cancel()
            with contextlib.suppress(PenstockError, asyncio.CancelledError):
                await asyncio.shield(self._task)  # cancelled once, so that it can tidy up

    def _tell(self, text: str) -> None:
        self._lines.put_nowait((text, time.monotonic() - self._began))
        self._told.set()

    def _ended(self, task: asyncio.Future[dict[str, Any]]) -> None:
        if not task.cancelled():
            task.exception()  # nobody may be there any more to see it
        self._lines.put_nowait(None)
        self._told.set()

    def _outcome(self) -> bytes:
        try:
            return _block("result", self._task.result())
        except PenstockError as error:
            return _block("error", {**error.as_dict(), "status": error.status})
        except Exception as error:  # the answer has begun, so no handler of errors sees it
            log.error("a save failed", exc_info=error)
            body = {"detail": "Something went wrong in the server.", "code": "internal_error", "hint": ""}
            return _block("error", {**body, "status": 500})


def _block(event: str, data: dict[str, Any]) -> bytes:
    return b"event: " + event.encode() + b"\ndata: " + encode_json(data) + b"\n\n"
