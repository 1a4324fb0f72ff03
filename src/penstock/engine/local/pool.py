"""The workers of one version."""

from __future__ import annotations

import asyncio

from penstock.engine.base import VersionSource
from penstock.engine.local.start import Starter
from penstock.engine.local.worker import Worker


class Pool:
    """One worker by default; callers that come while it starts wait for the same one."""

    def __init__(self, version: VersionSource, starter: Starter, limits: dict[str, int], load_deadline: float) -> None:
        self.version = version
        self.workers: list[Worker] = []
        self._starter = starter
        self._limits = limits
        self._load_deadline = load_deadline
        self._starting: asyncio.Task[Worker] | None = None
        self._draining = False

    def ready(self) -> Worker | None:
        for worker in self.workers:
            if worker.state == "ready":
                return worker
        return None

    async def worker(self) -> Worker:
        """A worker that takes calls. Raises `SourceError` or `EngineError`."""
        if worker := self.ready():
            return worker
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())
            self._starting.add_done_callback(self._started)
        return await asyncio.shield(self._starting)

    async def _start(self) -> Worker:
        worker = await self._starter.start(self.version)
        self.workers.append(worker)
        worker.on_end = self._forget
        await worker.load(self._limits, self._load_deadline)
        return worker

    def _started(self, task: asyncio.Task[Worker]) -> None:
        self._starting = None
        if not task.cancelled() and task.exception() is None and self._draining:
            asyncio.get_running_loop().call_soon(task.result().drain)

    def _forget(self, worker: Worker) -> None:
        if worker in self.workers:
            self.workers.remove(worker)

    def drain(self) -> None:
        self._draining = True
        for worker in list(self.workers):
            if worker.state != "starting":
                worker.drain()

    def retire_idle(self, before: float) -> None:
        for worker in list(self.workers):
            if worker.state == "ready" and not worker.runs and worker.last_used < before:
                worker.drain()

    @property
    def empty(self) -> bool:
        return not self.workers and self._starting is None
