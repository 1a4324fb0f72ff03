"""The engine of a single machine."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time

from penstock.engine.base import HookCall, VersionSource, WorkerState
from penstock.engine.local.pool import Pool
from penstock.engine.local.run import LocalRun
from penstock.engine.local.start import Starter
from penstock.engine.local.surroundings import Surroundings
from penstock.engine.local.worker import Worker
from penstock.engine.local.zygote import Zygote
from penstock.errors import PenstockError, Unavailable
from penstock.functions.description import Description
from penstock.settings import Settings

log = logging.getLogger(__name__)

FRAME_EXTRA = 16 * 1024  # what a frame has besides the value that it carries


class LocalEngine:
    """Implements `penstock.engine.base.Engine` with processes of this machine."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        output = min(settings.output_limit, settings.frame_limit - FRAME_EXTRA)
        self._limits = {"frame": settings.frame_limit, "output": output}
        self._surroundings = Surroundings(settings)
        self._zygote = Zygote()
        self._starter = Starter(self._zygote, self._surroundings, settings.frame_limit)
        self._pools: dict[str, Pool] = {}
        self._retired: list[Pool] = []
        self._checks: set[Worker] = set()
        self._sweeper: asyncio.TimerHandle | None = None
        self._warming: asyncio.Task[None] | None = None
        self._stopped = False

    async def start(self) -> None:
        await asyncio.to_thread(self._surroundings.prepare)
        self._warming = asyncio.create_task(self._warm())
        self._sweep()

    async def _warm(self) -> None:
        """The server need not wait for this; whoever wants a worker does."""
        try:
            await self._zygote.start()
        except (PenstockError, OSError) as error:
            log.error("The process that starts workers could not be started; the next run tries again: %s", error)

    async def stop(self, grace: float) -> None:
        self._stopped = True
        if self._sweeper is not None:
            self._sweeper.cancel()
        pools = [*self._pools.values(), *self._retired]
        for pool in pools:
            pool.drain()
        workers = [worker for pool in pools for worker in pool.workers] + list(self._checks)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await asyncio.gather(*(worker.ended.wait() for worker in workers))
        for worker in workers:
            worker.end()
        await asyncio.gather(*(pool.abandon() for pool in pools))
        if self._warming is not None:
            await self._warming
        await self._zygote.stop()
        await asyncio.to_thread(self._surroundings.remove_all)

    async def check(self, version: VersionSource, deadline: float) -> Description:
        worker = await self._starter.start(version)
        self._checks.add(worker)
        worker.on_end = self._checks.discard
        try:
            return await worker.load(self._limits, deadline)
        finally:
            worker.end()

    async def run(self, version: VersionSource, call: HookCall) -> LocalRun:
        if self._stopped:
            raise Unavailable("The server is stopping.")
        pool = self._pools.get(version.version_id)
        if pool is None:
            pool = self._pools[version.version_id] = Pool(
                version, self._starter, self._limits, self._settings.load_deadline
            )
        return (pool.ready() or await pool.worker()).call(call)

    async def retire(self, function_id: str, *, keep_version: str | None = None) -> None:
        for version_id, pool in list(self._pools.items()):
            if pool.version.function_id == function_id and version_id != keep_version:
                del self._pools[version_id]
                self._retired.append(pool)
                pool.drain()

    def workers(self) -> list[WorkerState]:
        pools = [*self._pools.values(), *self._retired]
        return [worker.describe() for pool in pools for worker in pool.workers]

    def _sweep(self) -> None:
        idle = self._settings.worker_idle
        for version_id, pool in list(self._pools.items()):
            pool.retire_idle(time.monotonic() - idle)
            if pool.empty:
                del self._pools[version_id]
        self._retired = [pool for pool in self._retired if not pool.empty]
        self._sweeper = asyncio.get_running_loop().call_later(min(30.0, idle / 4), self._sweep)
