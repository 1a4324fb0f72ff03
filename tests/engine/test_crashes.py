"""Versions whose workers die again and again are paused; nobody else notices."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from penstock.errors import KeepsCrashing, WorkerLost
from tests.engine.conftest import Bench
from tests.engine.local_engine import local_bench
from tests.engine.test_workers import SLEEP, until, workers_of

pytestmark = pytest.mark.anyio

CRASHING = """
import os
class Action:
    def action(self, body):
        if body == "crash": os._exit(3)
        return 1
"""


@pytest.fixture(scope="module")
async def bench(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bench]:
    async with local_bench(tmp_path_factory.mktemp("crashes")) as made:
        yield made


async def test_a_version_that_keeps_crashing_is_paused_and_tried_again(bench: Bench) -> None:
    version = bench.version(CRASHING)
    for _ in range(3):
        with pytest.raises(WorkerLost):
            await bench.run(version, body="crash")
    with pytest.raises(
        KeepsCrashing, match=r"ended 3 times in a row\. .*exit code 3.* tried again in \d+ sec"
    ) as raised:
        await bench.run(version, body="fine")
    assert raised.value.fields["crashes"] == 3
    assert workers_of(bench, version.function_id) == []
    (trouble,) = bench.engine.troubles()
    assert (trouble.version_id, trouble.crashes) == (version.version_id, 3)
    assert 0 < trouble.retry_at - time.time() <= raised.value.fields["retry_after"]
    edited = bench.version(CRASHING, function_id=version.function_id)
    assert (await bench.run(edited)).value == 1
    await asyncio.sleep(trouble.retry_at - time.time() + 0.05)
    assert (await bench.run(version, body="fine")).value == 1
    assert bench.engine.troubles() == []


async def test_each_pause_is_longer_than_the_last(bench: Bench) -> None:
    version = bench.version(CRASHING)
    for _ in range(3):
        with pytest.raises(WorkerLost):
            await bench.run(version, body="crash")
    (first,) = bench.engine.troubles()
    await asyncio.sleep(first.retry_at - time.time() + 0.05)
    with pytest.raises(WorkerLost):
        await bench.run(version, body="crash")
    (second,) = bench.engine.troubles()
    assert second.crashes == 4
    assert second.retry_at - time.time() > 2
    await bench.engine.retire(version.function_id)


async def test_success_in_between_means_that_nothing_is_paused(bench: Bench) -> None:
    version = bench.version(CRASHING)
    for _ in range(5):
        assert (await bench.run(version, body="fine")).value == 1
        with pytest.raises(WorkerLost):
            await bench.run(version, body="crash")
    assert (await bench.run(version)).value == 1
    (worker,) = workers_of(bench, version.function_id)
    assert worker.generation == 6
    assert "exit code 3" in worker.last_end


@pytest.mark.spec("L8")
async def test_a_late_run_of_a_replaced_version_leaves_no_worker(bench: Bench) -> None:
    old, new = (bench.version(SLEEP, function_id="edited") for _ in range(2))
    await bench.run(old, body=0)
    await bench.engine.retire("edited", keep_version=new.version_id)
    await bench.run(new, body=0)
    await until(lambda: len(workers_of(bench, "edited")) == 1)
    late = [asyncio.create_task(bench.run(old, body=0.2)) for _ in range(2)]
    await asyncio.gather(*late)
    await until(lambda: [worker.version_id for worker in workers_of(bench, "edited")] == [new.version_id])
    await bench.engine.retire("edited", keep_version=old.version_id)
    await bench.run(old, body=0)
    await until(lambda: [worker.version_id for worker in workers_of(bench, "edited")] == [old.version_id])


async def test_an_admin_can_end_a_worker(bench: Bench) -> None:
    version = bench.version(SLEEP)
    run = await bench.start(version, body=60)
    (worker,) = workers_of(bench, version.function_id)
    assert bench.engine.end_worker(worker.pid)
    with pytest.raises(WorkerLost, match="administrator"):
        await bench.follow(run)
    assert not bench.engine.end_worker(worker.pid)
    await bench.run(version, body=0)
    (worker,) = workers_of(bench, version.function_id)
    assert (worker.generation, worker.last_end) == (2, "An administrator ended it.")
    assert bench.engine.troubles() == []


async def test_workers_tell_how_they_are(bench: Bench) -> None:
    version = bench.version(SLEEP)
    run = await bench.start(version, body="60")  # blocks its loop

    def blocked() -> bool:
        (worker,) = workers_of(bench, version.function_id)
        return worker.lag > 0.5 and worker.cpu > 0.05 and worker.memory > 2**20

    await until(blocked)
    waiting = asyncio.create_task(bench.run(version, body=0))
    await until(lambda: any(worker.state == "blocked" for worker in workers_of(bench, version.function_id)))
    await waiting
    await run.cancel("enough")
    await bench.follow(run)
    await until(lambda: all(worker.lag < 0.1 for worker in workers_of(bench, version.function_id)))
    assert all(worker.processes >= 1 for worker in workers_of(bench, version.function_id))


async def test_calls_that_wait_are_counted(bench: Bench) -> None:
    version = bench.version(SLEEP)
    await bench.run(version, body=0)
    first, second = await bench.start(version, body="0.5"), await bench.start(version, body=0)
    assert [worker.queue for worker in workers_of(bench, version.function_id)] == [2]
    await asyncio.gather(bench.follow(first), bench.follow(second))
    assert {worker.queue for worker in workers_of(bench, version.function_id)} == {0}


async def test_a_check_is_no_worker_of_its_version(bench: Bench) -> None:
    checking = asyncio.create_task(bench.engine.check(bench.version("import time\ntime.sleep(1)\n" + SLEEP), 60))
    for _ in range(20):
        assert not [worker for worker in bench.engine.workers() if worker.state == "starting"]
        await asyncio.sleep(0.02)
    await checking


async def test_a_worker_that_something_blocks_after_its_runs_is_replaced(bench: Bench, tmp_path: Path) -> None:
    version = bench.version(
        """
        import asyncio, os, time, uuid
        WHICH = uuid.uuid4().hex
        class Action:
            async def action(self, body):
                if body:
                    asyncio.get_running_loop().call_later(0.05, self.block)
                return WHICH
            def block(self):
                open(os.path.join(os.environ["DATA_DIR"], "blocked"), "w").close()
                time.sleep(60)
        """,
        data_dir=str(tmp_path / "data"),
    )
    first = (await bench.run(version, body=1)).value
    await until((tmp_path / "data" / "blocked").exists)
    second = (await bench.run(version)).value
    assert second != first
    await until(lambda: len(workers_of(bench, version.function_id)) == 1)
    assert (await bench.run(version)).value == second
