"""The workers of one version."""

from __future__ import annotations

import asyncio

from penstock.engine.base import VersionSource
from penstock.engine.local.run import LocalRun
from penstock.engine.local.start import Starter
from penstock.engine.local.worker import Worker
from penstock.errors import PenstockError

MOST_WORKERS = 4


class Pool:
    """One worker, so that state on `self` behaves as authors expect; siblings only where it is blocked."""

    def __init__(self, version: VersionSource, starter: Starter, limits: dict[str, int], load_deadline: float) -> None:
        self.version = version
        self.workers: list[Worker] = []
        self._starter = starter
        self._limits = limits
        self._load_deadline = load_deadline
        self._starting: asyncio.Task[Worker] | None = None
        self._placing: set[asyncio.Task[None]] = set()
        self._recovered = asyncio.Event()
        self._draining = False

    @property
    def empty(self) -> bool:
        return not self.workers and self._starting is None

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
        while (worker := self.ready()) is None:
            if self._starting is None and len(self.workers) >= MOST_WORKERS:
                self._recovered.clear()
                await self._recovered.wait()
            else:
                await asyncio.shield(self._start_one())
        return worker

    def _start_one(self) -> asyncio.Task[Worker]:
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())
            self._starting.add_done_callback(self._started)
        return self._starting

    async def _start(self) -> Worker:
        worker = await self._starter.start(self.version)
        self.workers.append(worker)
        worker.on_end = self._forget
        worker.on_returned = self._place_again
        worker.on_recovered = self._recovered.set
        await worker.load(self._limits, self._load_deadline)
        return worker

    def _started(self, task: asyncio.Task[Worker]) -> None:
        self._starting = None
        if not task.cancelled() and task.exception() is None and self._draining:
            asyncio.get_running_loop().call_soon(task.result().drain)

    def _forget(self, worker: Worker) -> None:
        self._recovered.set()
        if worker in self.workers:
            self.workers.remove(worker)

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

    def drain(self) -> None:
        """No new calls; every worker ends with its last run."""
        self._draining = True
        for worker in list(self.workers):
            if worker.state != "starting":
                worker.drain()

    async def abandon(self) -> None:
        """Stop starting workers and placing runs."""
        tasks = [*self._placing, *([self._starting] if self._starting is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def retire_idle(self, before: float) -> None:
        for worker in list(self.workers):
            if worker.state == "ready" and not worker.runs and worker.last_used < before:
                worker.drain()
