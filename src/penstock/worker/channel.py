"""The worker's end of the socket: a thread of its own reads frames, keeps timers, and writes what others left.

Author code may block the event loop or hold a thread for long; this thread goes on. Other threads write for
themselves as long as the socket takes it: that saves a hop, and what they say is out before they go on to block.
"""

from __future__ import annotations

import heapq
import itertools
import os
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from penstock.errors import ProtocolBroken
from penstock.protocol.frames import HostFrame
from penstock.protocol.framing import DEFAULT_LIMIT, FrameDecoder

if TYPE_CHECKING:
    from penstock.worker.runs import Run

CONGESTED = 4 * 2**20  # bytes that wait before emitters are made to wait as well
WRITE_SIZE = 256 * 1024
Item = tuple["Run | None", bytes | bytearray, bool]


class Channel:
    """Made on the thread of the event loop; `serve` is the body of the socket's thread."""

    def __init__(self, sock: socket.socket, receive: Callable[[HostFrame], None], lost: Callable[[], None]) -> None:
        self._socket = sock
        self._receive = receive
        self._lost = lost
        self._decoder: FrameDecoder[HostFrame] = FrameDecoder(HostFrame, 2 * DEFAULT_LIMIT)
        self._queue: deque[Item] = deque()
        self._queued = 0
        self._rest = memoryview(b"")
        self._blocked = False
        self._writing = threading.Lock()
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._new_timers: deque[tuple[float, int, Callable[[], None]]] = deque()
        self._order = itertools.count()
        self.owner = threading.get_ident()
        self._thread: int | None = None
        self._wake_read, self._wake_write = os.pipe()
        self._awake = False
        self.guarded = False  # the loop's thread is in the middle of a write: no interrupt now
        self.writers: set[int] = set()  # other threads that are
        for descriptor in (self._wake_read, self._wake_write):
            os.set_blocking(descriptor, False)
        sock.setblocking(False)

    @property
    def congested(self) -> bool:
        return self._queued > CONGESTED

    @property
    def busy(self) -> bool:
        """Whether the socket takes no more just now."""
        return self._blocked

    def enqueue(self, run: Run | None, data: bytes | bytearray, last: bool = False) -> None:
        """Send bytes after all that were left before. After the `last` ones of a run its others are dropped."""
        if self._socket.fileno() < 0:
            return
        self._queue.append((run, data, last))
        self._queued += len(data)
        ident = threading.get_ident()
        if ident == self.owner:
            self.guarded = True
            try:
                self._write()
            finally:
                self.guarded = False
        else:
            self.writers.add(ident)
            try:
                self._write()
            finally:
                self.writers.discard(ident)

    def abandon(self) -> None:
        """In a forked child: nothing is sent from here."""
        self._socket.close()
        self._blocked = True
        self._queue.clear()

    def call_later(self, delay: float, callback: Callable[[], None]) -> None:
        """Call back on the socket's thread."""
        self._new_timers.append((time.monotonic() + delay, next(self._order), callback))
        if threading.get_ident() != self._thread:
            self.wake()

    def wake(self) -> None:
        if not self._awake:
            self._awake = True
            os.write(self._wake_write, b"\0")

    # Writing

    def _write(self) -> None:
        while (self._queue or self._rest) and not self._blocked and self._writing.acquire(blocking=False):
            try:
                self._write_what_fits()
            finally:
                self._writing.release()

    def _write_what_fits(self) -> None:
        while self._rest or self._queue:
            if not self._rest:
                self._rest = memoryview(self._gather())
                if not self._rest:
                    return
            try:
                sent = self._socket.send(self._rest)
            except BlockingIOError:
                self._blocked = True
                self.wake()
                return
            except OSError:
                self._lost()
                return
            self._rest = self._rest[sent:]
            self._queued -= sent

    def _gather(self) -> bytes | bytearray:
        parts: list[bytes | bytearray] = []
        size = 0
        while self._queue and size < WRITE_SIZE:
            run, data, last = self._queue.popleft()
            if run is not None and run.closed:
                self._queued -= len(data)
                continue
            if run is not None and last:
                run.closed = True
            parts.append(data)
            size += len(data)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    # The socket's thread

    def serve(self) -> None:
        self._thread = threading.get_ident()
        poll = select.poll()
        poll.register(self._wake_read, select.POLLIN)
        watching = -1
        while True:
            wanted = select.POLLIN | (select.POLLOUT if self._blocked else 0)
            if wanted != watching:
                watching = wanted
                poll.register(self._socket, wanted)
            for descriptor, event in poll.poll(self._patience()):
                if descriptor == self._wake_read:
                    self._slept()
                else:
                    self._ready(event)
            self._run_timers()
            if not self._blocked:
                self._write()

    def _slept(self) -> None:
        os.read(self._wake_read, 4096)
        self._awake = False

    def _ready(self, event: int) -> None:
        if event & select.POLLOUT:
            self._blocked = False
        if event & ~select.POLLOUT:
            self._read()

    def _read(self) -> None:
        try:
            data = self._socket.recv(WRITE_SIZE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._lost()
            return
        try:
            frames = self._decoder.feed(data)
        except ProtocolBroken:
            self._lost()
            raise
        for frame in frames:
            self._receive(frame)

    def _patience(self) -> int | None:
        if self._new_timers:
            return 0
        if not self._timers:
            return None
        return max(0, int((self._timers[0][0] - time.monotonic()) * 1000) + 1)

    def _run_timers(self) -> None:
        while self._new_timers:
            heapq.heappush(self._timers, self._new_timers.popleft())
        now = time.monotonic()
        while self._timers and self._timers[0][0] <= now:
            heapq.heappop(self._timers)[2]()
