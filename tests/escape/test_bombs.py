"""Functions that want more of everything than there is for them. They go off in groups; each case looks at one of them.

A bomb counts what it gets while it can, and the error that ends it names the budget. Beside them the bystander goes on
answering.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from penstock.errors import BudgetExceeded, PenstockError
from penstock.functions.rights import Budget, Rights
from tests.engine.conftest import Outcome
from tests.escape.conftest import Stronghold, stronghold

pytestmark = pytest.mark.anyio

MB = 2**20
HEAD = """
import ctypes, errno, mmap, os, socket, subprocess, sys, threading, time
DATA = os.environ["DATA_DIR"]
class Action:
    def action(self, body):
        if body == "again":
            return "answered"
        held, got = [], 0
"""


SMALL = Budget(memory=192 * MB, processes=40, file_size=MB, open_files=128, disk=32 * MB, cpu=20)


@dataclass(frozen=True)
class Bomb:
    """Either a budget ends it, or it fails with an error of its own, or it counts what it got: at most that."""

    code: str
    budget: str = ""
    failure: str = ""
    at_most: int = 0
    limits: Budget = SMALL


WAIT = "\ntime.sleep(60)"
COUNT = """
try:
    while got < {most}:
        held.append({what})
        got += 1
except (OSError, RuntimeError, MemoryError) as error:
    said = error
return got
"""
LARGE_FILES = Budget(memory=192 * MB, file_size=64 * MB, disk=1024 * MB, open_files=128, cpu=20)
FILES_ON_DISK = Budget(memory=192 * MB, file_size=8 * MB, disk=32 * MB, open_files=128, cpu=20)
SHM = "os.path.join('/dev/shm', str(got))"

BOMBS = {
    "memory of Python": Bomb(
        "while True: held.append(bytearray(os.urandom(1)) * (8 * 2**20))", "memory", "MemoryError"
    ),
    "memory that is shared": Bomb(
        "while True:\n    held.append(mmap.mmap(-1, 2**23))\n    held[-1].write(bytes(range(256)) * 2**15)", "memory"
    ),
    "memory of children": Bomb(
        "for _ in range(8):\n    if os.fork() == 0:\n        held.append(os.urandom(2**20) * 60)\n        break" + WAIT,
        "memory",
    ),
    "memory of files in memory": Bomb(
        "for n in range(8):\n    os.write(os.memfd_create(str(n)), os.urandom(2**20) * 40)" + WAIT,
        "memory",
        limits=LARGE_FILES,
    ),
    "memory of shared folders": Bomb(
        f"try:\n    while got < 512:\n        open({SHM}, 'wb').write(bytes(2**20))\n        got += 1\n"
        "except OSError: pass\nreturn got",
        at_most=64,
    ),
    "segments of System V": Bomb(
        COUNT.format(most=64, what="os.stat('/') if ctypes.CDLL(None).shmget(got + 1, 2**24, 0o1600) >= 0 else 1 // 0"),
        failure="ZeroDivisionError",
    ),
    "queues of System V": Bomb(
        COUNT.format(most=64, what="os.stat('/') if ctypes.CDLL(None).msgget(got + 1, 0o1600) >= 0 else 1 // 0"),
        failure="ZeroDivisionError",
    ),
    "processes": Bomb(
        COUNT.format(most=200, what="subprocess.Popen(['sleep', '600'])"),
        at_most=40,
    ),
    "processes that make processes": Bomb(
        "end = time.monotonic() + 2\nparent = os.getpid()\nwhile time.monotonic() < end:\n"
        "    try: os.fork()\n    except OSError: time.sleep(0.01)\n"
        "if os.getpid() != parent: time.sleep(600)\n"
        "return len([name for name in os.listdir('/proc') if name.isdigit()])",
        at_most=40,
    ),
    "threads": Bomb(
        COUNT.format(most=200, what="threading.Thread(target=time.sleep, args=(600,), daemon=True).start()"),
        at_most=40,
    ),
    "descriptors": Bomb(COUNT.format(most=1000, what="os.dup(0)"), at_most=128),
    "sockets": Bomb(COUNT.format(most=1000, what="socket.socketpair()"), at_most=64),
    "one file": Bomb(
        "file = open(DATA + '/file', 'wb', 0)\n"
        "try:\n    while got < 64 * 2**20: got += file.write(bytes(65536))\nexcept OSError: pass\nreturn got",
        at_most=MB,
    ),
    "many files": Bomb(
        "for n in range(100):\n    open(f'{DATA}/{n}', 'wb').write(bytes(range(256)) * 4096)" + WAIT, "disk"
    ),
    "many files in the temporary folder": Bomb(
        "for n in range(100):\n    open(f'/tmp/{n}', 'wb').write(bytes(range(256)) * 4096)" + WAIT, "disk"
    ),
    "empty files": Bomb("for n in range(12_000): open(f'{DATA}/{n}', 'wb').close()" + WAIT, "disk"),
    "files without a name": Bomb(
        "for n in range(12):\n    held.append(open(f'{DATA}/{n}', 'wb'))\n"
        "    held[-1].write(bytes(range(256)) * 2**15)\n"
        "    os.unlink(f'{DATA}/{n}')" + WAIT,
        "disk",
        limits=FILES_ON_DISK,
    ),
    "folders in folders": Bomb("while True:\n    os.mkdir('d' * 200)\n    os.chdir('d' * 200)", "disk"),
    "processor time": Bomb(
        "for _ in range(3):\n    if os.fork() == 0:\n        while True: pass\nwhile True: pass",
        "cpu",
        limits=Budget(cpu=1.5),
    ),
    "lines of the log": Bomb("for n in range(200_000): print('x' * 200)\nreturn 0", at_most=1),
    "output past Python": Bomb("for n in range(1_000): os.write(1, b'x' * 65_536)\nreturn 0", at_most=1),
    "one line": Bomb("print('x' * 80_000_000)\nreturn 0", "memory", "MemoryError", at_most=1),
    "a result": Bomb("return 'x' * 40_000_000", failure="OutputTooLarge"),
    "a nested result": Bomb("for _ in range(100_000): held = [held]\nreturn held", failure="any", at_most=1),
}


def source(bomb: Bomb) -> str:
    return HEAD + "".join(f"        {line}\n" for line in bomb.code.strip("\n").splitlines())


@dataclass
class Exploded:
    hold: Stronghold
    outcomes: dict[str, Outcome | PenstockError]


@pytest.fixture(scope="module")
async def exploded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Exploded]:
    async with stronghold(tmp_path_factory.mktemp("bombs")) as hold:
        hold.start_counting()
        outcomes: dict[str, Outcome | PenstockError] = {}

        async def explode(name: str, bomb: Bomb) -> None:
            version = hold.function(source(bomb), Rights(budget=bomb.limits))
            try:
                outcomes[name] = await hold.run(version, seconds=60)
            except PenstockError as error:
                outcomes[name] = error
            await hold.engine.retire(version.function_id)
            assert (await hold.run(version, body="again", seconds=60)).value == "answered"
            await hold.engine.retire(version.function_id)

        for group in _in_groups(8):
            bombs = asyncio.gather(*(explode(name, BOMBS[name]) for name in group))
            while not bombs.done():
                await hold.bystander_answers()
                await asyncio.wait([bombs], timeout=0.05)
            bombs.result()
        await hold.nothing_is_left()
        yield Exploded(hold, outcomes)


def _in_groups(size: int) -> list[list[str]]:
    names = list(BOMBS)
    return [names[start : start + size] for start in range(0, len(names), size)]


@pytest.mark.parametrize("name", BOMBS)
async def test_it_gets_no_more_than_its_share(exploded: Exploded, name: str) -> None:
    bomb, outcome = BOMBS[name], exploded.outcomes[name]
    if isinstance(outcome, BudgetExceeded):
        assert (outcome.fields["budget"], outcome.fields["limit"]) == (bomb.budget, getattr(bomb.limits, bomb.budget))
        assert f"`{bomb.budget}`" in outcome.message or bomb.budget == "cpu"
    elif isinstance(outcome, PenstockError):
        raise outcome
    elif outcome.failed is not None:
        assert bomb.failure in (outcome.failed.type, "any"), outcome.failed
    elif isinstance(outcome.value, int):
        assert outcome.value <= bomb.at_most
