"""Runs that must stop, and processes that end: the others never suffer."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import uuid
from pathlib import Path

import pytest
from anyio import fail_after

from penstock.engine.base import Run
from penstock.engine.local.run import STOP_SECONDS
from penstock.errors import DeadlineExceeded, WorkerLost
from penstock.functions.rights import Profile, Rights
from penstock.protocol.frames import Emit
from tests.engine.conftest import Bench

pytestmark = pytest.mark.anyio

STUBBORN = {
    "awaiting": "async def action(self, body, e): await asyncio.sleep(60)",
    "swallowing the cancel": "async def action(self, body, e):\n"
    "        while True:\n"
    "            try: await asyncio.sleep(60)\n"
    "            except BaseException: pass",
    "busy on the loop": "async def action(self, body, e):\n        while True: pass",
    "busy, catching Exception": "async def action(self, body, e):\n"
    "        while True:\n"
    "            try: 1 + 1\n"
    "            except Exception: pass",
    "busy, catching everything": "async def action(self, body, e):\n"
    "        while True:\n"
    "            try:\n"
    "                while True: pass\n"
    "            except BaseException: pass",
    "time.sleep on the loop": "async def action(self, body, e): time.sleep(60)",
    "busy in C on the loop": "async def action(self, body, e): sum(range(10**12))",
    "busy in a thread": "def action(self, body, e):\n        while True: pass",
    "busy in C in a thread": "def action(self, body, e): sum(range(10**12))",
    "busy in C without the lock": "def action(self, body, e): hashlib.pbkdf2_hmac('sha256', b'a', b'b', 10**9)",
    "time.sleep in a thread": "def action(self, body, e): time.sleep(60)",
    "blocked on a socket": "def action(self, body, e):\n        a, b = socket.socketpair()\n        a.recv(1)",
    "waiting for a thread": "async def action(self, body, e): await asyncio.to_thread(time.sleep, 60)",
    "waiting for an answer": "async def action(self, body, e, __event_call__): "
    "await __event_call__({'type': 'input', 'data': {}})",
    "waiting for an answer in a thread": "def action(self, body, e, __event_call__): "
    "asyncio.run(__event_call__({'type': 'input', 'data': {}}))",
    "its own loop": "def action(self, body, e): asyncio.run(asyncio.sleep(60))",
    "a child process": "def action(self, body, e): subprocess.run(['sleep', '60'])",
    "a child process on the loop": "async def action(self, body, e): subprocess.run(['sleep', '60'])",
    "an awaited child process": "async def action(self, body, e): "
    "await (await asyncio.create_subprocess_exec('sleep', '60')).wait()",
    "a shell": "def action(self, body, e): subprocess.run('sleep 60; true', shell=True)",
    "os.system in a thread": "def action(self, body, e): os.system('sleep 60')",
    "os.system on the loop": "async def action(self, body, e): os.system('sleep 60')",
    "a fork": "def action(self, body, e):\n"
    "        pid = os.fork()\n"
    "        if not pid: time.sleep(60)\n"
    "        os.waitpid(pid, 0)",
    "a regular expression in a thread": "def action(self, body, e): re.match('(a+)+$', 'a' * 40 + 'b')",
    "a regular expression on the loop": "async def action(self, body, e): re.match('(a+)+$', 'a' * 40 + 'b')",
    "busy in C on the loop, without the lock": "async def action(self, body, e): "
    "hashlib.pbkdf2_hmac('sha256', b'a', b'b', 10**9)",
    "a dead lock": "async def action(self, body, e):\n        lock = threading.Lock()\n"
    "        lock.acquire()\n        lock.acquire()",
    "a dead lock in a thread": "def action(self, body, e):\n        lock = threading.Lock()\n"
    "        lock.acquire()\n        lock.acquire()",
    "a pipe that nobody writes to": "async def action(self, body, e): os.read(os.pipe()[0], 1)",
    "a finaliser that hangs": "async def action(self, body, e):\n"
    "        class Clinging:\n"
    "            def __del__(self): time.sleep(60)\n"
    "        kept = Clinging()\n        await asyncio.sleep(60)",
    "a finaliser that hangs in a thread": "def action(self, body, e):\n"
    "        class Clinging:\n"
    "            def __del__(self): time.sleep(60)\n"
    "        kept = Clinging()\n        while True: pass",
    "signals ignored": "async def action(self, body, e):\n"
    "        for number in set(signal.Signals) - {9, 19}: signal.signal(number, signal.SIG_IGN)\n"
    "        while True: pass",
    "signals blocked": "async def action(self, body, e):\n"
    "        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\n"
    "        while True: pass",
    "a generator that does not close": "async def action(self, body, e):\n"
    "        while True:\n"
    "            try: yield await asyncio.sleep(60)\n"
    "            except BaseException: pass",
}


def answering(_kind: str, _data: object) -> str:
    return "answered"


async def until_begun(run: Run) -> None:
    async for frame in run:
        if isinstance(frame, Emit):
            return


@pytest.mark.spec("I8")
@pytest.mark.parametrize("how", STUBBORN)
async def test_a_cancelled_run_stops_within_a_second(bench: Bench, how: str) -> None:
    hook = STUBBORN[how].replace("e):", "__event_emitter__):").replace(" e,", " __event_emitter__,")
    head, _, rest = hook.partition("):")
    version = bench.version(
        f"""
import asyncio, hashlib, os, re, signal, socket, subprocess, threading, time
class Action:
    {head}):
        __event_emitter__({{"type": "begun"}})
        {rest.strip()}
"""
    )
    run = await bench.start(version)
    with fail_after(30):  # half of what the shortest of them takes; the second is the engine's, by its own clock
        await until_begun(run)
        await run.cancel("the user stopped it")
        outcome = await bench.follow(run)
    assert STOP_SECONDS < 1
    assert outcome.failed is not None
    assert (outcome.failed.type, outcome.failed.message) == ("Cancelled", "the user stopped it")
    await bench.run("class Action:\n    def action(self, body): return 1\n")


@pytest.mark.spec("I8")
@pytest.mark.parametrize(
    "starts",
    [
        "def action(self, body): subprocess.run(['sleep', body])",
        "def action(self, body): subprocess.run('true; sleep ' + body + '; true', shell=True)",
        "def action(self, body): os.system('true; sleep ' + body + '; true')",
        "async def action(self, body): await (await asyncio.create_subprocess_exec('sleep', body)).wait()",
        "async def action(self, body): await (await asyncio.create_subprocess_shell(f'sleep {body}; true')).wait()",
        "async def action(self, body):\n        subprocess.Popen(['sleep', body])\n        await asyncio.sleep(60)",
    ],
)
async def test_processes_of_a_cancelled_run_end_and_those_of_others_go_on(bench: Bench, starts: str) -> None:
    source = f"import asyncio, os, subprocess\nclass Action:\n    {starts}\n"
    version = bench.version(source)
    mine, other = (f"60.{uuid.uuid4().int}" for _ in range(2))
    run, neighbour = await bench.start(version, body=mine), await bench.start(version, body=other)
    with fail_after(30):
        while not (_running(mine) and _running(other)):  # noqa: ASYNC110 (what is waited for are other processes)
            await asyncio.sleep(0.02)
        await run.cancel("stop")
        assert (await bench.follow(run)).failed is not None
        while _running(mine):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        assert _running(other)
        await neighbour.cancel("stop")
        assert (await bench.follow(neighbour)).failed is not None


@pytest.mark.spec("I8")
async def test_a_run_that_does_not_stop_lets_others_of_its_worker_finish(bench: Bench) -> None:
    version = bench.version(
        """
        import asyncio, hashlib, uuid
        PROCESS = uuid.uuid4().hex
        class Action:
            async def action(self, body, __event_emitter__, __event_call__):
                await __event_emitter__({"type": "begun"})
                if body == "stuck":
                    await asyncio.to_thread(hashlib.pbkdf2_hmac, "sha256", b"a", b"b", 10**9)
                elif body:
                    await __event_call__({"type": "input", "data": {}})
                return PROCESS
        """
    )
    stuck, other = await bench.start(version, body="stuck"), await bench.start(version, body="ask")
    await until_begun(stuck)
    await until_begun(other)
    await stuck.cancel("stop")
    with fail_after(30):
        outcome = await bench.follow(stuck)
    assert outcome.failed is not None
    assert outcome.failed.type == "Cancelled"
    fresh = (await bench.run(version)).value
    with fail_after(30):
        assert (await bench.follow(other, answering)).value != fresh


@pytest.mark.spec("I8")
async def test_others_that_cannot_finish_beside_a_stuck_run_are_told(bench: Bench) -> None:
    version = bench.version(
        """
        import asyncio, hashlib
        class Action:
            async def action(self, body, __event_emitter__):
                __event_emitter__({"type": "begun"})
                if body == "stuck":
                    hashlib.pbkdf2_hmac("sha256", b"a", b"b", 10**9)
                await asyncio.sleep(60)
        """
    )
    other = await bench.start(version)
    await until_begun(other)
    stuck = await bench.start(version, body="stuck")
    await until_begun(stuck)
    await stuck.cancel("stop")
    with fail_after(30):
        assert (await bench.follow(stuck)).failed is not None
        with pytest.raises(WorkerLost, match="did not stop when cancelled"):
            await bench.follow(other)


@pytest.mark.spec("I8", "P4")
@pytest.mark.parametrize("form", ["async def", "def"])
async def test_a_cancelled_generator_is_closed(bench: Bench, form: str) -> None:
    version = bench.version(
        f"""
        class Pipe:
            closed = []
            {form} pipe(self, body):
                if body == "look":
                    yield len(self.closed)
                    return
                try:
                    while True:
                        yield "x" * 1000
                finally:
                    self.closed.append(1)
        """
    )
    run = await bench.start(version, "pipe")
    await anext(run.__aiter__())
    await run.cancel("left")
    with fail_after(30):
        outcome = await bench.follow(run)
    assert outcome.failed is not None
    assert outcome.failed.type == "Cancelled"
    assert (await bench.run(version, "pipe", "look")).chunks == [1]


@pytest.mark.spec("I8")
async def test_others_in_the_worker_survive_a_cancel(bench: Bench) -> None:
    version = bench.version(
        """
        import asyncio
        class Action:
            async def action(self, body, __event_emitter__, __event_call__):
                __event_emitter__({"type": "begun"})
                if body == "ask":
                    return await __event_call__({"type": "input", "data": {}})
                await asyncio.sleep(60)
        """
    )
    other, run = await bench.start(version, body="ask"), await bench.start(version)
    await until_begun(run)
    await run.cancel("stop")
    assert (await bench.follow(run)).failed is not None
    assert (await bench.follow(other, answering)).value == "answered"


@pytest.mark.spec("I8", "I4")
async def test_background_work_can_be_cancelled(bench: Bench) -> None:
    version = bench.version(
        """
        import asyncio, threading, time
        class Action:
            async def action(self, body):
                asyncio.create_task(asyncio.sleep(60))
                threading.Thread(target=self.work).start()
                return 1
            def work(self):
                while True: time.sleep(0.01)
        """
    )
    run = await bench.start(version)
    frames = run.__aiter__()
    assert (await anext(frames)).background == 2  # type: ignore[union-attr]
    await run.cancel("stop")
    with fail_after(30):
        outcome = await bench.follow(run)
    assert outcome.backgrounds[-1] == 0


@pytest.mark.spec("I8")
async def test_cancelling_a_run_that_is_over_does_nothing(bench: Bench) -> None:
    version = bench.version("class Action:\n    def action(self, body): return 1\n")
    run = await bench.start(version)
    assert (await bench.follow(run)).value == 1
    await run.cancel("late")
    assert (await bench.run(version)).value == 1


@pytest.mark.spec("I8")
@pytest.mark.parametrize("work", ["await asyncio.sleep(60)", "while True: pass", "sum(range(10**12))"])
async def test_a_deadline_ends_a_run_and_names_itself(bench: Bench, work: str) -> None:
    source = f"import asyncio\nclass Action:\n    async def action(self, body):\n        {work}\n"
    with pytest.raises(DeadlineExceeded, match=r"after 0\.2 seconds"):
        await bench.run(source, deadline=0.2, seconds=30)


@pytest.mark.spec("I8", "I4")
async def test_a_deadline_ends_background_work_too(bench: Bench) -> None:
    source = """
    import asyncio
    class Action:
        async def action(self, body):
            self.task = asyncio.create_task(asyncio.sleep(60))
    """
    with pytest.raises(DeadlineExceeded):
        await bench.run(source, deadline=0.3, seconds=30)


@pytest.mark.spec("E4")
async def test_the_clock_stands_still_while_a_person_is_asked(bench: Bench) -> None:
    source = """
    class Action:
        async def action(self, body, __event_call__):
            return await __event_call__({"type": "input", "data": {}})
    """
    version = bench.version(source)
    run = await bench.start(version, deadline=1)
    async for frame in run:
        if type(frame).__name__ == "Ask":
            await asyncio.sleep(1.1)
            await run.reply(frame.call, "late")  # type: ignore[union-attr]
        if type(frame).__name__ == "Result":
            assert frame.value == "late"  # type: ignore[union-attr]


CRASHES = {
    "os._exit(3)": "exit code 3",
    "os.kill(os.getpid(), 9)": "SIGKILL",
    "ctypes.string_at(0)": "SIGSEGV",
    "os.abort()": "SIGABRT",
}


@pytest.mark.parametrize("crash", CRASHES)
async def test_a_crash_fails_the_runs_of_that_worker_and_no_others(bench: Bench, crash: str) -> None:
    source = f"""
import asyncio, ctypes, os
class Action:
    async def action(self, body, __event_emitter__):
        await __event_emitter__({{"type": "begun"}})
        if body == "crash":
            {crash}
        await asyncio.sleep(60 if body == "wait" else 0.3)
        return body
"""
    version, other = bench.version(source), bench.version(source)
    assert (await bench.run(version, body="warm")).value == "warm"
    neighbour, elsewhere = await bench.start(version, body="wait"), await bench.start(other, body=2)
    await until_begun(neighbour)
    with pytest.raises(WorkerLost, match=CRASHES[crash]):
        await bench.run(version, body="crash")
    with pytest.raises(WorkerLost, match=CRASHES[crash]):
        await bench.follow(neighbour)
    assert (await bench.follow(elsewhere)).value == 2
    assert (await bench.run(version, body="again")).value == "again"


async def test_a_crash_says_where_it_was(bench: Bench) -> None:
    source = "import ctypes\nclass Action:\n    def action(self, body):\n        ctypes.string_at(0)\n"
    version = bench.version(source)
    with pytest.raises(WorkerLost) as raised:
        await bench.run(version)
    assert f'File "{version.filename}", line 4 in action' in raised.value.fields["output"]


async def test_a_consumer_that_walks_away_does_not_stop_the_worker(bench: Bench) -> None:
    version = bench.version(
        """
        class Action:
            async def action(self, body, __event_emitter__):
                for number in range(body):
                    await __event_emitter__({"type": "n", "data": number})
        """
    )
    for _ in range(4):
        run = await bench.start(version, body=2000)
        await anext(run.__aiter__())
        await run.cancel("left")
    assert len((await bench.run(version, body=3000)).events) == 3000


async def test_what_was_sent_before_a_crash_still_arrives(bench: Bench) -> None:
    version = bench.version(
        """
        import os
        class Action:
            async def action(self, body, __event_emitter__):
                for number in range(100):
                    await __event_emitter__({"type": "n", "data": number})
                os._exit(1)
        """
    )
    run = await bench.start(version)
    frames = run.__aiter__()
    for number in range(100):
        assert await anext(frames) == Emit(run.id, "n", number)
    with pytest.raises(WorkerLost):
        await anext(frames)


@pytest.mark.parametrize("stop", ["sys.exit(3)", "raise SystemExit", "raise KeyboardInterrupt", "raise GeneratorExit"])
@pytest.mark.parametrize("form", ["async def", "def"])
async def test_leaving_a_hook_by_force_ends_the_run_not_the_process(bench: Bench, form: str, stop: str) -> None:
    version = bench.version(
        f"""
        import sys, uuid
        WHICH = uuid.uuid4().hex
        class Action:
            {form} action(self, body):
                if body: {stop}
                return WHICH
        """
    )
    which = (await bench.run(version)).value
    outcome = await bench.run(version, body=1)
    assert outcome.failed is not None
    assert outcome.failed.type in ("SystemExit", "KeyboardInterrupt", "GeneratorExit")
    assert (await bench.run(version)).value == which


async def test_a_task_that_exits_does_not_end_the_worker(bench: Bench) -> None:
    version = bench.version(
        """
        import asyncio, sys, uuid
        WHICH = uuid.uuid4().hex
        class Action:
            async def action(self, body):
                async def leave(): sys.exit(1)
                if body:
                    asyncio.create_task(leave())
                    await asyncio.sleep(0.05)
                return WHICH
        """
    )
    which = (await bench.run(version)).value
    assert (await bench.run(version, body=1)).value == which
    assert (await bench.run(version)).value == which


@pytest.mark.parametrize("profile", ["standard", "trusted"])
@pytest.mark.parametrize("apart", [False, True], ids=["same session", "session of its own"])
async def test_a_child_process_ends_with_its_worker(bench: Bench, profile: Profile, apart: bool) -> None:
    seconds = f"60.{uuid.uuid4().int}"
    version = bench.version(
        f"""
        import subprocess, time
        class Action:
            def action(self, body):
                subprocess.Popen(["sleep", "{seconds}"], start_new_session={apart})
                time.sleep(60)
        """,
        rights=Rights(profile=profile),
    )
    run = await bench.start(version)
    with fail_after(30):
        while not (pids := _running(seconds)):  # noqa: ASYNC110 (the child is not ours to wait for)
            await asyncio.sleep(0.02)
    assert len(pids) == 1
    os.kill(next(w.pid for w in bench.engine.workers() if w.version_id == version.version_id), signal.SIGKILL)
    with pytest.raises(WorkerLost):
        async for _ in run:
            pass
    with fail_after(30):
        while _running(seconds):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def _running(argument: str) -> list[int]:
    """Processes of this machine that have that argument."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if folder.name.isdigit() and argument.encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found
