"""Processes that a run starts end with it when it is cancelled; a thread that waits for one is free again then."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable
from typing import Any

from penstock.worker.runs import Run, current

MANY = 256  # remembered processes, before those that have ended are forgotten
MOST = 10_000  # that are looked for
_FORKS = ("fork", "forkpty", "posix_spawn", "posix_spawnp")
_execute_child: Callable[..., None] = subprocess.Popen._execute_child  # type: ignore[attr-defined]
_owners: dict[int, str] = {}  # of processes: the run that has started them


def follow_children() -> None:
    """From now on, remember which run has started which process."""
    subprocess.Popen._execute_child = _execute_followed  # type: ignore[attr-defined]
    for name in _FORKS:
        if hasattr(os, name):
            setattr(os, name, _followed(getattr(os, name)))


def end_children(run: Run, thread: int | None = None) -> None:
    """End what a run has started, and what that has started.

    `thread`: the system's number of the loop's thread, if that works for the run just now and waits for a process.
    """
    threads = [found.native_id for found in threading.enumerate() if found.ident in run.thread_idents]
    theirs = {pid for pid, owner in list(_owners.items()) if owner != run.id}
    known = {pid for pid, owner in list(_owners.items()) if owner == run.id}
    found = known | set(_started_by(os.getpid(), [*threads, thread])) - theirs
    for pid in _with_descendants(filter(_is_ours, found)):
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def _execute_followed(process: subprocess.Popen[Any], *args: Any, **named: Any) -> None:
    _execute_child(process, *args, **named)
    _remember(process.pid)


def _followed(start: Callable[..., Any]) -> Callable[..., Any]:
    def started(*args: Any, **named: Any) -> Any:
        found = start(*args, **named)
        _remember(found[0] if isinstance(found, tuple) else found)
        return found

    return started


def _remember(pid: int) -> None:
    run = current.get()
    if run is None or pid <= 0:
        return
    if len(_owners) >= MANY:
        for other in list(_owners):
            if not _is_ours(other):
                _owners.pop(other, None)
    _owners[pid] = run.id


def _is_ours(pid: int) -> bool:
    """Whether it is a child of this process that nobody has waited for yet: its number can be no other's."""
    try:
        if hasattr(os, "waitid"):
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG)
        else:
            os.kill(pid, 0)
    except OSError:
        return False
    return True


def _started_by(pid: int, threads: Iterable[int | None]) -> list[int]:
    found: list[int] = []
    for thread in threads:
        with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{thread}/children") as file:
            found += map(int, file.read().split())
    return found


def _with_descendants(pids: Iterable[int]) -> list[int]:
    waiting, found = list(pids), list[int]()
    while waiting and len(found) < MOST:
        pid = waiting.pop()
        found.append(pid)
        with contextlib.suppress(OSError):
            waiting += _started_by(pid, [int(thread) for thread in os.listdir(f"/proc/{pid}/task")])
    return found
