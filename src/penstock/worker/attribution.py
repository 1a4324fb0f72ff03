"""Threads and thread pools work for the run that used them: for its emitter, its log and its cancellation."""

from __future__ import annotations

import concurrent.futures.thread
import contextvars
import functools
import inspect
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from penstock.worker.runs import Interrupted, Run, author_files, current

_start_thread = threading.Thread.start
_submit = ThreadPoolExecutor.submit
_pool_worker = concurrent.futures.thread._worker


def follow_threads() -> None:
    """From now on, threads that a run starts carry its context variables."""
    threading.Thread.start = _start_attributed  # type: ignore[method-assign, assignment]
    ThreadPoolExecutor.submit = _submit_attributed  # type: ignore[method-assign, assignment]


def _start_attributed(thread: threading.Thread) -> None:
    run = current.get()
    if run is None or getattr(thread, "_target", None) is _pool_worker:
        _start_thread(thread)
        return
    context = contextvars.copy_context()
    if not _is_authors(thread, sys._getframe(1).f_code.co_filename):
        thread.run = functools.partial(context.run, thread.run)  # type: ignore[method-assign]
        _start_thread(thread)
        return
    thread.run = functools.partial(_work_in_thread, context, run, thread, thread.run)  # type: ignore[method-assign]
    run.thread_started(thread)
    try:
        _start_thread(thread)
    except RuntimeError:
        run.thread_ended(thread)
        raise


def _is_authors(thread: threading.Thread, started_in: str) -> bool:
    """Whether a thread does the author's work. Those that a library keeps for itself may never end."""
    target = getattr(thread, "_target", None)
    if started_in in author_files or target is None:
        return started_in in author_files
    code = getattr(inspect.unwrap(getattr(target, "__func__", target)), "__code__", None)
    return code is not None and code.co_filename in author_files


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
