"""How a worker is told to those who look at it."""

from __future__ import annotations

from penstock.engine.base import WorkerState
from penstock.engine.local.worker import Worker


def state_of(worker: Worker) -> WorkerState:
    runs, version = worker.runs.values(), worker.version
    return WorkerState(
        function_id=version.function_id,
        version_id=version.version_id,
        pid=worker.pid,
        state="blocked" if worker.blocked and worker.state == "ready" else worker.state,
        runs=sum(not run.finished for run in runs),
        background=sum(run.finished for run in runs),
        lag=worker.lag,
        memory=worker.memory,
        started_at=worker.started_at,
        queue=sum(not run.begun for run in runs),
        cpu=worker.cpu,
        processes=worker.processes,
        generation=worker.generation,
        last_end=worker.history.last_end,
        environment_id=version.environment_id,
    )
