"""One run on a cluster, seen from the server: filled from the actor's batches, read by one consumer."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from penstock.engine.ray.relay import CHUNKS_AHEAD, FRAMES_AHEAD
from penstock.engine.ray.wire import Taken
from penstock.errors import BadRequest, PenstockError
from penstock.protocol.frames import Cancel, Chunk, Failed, Feed, Reply, Result, RunFrame

if TYPE_CHECKING:
    from penstock.engine.ray.link import Link

FEEDS_AHEAD = 8
CANCEL_SECONDS = 3.0  # the actor ends a cancelled run within one; after that, it is not waited for


class RayRun:
    def __init__(self, run_id: str, link: Link) -> None:
        self.id = run_id
        self._link = link
        self._loop = asyncio.get_running_loop()
        self._frames: deque[RunFrame] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._begun: asyncio.Future[None] | None = None
        self._fed = asyncio.Event()
        self._feeds = 0
        self._frames_taken = 0
        self._chunks_taken = 0
        self._error: PenstockError | None = None
        self._over = False
        self._finished = False
        self._cancelled: str | None = None
        self._overdue: asyncio.TimerHandle | None = None

    @property
    def finished(self) -> bool:
        """Whether the outcome is there; background work may go on."""
        return self._finished

    async def begun(self) -> None:
        """Wait until a worker has the call. Raises what kept it from beginning."""
        if not self._over:
            self._begun = self._loop.create_future()
            await self._begun
        elif self._error is not None:
            raise self._error

    # The consumer's side

    def __aiter__(self) -> RayRun:
        return self

    async def __anext__(self) -> RunFrame:
        while not self._frames:
            if self._over:
                error, self._error = self._error, None
                if error is not None:
                    raise error
                raise StopAsyncIteration
            self._waiter = self._loop.create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        frame = self._frames.popleft()
        if not self._over:
            self._take(frame)
        return frame

    def _take(self, frame: RunFrame) -> None:
        self._frames_taken += 1
        if type(frame) is Chunk:
            self._chunks_taken += len(frame.items)
        if self._chunks_taken >= CHUNKS_AHEAD // 4 or self._frames_taken >= FRAMES_AHEAD // 4:
            self._link.post(Taken(self.id, self._frames_taken, self._chunks_taken))
            self._frames_taken = self._chunks_taken = 0

    async def reply(self, call: int, value: Any = None, error: dict[str, Any] | None = None) -> None:
        if self._over:
            return
        try:
            self._link.post_value(Reply(self.id, call, value, error))
        except BadRequest as bad:
            refused = {"code": bad.code, "message": bad.message, "hint": bad.hint}
            self._link.post(Reply(self.id, call, error=refused))

    async def feed(self, items: Sequence[Any], last: bool = False) -> None:
        if self._finished or self._over:
            return
        self._link.post_value(Feed(self.id, list(items), last))
        self._feeds += 1
        while self._feeds > FEEDS_AHEAD and not self._over:
            self._fed.clear()
            await self._fed.wait()

    async def cancel(self, reason: str) -> None:
        if not self._over and self._cancelled is None:
            self._cancelled = reason
            self._link.post(Cancel(self.id, reason))
            self._overdue = self._loop.call_later(CANCEL_SECONDS, self._give_up)

    # The actor's side

    def receive(self, frame: RunFrame) -> None:
        if isinstance(frame, (Result, Failed)):
            self._finished = True
        self._frames.append(frame)
        self._wake()

    def has_begun(self) -> None:
        if self._begun is not None and not self._begun.done():
            self._begun.set_result(None)

    def was_fed(self) -> None:
        self._feeds -= 1
        self._fed.set()

    def fail(self, error: PenstockError) -> None:
        """The actor is gone. Where the run was cancelled, that is how it ended."""
        if self._over:
            return
        if self._cancelled is None:
            self.end(error)
            return
        if not self._finished:
            self._finished = True
            self._frames.append(Failed(self.id, "Cancelled", self._cancelled))
        self.end(None)

    def end(self, error: PenstockError | None) -> None:
        if self._over:
            return
        self._over = True
        self._error = error
        if self._overdue is not None:
            self._overdue.cancel()
        self._fed.set()
        self._wake()
        if self._begun is not None and not self._begun.done():
            if error is not None:
                self._begun.set_exception(error)
            else:
                self._begun.set_result(None)

    def _give_up(self) -> None:
        self._overdue = None
        self._link.forget(self)
        self.fail(self._link.silent())

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
