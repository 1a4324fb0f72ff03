"""Threads for plain `def` hooks: reused, as many as run at once, never waited for."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from penstock.worker import logs
from penstock.worker.runs import Interrupted, Run

IDLE_KEPT = 8


class ThreadJob:
    """One piece of author code on a thread; its `future` belongs to the worker's loop."""

    def __init__(self, run: Run, work: Callable[[], Any], lend: asyncio.AbstractEventLoop | None) -> None:
        self.run = run
        self._work = work
        self._lend = lend
        self._loop = asyncio.get_running_loop()
        self._context = contextvars.copy_context()
        self.future: asyncio.Future[Any] = self._loop.create_future()
        self.ident: int | None = None
        self.over = False

    def perform(self) -> None:
        """Call on a hook thread."""
        self.ident = threading.get_ident()
        self.run.thread_idents.add(self.ident)
        value, error = None, None
        try:
            asyncio._set_running_loop(self._lend)
            try:
                value = self._context.run(self._work_to_the_last_line)
            finally:
                asyncio._set_running_loop(None)
        except BaseException as raised:  # noqa: BLE001 (author code: whatever it raises is its outcome)
            error = raised
        self.over = True
        self.run.thread_idents.discard(self.ident)
        self._loop.call_soon_threadsafe(self._settle, value, error)

    def _work_to_the_last_line(self) -> Any:
        try:
            return self._work()
        finally:
            logs.finish_lines()

    def give_up(self) -> None:
        """Stop waiting for the thread: it is blocked where nothing can interrupt it."""
        self._settle(None, Interrupted("its thread is blocked"))

    def _settle(self, value: Any, error: BaseException | None) -> None:
        if not self.future.done():
            self.future.set_result((value, error))

    async def outcome(self) -> Any:
        """What the work returned or raised. A cancelled run waits for its thread to be interrupted."""
        while not self.future.done():
            try:
                await asyncio.shield(self.future)
            except asyncio.CancelledError:
                if not self.run.cancelled and not self.future.done():
                    raise
        value, error = self.future.result()
        if error is not None:
            raise error
        return value


class HookThreads:
    """Give it work; it takes an idle thread or makes one."""

    def __init__(self) -> None:
        self._idle: list[SimpleQueue[ThreadJob]] = []

    def start(self, run: Run, work: Callable[[], Any], lend: asyncio.AbstractEventLoop | None = None) -> ThreadJob:
        job = ThreadJob(run, work, lend)
        try:
            queue = self._idle.pop()
        except IndexError:
            queue = SimpleQueue()
            contextvars.Context().run(threading.Thread(target=self._serve, args=(queue,), daemon=True).start)
        queue.put(job)
        return job

    def _serve(self, queue: SimpleQueue[ThreadJob]) -> None:
        try:
            while True:
                job = queue.get()
                job.perform()
                if job.run.cancelled or len(self._idle) >= IDLE_KEPT:
                    return  # an interrupt meant for that run may still come
                del job
                threading.current_thread().name = "hook"
                self._idle.append(queue)
        except Interrupted:
            return  # an interrupt that came late: this thread is not used again
