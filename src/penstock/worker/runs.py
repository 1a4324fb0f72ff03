"""One run inside the worker: what belongs to it, what it left behind, and when it is over."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol

from penstock.functions.log_allowance import LogAllowance
from penstock.protocol.frames import Background, Call, Failed, Frame, Log, Result
from penstock.protocol.framing import encode

if TYPE_CHECKING:
    from penstock.worker.channel import Channel

current: ContextVar[Run | None] = ContextVar("penstock_run", default=None)
"""The run that this task or thread works for."""

author_files: set[str] = set()
"""Names of the files, as tracebacks show them, that the author of the loaded function has written."""

LogLine = tuple[float, str, str, str]
LOG_BATCH = 200
LOG_SECONDS = 0.02
LOG_LIMIT = 2**20


class Ending(Protocol):
    """Who wants to know that a run is over."""

    def forget(self, run: Run) -> None: ...


class Interrupted(asyncio.CancelledError):
    """Raised inside author code that must stop: no `except Exception` catches it."""


class RunTask(asyncio.Task[Any]):
    """A task that knows its run, so that an interrupt finds whose code is on the loop."""

    run: Run | None = None


class Run:
    """Frames of a run leave through here, in order; after the last one nothing leaves any more."""

    def __init__(self, call: Call, channel: Channel, ending: Ending, log_limit: int = LOG_LIMIT) -> None:
        self.id = call.run
        self.call = call
        self.valves: object | None = None
        self.user_valves: object | None = None  # what the author put on `self`
        self.task: RunTask | None = None
        self.cancel_reason: str | None = None
        self.finished = False  # Result or Failed was sent
        self.over = False  # nothing is left
        self.closed = False  # the channel has passed the last frame on
        self.on_cancel: list[Callable[[], None]] = []
        self.tasks: set[asyncio.Task[Any]] = set()
        self.thread_idents: set[int] = set()  # threads that work for this run, its hook's own included
        self.left_threads: set[object] = set()  # threads and pool items that may outlive the hook
        self._channel = channel
        self._ending = ending
        self._loop = asyncio.get_running_loop()
        self._announced = 0
        self.flush_chunks: Callable[[], None] = _nothing
        self._log_lines: deque[LogLine] = deque()
        self._log_turn = threading.RLock()  # what one thread took out, it sends before the next takes more
        self._log_scheduled = False
        self._log_allowance = LogAllowance(log_limit)
        self._log_told = 0  # lines that were left out, when that was last said

    def __repr__(self) -> str:
        return f"<run {self.id} of {self.call.hook}>"

    @property
    def cancelled(self) -> bool:
        return self.cancel_reason is not None

    def attach(self, task: asyncio.Task[Any]) -> None:
        """Name the task that runs the hook."""
        if isinstance(task, RunTask):
            task.run = self
            self.task = task

    # Sending

    def send(self, frame: Frame) -> None:
        self._channel.enqueue(self, encode(frame))

    def send_bytes(self, data: bytes | bytearray) -> None:
        self._channel.enqueue(self, data)

    def speak(self, data: bytes | bytearray) -> None:
        """Send an event or a question: after the chunks that were yielded before it."""
        self.flush_chunks()
        self._channel.enqueue(self, data)

    def log(self, line: LogLine) -> None:
        if not self._log_allowance.takes(line[2]):
            return
        self._log_lines.append(line)
        if len(self._log_lines) >= LOG_BATCH:
            self.flush_log()
        elif not self._log_scheduled:
            self._log_scheduled = True
            self._channel.call_later(LOG_SECONDS, self.flush_log)

    def flush_log(self) -> None:
        self._log_scheduled = False
        lines: list[LogLine] = []
        with self._log_turn:
            with contextlib.suppress(IndexError):
                while True:
                    lines.append(self._log_lines.popleft())
            if lines:
                self.send(Log(self.id, lines))

    def _finish_log(self) -> None:
        """Send the rest, and say how much was left out since that was last said."""
        if self._log_allowance.dropped > self._log_told:
            self._log_told = self._log_allowance.dropped
            self._log_lines.append((time.time(), "warning", self._log_allowance.sentence, "penstock"))
        self.flush_log()

    # Work that a hook leaves behind (I4)

    def track(self, task: asyncio.Task[Any]) -> None:
        self.tasks.add(task)
        task.add_done_callback(self._task_done)

    def _task_done(self, task: asyncio.Task[Any]) -> None:
        self.tasks.discard(task)
        if self.finished:
            self._tell_raised(task)
            self._count_background()

    def _tell_raised(self, task: asyncio.Task[Any]) -> None:
        """Nobody awaits a task that was left behind: what it raised belongs into the log."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            text = "".join(traceback.format_exception(error)).rstrip()
            self.log((time.time(), "error", f"a background task failed: {text}", task.get_name()))

    def thread_started(self, item: object) -> None:
        self.left_threads.add(item)

    def thread_ended(self, item: object) -> None:
        self.left_threads.discard(item)
        if self.finished and not self.over:
            self._loop.call_soon_threadsafe(self._count_background)

    def left_behind(self) -> int:
        return sum(not task.done() for task in self.tasks) + len(self.left_threads)

    # The end

    def finish(self, frame: Result | Failed, encoded: bytearray) -> None:
        """Send the outcome, given with its bytes for a run without background work. Only on the worker's loop."""
        self.finished = True
        self._announced = self.left_behind()
        if self._announced:
            encoded = encode(_with_background(frame, self._announced))
        self._finish_log()
        self._last(encoded, over=not self._announced)

    def _count_background(self) -> None:
        count = self.left_behind()
        if self.over or count == self._announced:
            return
        self._announced = count
        self._finish_log()
        self._last(encode(Background(self.id, count)), over=not count)

    def _last(self, encoded: bytearray, *, over: bool) -> None:
        self.over = over
        self._channel.enqueue(self, encoded, last=over)
        if over:
            self._ending.forget(self)

    def cancel(self) -> None:
        """Cancel the tasks of this run once more. Only on the worker's loop."""
        if not self.finished and self.task is not None:
            self.task.cancel()
        for task in list(self.tasks):
            task.cancel()


def _with_background(frame: Result | Failed, background: int) -> Result | Failed:
    if isinstance(frame, Result):
        return Result(frame.run, frame.form, frame.value, frame.notes, background)
    return Failed(frame.run, frame.type, frame.message, frame.traceback, frame.line, background)


def _nothing() -> None: ...
