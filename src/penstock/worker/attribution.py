"""Threads and thread pools work for the run that used them: for its emitter, its log and its cancellation."""

from __future__ import annotations

import concurrent.futures.thread
import contextvars
import functools
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from penstock.worker.runs import Interrupted, Run, current

_start_thread = threading.Thread.start
_submit = ThreadPoolExecutor.submit
_pool_worker = concurrent.futures.thread._worker


def follow_threads() -> None:
    """From now on, threads that a run starts carry its context variables."""
    threading.Thread.start = _start_attributed  # type: ignore[method-assign, assignment]
    ThreadPoolExecutor.submit = _submit_attributed  # type: ignore[method-assign, assignment]


def _start_attributed(thread: threading.Thread) -> None:
    run = current.get()
    if run is not None and getattr(thread, "_target", None) is not _pool_worker:
        context = contextvars.copy_context()
        thread.run = functools.partial(_work_in_thread, context, run, thread, thread.run)  # type: ignore[method-assign]
        run.thread_started(thread)
        try:
            _start_thread(thread)
        except RuntimeError:
            run.thread_ended(thread)
            raise
        return
    _start_thread(thread)


def _work_in_thread(context: contextvars.Context, run: Run, thread: threading.Thread, work: Callable[[], None]) -> None:
    ident = threading.get_ident()
    run.thread_idents.add(ident)
    try:
        context.run(_report_raised, work, thread)
    finally:
        run.thread_idents.discard(ident)
        run.thread_ended(thread)


def _report_raised(work: Callable[[], None], thread: threading.Thread) -> None:
    """Let what the thread raises be printed here, where the log knows the run."""
    try:
        work()
    except Interrupted:
        pass  # the run was cancelled: that is how its threads end
    except Exception:  # noqa: BLE001 (author code: threads report whatever they raise)
        threading.excepthook(threading.ExceptHookArgs([*sys.exc_info(), thread]))


def _submit_attributed(pool: ThreadPoolExecutor, work: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
    run = current.get()
    if run is None:
        return _submit(pool, work, *args, **named)
    item = object()
    run.thread_started(item)
    try:
        future = _submit(pool, contextvars.copy_context().run, _work_in_pool, run, work, args, named)
    except RuntimeError:
        run.thread_ended(item)
        raise
    future.add_done_callback(lambda _: run.thread_ended(item))
    return future


def _work_in_pool(run: Run, work: Callable[..., Any], args: tuple[Any, ...], named: dict[str, Any]) -> Any:
    ident = threading.get_ident()
    run.thread_idents.add(ident)
    try:
        return work(*args, **named)
    finally:
        run.thread_idents.discard(ident)
