"""Actors are shared, given to others, lost and ended."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from pathlib import Path

import pytest
from anyio import fail_after

from penstock.engine.ray import engine, placement
from penstock.engine.ray.actor import Home
from penstock.errors import Unavailable, WorkerLost
from penstock.protocol.frames import Emit
from tests.engine.conftest import Bench
from tests.engine.ray.conftest import StartEngine
from tests.engine.ray.processes import actor_of, runs
from tests.engine.test_workers import until

pytestmark = pytest.mark.anyio

SLEEP = """
import asyncio
class Action:
    async def action(self, body, __event_emitter__):
        __event_emitter__({"type": "begun"})
        await asyncio.sleep(body)
        return body
"""


def actors(bench: Bench) -> set[int]:
    return {actor_of(worker.pid) for worker in bench.engine.workers()}


async def test_each_version_has_an_actor_and_its_workers_say_on_which_node(start_engine: StartEngine) -> None:
    bench = await start_engine(ray_actors=3)
    for _ in range(2):
        await bench.run(SLEEP, body=0)
    workers = bench.engine.workers()
    assert len(actors(bench)) == 2
    assert all(worker.node for worker in workers)
    assert {layer.name for layer in bench.engine.layers()} >= {"namespaces", "landlock", "seccomp"}


async def test_versions_take_turns_on_fewer_actors(start_engine: StartEngine) -> None:
    bench = await start_engine(ray_actors=2)
    versions = [bench.version(SLEEP) for _ in range(4)]
    for version in [*versions, *versions]:
        assert (await bench.run(version, body=0)).value == 0
    await until(lambda: [worker.state for worker in bench.engine.workers()] == ["ready"])  # one actor is kept free


async def test_where_all_actors_have_runs_a_call_waits_and_then_says_so(
    start_engine: StartEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = await start_engine(ray_actors=1)
    busy = await bench.start(bench.version(SLEEP), body=60)
    monkeypatch.setattr(placement, "WAIT_SECONDS", 0.3)
    with pytest.raises(Unavailable, match=r"all 1 have runs"):
        await bench.run(SLEEP, body=0)
    monkeypatch.undo()
    waiting = asyncio.create_task(bench.run(SLEEP, body=0))
    await busy.cancel("make room")
    assert (await waiting).value == 0


async def test_an_actor_with_nothing_to_do_is_free_again(start_engine: StartEngine) -> None:
    bench = await start_engine(worker_idle=0.4)
    await bench.run(SLEEP, body=0)
    await until(lambda: not bench.engine.workers())
    assert (await bench.run(SLEEP, body=0)).value == 0


async def test_a_lost_actor_fails_its_runs_and_no_others(start_engine: StartEngine) -> None:
    bench = await start_engine(ray_actors=3)
    version, other = bench.version(SLEEP), bench.version(SLEEP)
    lost, cancelled = await bench.start(version, body=60), await bench.start(version, body=60)
    for run in (lost, cancelled):
        assert isinstance(await anext(run.__aiter__()), Emit)
    elsewhere = await bench.start(other, body=1)
    (worker,) = [worker for worker in bench.engine.workers() if worker.version_id == version.version_id]
    os.kill(actor_of(worker.pid), signal.SIGSTOP)
    await cancelled.cancel("too late")
    os.kill(actor_of(worker.pid), signal.SIGKILL)
    with fail_after(30):
        with pytest.raises(WorkerLost, match=r"its actor on node .+ has ended"):
            await bench.follow(lost)
        outcome = await bench.follow(cancelled)
    assert outcome.failed is not None
    assert (outcome.failed.type, outcome.failed.message) == ("Cancelled", "too late")
    assert (await bench.follow(elsewhere)).value == 1
    await until(lambda: not runs(worker.pid))
    assert (await bench.run(version, body=0)).value == 0


async def test_a_worker_can_be_ended_from_the_server(start_engine: StartEngine) -> None:
    bench = await start_engine()
    run = await bench.start(bench.version(SLEEP), body=60)
    (worker,) = bench.engine.workers()
    assert bench.engine.end_worker(worker.pid)
    with pytest.raises(WorkerLost, match="administrator"):
        await bench.follow(run)
    assert not bench.engine.end_worker(1)


async def test_values_of_many_megabytes_pass_both_ways(start_engine: StartEngine) -> None:
    bench = await start_engine()
    body = "x" * 12_000_000
    source = "class Action:\n    def action(self, body): return body\n"
    assert (await bench.run(source, body=body)).value == body


async def test_stopping_lets_runs_finish_and_leaves_nothing(start_engine: StartEngine, tmp_path: Path) -> None:
    bench = await start_engine(ray_actors=3)
    version = bench.version(SLEEP)
    run, endless = await bench.start(version, body=0.2), await bench.start(bench.version(SLEEP), body=60)
    pids = [worker.pid for worker in bench.engine.workers()] + list(actors(bench))
    following = asyncio.gather(bench.follow(run), bench.follow(endless), return_exceptions=True)
    await bench.engine.stop(1)
    done, lost = await following
    assert not isinstance(done, BaseException)
    assert isinstance(lost, WorkerLost)
    with pytest.raises(Unavailable):
        await bench.run(version, body=0)
    await until(lambda: not any(map(runs, pids)))
    assert not (tmp_path / "ray").exists()


async def test_a_node_that_does_not_see_the_data_folder_gets_what_a_version_needs(
    start_engine: StartEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "Home", lambda server, marker, token: Home(server, marker, "of another server"))
    packages = tmp_path / "environments" / "e1" / "site-packages"
    packages.mkdir(parents=True)
    (packages / "only_here.py").write_text("value = 5\n")
    (packages / "only_here.py").chmod(0o444)
    source = """
    import os, only_here
    class Action:
        def action(self, body):
            with open(os.path.join(os.environ["DATA_DIR"], "kept"), "a") as kept:
                kept.write("x")
            return [only_here.value, only_here.__file__, os.environ["DATA_DIR"]]
    """
    bench = await start_engine()
    for _ in range(2):
        version = bench.version(
            source, site_packages=str(packages), packages=frozenset({"only-here"}), data_dir=str(tmp_path / "data")
        )
        value, file, data = (await bench.run(version)).value
        assert value == 5
        assert not file.startswith(str(tmp_path))
        assert not data.startswith(str(tmp_path))
        assert "clusters" in file
    assert not (tmp_path / "data").exists()


def readable_secret(folder: Path) -> Path:
    secret = folder / "secret.txt"
    secret.write_text("s3cret")
    secret.chmod(0o644)
    folder.chmod(0o755)
    return secret


async def test_workers_do_not_see_the_data_folder_even_among_libraries(start_engine: StartEngine) -> None:
    source = "import os\nclass Action:\n    def action(self, body): return os.path.exists(body)\n"
    with tempfile.TemporaryDirectory(dir=sys.prefix) as data_dir:
        bench = await start_engine(data_dir=Path(data_dir))
        secret = readable_secret(Path(data_dir))
        assert not (await bench.run(source, body=str(secret))).value
        assert (await bench.run(source, body=sys.executable)).value
        await bench.engine.stop(0)
