"""Packages that no version and no worker needs any more are removed, a while after the start and then daily."""

from __future__ import annotations

import asyncio
import contextlib

import structlog

from penstock.engine.base import Engine
from penstock.environments import Environments, Installed
from penstock.environments.environments import DAY
from penstock.errors import PenstockError
from penstock.store import Store

log = structlog.get_logger("penstock.environments")

FIRST_AFTER = 300.0
EVERY = DAY


class Collecting:
    """Every stored version can be rolled back to, so what any of them names stays."""

    def __init__(self, environments: Environments, store: Store, engine: Engine) -> None:
        self._environments = environments
        self._store = store
        self._engine = engine
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """At once only what a crash left half done."""
        if swept := await self._environments.sweep():
            log.info("unfinished installations removed", count=len(swept))
        self._task = asyncio.create_task(self._run(), name="collecting packages")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def collect(self, older_than: float = DAY) -> list[Installed]:
        """Remove what nobody needs and nobody has asked for in so many seconds."""
        used = set(await self._store.versions.environments()) | in_workers(self._engine)
        gone = await self._environments.collect(used, older_than)
        if gone:
            size = sum(each.size for each in gone)
            log.info("packages removed", bytes=size, removed=[f"{each.id}: {', '.join(each.pins)}" for each in gone])
        return gone

    async def _run(self) -> None:
        await asyncio.sleep(FIRST_AFTER)
        while True:
            try:
                await self.collect()
            except (PenstockError, OSError) as error:
                log.warning("packages could not be collected", reason=str(error))
            await asyncio.sleep(EVERY)


def in_workers(engine: Engine) -> set[str]:
    """The environments of workers that run, which may be those of versions that were deleted meanwhile."""
    return {worker.environment_id for worker in engine.workers() if worker.environment_id is not None}
