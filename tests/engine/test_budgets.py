"""What goes over a budget ends, says which and how much, and leaves everybody else alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from anyio import fail_after

from penstock.engine.local import watch
from penstock.errors import BudgetExceeded
from penstock.functions.rights import Rights
from tests.engine.conftest import Bench
from tests.engine.local_engine import MB, budget, local_bench
from tests.engine.test_workers import until, workers_of

pytestmark = pytest.mark.anyio

PROCESS = "import asyncio, os, subprocess, sys, time, uuid\nPROCESS = uuid.uuid4().hex\n"


@pytest.fixture(scope="module")
async def bench(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bench]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watch, "LOOK_SECONDS", 0.25)
        patch.setattr(watch, "DISK_SECONDS", 0.4)
        async with local_bench(tmp_path_factory.mktemp("budgets")) as made:
            yield made


HUNGRY = {
    "the worker itself": "body = bytearray(os.urandom(1)) * (150 * 2**20)\n        await asyncio.sleep(60)",
    "a child": "await (await asyncio.create_subprocess_exec(sys.executable, '-c', "
    "'import time; a = b\"a\" * (150 * 2**20); time.sleep(60)')).wait()",
    "grandchildren": "subprocess.Popen(['sh', '-c', sys.executable + "
    "' -c \"import time; a = chr(97) * (150 * 2**20); time.sleep(60)\"; true'])\n        await asyncio.sleep(60)",
    "a memory file": "os.write(os.memfd_create('a'), bytes(150 * 2**20))\n        await asyncio.sleep(60)",
}


@pytest.mark.parametrize("who", HUNGRY)
async def test_a_worker_that_takes_too_much_memory_is_replaced(bench: Bench, who: str) -> None:
    source = f"{PROCESS}class Action:\n    async def action(self, body):\n        if not body: return PROCESS\n"
    version = bench.version(f"{source}        {HUNGRY[who]}\n", rights=budget(memory=128 * MB))
    first, other = (await bench.run(version)).value, bench.version(source)
    elsewhere = (await bench.run(other)).value
    with pytest.raises(BudgetExceeded, match=r"\(`memory`\) is 128 MB") as raised:
        await bench.run(version, body=1)
    assert (raised.value.fields["budget"], raised.value.fields["limit"]) == ("memory", 128 * MB)
    assert (await bench.run(version)).value != first
    assert (await bench.run(other)).value == elsewhere


async def test_a_run_that_uses_too_much_processor_time_ends_alone(bench: Bench) -> None:
    version = bench.version(
        f"""{PROCESS}
import threading
class Action:
    def action(self, body):
        end = time.process_time() + 60
        while body and time.process_time() < end: pass
        return PROCESS
""",
        rights=budget(cpu=0.3),
    )
    first = (await bench.run(version)).value
    with pytest.raises(BudgetExceeded, match=r"more than 0\.3 seconds of processor time") as raised:
        await bench.run(version, body=1)
    assert raised.value.fields == {"budget": "cpu", "limit": 0.3}
    assert (await bench.run(version)).value == first


async def test_processor_time_of_children_counts(bench: Bench) -> None:
    version = bench.version(
        "import subprocess, sys\nclass Action:\n    def action(self, body):\n"
        "        subprocess.run([sys.executable, '-c', 'while True: pass'])\n",
        rights=budget(cpu=0.3),
    )
    with pytest.raises(BudgetExceeded, match="processor time"):
        await bench.run(version)


async def test_waiting_for_a_person_costs_nothing(bench: Bench) -> None:
    version = bench.version(
        f"""{PROCESS}
class Action:
    async def action(self, body, __event_call__):
        if body == "ask":
            return await __event_call__({{"type": "input", "data": {{}}}})
        end = time.process_time() + 60
        while time.process_time() < end: await asyncio.sleep(0)
""",
        rights=budget(cpu=0.5),
    )
    asking = await bench.start(version, body="ask")
    frames = asking.__aiter__()
    question = await anext(frames)
    with pytest.raises(BudgetExceeded):
        await bench.run(version, body="burn")
    await asking.reply(question.call, "yes")  # type: ignore[union-attr]
    assert (await bench.follow(asking)).value == "yes"


FILLING = {
    "the private folder": "open(os.path.join(os.environ['DATA_DIR'], 'big'), 'wb').write(bytes(3 * 2**20))",
    "the temporary folder": "open(os.path.join(os.environ['HOME'], 'big'), 'wb').write(bytes(3 * 2**20))",
    "many small files": "[open(os.path.join(os.environ['HOME'], str(n)), 'wb').close() for n in range(1000)]",
    "deleted files": "self.file = open(os.path.join(os.environ['HOME'], 'big'), 'wb'); "
    "self.file.write(bytes(3 * 2**20)); self.file.flush(); os.unlink(self.file.name)",
    "a hidden folder": "hidden = os.path.join(os.environ['HOME'], 'a'); os.mkdir(hidden); "
    "open(hidden + '/big', 'wb').write(bytes(3 * 2**20)); os.chmod(hidden, 0)",
    "a deep folder": "os.chdir(os.environ['HOME']); [(os.mkdir('a' * 200), os.chdir('a' * 200)) for _ in range(50)]",
}


@pytest.mark.parametrize("what", FILLING)
async def test_a_function_that_fills_the_disk_is_stopped(bench: Bench, tmp_path: Path, what: str) -> None:
    version = bench.version(
        f"""{PROCESS}
class Action:
    async def action(self, body):
        {FILLING[what]}
        await asyncio.sleep(60)
""",
        rights=budget(disk=2 * MB),
        data_dir=str(tmp_path / "data"),
    )
    with pytest.raises(BudgetExceeded, match=r"\(`disk`\) is 2 MB") as raised:
        await bench.run(version)
    assert (raised.value.fields["budget"], raised.value.fields["limit"]) == ("disk", 2 * MB)


async def test_a_function_may_tidy_up_what_it_left(bench: Bench, tmp_path: Path) -> None:
    version = bench.version(
        """
        import asyncio, os
        class Action:
            async def action(self, body):
                file = os.path.join(os.environ["DATA_DIR"], "big")
                if body == "fill":
                    open(file, "wb").write(bytes(3 * 2**20))
                    await asyncio.sleep(60)
                await asyncio.sleep(1.5)
                os.unlink(file)
                return "tidy"
        """,
        rights=budget(disk=2 * MB),
        data_dir=str(tmp_path / "data"),
    )
    with pytest.raises(BudgetExceeded):
        await bench.run(version, body="fill")
    assert (await bench.run(version)).value == "tidy"


async def test_a_worker_that_keeps_its_memory_is_replaced_after_its_runs(bench: Bench) -> None:
    version = bench.version(
        f"""{PROCESS}
class Action:
    kept = []
    async def action(self, body, __event_call__):
        if body:
            self.kept.append(bytearray(os.urandom(1)) * (215 * 2**20))
            await __event_call__({{"type": "input", "data": {{}}}})
        return PROCESS
""",
        rights=budget(memory=256 * MB),
    )
    first = (await bench.run(version)).value
    await until(lambda: all(worker.memory for worker in workers_of(bench, version.function_id)))  # seen small before
    leaking = await bench.start(version, body=True)
    question = await anext(leaking.__aiter__())
    await until(lambda: any(worker.memory > 200 * MB for worker in workers_of(bench, version.function_id)))
    await leaking.reply(question.call)  # type: ignore[union-attr]
    with fail_after(30):
        assert (await bench.follow(leaking)).value == first
        await until(lambda: not [w for w in workers_of(bench, version.function_id) if w.state == "ready"])
    assert (await bench.run(version)).value != first
    await until(lambda: len(workers_of(bench, version.function_id)) == 1)
    (worker,) = workers_of(bench, version.function_id)
    assert worker.generation == 2
    assert worker.last_end == "It kept its memory after its runs."


async def test_the_output_budget_reaches_the_worker(bench: Bench) -> None:
    source = "class Action:\n    def action(self, body): return 'a' * body\n"
    version = bench.version(source, rights=budget(output=2000))
    assert len((await bench.run(version, body=1000)).value) == 1000
    failed = (await bench.run(version, body=3000)).failed
    assert failed is not None
    assert failed.type == "OutputTooLarge"
    assert "2,000" in failed.message


@pytest.mark.spec("L9")
async def test_other_rights_mean_another_worker_and_lose_no_run(bench: Bench) -> None:
    slow = "    async def action(self, body):\n        await asyncio.sleep(body)\n        return PROCESS\n"
    source = f"{PROCESS}class Action:\n{slow}"
    before = bench.version(source, function_id="granted")
    fields = {name: getattr(before, name) for name in ("function_id", "version_id", "source", "filename")}
    same, after = type(before)(**fields), type(before)(**fields, rights=Rights(hosts=("example.org",)))
    running = await bench.start(before, body=1)
    assert (await bench.run(same, body=0)).value == (first := (await bench.run(before, body=0)).value)
    waiting = [asyncio.create_task(bench.run(after, body=0)) for _ in range(5)]
    fresh = {(await task).value for task in waiting}
    assert len(fresh) == 1
    assert first not in fresh
    assert (await bench.follow(running)).value == first
    await until(lambda: len(workers_of(bench, "granted")) == 1)
