"""What processes use, with everything that they started, as the system tells it."""

from __future__ import annotations

import contextlib
import os
import platform
import stat
import subprocess
from collections.abc import Collection, Iterator
from dataclasses import dataclass

LINUX = platform.system() == "Linux"
MOST_PROCESSES = 4_096  # of one worker; more are not looked at
MOST_DESCRIPTORS = 4_096  # of one process
BLOCK = 512  # bytes, in `st_blocks`


@dataclass(frozen=True, slots=True)
class Usage:
    """Of one process and all that descend from it."""

    memory: int = 0  # bytes; what is shared with others counts in part, where the system tells
    cpu: float = 0.0  # seconds of processor time since its start, ended children included
    processes: int = 0
    unlinked: int = 0  # bytes on disk that only open descriptors hold


def measure(pids: Collection[int]) -> dict[int, Usage]:
    """The usage of each process that still is. Blocks: call it on a thread."""
    if LINUX:
        return {pid: usage for pid in pids if (usage := _of_tree(pid)).processes}
    return _told_by_ps(pids)


# Linux has files for it

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")
_HAS_CHILDREN = os.path.exists(f"/proc/self/task/{os.getpid()}/children")


def _of_tree(root: int) -> Usage:
    memory = unlinked = processes = 0
    cpu = 0.0
    for pid in _tree(root):
        with contextlib.suppress(OSError, ValueError, IndexError):  # it has ended meanwhile
            cpu += _cpu(pid)
            held, deleted = _held_by_descriptors(pid)
            memory += _memory(pid) + held
            unlinked += deleted
            processes += 1
    return Usage(memory, cpu, processes, unlinked)


def _tree(root: int) -> Iterator[int]:
    parents = None if _HAS_CHILDREN else _children_by_parent()
    waiting = [root]
    for _ in range(MOST_PROCESSES):
        if not waiting:
            return
        pid = waiting.pop()
        yield pid
        waiting += _children(pid) if parents is None else parents.get(pid, ())


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError):
                found += map(int, _read(f"/proc/{pid}/task/{thread}/children").split())
    return found


def _children_by_parent() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                found.setdefault(int(_stat(int(name))[1]), []).append(int(name))
    return found


def _stat(pid: int) -> list[bytes]:
    """Fields from the state on; the name before it may hold anything."""
    return _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()


def _cpu(pid: int) -> float:
    return sum(map(int, _stat(pid)[11:15])) / _TICKS


def _memory(pid: int) -> int:
    try:
        for line in _read(f"/proc/{pid}/smaps_rollup").splitlines():
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) * 1024
    except PermissionError:
        resident, shared = map(int, _read(f"/proc/{pid}/statm").split()[1:3])
        return (resident - shared) * _PAGE
    return 0


def _held_by_descriptors(pid: int) -> tuple[int, int]:
    """Bytes of memory files, and of deleted files on disk, that a process has open: neither is seen elsewhere."""
    memory = deleted = 0
    folder = f"/proc/{pid}/fd"
    with contextlib.suppress(OSError):
        for name in os.listdir(folder)[:MOST_DESCRIPTORS]:
            with contextlib.suppress(OSError):
                path = f"{folder}/{name}"
                target = os.readlink(path)
                if target.endswith(" (deleted)") and stat.S_ISREG((found := os.stat(path)).st_mode):
                    if target.startswith("/memfd:"):
                        memory += found.st_blocks * BLOCK
                    else:
                        deleted += found.st_blocks * BLOCK
    return memory, deleted


def _read(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        parts = []
        while part := os.read(descriptor, 65536):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(descriptor)


# Elsewhere there is a program


def _told_by_ps(pids: Collection[int]) -> dict[int, Usage]:
    command = ["ps", "-A", "-o", "pid=,ppid=,rss=,time="]
    told = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False).stdout
    return read_ps(told, pids)


def read_ps(text: str, pids: Collection[int]) -> dict[int, Usage]:
    """The usage of trees in a table of process, parent, resident kilobytes and processor time."""
    own: dict[int, tuple[int, float]] = {}
    children: dict[int, list[int]] = {}
    for line in text.splitlines():
        with contextlib.suppress(ValueError):
            pid, parent, resident, time = line.split()
            own[int(pid)] = int(resident) * 1024, _seconds(time)
            children.setdefault(int(parent), []).append(int(pid))
    return {pid: _sum(pid, own, children) for pid in pids if pid in own}


def _sum(root: int, own: dict[int, tuple[int, float]], children: dict[int, list[int]]) -> Usage:
    waiting, seen = [root], set[int]()
    while waiting:
        if (pid := waiting.pop()) not in seen:
            seen.add(pid)
            waiting += children.get(pid, ())
    return Usage(sum(own[pid][0] for pid in seen), sum(own[pid][1] for pid in seen), len(seen))


def _seconds(text: str) -> float:
    """`1-02:03:04`, `02:03:04` or `3:04.05` in seconds."""
    days, _, clock = text.rpartition("-")
    seconds = 0.0
    for part in clock.split(":"):
        seconds = seconds * 60 + float(part)
    return seconds + int(days or 0) * 86_400
