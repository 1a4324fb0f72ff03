"""Workers come, are shared, step in for each other, and go."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from anyio import fail_after

from penstock.engine.base import HookCall, WorkerState
from penstock.engine.local import LocalEngine
from penstock.engine.local.removal import remove
from penstock.engine.local.surroundings import CERTIFICATES
from penstock.errors import ProtocolBroken, Unavailable, WorkerLost
from penstock.protocol.frames import Chunk
from penstock.settings import Settings
from tests.engine.conftest import Bench
from tests.waiting import eventually

pytestmark = pytest.mark.anyio

WHICH = "import uuid\nWHICH = uuid.uuid4().hex\nclass Action:\n    def action(self, body): return WHICH\n"
WHICH_WHEN_ANSWERED = """
import uuid
WHICH = uuid.uuid4().hex
class Action:
    async def action(self, body, __event_call__):
        if body: await __event_call__({"type": "input", "data": {}})
        return WHICH
"""
BLOCKED_UNTIL_ANSWERED = WHICH_WHEN_ANSWERED.replace("await __event_call__(", "__event_call__(").replace(
    "}})", "}}).result()"
)
SLEEP = """
import asyncio, time, uuid
WHICH = uuid.uuid4().hex
class Action:
    async def action(self, body):
        if isinstance(body, (int, float)):
            await asyncio.sleep(body)
        elif body:
            end = time.monotonic() + float(body)
            while time.monotonic() < end: pass
        return WHICH
"""
NESTED = """
import os
class Action:
    def action(self, body):
        for _ in range(1500):
            os.mkdir("d")
            os.chdir("d")
"""


async def until(condition: Callable[[], object], seconds: float = 30) -> None:
    with fail_after(seconds):
        while not condition():  # noqa: ASYNC110 (what is waited for happens in other processes)
            await asyncio.sleep(0.01)


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().split()[3])


def workers_of(bench: Bench, function_id: str) -> list[WorkerState]:
    return [worker for worker in bench.engine.workers() if worker.function_id == function_id]


async def test_callers_that_come_together_share_the_start(bench: Bench) -> None:
    version = bench.version(WHICH)
    outcomes = await asyncio.gather(*(bench.run(version) for _ in range(10)))
    assert len({outcome.value for outcome in outcomes}) == 1
    (worker,) = workers_of(bench, version.function_id)
    assert (worker.state, worker.runs) == ("ready", 0)


@pytest.mark.spec("L8", "L9")
async def test_an_old_version_drains_while_the_new_one_serves(bench: Bench) -> None:
    old = bench.version(WHICH_WHEN_ANSWERED, function_id="drained")
    new = bench.version(WHICH_WHEN_ANSWERED, function_id="drained")
    running = await bench.start(old, body="wait")
    await bench.engine.retire("drained", keep_version=new.version_id)
    fresh = (await bench.run(new)).value
    assert [worker.state for worker in workers_of(bench, "drained")] == ["ready", "draining"]
    assert (await bench.follow(running, lambda kind, data: None)).value != fresh
    await until(lambda: [worker.version_id for worker in workers_of(bench, "drained")] == [new.version_id])
    assert (await bench.run(new)).value == fresh


@pytest.mark.spec("L8")
async def test_retiring_a_function_ends_what_it_left_running(bench: Bench) -> None:
    version = bench.version(
        "import threading, time, os\nthreading.Thread(target=time.sleep, args=(60,)).start()\n" + WHICH
    )
    await bench.run(version)
    (worker,) = workers_of(bench, version.function_id)
    await bench.engine.retire(version.function_id)
    await until(lambda: not Path(f"/proc/{worker.pid}").exists())
    await until(lambda: workers_of(bench, version.function_id) == [])


@pytest.mark.spec("I3")
async def test_a_blocked_loop_does_not_hold_up_other_calls(bench: Bench) -> None:
    version = bench.version(BLOCKED_UNTIL_ANSWERED)
    first = (await bench.run(version)).value
    blocking = await bench.start(version, body="wait")
    question = await anext(blocking.__aiter__())
    outcomes = await asyncio.gather(*(bench.run(version) for _ in range(5)))
    assert {outcome.value for outcome in outcomes}.isdisjoint({first})
    assert any("blocks the event loop" in text for outcome in outcomes for text in outcome.texts)
    await blocking.reply(question.call)  # type: ignore[union-attr]
    assert (await bench.follow(blocking)).value == first

    async def calls_come_to_it_again() -> bool:
        return bool((await bench.run(version)).value == first)

    await eventually(calls_come_to_it_again)


@pytest.mark.spec("I3")
async def test_a_blocked_function_does_not_hold_up_another(bench: Bench) -> None:
    blocked, other = bench.version(SLEEP), bench.version(WHICH)
    await bench.run(other)
    blocking = await bench.start(blocked, body="60")
    end = asyncio.ensure_future(bench.follow(blocking))
    for _ in range(20):
        await bench.run(other)
    assert not end.done()
    await blocking.cancel("enough")
    await end


@pytest.mark.spec("P4")
@pytest.mark.parametrize("form", ["async def", "def"])
async def test_a_slow_consumer_holds_the_generator_back(bench: Bench, form: str) -> None:
    version = bench.version(
        f"""
        class Pipe:
            made = 0
            {form} pipe(self, body):
                if body == "look":
                    yield Pipe.made
                    return
                for number in range(5000):
                    Pipe.made += 1
                    yield number
        """
    )
    run = await bench.start(version, "pipe")
    frames = run.__aiter__()
    assert isinstance(await anext(frames), Chunk)
    await asyncio.sleep(0.2)
    (made,) = (await bench.run(version, "pipe", "look")).chunks
    assert made < 1600  # at most three windows: in the worker, on their way, taken
    rest = await bench.follow(run)
    assert rest.chunks[-1] == 4999


@pytest.mark.spec("P4")
async def test_the_first_chunk_does_not_wait_for_the_second(bench: Bench) -> None:
    for form, pause in (("async def", "await asyncio.sleep(60)"), ("def", "time.sleep(60)")):
        version = bench.version(
            f"import asyncio, time\nclass Pipe:\n    {form} pipe(self, body):\n"
            f"        yield 'a'\n        {pause}\n        yield 'b'\n"
        )
        run = await bench.start(version, "pipe")
        with fail_after(30):
            assert await anext(run.__aiter__()) == Chunk(run.id, ["a"])
        await run.cancel("enough")
        await bench.follow(run)


ABUSES = {
    "garbage": "os.write(3, b'\\x00\\x00\\x00\\x04abcd')",
    "a frame that is too large": "os.write(3, b'\\xff' * 100)",
    "a frame of another run": "os.write(3, bytes(encode(frames.Emit('other', 'x'))))",
    "a frame of the host": "os.write(3, bytes(encode(frames.Close())))",
    "two outcomes": "os.write(3, bytes(encode(frames.Result(body, 'json')) * 2))",
    "too many chunks": "os.write(3, bytes(encode(frames.Chunk(body, [1] * 5000))))",
    "background before the outcome": "os.write(3, bytes(encode(frames.Background(body, 0))))",
    "a second load": "os.write(3, bytes(encode(frames.Loaded({'kind': 'action', 'hooks': {}}))))",
    "a run given back": "os.write(3, bytes(encode(frames.Returned(body))))",
}


@pytest.mark.parametrize("abuse", ABUSES)
async def test_a_worker_that_breaks_the_protocol_is_ended(bench: Bench, abuse: str) -> None:
    version = bench.version(
        f"""
import asyncio, os
from penstock.protocol import frames
from penstock.protocol.framing import encode
class Action:
    async def action(self, body, __event_emitter__):
        __event_emitter__({{"type": "begun"}})
        {ABUSES[abuse]}
        await asyncio.sleep(60)
"""
    )
    run = await bench.engine.run(version, HookCall("abused-" + abuse, "action", "abused-" + abuse))
    if abuse == "two outcomes":
        assert (await bench.follow(run)).result is not None
    else:
        with pytest.raises(ProtocolBroken), fail_after(30):
            await bench.follow(run)
    await until(lambda: not workers_of(bench, version.function_id))
    assert (await bench.run("class Action:\n    def action(self, body): return 1\n")).value == 1


async def test_a_worker_sees_no_secrets_and_has_its_own_folder(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PENSTOCK_SECRET_KEY", "s3cret")
    source = """
    import os, tempfile
    class Action:
        def action(self, body):
            return [dict(os.environ), os.getcwd(), tempfile.gettempdir(), sorted(os.listdir("/proc/self/fd")),
                    open("/proc/self/environ").read(), os.getsid(0) == os.getpid()]
    """
    version = bench.version(source, function_id="one")
    environment, cwd, temporary, descriptors, at_start, leads = (await bench.run(version)).value
    known = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "DATA_DIR", "WEBUI_SECRET_KEY", *CERTIFICATES}
    proxy = {name for name in environment if name.lower().endswith("_proxy")}
    assert set(environment) <= known | proxy | {"PENSTOCK_EGRESS"}
    assert cwd == temporary == environment["HOME"]
    assert "PENSTOCK_SECRET" not in at_start
    assert len(descriptors) < 12
    assert leads
    again = (await bench.run(bench.version(source, function_id="one"))).value[0]
    other = (await bench.run(bench.version(source, function_id="two"))).value[0]
    assert again["WEBUI_SECRET_KEY"] == environment["WEBUI_SECRET_KEY"] != other["WEBUI_SECRET_KEY"]
    assert again["TMPDIR"] != environment["TMPDIR"]


async def test_variables_that_the_operator_names_are_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "k3y")
    monkeypatch.setenv("ANOTHER_KEY", "hidden")
    engine = LocalEngine(Settings(data_dir=tmp_path, worker_environment="SOME_API_KEY, NOT_SET"))
    await engine.start()
    try:
        bench = Bench(engine)
        source = "import os\nclass Action:\n    def action(self, body): return dict(os.environ)\n"
        environment = (await bench.run(source)).value
        assert environment["SOME_API_KEY"] == "k3y"
        assert "ANOTHER_KEY" not in environment
    finally:
        await engine.stop(grace=0)


async def test_packages_that_replace_imported_ones_get_a_fresh_interpreter(bench: Bench, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)  # noqa: ASYNC240 (as those that are installed are)
    (tmp_path / "requests").mkdir()
    (tmp_path / "requests" / "__init__.py").write_text("__version__ = 'mine'\n")
    source = "import requests\nclass Action:\n    def action(self, body): return requests.__version__\n"
    forked = bench.version(source)
    fresh = bench.version(source, site_packages=str(tmp_path), packages=frozenset({"requests"}))
    assert (await bench.run(forked)).value != "mine"
    assert (await bench.run(fresh)).value == "mine"


async def test_an_environment_of_its_own_comes_first(bench: Bench, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)  # noqa: ASYNC240 (as those that are installed are)
    (tmp_path / "only_here.py").write_text("value = 5\n")
    source = "import only_here\nclass Action:\n    def action(self, body): return only_here.value\n"
    version = bench.version(source, site_packages=str(tmp_path), packages=frozenset({"only-here"}))
    assert (await bench.run(version)).value == 5


# Engines of their own: these tests end or change what others share


async def test_idle_workers_are_retired(tmp_path: Path) -> None:
    engine = LocalEngine(Settings(data_dir=tmp_path, worker_idle=0.2))
    await engine.start()
    bench = Bench(engine)
    run = await bench.start(bench.version(WHICH_WHEN_ANSWERED), body="wait")
    assert len(engine.workers()) == 1
    assert (await bench.follow(run, lambda kind, data: None)).value
    await until(lambda: not engine.workers())
    await engine.stop(0)


async def test_stopping_lets_runs_finish_and_leaves_nothing(tmp_path: Path) -> None:
    engine = LocalEngine(Settings(data_dir=tmp_path))
    await engine.start()
    bench = Bench(engine)
    version = bench.version(SLEEP)
    run, endless = await bench.start(version, body=0.2), await bench.start(bench.version(SLEEP), body=60)
    pids = [worker.pid for worker in engine.workers()]
    following = asyncio.gather(bench.follow(run), bench.follow(endless), return_exceptions=True)
    await engine.stop(1)
    done, lost = await following
    assert not isinstance(done, BaseException)
    assert isinstance(lost, WorkerLost)
    with pytest.raises(Unavailable):
        await bench.run(version)
    await until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))
    assert not (tmp_path / "workers").exists()


async def test_stopping_waits_for_what_removes_folders(tmp_path: Path) -> None:
    """Two that remove the same folders take them out of each other's hands, and both leave some."""
    engine = LocalEngine(Settings(data_dir=tmp_path))
    await engine.start()
    bench = Bench(engine)
    for _ in range(3):
        version = bench.version(NESTED)
        await bench.run(version)
        await engine.retire(version.function_id)
    await until(lambda: not engine.workers())
    await engine.stop(0)
    left = list((tmp_path / "workers").glob("*"))
    remove(tmp_path / "workers")  # pytest could not
    assert left == []


async def test_a_dead_zygote_is_replaced(tmp_path: Path) -> None:
    engine = LocalEngine(Settings(data_dir=tmp_path))
    await engine.start()
    bench = Bench(engine)
    which = (await bench.run(WHICH)).value
    os.kill(parent_of(engine.workers()[0].pid), signal.SIGKILL)
    await until(lambda: not engine.workers())
    assert (await bench.run(WHICH)).value != which
    await engine.stop(0)


async def test_no_worker_outlives_the_server(tmp_path: Path) -> None:
    script = tmp_path / "server.py"
    script.write_text(
        f"""
import asyncio, pathlib
from penstock.engine.base import HookCall, VersionSource
from penstock.engine.local import LocalEngine
from penstock.engine.local.surroundings import CERTIFICATES
from penstock.settings import Settings
async def main():
    engine = LocalEngine(Settings(data_dir=pathlib.Path({str(tmp_path)!r})))
    await engine.start()
    source = "class Action:\\n    def action(self, body):\\n        while True: pass\\n"
    run = await engine.run(VersionSource("f", "v", source, "<f>"), HookCall("r", "action"))
    print(engine.workers()[0].pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""
    )
    process = await asyncio.create_subprocess_exec(sys.executable, str(script), stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    pid = int(await process.stdout.readline())
    process.kill()
    await process.wait()
    await until(lambda: not Path(f"/proc/{pid}").exists())
