"""The workers of one version."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol

from penstock.engine.base import VersionSource
from penstock.engine.local.capacity import Capacity
from penstock.engine.local.ends import DEATHS, Ending
from penstock.engine.local.history import History
from penstock.engine.local.run import LocalRun
from penstock.engine.local.worker import Worker
from penstock.errors import EngineError, NoWorker, PenstockError

MOST_WORKERS = 4


class Starts(Protocol):
    async def start(self, version: VersionSource) -> Worker:
        """A worker that has loaded nothing yet."""
        ...


@dataclass(frozen=True, slots=True)
class Means:
    """What every pool of an engine needs."""

    starter: Starts
    capacity: Capacity
    limits: dict[str, int]  # of `Load`
    load_deadline: float  # seconds
    patience: float  # seconds that a call waits for siblings that are all blocked

    def limits_of(self, version: VersionSource) -> dict[str, int]:
        budget = version.rights.budget
        return {
            **self.limits,
            "output": min(self.limits["output"], budget.output),
            "log": budget.log,
            "memory": budget.memory,
            "processes": budget.processes,
            "file_size": budget.file_size,
            "open_files": budget.open_files,
        }


class Pool:
    """One worker, so that state on `self` behaves as authors expect; siblings only where it is blocked."""

    def __init__(self, version: VersionSource, means: Means, history: History) -> None:
        self.version = version
        self.history = history
        self.workers: list[Worker] = []
        self._means = means
        self._starting: asyncio.Task[Worker] | None = None
        self._placing: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._recovered = asyncio.Event()
        self._draining: Ending | None = None

    @property
    def empty(self) -> bool:
        return not self.workers and self._starting is None and not self._waiting

    def take(self, version: VersionSource) -> bool:
        """Go on with what is known of the version by now. False: its workers have to be replaced for that."""
        known = self.version
        same = (known.rights, known.site_packages, known.data_dir) == (
            version.rights,
            version.site_packages,
            version.data_dir,
        )
        if same:
            self.version = version
        return same

    def ready(self) -> Worker | None:
        """A worker that begins a call at once."""
        for worker in self.workers:
            if worker.state == "ready" and not worker.blocked:
                return worker
        return None

    async def worker(self) -> Worker:
        """A worker that takes calls. Callers that come while one starts share it.

        Raises `SourceError` or `EngineError` when none can be had.
        """
        self._waiting += 1
        try:
            while (worker := self.ready()) is None:
                if self._starting is None and len(self.workers) >= MOST_WORKERS:
                    await self._until_one_recovers()
                else:
                    await asyncio.shield(self._start_one())
            return worker
        finally:
            self._waiting -= 1
            if self._draining is not None and not self._waiting:
                asyncio.get_running_loop().call_soon(self._drain_workers)  # the caller places its call first

    async def _until_one_recovers(self) -> None:
        self._recovered.clear()
        try:
            async with asyncio.timeout(self._means.patience):
                await self._recovered.wait()
        except TimeoutError:
            raise NoWorker(f"All {MOST_WORKERS} workers of this function are blocked by other runs.") from None

    def _start_one(self) -> asyncio.Task[Worker]:
        if self._starting is None:
            self.history.check()
            self._starting = asyncio.create_task(self._start())
            self._starting.add_done_callback(self._started)
        return self._starting

    async def _start(self) -> Worker:
        means = self._means
        async with means.capacity.place():
            worker = await self._begin()
        await worker.load(means.limits_of(worker.version), means.load_deadline)
        return worker

    async def _begin(self) -> Worker:
        history = self.history
        try:
            worker = await self._means.starter.start(self.version)
        except EngineError as error:
            history.died(error.message)
            raise
        worker.history, worker.generation = history, history.started()
        self.workers.append(worker)
        worker.on_end = self._forget
        worker.on_returned = self._place_again
        worker.on_recovered = self._recovered.set
        return worker

    def _started(self, task: asyncio.Task[Worker]) -> None:
        self._starting = None
        if not task.cancelled():
            task.exception()  # its callers know; there may be none left
        if self._draining is not None and not self._waiting:
            self._drain_workers()

    def _forget(self, worker: Worker) -> None:
        self._recovered.set()
        if worker in self.workers:
            self.workers.remove(worker)
        self.history.last_end = worker.how_ended
        if worker.proven:
            self.history.succeeded()
        if worker.ending in DEATHS:
            self.history.died(worker.how_ended)

    def _place_again(self, run: LocalRun) -> None:
        task = asyncio.create_task(self._place(run))
        self._placing.add(task)
        task.add_done_callback(self._placing.discard)

    async def _place(self, run: LocalRun) -> None:
        try:
            worker = await self.worker()
        except PenstockError as error:
            run.fail(error)
            return
        if not run.over:
            worker.take_over(run)

    def drain(self, ending: Ending = "replaced") -> None:
        """No new calls but those that wait already; every worker ends with its last run."""
        self._draining = self._draining or ending
        if not self._waiting:
            self._drain_workers()

    def _drain_workers(self) -> None:
        if self._draining is not None and not self._waiting:
            for worker in list(self.workers):
                if worker.state != "starting":
                    worker.drain(self._draining)

    async def abandon(self) -> None:
        """Stop starting workers and placing runs."""
        tasks = [*self._placing, *([self._starting] if self._starting is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def retire_idle(self, before: float) -> None:
        for worker in list(self.workers):
            if worker.state == "ready" and not worker.runs and worker.last_used < before:
                worker.drain("idle")
