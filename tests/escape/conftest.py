"""A server's engine, what stands beside it, and a bystander: another function that must not notice anything."""

from __future__ import annotations

import contextlib
import itertools
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from anyio import fail_after

from penstock.engine.base import HookCall, VersionSource
from penstock.engine.local import LocalEngine
from penstock.functions.rights import Budget, Rights
from penstock.protocol.frames import Failed, Log, Result
from penstock.settings import Settings
from tests.engine.conftest import Bench, Outcome
from tests.escape.cases import MAY, is_stopped, present
from tests.escape.processes import descendants, parent
from tests.escape.scene import SOURCE, Scene, lay_out, scene
from tests.waiting import eventually

collect_ignore_glob = [] if sys.platform == "linux" else ["test_*.py"]

HIDDEN = "penstock-escape-hidden"
SMALL = Budget(memory=256 * 2**20, processes=48, file_size=2**20, open_files=128, disk=64 * 2**20)
BYSTANDER = """
class Action:
    def __init__(self):
        self.answered = 0
    def action(self, body):
        self.answered += 1
        return [body, self.answered]
"""
_numbers = itertools.count(1)


@dataclass
class Stronghold:
    """A running engine with all that an attempt may be aimed at."""

    engine: LocalEngine
    scene: Scene
    data_dir: Path
    bench: Bench
    bystander: VersionSource
    answered: int = 0
    processes: set[int] = field(default_factory=set)
    others: set[int] = field(default_factory=set)  # that started other servers' workers
    made: dict[str, VersionSource] = field(default_factory=dict)

    @property
    def present(self) -> frozenset[str]:
        return present(layer.name for layer in self.engine.layers() if layer.active)

    def function(self, source: str, rights: Rights | None = None, name: str = "") -> VersionSource:
        """A function with a data folder where the server would have it."""
        name = name or f"h{next(_numbers)}"
        folder = self.data_dir / "functions" / name
        rights = rights or Rights(budget=SMALL)
        return self.bench.version(source, function_id=name, data_dir=str(folder), rights=rights)

    def intruder(self, rights: Rights | None = None, name: str = "intruder") -> VersionSource:
        """The hostile package as a function; the same one each time."""
        if name not in self.made:
            self.made[name] = self.function(SOURCE, rights, name)
            self.lay_out_for(self.made[name])
        return self.made[name]

    def lay_out_for(self, version: VersionSource) -> Path:
        """Put the hostile package into the folder of a function."""
        folder = self.data_dir / "functions" / version.function_id
        lay_out(folder)
        return folder

    async def attempt(self, *names: str, by: VersionSource | None = None) -> dict[str, str]:
        """Make attempts; for each what it got or did, empty where it was stopped."""
        self.scene.renew()
        body = {"attempts": list(names), "given": self.scene.given}
        reports = (await self.bench.run(by or self.intruder(), body=body, seconds=60)).value
        assert list(reports) == list(names)
        return {name: await self._judged(name, reports[name]) for name in names}

    async def _judged(self, name: str, report: dict[str, str]) -> str:
        """What nothing stops may be seen from outside a little later than the function has done it."""
        if "loot" in report and name not in MAY and not is_stopped(name, self.present):
            with contextlib.suppress(TimeoutError):
                await eventually(lambda: self.judge(name, report))
        return self.judge(name, report)

    def judge(self, name: str, report: dict[str, str]) -> str:
        look = self.scene.looks.get(name)
        return report.get("loot", "") if look is None else look()

    async def run(self, version: VersionSource, *, seconds: float = 60, **fields: Any) -> Outcome:
        """Until the outcome is there; background work is cancelled."""
        with fail_after(seconds):
            run = await self.bench.start(version, **fields)
            outcome = Outcome()
            async for frame in run:
                if isinstance(frame, Log):
                    outcome.lines.extend(frame.lines)
                elif isinstance(frame, Result):
                    outcome.result = frame
                    break
                elif isinstance(frame, Failed):
                    outcome.failed = frame
                    break
            await run.cancel("enough")
            return outcome

    async def write(self, version: VersionSource, data: bytes, run_id: str, *, leave: bool = False) -> None:
        """Let a worker write to its socket, and hear everything that comes of it."""
        call = HookCall(run_id, "action", {"bytes": data, "exit": leave})
        with fail_after(30):
            async for _ in await self.engine.run(version, call):
                pass

    # What is left

    def start_counting(self) -> None:
        """From now on, processes beside those of now belong to functions under test."""
        self.processes = descendants()
        self.others = {pid for pid in self.processes if parent(pid) == os.getpid()} - {self.scene.given["zygote"]}

    async def end(self, *versions: VersionSource) -> None:
        """Retire functions; nothing of them may be left."""
        for version in versions:
            await self.engine.retire(version.function_id)
        await self.nothing_is_left()

    async def nothing_is_left(self) -> None:
        with contextlib.suppress(TimeoutError):
            await eventually(lambda: not self._left())
        assert self._left() == set()

    def _left(self) -> set[int]:
        """Without what other servers of this test process start meanwhile."""
        return descendants() - self.processes - {pid for other in self.others for pid in descendants(other)}

    async def bystander_answers(self) -> None:
        """From the same worker as ever."""
        self.answered += 1
        with fail_after(30):
            outcome = await self.bench.run(self.bystander, body="?")
        assert outcome.value == ["?", self.answered]


@asynccontextmanager
async def stronghold(folder: Path, **settings: Any) -> AsyncIterator[Stronghold]:
    data_dir = folder / "data"
    data_dir.mkdir(mode=0o700)
    for name in ("penstock.db", "secret.key"):
        (data_dir / name).write_text(HIDDEN)
        (data_dir / name).chmod(0o600)
    with _secret_environment(), scene(folder, data_dir) as made:
        made.given.update(pattern=HIDDEN.replace("h", "[h]", 1))
        os.environ["ESCAPE_TOKEN"] = made.token
        engine = LocalEngine(Settings(data_dir=data_dir, secret_key=f"{HIDDEN}-key", load_deadline=30, **settings))
        await engine.start()
        try:
            yield await _with_bystander(engine, made, data_dir)
        finally:
            await engine.stop(grace=0)


@contextmanager
def _secret_environment() -> Iterator[None]:
    os.environ["ESCAPE_HIDDEN"] = f"{HIDDEN}-environment"
    try:
        yield
    finally:
        del os.environ["ESCAPE_HIDDEN"]
        os.environ.pop("ESCAPE_TOKEN", None)


async def _with_bystander(engine: LocalEngine, made: Scene, data_dir: Path) -> Stronghold:
    bench = Bench(engine)
    other = data_dir / "functions" / "bystander"
    bystander = bench.version(BYSTANDER, function_id="bystander", data_dir=str(other))
    found = Stronghold(engine, made, data_dir, bench, bystander)
    await found.bystander_answers()
    (other / "secret").write_text(made.token)
    (other / "secret").chmod(0o600)
    os.chown(other / "secret", other.stat().st_uid, other.stat().st_gid)
    (worker,) = (data_dir / "workers").iterdir()
    made.given.update(
        function="intruder",
        other_data=str(other / "secret"),
        other_worker=str(worker),
        worker=engine.workers()[0].pid,
        zygote=_zygote(engine.workers()[0].pid),
        alone="network" in found.present,
        **{name: getattr(SMALL, name) for name in ("memory", "processes", "file_size", "open_files")},
    )
    return found


def _zygote(pid: int) -> int:
    """The process that started a worker: the one below the server in its line."""
    while (above := parent(pid)) != os.getpid():
        pid = above
    return pid


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def walled(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stronghold]:
    """All layers that this machine has."""
    async with stronghold(tmp_path_factory.mktemp("walled")) as found:
        yield found


@pytest.fixture
async def hold(walled: Stronghold) -> AsyncIterator[Stronghold]:
    """After each case the bystander still answers."""
    yield walled
    await walled.bystander_answers()
