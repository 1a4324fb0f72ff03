"""How many workers there may be, and how much memory they may take together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

from penstock.engine.local.worker import Worker
from penstock.errors import NoWorker
from penstock.settings import Settings

log = logging.getLogger(__name__)

SHARE = 0.5  # of what the machine has
WAIT_FOR_PLACE = 10.0
WAIT_FOR_MEMORY = 3.0
POLL_SECONDS = 0.03
WARN_EVERY = 60.0
CGROUP = Path("/sys/fs/cgroup")


class Capacity:
    """Asked before a worker is started. Makes room by ending idle workers, the longest unused first."""

    def __init__(self, settings: Settings, workers: Callable[[], Iterable[Worker]]) -> None:
        self.memory = settings.worker_memory or int(machine_memory() * SHARE)
        self.most = settings.worker_most
        self._workers = workers
        self._coming = 0
        self._warned_at = -WARN_EVERY

    @contextlib.asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Held while a worker is started, until it is among the workers. Raises `NoWorker`.

        Where memory is short and nothing is idle, it is waited for a moment only: each worker has a budget of its own.
        """
        await self._await_place()
        self._coming += 1
        try:
            yield
        finally:
            self._coming -= 1

    async def _await_place(self) -> None:
        since = time.monotonic()
        while True:
            waited = time.monotonic() - since
            if not self._relieve(1):
                if waited > WAIT_FOR_PLACE:
                    raise NoWorker(
                        f"{self.most} workers run already, as many as this server may have, and none is idle."
                    )
            elif self.relieve():
                return
            elif waited > WAIT_FOR_MEMORY:
                self._warn()
                return
            await asyncio.sleep(POLL_SECONDS)

    def relieve(self) -> bool:
        """End idle workers while all together take too much memory. False: it is not enough."""
        workers = self._lasting()
        used = sum(worker.memory for worker in workers)
        for worker in _idle(workers):
            if used <= self.memory:
                break
            used -= worker.memory
            worker.drain("room")
        return used <= self.memory

    def _relieve(self, places: int) -> bool:
        """Make that many places. False: there are none yet."""
        present = [worker for worker in self._workers() if worker.state != "ended"]
        excess = len(present) + self._coming + places - self.most
        lasting = self._lasting()
        leaving = len(present) - len(lasting)
        for worker in _idle(lasting)[: max(0, excess - leaving)]:
            worker.drain("room")
        return excess <= 0

    def _lasting(self) -> list[Worker]:
        """Workers that do not end as it is."""
        return [worker for worker in self._workers() if worker.state in ("starting", "ready") or worker.runs]

    def _warn(self) -> None:
        if time.monotonic() - self._warned_at > WARN_EVERY:
            self._warned_at = time.monotonic()
            log.warning("Workers take more than %d MB together, and none is idle.", self.memory // 2**20)


def _idle(workers: Iterable[Worker]) -> list[Worker]:
    idle = [worker for worker in workers if worker.state == "ready" and not worker.runs]
    return sorted(idle, key=lambda worker: worker.last_used)


def machine_memory() -> int:
    """Bytes that this process and its children may use, as far as the system tells."""
    return min([os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), *_group_limits()])


def _group_limits() -> list[int]:
    found = []
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            root, name = (CGROUP, "memory.max") if not controllers else (CGROUP / "memory", "memory.limit_in_bytes")
            if controllers in ("", "memory"):
                folder = root / path.lstrip("/")
                for group in (folder, *folder.parents):
                    with contextlib.suppress(OSError, ValueError):
                        found.append(int((group / name).read_text()))
    return found
