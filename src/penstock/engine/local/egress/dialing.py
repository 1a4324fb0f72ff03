"""Connecting to addresses that were found to be allowed, and to no others."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Sequence

from penstock.engine.local.egress.addresses import family_of
from penstock.engine.local.egress.own import Place

Dial = Callable[[Place], Awaitable[socket.socket]]
"""A connected socket. Raises `OSError`."""

MOST_TRIED = 6
PATIENCE = 5.0  # with one of several addresses, in seconds


class Unreachable(Exception):
    """Raised when none of the addresses takes a connection."""

    def __init__(self, why: str, *, slow: bool) -> None:
        super().__init__(why)
        self.why = why
        self.slow = slow


async def dial(place: Place) -> socket.socket:
    address, port = place
    sock = socket.socket(family_of(address), socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, (str(address), port))
    except BaseException:
        sock.close()
        raise
    return sock


async def first_of(places: Sequence[Place], connect: Dial, seconds: float) -> socket.socket:
    """Try them one after the other. Raises `Unreachable`."""
    tried = places[:MOST_TRIED]
    error: OSError | None = None
    try:
        async with asyncio.timeout(seconds):
            for place in tried:
                try:
                    async with asyncio.timeout(min(PATIENCE, seconds) if len(tried) > 1 else None):
                        return await connect(place)
                except OSError as raised:  # a timeout is one as well
                    error = raised
    except TimeoutError as raised:
        error = raised
    slow = isinstance(error, TimeoutError)
    why = os.strerror(error.errno).lower() if error is not None and error.errno else "nothing answers there"
    raise Unreachable("it did not answer in time" if slow else why, slow=slow)
