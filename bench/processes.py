"""What processes take of the machine: CPU time and memory, read from /proc (Linux)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

SHORTEST = 0.2  # seconds: the kernel counts in hundredths, less says nothing
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Cpu:
    """CPU seconds per second of the wall clock: 1.0 is one core, all of the time."""

    seconds: float = 0.0
    server: float = 0.0
    client: float = 0.0
    others: float = 0.0
    figures: dict[str, float] = field(default_factory=dict)


@contextmanager
def metered(pid: int) -> Iterator[Cpu]:
    """What the server with that pid, its children, this process and everybody else used meanwhile."""
    cpu = Cpu()
    machine, server, client = _machine(), _tree_seconds(pid), _own()
    try:
        yield cpu
    finally:
        now = _machine()
        cpu.seconds = max(1e-9, now[1] - machine[1])
        busy = now[0] - machine[0]
        cpu.server = max(0.0, _tree_seconds(pid) - server) / cpu.seconds
        cpu.client = (_own() - client) / cpu.seconds
        cpu.others = max(0.0, busy / cpu.seconds - cpu.server - cpu.client)
        if cpu.seconds >= SHORTEST:
            cpu.figures = {
                "cpu_server": round(cpu.server, 2),
                "cpu_client": round(cpu.client, 2),
                "cpu_others": round(cpu.others, 2),
            }


def tree(pid: int) -> list[int]:
    """The process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for number in _all():
        if stat := _stat(number):
            children.setdefault(int(stat[1]), []).append(number)
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def memory_mb(pid: int) -> dict[str, float]:
    """Proportional set size of a server and its children: pages that several share are counted once."""
    pids = tree(pid)
    whole = sum(_pss(each) for each in pids)
    return {"memory_mb": round(whole / 1024, 1), "server_mb": round(_pss(pid) / 1024, 1), "processes": len(pids)}


def load_now() -> float:
    """How many processes want to run: before a calm measurement it is close to nothing."""
    return os.getloadavg()[0]


def _all() -> list[int]:
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/<pid>/stat behind the name, from the state on."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _tree_seconds(pid: int) -> float:
    """CPU time of a process, its descendants, and of those of them that have ended and were waited for."""
    ticks = 0
    for each in tree(pid):
        if stat := _stat(each):
            ticks += sum(map(int, stat[11:15]))
    return ticks / TICKS


def _own() -> float:
    times = os.times()
    return times.user + times.system


def _machine() -> tuple[float, float]:
    """Seconds in which any core was busy, and the clock."""
    user, nice, system, _idle, _iowait, irq, softirq = map(int, Path("/proc/stat").read_text().split()[1:8])
    return (user + nice + system + irq + softirq) / TICKS, time.monotonic()


def _pss(pid: int) -> int:
    """In KiB; nothing for a process that has ended meanwhile."""
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
