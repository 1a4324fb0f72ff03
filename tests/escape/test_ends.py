"""All the ways in which a worker can end, or refuse to: its own runs are told, and nothing of it is left."""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from penstock.errors import DeadlineExceeded, PenstockError, SourceError, WorkerLost
from tests.escape.conftest import Stronghold, stronghold
from tests.waiting import eventually

pytestmark = pytest.mark.anyio

HEAD = """
import asyncio, atexit, ctypes, faulthandler, gc, os, signal, socket, subprocess, sys, threading, time
BEAT = os.path.join(os.environ["DATA_DIR"], "beat")

def beat():
    while True:
        with open(BEAT, "a") as file:
            file.write(".")
        time.sleep(0.02)

def daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            beat()
        os._exit(0)

class Holder:
    def __del__(self):
        time.sleep(600)

def grow(value):
    class Same:
        def __eq__(self, other):
            return self == other
    sys.setrecursionlimit(10**9)
    return Same() == value

class Action:
    {form} action(self, body):
        if body == "again":
            return "answered"
        {body}
        return "done"
"""

LOST = {
    "os._exit": ("os._exit(0)", "exit code 0"),
    "os._exit with a status": ("os._exit(77)", "exit code 77"),
    "a read of address 0": ("ctypes.string_at(0)", "SIGSEGV"),
    "abort": ("os.abort()", "SIGABRT"),
    "a stack that overflows in C": ("grow(1)", "SIGSEGV"),
    "a signal to itself": ("os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
    "a signal that ends it, by default": ("os.kill(os.getpid(), signal.SIGTERM)", "SIGTERM"),
    "another program in its place": ("os.execv('/bin/sh', ['sh', '-c', 'exit 9'])", "exit code 9"),
    "a closed socket": ("os.close(3)\n        time.sleep(30)", "gone"),
    "every descriptor closed": ("os.closerange(0, 100)\n        time.sleep(30)", "gone"),
    "children that hold its socket and its output": (
        "if os.fork() == 0: time.sleep(600)\n        os._exit(5)",
        "exit code 5",
    ),
    "a daemon that wants to stay": ("daemon()\n        time.sleep(0.1)\n        os._exit(6)", "exit code 6"),
}

SURVIVED = {
    "sys.exit": ("sys.exit(3)", "SystemExit"),
    "recursion without end": ("f = lambda: f()\n        f()", "RecursionError"),
    "an interrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "an exception like no other": ("raise GeneratorExit('x')", "GeneratorExit"),
    "output closed": (
        "os.close(1)\n        os.close(2)\n        print('x', flush=True)\n        1 / 0",
        "ZeroDivisionError",
    ),
}

STAYING = {
    "an exit handler that hangs": "atexit.register(time.sleep, 600)",
    "an object whose end hangs": "sys.holder = Holder()",
    "a collector that hangs": "gc.callbacks.append(lambda *_: time.sleep(600) if sys.is_finalizing() else None)",
    "a thread that never ends": "threading.Thread(target=beat).start()",
    "deaf ears to signals": "[signal.signal(n, signal.SIG_IGN) for n in (1, 2, 15, 17)]",
    "a daemon that left the family": "daemon()",
    "a program in a session of its own": "subprocess.Popen(['sleep', '600'], start_new_session=True)",
    "a stopped child": "os.kill(subprocess.Popen(['sleep', '600']).pid, signal.SIGSTOP)",
    "a tree of children": "[subprocess.Popen(['sh', '-c', 'sleep 600 & sleep 600']) for _ in range(5)]",
}

STUCK = {
    "a loop": "while True: pass",
    "a loop that swallows everything": "while True:\n            try:\n                time.sleep(1)\n"
    "            except BaseException: pass",
    "a call in C": "ctypes.CDLL(None).sleep(600)",
    "a worker that stops itself": "os.kill(os.getpid(), signal.SIGSTOP)",
    "a loop that is stopped": "asyncio.get_running_loop().stop()\n        await asyncio.sleep(600)",
    "an object whose end hangs, at once": "Holder()",
}


def source(body: str, form: str = "def") -> str:
    return HEAD.replace("{form}", form).replace("{body}", body)


@pytest.fixture(scope="module")
async def walled(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stronghold]:
    async with stronghold(tmp_path_factory.mktemp("ends")) as found:
        found.start_counting()
        yield found


@pytest.mark.parametrize("how", LOST)
async def test_a_worker_that_ends_is_told_and_leaves_nothing(hold: Stronghold, how: str) -> None:
    body, says = LOST[how]
    version = hold.function(source(body))
    with pytest.raises(WorkerLost, match=says):
        await hold.run(version)
    await hold.nothing_is_left()
    assert (await hold.run(version, body="again")).value == "answered"
    await hold.end(version)


@pytest.mark.parametrize("how", SURVIVED)
@pytest.mark.parametrize("form", ["def", "async def"])
async def test_what_only_a_run_can_do_ends_that_run(hold: Stronghold, how: str, form: str) -> None:
    body, says = SURVIVED[how]
    version = hold.function(source(body, form))
    failed = (await hold.run(version)).failed
    assert failed is not None
    assert failed.type == says
    assert (await hold.run(version, body="again")).value == "answered"
    await hold.end(version)


@pytest.mark.parametrize("what", STAYING)
async def test_what_wants_to_stay_goes_with_its_worker(hold: Stronghold, what: str) -> None:
    version = hold.function(source(STAYING[what], "async def"))
    outcome = await hold.run(
        version,
    )
    assert outcome.value == "done"
    await hold.end(version)
    beat = Path(version.data_dir or "") / "beat"
    size = beat.stat().st_size if beat.exists() else 0
    await hold.bystander_answers()
    assert size == (beat.stat().st_size if beat.exists() else 0)


@pytest.mark.parametrize("what", STUCK)
async def test_what_does_not_end_is_ended_at_its_deadline(hold: Stronghold, what: str) -> None:
    version = hold.function(source(STUCK[what], "async def" if "await" in STUCK[what] else "def"))
    with pytest.raises((DeadlineExceeded, WorkerLost)):
        await hold.run(version, deadline=0.3)
    await hold.end(version)


IMPORTS = {
    "never ends": "while True: pass",
    "never ends, in C": "import ctypes\nctypes.CDLL(None).sleep(600)",
    "never ends, deaf": "import time\nwhile True:\n    try: time.sleep(600)\n    except BaseException: pass",
    "leaves a daemon": "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(600)\nwhile True: pass",
    "stops": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
}


@pytest.mark.parametrize("what", IMPORTS)
async def test_an_import_that_never_ends_is_ended(hold: Stronghold, what: str) -> None:
    with pytest.raises(SourceError, match="still being imported"):
        await hold.engine.check(hold.function(IMPORTS[what]), 0.5)
    await hold.nothing_is_left()


async def test_what_is_patched_stays_in_its_worker(hold: Stronghold) -> None:
    patches = """
    import builtins, json, os, sys, msgspec, penstock.protocol.framing, penstock.worker.runs
    class Action:
        def action(self, body):
            json.dumps = lambda *_, **__: "patched"
            builtins.len = lambda _: 42
            os.getcwd = lambda: "patched"
            sys.modules["pathlib"] = None
            penstock.protocol.framing.HEADER = None
            return "done"
    """
    look = """
    import json, os
    from pathlib import Path
    class Action:
        def action(self, body):
            return [json.dumps([1]), len([1, 2]), os.getcwd() != "patched", type(Path()).__name__]
    """
    victim = hold.function(look)
    before = (await hold.run(victim)).value
    patching, another = hold.function(patches), hold.function(look)
    with contextlib.suppress(PenstockError):  # it may well have broken itself
        await hold.run(patching)
    assert (await hold.run(victim)).value == before
    assert (await hold.run(another)).value == before
    await hold.end(patching, victim, another)


async def test_links_of_an_ended_worker_lead_the_server_nowhere(hold: Stronghold) -> None:
    outside = Path(hold.scene.given["outside"])
    version = hold.function(f"""
import os
class Action:
    def action(self, body):
        os.symlink({str(outside)!r}, "link")
        os.symlink({str(outside)!r}, os.path.join(os.environ["DATA_DIR"], "link"))
        os.makedirs("a/b/c")
        os.chmod("a/b", 0)
        return os.getcwd()
""")
    before = _state(outside)
    folder = (await hold.run(version)).value
    await hold.end(version)
    await eventually(lambda: not os.path.exists(folder))
    assert (await hold.run(version)).failed is not None  # its link is there: the data folder lasts
    await hold.end(version)
    assert _state(outside) == before != {}


def _state(folder: Path) -> dict[Path, os.stat_result]:
    return {path: path.stat() for path in folder.iterdir()}


async def test_folders_nested_too_deeply_are_removed_as_well(hold: Stronghold) -> None:
    version = hold.function("""
import os
class Action:
    def action(self, body):
        start = os.getcwd()
        for _ in range(1500):
            os.mkdir("d")
            os.chdir("d")
        return start
""")
    folder = (await hold.run(version)).value
    await hold.end(version)
    await eventually(lambda: not os.path.exists(folder))
