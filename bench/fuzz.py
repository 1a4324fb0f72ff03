"""A hostile worker against the server's side of the engine: `python -m bench.fuzz --minutes 10`.

The engine is the real one; its workers are no processes but a peer on the other end of each socket that says whatever
hurts. Every run has to end by itself, with an outcome or an error of Penstock's own; the engine has to stay as it was.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import random
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.hostile import Hostile
from penstock.engine.base import HookCall, Run, VersionSource
from penstock.engine.local import LocalEngine
from penstock.engine.local.surroundings import Folder
from penstock.engine.local.worker import Worker
from penstock.errors import PenstockError
from penstock.protocol.frames import Ask, Failed, HostCall, Result
from penstock.settings import Settings

LONGEST = 15.0  # seconds that a run may take, after its deadline of at most one
AT_ONCE = 40
FRAME_LIMIT = 2**20


@dataclass
class Tally:
    """What came of everything."""

    runs: int = 0
    workers: int = 0
    frames: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    descriptors: tuple[int, int] = (0, 0)
    memory: tuple[int, int] = (0, 0)


class HostileStarter:
    """In the place of what starts processes."""

    def __init__(self, chance: random.Random, tally: Tally, folder: Path) -> None:
        self._chance = chance
        self._tally = tally
        self._folder = folder

    async def start(self, version: VersionSource) -> Worker:
        worker = Worker(version, Folder(self._folder / "none", set()), FRAME_LIMIT, lambda _: None)
        ours, theirs = socket.socketpair()
        loop = asyncio.get_running_loop()
        for sock in (ours, theirs):
            sock.setblocking(False)
        self._tally.workers += 1
        peer = Hostile(random.Random(self._chance.random()), worker.exited)
        await loop.create_connection(lambda: worker, sock=ours)
        await loop.create_connection(lambda: peer, sock=theirs)
        worker.output.connection_lost(None)
        return worker


class Fuzz:
    def __init__(self, seed: int, folder: Path) -> None:
        self._chance = random.Random(seed)
        self.tally = Tally()
        settings = Settings(data_dir=folder, frame_limit=FRAME_LIMIT, load_deadline=2)
        self.engine = LocalEngine(settings, HostileStarter(self._chance, self.tally, folder))
        self._numbers = iter(range(sys.maxsize))

    async def run(self, seconds: float) -> Tally:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: self.tally.wrong.append(_told(context)))
        until = time.monotonic() + seconds
        await self._hurt(time.monotonic() + min(2.0, seconds / 4))  # until everything is warm
        before = await self._calm()
        await self._hurt(until)
        after = await self._calm()
        self.tally.descriptors, self.tally.memory = (before[0], after[0]), (before[1], after[1])
        return self.tally

    async def _hurt(self, until: float) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._keep_calling(until))

    async def _keep_calling(self, until: float) -> None:
        while time.monotonic() < until:
            number = next(self._numbers)
            version = VersionSource(f"f{number}", f"v{number}", "", f"<{number}>")
            async with asyncio.TaskGroup() as group:
                for _ in range(self._chance.randint(1, 4)):
                    group.create_task(self._follow(version))
            await self.engine.retire(version.function_id)

    async def _follow(self, version: VersionSource) -> None:
        call = HookCall(
            f"r{next(self._numbers)}",
            "action",
            deadline=self._chance.choice((0.05, 0.3, 1.0)),
            feed=self._chance.random() < 0.1,
        )
        self.tally.runs += 1
        try:
            async with asyncio.timeout(LONGEST):
                run = await self.engine.run(version, call)
                end = await self._consume(run)
        except PenstockError as error:
            end = error.code
        except TimeoutError:
            end = "hung"
            states = [state for state in self.engine.workers() if state.version_id == version.version_id]
            self.tally.wrong.append(f"run {call.run_id} of {version.version_id} did not end: {states}")
        except Exception as error:  # noqa: BLE001 (that none comes is what is being tried)
            end = "unnamed"
            self.tally.wrong.append(f"{type(error).__name__}: {error}")
        self.tally.ends[end] += 1

    async def _consume(self, run: Run) -> str:
        end = "no outcome"
        async for frame in run:
            self.tally.frames += 1
            dice = self._chance.random()
            match frame:
                case Ask(call=call):  # while it is open, the clock of the run stands still
                    await run.reply(call, dice)
                case HostCall(call=call) if dice < 0.8:
                    await run.reply(call, dice)
                case Result() | Failed():
                    end = type(frame).__name__
                case _ if dice < 0.01:
                    await run.cancel("enough")
                case _ if dice < 0.02:
                    await run.feed([1, 2, 3])
                case _ if dice < 0.04:
                    await asyncio.sleep(dice)
        return end

    async def _calm(self) -> tuple[int, int]:
        """Descriptors and resident memory once every worker has ended."""
        until = time.monotonic() + LONGEST
        while self.engine.workers() and time.monotonic() < until:  # noqa: ASYNC110 (ends come from many places)
            await asyncio.sleep(0.05)
        self.tally.wrong += [f"left over: {worker}" for worker in self.engine.workers()]
        await asyncio.sleep(0.2)
        gc.collect()
        return len(os.listdir("/proc/self/fd")), _resident()


def _told(context: dict[str, Any]) -> str:
    return f"{context.get('message')}: {context.get('exception')!r}"


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def fuzz(seed: int, seconds: float) -> Tally:
    with tempfile.TemporaryDirectory() as folder:
        harness = Fuzz(seed, Path(folder))
        await harness.engine.start()
        try:
            return await harness.run(seconds)
        finally:
            await harness.engine.stop(0)


def main(given: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description="A hostile worker against the server.")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args(given)
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # it tells of each write to a peer that is gone
    tally = asyncio.run(fuzz(asked.seed, asked.minutes * 60))
    print(f"seed {asked.seed}: {tally.runs:,} runs in {tally.workers:,} workers, {tally.frames:,} frames taken")
    for end, count in tally.ends.most_common():
        print(f"  {count:>9,}  {end}")
    print(f"descriptors {tally.descriptors[0]} -> {tally.descriptors[1]}")
    print(f"memory {tally.memory[0] / 2**20:.1f} -> {tally.memory[1] / 2**20:.1f} MB")
    for what, count in Counter(tally.wrong).most_common(20):
        print(f"WRONG {count:>5}  {what}")
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
