"""A second node, as far as one machine can have one: a process of Ray's with actors of its own."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from anyio import fail_after

from penstock.engine.base import Run
from penstock.errors import WorkerLost
from tests.engine.ray.conftest import StartEngine
from tests.engine.ray.processes import descendants, runs
from tests.engine.ray.test_actors import SLEEP
from tests.engine.test_workers import until

pytestmark = pytest.mark.anyio

ASK = """
class Action:
    async def action(self, body, __event_call__):
        return await __event_call__({"type": body, "data": {}})
"""


@pytest.fixture
def second_node(ray: None, tmp_path: Path) -> Iterator[int]:
    """The process that has all others of the node below it."""
    import ray as ray_library  # not before it is told to listen here alone

    script = Path(__file__).with_name("node.py")
    folder = ray_library._private.worker._global_node.get_temp_dir_path()
    command = [sys.executable, str(script), ray_library.get_runtime_context().gcs_address, folder]
    with (tmp_path / "node.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    yield process.pid
    for pid in descendants(process.pid):
        _kill(pid)
    process.wait()


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


async def test_a_lost_node_ends_its_runs_with_a_sentence(start_engine: StartEngine, second_node: int) -> None:
    import ray as ray_library

    await until(lambda: len(ray_library.nodes()) > 1, seconds=30)
    bench = await start_engine(ray_actors=4)
    going: dict[str, Run] = {}
    while len(going) < 2:
        version = bench.version(ASK)
        run = await bench.start(version, body="ask")
        (worker,) = [worker for worker in bench.engine.workers() if worker.version_id == version.version_id]
        going.setdefault(worker.node, run)
    processes = descendants(second_node)
    lost = next(worker for worker in bench.engine.workers() if worker.pid in processes)
    for pid in processes:
        _kill(pid)
    with fail_after(30):
        with pytest.raises(WorkerLost, match=re.escape(lost.node)):
            await bench.follow(going.pop(lost.node))
        (other,) = going.values()
        assert (await bench.follow(other, lambda kind, data: "answered")).value == "answered"
    await until(lambda: not runs(lost.pid))
    assert (await bench.run(SLEEP, body=0)).value == 0
    await until(lambda: sum(node["Alive"] for node in ray_library.nodes()) == 1, seconds=30)
