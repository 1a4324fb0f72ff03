"""Workers share the machine: the longest unused make room for those that are wanted."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from anyio import fail_after

from penstock.engine.local import capacity
from penstock.errors import NoWorker
from tests.engine.conftest import Bench
from tests.engine.local_engine import MB, local_bench
from tests.engine.test_workers import SLEEP, until

pytestmark = pytest.mark.anyio

HOLDING = """
import os
class Action:
    def action(self, body):
        self.held = os.urandom(body * 2**20)
"""


def functions(bench: Bench) -> set[str]:
    return {worker.function_id for worker in bench.engine.workers() if worker.state != "draining"}


async def test_the_longest_unused_worker_makes_room(tmp_path: Path) -> None:
    async with local_bench(tmp_path, worker_most=3) as bench:
        versions = [bench.version(SLEEP, function_id=name) for name in "abcd"]
        for version in versions[:3]:
            await bench.run(version, body=0)
        await bench.run(versions[0], body=0)
        await bench.run(versions[3], body=0)
        assert functions(bench) == {"a", "c", "d"}
        await bench.run(versions[1], body=0)
        assert functions(bench) == {"a", "b", "d"}
        assert (await bench.engine.check(bench.version(SLEEP), 60)).kind == "action"
        (worker,) = [worker for worker in bench.engine.workers() if worker.function_id == "b"]
        assert worker.last_end == "It made room for other workers."


async def test_where_all_are_busy_a_new_worker_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capacity, "WAIT_FOR_PLACE", 60)
    async with local_bench(tmp_path, worker_most=2) as bench:
        versions = [bench.version(SLEEP, function_id=name) for name in "abc"]
        runs = [await bench.start(versions[0], body=60), await bench.start(versions[1], body=0.5)]
        with fail_after(30):
            await bench.run(versions[2], body=0)
            assert functions(bench) == {"a", "c"}
            runs[1] = await bench.start(versions[2], body=60)
            monkeypatch.setattr(capacity, "WAIT_FOR_PLACE", 0.2)
            with pytest.raises(NoWorker, match="2 workers run already"):
                await bench.run(versions[1], body=0)
        for run in runs:
            await run.cancel("enough")


async def test_idle_workers_end_when_all_take_too_much_memory(tmp_path: Path) -> None:
    async with local_bench(tmp_path, worker_memory=100 * MB) as bench:
        for name in "abc":
            await bench.run(bench.version(HOLDING, function_id=name), body=60)
        await until(lambda: functions(bench) == {"c"})


async def test_memory_that_nobody_can_spare_delays_but_does_not_refuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(capacity, "WAIT_FOR_MEMORY", 0.2)
    async with local_bench(tmp_path, worker_memory=20 * MB) as bench:
        version = bench.version(
            "import asyncio, os\nclass Action:\n    async def action(self, body):\n"
            "        held = os.urandom(60 * 2**20)\n        await asyncio.sleep(60)\n"
        )
        run = await bench.start(version)
        await until(lambda: sum(worker.memory for worker in bench.engine.workers()) > 60 * MB)
        assert (await bench.run(SLEEP, body=0)).value
        assert "take more than 20 MB together" in caplog.text
        await run.cancel("enough")


async def test_many_functions_in_turn_stay_within_the_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capacity, "WAIT_FOR_PLACE", 60)
    async with local_bench(tmp_path, worker_most=4) as bench:
        versions = [bench.version(SLEEP, function_id=f"f{number}") for number in range(12)]
        outcomes = await asyncio.gather(*(bench.run(version, body=0.05, seconds=60) for version in versions))
        assert all(outcome.value for outcome in outcomes)
        assert len(bench.engine.workers()) <= 4


def test_the_machine_has_some_memory() -> None:
    assert capacity.machine_memory() > 64 * MB
