"""One run, seen from the host: frames in order, without a task of its own."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from penstock.engine.base import HookCall
from penstock.errors import BadRequest, DeadlineExceeded, PenstockError, ProtocolBroken, WorkerLost
from penstock.protocol.frames import (
    Ask,
    Background,
    Call,
    Cancel,
    Chunk,
    Failed,
    Feed,
    Frame,
    Log,
    More,
    Reply,
    Result,
    RunFrame,
    Withdraw,
)

if TYPE_CHECKING:
    from penstock.engine.local.worker import Worker

WINDOW = 512  # chunks on their way
GRANT = 128  # taken chunks that are worth a frame
MOVED = "another run blocks the event loop of this function: this call was given to a worker of its own"
STOP_SECONDS = 0.9  # after that, a cancelled run is ended with its process


class LocalRun:
    """Fed by its worker's connection, read by one consumer."""

    def __init__(self, call: HookCall, worker: Worker) -> None:
        self.id = call.run_id
        self._call = call
        self._worker = worker
        self._begun = False
        self._waiting = False  # for a worker whose loop is not blocked
        self._loop = asyncio.get_running_loop()
        self._frames: deque[RunFrame] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._error: PenstockError | None = None
        self._over = False
        self._finished = False
        self._room = WINDOW
        self._taken = 0
        self._fed = 0
        self.cpu = 0.0  # seconds of processor time that were charged to it
        self._deadline = call.deadline
        self._ends_at = self._loop.time() + call.deadline
        self._timer: asyncio.TimerHandle | None = self._loop.call_at(self._ends_at, self._expire)
        self._questions: set[int] = set()
        self._paused_at = 0.0
        self._cancelled: str | None = None
        self._cancelled_at = 0.0
        self._cause: PenstockError | None = None  # why it was stopped, if not by a person
        self._overdue: asyncio.TimerHandle | None = None

    @property
    def over(self) -> bool:
        return self._over

    @property
    def begun(self) -> bool:
        """Whether its worker has shown any sign of it."""
        return self._begun

    @property
    def finished(self) -> bool:
        """Whether the outcome is there; background work may go on."""
        return self._finished

    @property
    def asking(self) -> bool:
        """Whether it waits for a person."""
        return bool(self._questions)

    # The consumer's side

    def __aiter__(self) -> LocalRun:
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
            self._worker.taken(1)
        if type(frame) is Chunk:
            self._grant(len(frame.items))
        return frame

    def _grant(self, chunks: int) -> None:
        self._taken += chunks
        if self._taken >= GRANT and not self._finished:
            self._room += self._taken
            self._worker.send(More(self.id, self._taken))
            self._taken = 0

    async def reply(self, call: int, value: Any = None, error: dict[str, Any] | None = None) -> None:
        if self._over:
            return
        self._answered(call)
        try:
            await self._worker.send_drained(Reply(self.id, call, value, error))
        except BadRequest as bad:
            refused = {"code": bad.code, "message": bad.message, "hint": bad.hint}
            await self._worker.send_drained(Reply(self.id, call, error=refused))

    async def feed(self, items: Sequence[Any], last: bool = False) -> None:
        if self._finished:
            return
        self._fed += 1
        await self._worker.send_drained(Feed(self.id, list(items), last))

    async def cancel(self, reason: str) -> None:
        if not self._over and self._cancelled is None:
            self._stop(reason)

    # The worker's side

    def call_frame(self) -> Frame:
        call = self._call
        return Call(
            run=call.run_id,
            hook=call.hook,
            body=call.body,
            context=call.context,
            valves=call.valves,
            user_valves=call.user_valves,
            window=WINDOW,
            feed=call.feed,
        )

    def returned(self) -> bool:
        """The worker has given the call back; whether it is to be placed again."""
        self._waiting = True
        if self._cancelled is not None:
            self.fail(WorkerLost("The call had not begun."))
        return not self._over

    def place(self, worker: Worker) -> None:
        """Give the call to another worker."""
        self._waiting = False
        self._worker = worker
        self.tell((time.time(), "warning", MOVED, "penstock"))

    def receive(self, frame: RunFrame) -> None:
        """Take a frame from the worker. Raises `ProtocolBroken` when it may not come now."""
        self._begun = True
        kind = type(frame)
        if kind is Chunk:
            self._check_chunk(frame)  # type: ignore[arg-type]
        elif kind is Result or kind is Failed:
            self._finish(frame)  # type: ignore[arg-type]
            return
        elif kind is Background:
            self._count_background(frame)  # type: ignore[arg-type]
        elif kind is Ask:
            self._ask(frame)  # type: ignore[arg-type]
        elif kind is Withdraw:
            self._answered(frame.call)  # type: ignore[union-attr]
        self._put(frame)

    @property
    def context(self) -> Mapping[str, Any]:
        return self._call.context

    def tell(self, line: tuple[float, str, str, str]) -> None:
        """Add a line of the host's to the log."""
        self._put(Log(self.id, [line]))

    def _put(self, frame: RunFrame) -> None:
        self._frames.append(frame)
        self._worker.queued()
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _check_chunk(self, frame: Chunk) -> None:
        if self._finished:
            raise ProtocolBroken("The worker sent a chunk after the outcome of its run.")
        if self._fed:
            self._fed -= 1
            self._room += len(frame.items)
        self._room -= len(frame.items)
        if self._room < 0:
            raise ProtocolBroken("The worker sent more chunks than it was allowed to.")

    def _finish(self, frame: Result | Failed) -> None:
        if self._finished:
            raise ProtocolBroken("The worker sent two outcomes for one run.")
        self._finished = True
        if self._cause is not None:
            self._end(self._cause)
            return
        if type(frame) is Result:
            self._worker.proven = True
        self._put(frame)
        if not frame.background:
            self._end(None)

    def _count_background(self, frame: Background) -> None:
        if not self._finished:
            raise ProtocolBroken("The worker counted background work before the outcome.")
        if frame.count == 0:
            self._end(self._cause)

    def _ask(self, frame: Ask) -> None:
        """While a person is asked, the clock stands still."""
        if not self._questions and self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._paused_at = self._loop.time()
        self._questions.add(frame.call)

    def _answered(self, call: int) -> None:
        if call not in self._questions:
            return
        self._questions.discard(call)
        if not self._questions and not self._over and self._cancelled is None:
            self._ends_at += self._loop.time() - self._paused_at
            self._timer = self._loop.call_at(self._ends_at, self._expire)

    # Ends

    def fail(self, error: PenstockError) -> None:
        """The worker is gone."""
        if self._over:
            return
        if self._cause is None and self._cancelled is not None:
            self._cancelled_end()
        else:
            self._end(self._cause or error)

    def exceed(self, error: PenstockError) -> None:
        """Stop the run, which ends with that error."""
        if self._cancelled is None and not self._over:
            self._cause = error
            self._stop(error.message)

    def _expire(self) -> None:
        self._timer = None
        self.exceed(self._deadline_error())

    def _stop(self, reason: str) -> None:
        self._cancelled = reason
        self._cancelled_at = time.monotonic()
        if self._waiting:
            self.fail(WorkerLost("The call had not begun."))
            return
        self._worker.send(Cancel(self.id, reason))
        self._overdue = self._loop.call_later(STOP_SECONDS, self._end_with_process)

    def _end_with_process(self) -> None:
        self._overdue = None
        self._worker.end_stuck(self, self._cancelled_at)

    def _cancelled_end(self) -> None:
        if not self._finished:
            self._finished = True
            self._put(Failed(self.id, "Cancelled", self._cancelled or ""))
        self._end(None)

    def _deadline_error(self) -> DeadlineExceeded:
        return DeadlineExceeded(
            f"The run was stopped: it was not done after {self._deadline:g} seconds.",
            hint="An admin may raise the deadline of runs (`PENSTOCK_RUN_DEADLINE`).",
            deadline=self._deadline,
        )

    def _end(self, error: PenstockError | None) -> None:
        self._over = True
        self._error = error
        for timer in (self._timer, self._overdue):
            if timer is not None:
                timer.cancel()
        self._timer = self._overdue = None
        self._worker.taken(len(self._frames))
        self._worker.run_over(self)
        self._wake()
