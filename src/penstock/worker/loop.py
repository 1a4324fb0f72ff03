"""The event loop that author code runs on, and the policy that gives plain threads a loop of their own."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Coroutine
from contextvars import Context
from typing import Any

from penstock.worker.runs import Interrupted, RunTask, current


class WorkerLoop(asyncio.SelectorEventLoop):
    """A loop that may be lent to a hook's thread: what that thread schedules arrives here safely (I3)."""

    def __init__(self) -> None:
        super().__init__()
        self._owner = threading.get_ident()
        self.set_exception_handler(_tell_in_its_run)
        self.set_task_factory(_make_task)  # type: ignore[arg-type]

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        if threading.get_ident() != self._owner:
            return super().call_soon_threadsafe(callback, *args, context=context)
        return super().call_soon(callback, *args, context=context)

    def serve(self) -> None:
        """Run for ever; neither `sys.exit` in a stray task nor a late interrupt ends the loop."""
        while True:
            try:
                self.run_forever()
            except (Interrupted, SystemExit, KeyboardInterrupt):
                continue


class LoopPerThread(asyncio.DefaultEventLoopPolicy):
    """`asyncio.get_event_loop().run_until_complete(...)` works in the thread of a plain `def` hook."""

    def get_event_loop(self) -> asyncio.AbstractEventLoop:
        if self._local._loop is None and current.get() is not None:  # type: ignore[attr-defined]
            self.set_event_loop(self.new_event_loop())
        return super().get_event_loop()


def _tell_in_its_run(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Report what a forgotten task raised where the log knows whose it was."""
    task = context.get("task") or context.get("future")
    place = contextvars.copy_context()
    if isinstance(task, RunTask):
        place.run(current.set, task.run)
    place.run(loop.default_exception_handler, context)


def _make_task(
    loop: asyncio.AbstractEventLoop, coro: Coroutine[Any, Any, Any], context: Context | None = None, **options: Any
) -> RunTask:
    task = RunTask(coro, loop=loop, context=context, **options)
    run = current.get() if context is None else context.get(current)
    if run is not None:
        task.run = run
        run.track(task)
    return task
