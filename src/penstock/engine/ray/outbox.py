"""What an actor has to say, until the server comes to fetch it."""

from __future__ import annotations

import asyncio

from penstock.protocol.frames import Frame
from penstock.protocol.framing import encode

BYTES_HELD = 4 * 2**20


class Outbox:
    def __init__(self) -> None:
        self._data = bytearray()
        self._some = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    def put(self, frame: Frame) -> None:
        self._data += encode(frame)
        self._some.set()
        if len(self._data) > BYTES_HELD:
            self._room.clear()

    @property
    def full(self) -> bool:
        return not self._room.is_set()

    async def room(self) -> None:
        """Wait until what is here was fetched, where it is much."""
        await self._room.wait()

    async def some(self, seconds: float) -> None:
        """Wait until there is something, but no longer than that."""
        if not self._data:
            try:
                async with asyncio.timeout(seconds):
                    await self._some.wait()
            except TimeoutError:
                return

    def take(self) -> bytes:
        data, self._data = self._data, bytearray()
        self._some.clear()
        self._room.set()
        return bytes(data)
