"""Stopping a run that does not want to stop (I8).

Three ways, in this order: its tasks are cancelled; a signal raises `Interrupted` in whatever its code does on the
loop's thread, blocking calls included; its threads get the same exception at their next instruction. A thread that
is blocked in a call without using the processor is left to itself. Processes that the run has started end a little
later, so that its code may end them first. What still goes on then ends with the worker: the host sees to that.
"""

from __future__ import annotations

import asyncio
import ctypes
import signal
import threading
import time

from penstock.worker.channel import Channel
from penstock.worker.children import end_children
from penstock.worker.runs import Interrupted, Run, RunTask
from penstock.worker.threads import ThreadJob

SIGNAL = signal.SIGUSR1
FIRST_INTERRUPT = 0.03  # the loop's chance to cancel in peace
STEP = 0.1
CHILDREN_AFTER = 0.2  # processes that the run's own code has not ended by then
GIVE_UP_AFTER = 0.5
IDLE_SHARE = 0.1  # of one processor: a thread that uses less is blocked


class Interrupter:
    """Made on the loop's thread, used on the socket's thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, channel: Channel) -> None:
        self._loop = loop
        self._channel = channel
        self._main = threading.get_ident()
        self._main_number = threading.get_native_id()
        self._wanted: set[str] = set()
        self._jobs: dict[str, list[ThreadJob]] = {}
        signal.signal(SIGNAL, self._on_signal)

    def watch(self, run: Run, job: ThreadJob) -> None:
        """Remember a job, so that a cancelled run need not wait for a blocked thread."""
        self._jobs.setdefault(run.id, []).append(job)

    def forget(self, run: Run) -> None:
        self._wanted.discard(run.id)
        self._jobs.pop(run.id, None)
        if run.cancelled:
            end_children(run)

    def stop(self, run: Run) -> None:
        self._wanted.add(run.id)
        used = {ident: processor_time(ident) for ident in _idents(run)}
        self._loop.call_soon_threadsafe(run.cancel)
        for on_cancel in list(run.on_cancel):
            on_cancel()
        self._raise_in_threads(run)
        started = time.monotonic()
        self._channel.call_later(FIRST_INTERRUPT, lambda: self._insist(run, started, used))

    def _insist(self, run: Run, started: float, used: dict[int, float]) -> None:
        if run.over:
            return
        signal.pthread_kill(self._main, SIGNAL)
        self._raise_in_threads(run)
        elapsed = time.monotonic() - started
        if elapsed >= CHILDREN_AFTER:
            end_children(run, self._main_number if self._has_loop(run) else None)
        if elapsed >= GIVE_UP_AFTER:
            self._give_up(run, elapsed, used)
        self._loop.call_soon_threadsafe(run.cancel)
        self._channel.call_later(STEP, lambda: self._insist(run, started, used))

    def _give_up(self, run: Run, elapsed: float, used: dict[int, float]) -> None:
        for ident in _idents(run):
            if not has_clocks() or processor_time(ident) - used.get(ident, 0.0) > IDLE_SHARE * elapsed:
                return  # it is busy, for all we know
        for job in self._jobs.get(run.id, ()):
            self._loop.call_soon_threadsafe(job.give_up)
        for thread in list(run.left_threads):
            run.thread_ended(thread)

    def _raise_in_threads(self, run: Run) -> None:
        for ident in _idents(run):
            if ident not in self._channel.writers:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(Interrupted))

    def _on_signal(self, _number: int, _frame: object) -> None:
        if self._channel.guarded:
            return
        task = asyncio.current_task(self._loop)
        if isinstance(task, RunTask) and task.run is not None and task.run.id in self._wanted:
            raise Interrupted("the run was cancelled")

    def _has_loop(self, run: Run) -> bool:
        task = asyncio.current_task(self._loop)
        return isinstance(task, RunTask) and task.run is run


def _idents(run: Run) -> list[int]:
    return list(run.thread_idents)


def has_clocks() -> bool:
    """Whether the platform tells how much processor time a thread has used."""
    return hasattr(time, "pthread_getcpuclockid")


def processor_time(ident: int) -> float:
    """Seconds of processor time that a thread has used; 0 where nobody can say."""
    if not has_clocks():
        return 0.0
    try:
        return time.clock_gettime(time.pthread_getcpuclockid(ident))
    except OSError:
        return 0.0
