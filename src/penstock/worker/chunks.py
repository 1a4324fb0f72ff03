"""Items of a generator on their way to the host (P4).

The first goes at once, the others together, and never more than the host has granted.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from typing import Any

import msgspec

from penstock.protocol.frames import Chunk
from penstock.protocol.framing import encode
from penstock.worker.channel import Channel
from penstock.worker.runs import Interrupted, Run
from penstock.worker.values import NotPlain, plain

BATCH = 128
BATCH_BYTES = 256 * 1024
HOLD_SECONDS = 0.001
CONGESTION_CHECK = 0.02


_encode_item = msgspec.msgpack.Encoder().encode


class OutputTooLarge(ValueError):
    """Raised when a hook returns or yields more than may be sent."""


class ChunkSender:
    """Filled by the one thread that iterates; emptied by the loop's thread or, for other threads, the socket's."""

    def __init__(self, run: Run, channel: Channel, limit: int) -> None:
        self.notes: dict[str, None] = {}
        self._run = run
        self._channel = channel
        self._limit = limit
        self._granted = run.call.window  # written by the socket's thread only
        self._used = 0  # written by the iterating thread only
        self._items: deque[tuple[Any, int]] = deque()
        self._size = 0
        self._flushed_at = 0.0
        self._scheduled = False
        self._flushing = threading.Lock()
        self._loop = asyncio.get_running_loop()
        self._changed = threading.Condition()
        self._waiter: asyncio.Future[None] | None = None
        run.on_cancel.append(self._wake)
        run.flush_chunks = self.flush

    def grant(self, chunks: int) -> None:
        """The host took `chunks` items. On the socket's thread."""
        self._granted += chunks
        self._wake()

    def add_on_loop(self, item: Any) -> bool:
        """Take one item. False: wait for room before the next."""
        self._take(item)
        if (
            len(self._items) >= BATCH
            or self._size > BATCH_BYTES
            or (time.monotonic() - self._flushed_at > HOLD_SECONDS and not self._channel.busy)
        ):
            self.flush()
        elif not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._flush_scheduled)
        return self._has_room()

    def add_in_thread(self, item: Any) -> None:
        """Take one item, then block until there is room for the next."""
        self._take(item)
        if not self._scheduled:
            self._scheduled = True
            self._channel.call_later(0, self._flush_scheduled)
        if not self._has_room():
            self._wait_in_thread()

    async def wait(self) -> None:
        """Wait on the loop until there is room."""
        while not self._has_room():
            self._waiter = self._loop.create_future()
            if not self._has_room():
                await asyncio.wait([self._waiter], timeout=CONGESTION_CHECK if self._channel.congested else None)
        self._waiter = None

    def flush(self) -> None:
        """Send what is there. The lock keeps in order what several threads send."""
        if not self._items:
            return
        on_loop = threading.get_ident() == self._channel.owner
        self._channel.guarded = on_loop or self._channel.guarded
        try:
            with self._flushing:
                self._send_items()
        finally:
            self._channel.guarded = self._channel.guarded and not on_loop

    def _flush_scheduled(self) -> None:
        self._scheduled = False
        self.flush()

    def _send_items(self) -> None:
        items: list[Any] = []
        batch = 0
        while self._items:
            item, size = self._items.popleft()
            if items and batch + size > self._limit:
                self._run.send_bytes(encode(Chunk(self._run.id, items)))
                items, batch = [], 0
            items.append(item)
            batch += size
        self._size = 0
        if items:
            self._flushed_at = time.monotonic()
            self._run.send_bytes(encode(Chunk(self._run.id, items)))

    def _take(self, item: Any) -> None:
        readable, size = self._readable(item)
        if size > self._limit:
            raise OutputTooLarge(f"A chunk has {size:,} bytes; the budget `output` is {self._limit:,} bytes.")
        self._used += 1
        self._size += size
        self._items.append((readable, size))

    def _has_room(self) -> bool:
        return self._granted > self._used and not self._channel.congested

    def _wait_in_thread(self) -> None:
        with self._changed:
            while not self._has_room():
                if self._run.cancelled:
                    raise Interrupted("the run was cancelled")
                self._changed.wait(CONGESTION_CHECK if self._channel.congested else None)

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
        if self._waiter is not None:
            self._loop.call_soon_threadsafe(self._wake_waiter)

    def _wake_waiter(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _readable(self, item: Any) -> tuple[Any, int]:
        """The item as it travels, and its size."""
        if type(item) is str:
            return (item, len(item)) if item.isascii() else self._encoded(item)
        if isinstance(item, (bytes, bytearray, memoryview)):
            return bytes(item), len(item)
        return self._encoded(item)

    def _encoded(self, item: Any) -> tuple[msgspec.Raw, int]:
        try:
            encoded = _encode_item(plain(item, self.notes))
        except NotPlain as error:
            raise TypeError(f"what was yielded cannot be sent: {error}") from None
        return msgspec.Raw(encoded), len(encoded)
