"""Looks at what workers use, about once a second while they are busy, and ends what goes over its budget.

Memory counts for a worker with everything it started; a worker over it ends with its runs. Processor time is charged to
the runs that live in a worker, in equal parts: nobody can tell from outside which of them used it. Disk counts for all
workers of a function together.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from penstock.engine.local import disk
from penstock.engine.local.capacity import Capacity
from penstock.engine.local.usage import Usage, measure
from penstock.engine.local.worker import Worker
from penstock.errors import BudgetExceeded

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
CLOSE_LOOK_SECONDS = 0.25  # while some worker has used half of its memory
IDLE_SECONDS = 30.0  # between two looks at a worker that does nothing
QUIET = 0.01  # of a processor
DISK_SECONDS = 2.0
DISK_SHARE = 0.05  # of the time that looking at disks may take
LEAK_SHARE = 0.8  # of its memory, after the runs that may have needed it
GROWN = 1.25  # times what it took at first
OWN_PROCESSES = 2  # of a worker that has started none
MB = 2**20
SLACK = 256 * 1024  # what a new worker itself leaves in its folder


@dataclass(slots=True)
class _Seen:
    """One worker, as it was last looked at."""

    at: float = 0.0
    cpu: float | None = None
    memory: int = 0
    at_first: int = 0  # of memory: what the version takes before it has done much
    unlinked: int = 0
    suspects: set[str] | None = None  # runs that were live when its memory was first found high


@dataclass(slots=True)
class _Folders:
    """Of one function."""

    due: float = 0.0
    allowed: int = 0  # what was left when workers were last ended for it: the next may stay there, and tidy up
    workers: list[Worker] = field(default_factory=list)


class Watch:
    def __init__(self, workers: Callable[[], Iterable[Worker]], capacity: Capacity) -> None:
        self._workers = workers
        self._capacity = capacity
        self._seen: dict[Worker, _Seen] = {}
        self._folders: dict[str, _Folders] = {}
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="watch")
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._look_at_use()), asyncio.create_task(self._look_at_disks())]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._threads.shutdown(wait=False)

    # Memory and processor time

    async def _look_at_use(self) -> None:
        while True:
            await asyncio.sleep(self._patience())
            try:
                await self._look()
            except Exception:
                log.exception("The usage of workers could not be found out.")

    def _patience(self) -> float:
        busy = (worker for worker in self._seen if worker.runs)
        close = any(2 * self._seen[worker].memory > worker.version.rights.budget.memory for worker in busy)
        return CLOSE_LOOK_SECONDS if close else LOOK_SECONDS

    async def _look(self) -> None:
        now = time.monotonic()
        present = [worker for worker in self._workers() if worker.pid and worker.state != "ended"]
        self._seen = {worker: self._seen.get(worker) or _Seen() for worker in present}
        due = [worker for worker in present if worker.runs or self._is_due(worker, now)]
        if due:
            pids = [worker.pid for worker in due]
            found = await asyncio.get_running_loop().run_in_executor(self._threads, measure, pids)
            for worker in due:
                if (usage := found.get(worker.pid)) is not None and worker.state != "ended":
                    self._judge(worker, self._seen[worker], usage)
        self._capacity.relieve()

    def _is_due(self, worker: Worker, now: float) -> bool:
        seen = self._seen[worker]
        return worker.last_used >= seen.at or worker.cpu > QUIET or now - seen.at >= IDLE_SECONDS

    def _judge(self, worker: Worker, seen: _Seen, usage: Usage) -> None:
        now = time.monotonic()
        spent = 0.0 if seen.cpu is None else max(0.0, usage.cpu - seen.cpu)
        worker.memory, worker.processes = usage.memory, usage.processes
        worker.cpu = spent / (now - seen.at) if seen.at else 0.0
        seen.at, seen.cpu, seen.memory, seen.unlinked = now, usage.cpu, usage.memory, usage.unlinked
        seen.at_first = seen.at_first or usage.memory
        self._charge(worker, spent)
        budget = worker.version.rights.budget
        limit = budget.memory
        if usage.memory > limit:
            worker.end(_over("memory", usage.memory, limit), "budget")
        elif usage.processes > budget.processes + OWN_PROCESSES:
            worker.end(_too_many(usage.processes, budget.processes), "budget")
        elif _leaks(worker, seen, usage.memory > LEAK_SHARE * limit and usage.memory > GROWN * seen.at_first):
            log.warning("A worker of %s keeps %d MB: it is replaced.", worker.version.function_id, usage.memory // MB)
            worker.drain("leak")

    def _charge(self, worker: Worker, spent: float) -> None:
        limit = worker.version.rights.budget.cpu
        runs = [run for run in worker.runs.values() if not run.asking]
        for run in runs:
            run.cpu += spent / len(runs)
            if run.cpu > limit:
                said = f"The run was stopped: it used more than {limit:g} seconds of processor time."
                run.exceed(BudgetExceeded(said, budget="cpu", limit=limit))

    # Disk

    async def _look_at_disks(self) -> None:
        while True:
            await asyncio.sleep(DISK_SECONDS)
            try:
                for function_id, folders in self._due_folders().items():
                    await self._look_at_folders(function_id, folders)
            except Exception:
                log.exception("The room that files of workers take could not be found out.")

    def _due_folders(self) -> dict[str, _Folders]:
        now = time.monotonic()
        due: dict[str, _Folders] = {}
        for worker in list(self._seen):
            folders = self._folders.setdefault(worker.version.function_id, _Folders())
            if folders.due <= now and (worker.runs or worker.last_used >= folders.due - DISK_SECONDS):
                due[worker.version.function_id] = folders
        for folders in due.values():
            folders.workers = []
        for worker in self._seen:
            if (found := due.get(worker.version.function_id)) is not None:
                found.workers.append(worker)
        return due

    async def _look_at_folders(self, function_id: str, folders: _Folders) -> None:
        budget = max(worker.version.rights.budget.disk for worker in folders.workers)
        limit = max(budget, folders.allowed)
        data = {worker.version.data_dir for worker in folders.workers if worker.version.data_dir}
        own = {worker.directory for worker in folders.workers}
        began = time.monotonic()
        unlinked = sum(self._seen[worker].unlinked for worker in folders.workers if worker in self._seen)
        used = unlinked + await self._room([*data, *own], limit)
        if used > limit:
            error = _over("disk", used, budget)
            for worker in folders.workers:
                worker.end(error, "budget")
            folders.allowed = SLACK + await self._room(data, 4 * budget)
        elif used <= budget:
            folders.allowed = 0
        folders.workers = []
        now = time.monotonic()
        folders.due = now + max(DISK_SECONDS, (now - began) / DISK_SHARE)

    async def _room(self, folders: Iterable[str], limit: int) -> int:
        return await asyncio.get_running_loop().run_in_executor(self._threads, disk.room, list(folders), limit)


def _leaks(worker: Worker, seen: _Seen, high: bool) -> bool:
    """Whether the memory stays high although every run is over that was there when it became so."""
    if not high:
        seen.suspects = None
        return False
    if seen.suspects is None:
        seen.suspects = set(worker.runs)
    return worker.state == "ready" and seen.suspects.isdisjoint(worker.runs)


def _too_many(found: int, limit: int) -> BudgetExceeded:
    """The kernel refuses more where it can tell whose they are: with name spaces, and not for root."""
    return BudgetExceeded(
        f"The process of this function was ended: it had {found:,} processes; its budget (`processes`) is {limit:,}.",
        budget="processes",
        limit=limit,
    )


def _over(budget: str, used: int, limit: int) -> BudgetExceeded:
    what = {"memory": "took {used} MB of memory", "disk": "filled {used} MB of disk"}[budget]
    said = what.format(used=f"{used / MB:,.0f}")
    return BudgetExceeded(
        f"The process of this function was ended: it {said}; its budget (`{budget}`) is {limit / MB:,.0f} MB.",
        budget=budget,
        limit=limit,
    )
