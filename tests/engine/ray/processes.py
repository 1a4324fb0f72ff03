"""Looks at processes of this machine."""

from __future__ import annotations

import os
from pathlib import Path


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")


def actor_of(worker: int) -> int:
    """The process of the actor that has a worker."""
    pid = worker
    while not command_of(pid).startswith("ray::"):
        pid = parent_of(pid)
        assert pid > 1
    return pid


def helps_ray(pid: int) -> bool:
    """Whether a process is one of Ray's own that look for their parent only now and then: they end within a minute."""
    return command_of(pid).startswith(("ray::DashboardAgent", "ray::RuntimeEnvAgent"))


def descendants(pid: int) -> list[int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parents[int(entry.name)] = parent_of(int(entry.name))
            except OSError:
                continue
    found = [pid]
    for each in found:
        found.extend(child for child, parent in parents.items() if parent == each)
    return found


def listening_on(pids: list[int]) -> set[str]:
    """The addresses, in hexadecimal as the kernel writes them, on which these processes listen."""
    sockets = {name for pid in pids for name in _open_files(pid) if name.startswith("socket:")}
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:
                found.add(fields[1].partition(":")[0])
    return found


def _open_files(pid: int) -> list[str]:
    try:
        return [os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return []  # it ends
