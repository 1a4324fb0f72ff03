"""What the process of a worker writes past Python: crash reports, and whatever its child processes say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

KEPT = 8_000  # bytes, the last ones


class Output(asyncio.Protocol):
    def __init__(self, on_end: Callable[[], None]) -> None:
        self.text = b""
        self.ended = False
        self._on_end = on_end
        self._transport: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self.text = (self.text + data)[-KEPT:]

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended = True
        self._on_end()

    def close(self) -> None:
        """Listen no more; a process that outlives the worker may still have the other end."""
        if self._transport is not None:
            self._transport.close()
