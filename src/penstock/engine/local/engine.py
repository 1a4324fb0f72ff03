"""The engine of a single machine."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from pathlib import Path

from penstock.engine.base import HookCall, Layer, Trouble, VersionSource, WorkerState
from penstock.engine.local.capacity import Capacity
from penstock.engine.local.egress import Egress, own_addresses
from penstock.engine.local.history import History
from penstock.engine.local.pool import Means, Pool, Starts
from penstock.engine.local.run import LocalRun
from penstock.engine.local.sandbox import Sandbox
from penstock.engine.local.start import Starter
from penstock.engine.local.state import state_of
from penstock.engine.local.surroundings import Surroundings
from penstock.engine.local.watch import Watch
from penstock.engine.local.worker import Worker
from penstock.engine.local.zygote import Zygote
from penstock.errors import PenstockError, Unavailable, WorkerLost
from penstock.functions.description import Description
from penstock.settings import Settings

log = logging.getLogger(__name__)

FRAME_EXTRA = 16 * 1024  # what a frame has besides the value that it carries
LATE_SECONDS = 300.0  # how late a run of a version may come that another one has replaced


class LocalEngine:
    """Implements `penstock.engine.base.Engine` with processes of this machine."""

    def __init__(self, settings: Settings, starter: Starts | None = None, data_dir: Path | None = None) -> None:
        """`starter` stands in for what starts processes, for tests that want to be their workers.

        `data_dir` is the server's, where this engine has only a part of it for itself.
        """
        self._settings = settings
        output = min(settings.output_limit, settings.frame_limit - FRAME_EXTRA)
        limits = {"frame": settings.frame_limit, "output": output}
        self._surroundings = Surroundings(settings)
        self._zygote = Zygote()
        self._sandbox = Sandbox(settings, data_dir)
        own = own_addresses(settings)
        self._egress = Egress(lambda: own)
        self._starter = starter or Starter(
            self._zygote, self._surroundings, self._sandbox, self._egress, settings.frame_limit
        )
        self._capacity = Capacity(settings, self._all_workers)
        self._watch = Watch(self._all_workers, self._capacity)
        self._means = Means(self._starter, self._capacity, limits, settings.load_deadline, settings.queue_deadline)
        self._pools: dict[str, Pool] = {}
        self._retired: list[Pool] = []
        self._replaced: dict[str, float] = {}  # versions, and when
        self._histories: dict[str, History] = {}
        self._checks: set[Worker] = set()
        self._sweeper: asyncio.TimerHandle | None = None
        self._warming: asyncio.Task[None] | None = None
        self._stopped = False

    async def start(self) -> None:
        await asyncio.to_thread(self._surroundings.prepare)
        self._warming = asyncio.create_task(self._warm())
        self._watch.start()
        self._sweep()

    async def _warm(self) -> None:
        """The server need not wait for this; whoever wants a worker does."""
        try:
            await self._sandbox.probe(self._zygote)
        except (PenstockError, OSError) as error:
            log.error("The process that starts workers could not be started; the next run tries again: %s", error)

    async def stop(self, grace: float) -> None:
        self._stopped = True
        if self._sweeper is not None:
            self._sweeper.cancel()
        await self._watch.stop()
        pools = [*self._pools.values(), *self._retired]
        for pool in pools:
            pool.drain("stopped")
        workers = self._all_workers()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await asyncio.gather(*(worker.ended.wait() for worker in workers))
        for worker in workers:
            worker.end(WorkerLost("The server stopped."), "stopped")
        await asyncio.gather(*(pool.abandon() for pool in pools))
        if self._warming is not None:
            await self._warming
        await self._zygote.stop()
        await self._egress.stop()
        await self._surroundings.remove_all()

    async def check(self, version: VersionSource, deadline: float) -> Description:
        async with self._capacity.place():
            worker = await self._starter.start(version)
            self._checks.add(worker)
        worker.on_end = self._checks.discard
        try:
            return await worker.load(self._means.limits_of(version), deadline)
        finally:
            worker.end(ending="check")

    async def run(self, version: VersionSource, call: HookCall) -> LocalRun:
        if self._stopped:
            raise Unavailable("The server is stopping.")
        pool = self._pools.get(version.version_id)
        if pool is None or pool.version is not version:
            pool = self._pool(version, pool)
        return (pool.ready() or await pool.worker()).call(call)

    def _pool(self, version: VersionSource, present: Pool | None) -> Pool:
        """The pool for a version that is new, or whose rights or packages may have changed."""
        history = self._histories.setdefault(version.version_id, History())
        if present is not None:
            if present.take(version):
                return present
            self._retire(present)
            history.succeeded()  # other rights: another chance
        pool = Pool(version, self._means, history)
        if self._replaced.get(version.version_id) is None:
            self._pools[version.version_id] = pool
        else:
            self._retired.append(pool)
            pool.drain()  # after the runs that have come late
        return pool

    async def retire(self, function_id: str, *, keep_version: str | None = None) -> None:
        for version_id, pool in list(self._pools.items()):
            if pool.version.function_id == function_id and version_id != keep_version:
                self._retire(pool)
                self._histories.pop(version_id, None)
                if keep_version is not None:
                    self._replaced[version_id] = time.monotonic()
        self._replaced.pop(keep_version or "", None)

    def _retire(self, pool: Pool) -> None:
        del self._pools[pool.version.version_id]
        self._retired.append(pool)
        pool.drain()

    def _all_workers(self) -> list[Worker]:
        pools = [*self._pools.values(), *self._retired]
        return [*(worker for pool in pools for worker in pool.workers), *self._checks]

    def workers(self) -> list[WorkerState]:
        return [state_of(worker) for worker in self._all_workers() if worker not in self._checks]

    def end_worker(self, pid: int) -> bool:
        for worker in self._all_workers():
            if worker.pid == pid and worker.state != "ended":
                worker.end(WorkerLost("An administrator ended the process of this function."), "admin")
                return True
        return False

    def troubles(self) -> list[Trouble]:
        pools = self._pools.values()
        return [trouble for pool in pools if (trouble := pool.history.trouble(pool.version)) is not None]

    def layers(self) -> list[Layer]:
        return self._sandbox.layers

    def _sweep(self) -> None:
        idle = self._settings.worker_idle
        for version_id, pool in list(self._pools.items()):
            pool.retire_idle(time.monotonic() - idle)
            if pool.empty and not pool.history.pause:
                del self._pools[version_id]
        self._retired = [pool for pool in self._retired if not pool.empty]
        late = time.monotonic() - LATE_SECONDS
        self._replaced = {version_id: at for version_id, at in self._replaced.items() if at > late}
        self._sweeper = asyncio.get_running_loop().call_later(min(30.0, idle / 4), self._sweep)
