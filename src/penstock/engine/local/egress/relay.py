"""Passing bytes on, as many as there are, at the pace of whoever reads them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine
from typing import Any

from penstock.engine.local.egress.heads import BadHead, Body
from penstock.engine.local.egress.stream import PIECE, Ended, Stream

_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n")
SIZE_LINE = 4096
TRAILERS = 16 * 1024


async def together(*ways: Coroutine[Any, Any, None]) -> None:
    """Until all are done. The first that fails ends the others, and its error is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            for way in ways:
                group.create_task(way)
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None


async def to_the_end(source: Stream, sink: Stream) -> None:
    while piece := await source.read():
        await sink.write(piece)
    sink.finish()


async def body(source: Stream, sink: Stream, length: Body) -> None:
    """A body of that length, and not a byte of what follows it. Raises `Ended`, `BadHead`."""
    if length is None:
        await to_the_end(source, sink)
    elif length == "chunked":
        await _chunks(source, sink)
    else:
        await _exactly(source, sink, length)


async def _exactly(source: Stream, sink: Stream, length: int) -> None:
    while length:
        piece = await source.read(min(length, PIECE))
        if not piece:
            raise Ended
        await sink.write(piece)
        length -= len(piece)


async def _chunks(source: Stream, sink: Stream) -> None:
    while True:
        line = await source.until(b"\r\n", SIZE_LINE)
        match = _SIZE.fullmatch(line)
        if match is None:
            raise BadHead("A chunk of the body does not say how long it is.")
        await sink.write(line)
        size = int(match[1], 16)
        if not size:
            break
        await _exactly(source, sink, size + 2)
    trailer = b"-"
    while trailer != b"\r\n":
        trailer = await source.until(b"\r\n", TRAILERS)
        await sink.write(trailer)
