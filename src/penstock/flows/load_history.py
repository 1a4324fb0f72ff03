"""What all workers took together over the last hour, for the plots of the page."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from penstock.engine.base import Engine, WorkerState

EVERY = 10.0
KEPT = 360


@dataclass(frozen=True, slots=True)
class LoadSample:
    """Memory in bytes and processors are sums; `lag` is that of the slowest worker, in seconds."""

    time: float
    memory: int
    cpu: float
    lag: float
    queue: int
    runs: int
    workers: int


class LoadHistory:
    """Kept in memory only: it begins with the server."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._samples: deque[LoadSample] = deque(maxlen=KEPT)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run(), name="load history")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def samples(self) -> list[LoadSample]:
        """Oldest first, the last one taken now."""
        return [*self._samples, sample(self._engine.workers(), time.time())]

    async def _run(self) -> None:
        while True:
            self._samples.append(sample(self._engine.workers(), time.time()))
            await asyncio.sleep(EVERY)


def sample(workers: Sequence[WorkerState], now: float) -> LoadSample:
    return LoadSample(
        time=now,
        memory=sum(worker.memory for worker in workers),
        cpu=sum(worker.cpu for worker in workers),
        lag=max((worker.lag for worker in workers), default=0.0),
        queue=sum(worker.queue for worker in workers),
        runs=sum(worker.runs + worker.background for worker in workers),
        workers=len(workers),
    )
