"""Many runs while workers are killed at random: `python -m bench.soak --runs 10000`.

Every run has to end, as done or with an error of Penstock's own; none may run twice; the server has to be left as it
was.
Each run notes its id in the data folder of its function, so that it can be seen how often it began.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from penstock.engine.base import HookCall, Run, VersionSource
from penstock.engine.local import LocalEngine
from penstock.engine.local.usage import measure
from penstock.errors import KeepsCrashing, PenstockError
from penstock.protocol.frames import Ask, Chunk, Failed, Result
from penstock.settings import Settings

HEAD = """
import asyncio, ctypes, os, random, threading, time

def begun(body):
    file = os.open(os.path.join(os.environ["DATA_DIR"], "begun"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(file, (body["id"] + "\\n").encode())
    os.close(file)
    if body["end"] == "exit":
        os._exit(3)
    if body["end"] == "crash":
        ctypes.string_at(0)
    if body["end"] == "raise":
        raise ValueError("on purpose")
"""
FUNCTIONS = {
    "quick": "class Action:\n    def action(self, body):\n        begun(body)\n        return body['id']\n",
    "slow": "class Action:\n    async def action(self, body):\n        begun(body)\n"
    "        await asyncio.sleep(random.random() / 10)\n        return body['id']\n",
    "blocking": "class Action:\n    async def action(self, body):\n        begun(body)\n"
    "        time.sleep(random.random() / 20)\n        return body['id']\n",
    "streaming": "class Pipe:\n    async def pipe(self, body):\n        begun(body)\n"
    "        for number in range(200):\n            yield str(number)\n            await asyncio.sleep(0)\n",
    "asking": "class Action:\n    async def action(self, body, __event_call__):\n        begun(body)\n"
    "        return await __event_call__({'type': 'input', 'data': {}})\n",
    "background": "class Action:\n    async def action(self, body, __event_emitter__):\n        begun(body)\n"
    "        async def later():\n            await asyncio.sleep(0.05)\n"
    "            await __event_emitter__({'type': 'status', 'data': {'done': True}})\n"
    "        self.task = asyncio.create_task(later())\n"
    "        threading.Thread(target=time.sleep, args=(0.03,)).start()\n        return body['id']\n",
    "starting": "import subprocess\nclass Action:\n    def action(self, body):\n        begun(body)\n"
    "        return subprocess.run(['true']).returncode\n",
}  # fmt: skip
ENDS = ("",) * 60 + ("exit", "crash", "raise")
LONGEST = 60.0  # seconds for one run, the start of a worker and a pause included


@dataclass(frozen=True)
class Server:
    """What the process of the server uses, while nothing runs."""

    descriptors: int
    processes: int
    memory: int  # of the server with everything that it started
    folders: int  # of workers


@dataclass
class Tally:
    runs: int = 0
    killed: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    before: Server | None = None
    after: Server | None = None
    seconds: float = 0.0


class Soak:
    def __init__(self, folder: Path, seed: int, at_once: int) -> None:
        self._chance = random.Random(seed)
        self._folder = folder
        self._at_once = at_once
        self._done: set[str] = set()
        self.tally = Tally()
        self.engine = LocalEngine(Settings(data_dir=folder, worker_idle=60))
        self._versions = {
            name: VersionSource(
                name, f"{name}-1", HEAD + source, f"<{name}>", data_dir=str(folder / "functions" / name)
            )
            for name, source in FUNCTIONS.items()
        }

    async def run(self, runs: int) -> Tally:
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: self.tally.wrong.append(f"{context.get('message')}: {context.get('exception')!r}")
        )
        await self._call(min(runs // 10, 500))
        self.tally.before = await self._calm()
        began = time.monotonic()
        await self._call(runs - self.tally.runs)
        self.tally.seconds = time.monotonic() - began
        self.tally.after = await self._calm()
        self._check_beginnings()
        return self.tally

    async def _call(self, runs: int) -> None:
        killing = asyncio.create_task(self._kill())
        left = iter(range(runs))
        async with asyncio.TaskGroup() as group:
            for _ in range(self._at_once):
                group.create_task(self._keep_calling(left))
        killing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await killing

    async def _keep_calling(self, left: Iterator[int]) -> None:
        for _ in left:
            await self._follow(self._chance.choice(list(self._versions)))

    async def _follow(self, name: str) -> None:
        self.tally.runs += 1
        run_id = f"run{self.tally.runs}"
        hook = "pipe" if name == "streaming" else "action"
        call = HookCall(run_id, hook, {"id": run_id, "end": self._chance.choice(ENDS)}, deadline=20)
        try:
            async with asyncio.timeout(LONGEST):
                end = await self._consume(await self.engine.run(self._versions[name], call))
        except PenstockError as error:
            end = error.code
            if isinstance(error, KeepsCrashing):
                await asyncio.sleep(self._chance.random())
        except TimeoutError:
            end = "hung"
            self.tally.wrong.append(f"{run_id} of {name} did not end")
        if end == "done":
            self._done.add(run_id)
        self.tally.ends[end] += 1

    async def _consume(self, run: Run) -> str:
        end = "no outcome"
        cancelled = self._chance.random() < 0.03
        if cancelled:
            asyncio.get_running_loop().call_later(self._chance.random() / 20, _cancel, run)
        async for frame in run:
            match frame:
                case Ask(call=call):
                    await run.reply(call, run.id)
                case Result():
                    end = "done"
                case Failed(type=kind):
                    end = f"failed: {kind}"
                case Chunk() if self._chance.random() < 0.1:
                    await asyncio.sleep(0.001)
        if end == "no outcome":
            self.tally.wrong.append(f"{run.id} ended without an outcome")
        return end

    async def _kill(self) -> None:
        """Now and then a worker that is there, and rarely the process that starts them, with all of them."""
        while True:
            await asyncio.sleep(self._chance.random() / 4)
            if workers := self.engine.workers():
                with contextlib.suppress(OSError):
                    pid = self._chance.choice(workers).pid
                    os.kill(_parent(pid) if self._chance.random() < 0.03 else pid, signal.SIGKILL)
                    self.tally.killed += 1

    async def _calm(self) -> Server:
        """Once every worker was let go; the process that starts them is there, should it have been killed last."""
        await self.engine.check(self._versions["quick"], LONGEST)
        for name in self._versions:
            await self.engine.retire(name)
        async with asyncio.timeout(LONGEST):
            while self.engine.workers() or any((self._folder / "workers").iterdir()):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)
        gc.collect()
        usage = measure([os.getpid()])[os.getpid()]
        folders = len(list((self._folder / "workers").iterdir()))
        return Server(len(os.listdir("/proc/self/fd")), usage.processes, usage.memory, folders)

    def _check_beginnings(self) -> None:
        """None twice, and those that are done once."""
        found: Counter[str] = Counter()
        for name in self._versions:
            with contextlib.suppress(FileNotFoundError):
                found.update((self._folder / "functions" / name / "begun").read_text().split())
        self.tally.wrong += [f"{run_id} began {count} times" for run_id, count in found.items() if count > 1]
        self.tally.wrong += [f"{run_id} is done and never began" for run_id in self._done if run_id not in found]


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


_cancelling: set[asyncio.Task[None]] = set()


def _cancel(run: Run) -> None:
    task = asyncio.get_running_loop().create_task(run.cancel("enough"))
    _cancelling.add(task)
    task.add_done_callback(_cancelling.discard)


async def soak(runs: int, seed: int, at_once: int = 24) -> Tally:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        harness = Soak(Path(folder), seed, at_once)
        await harness.engine.start()
        try:
            return await harness.run(runs)
        finally:
            await harness.engine.stop(0)


def main(given: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.soak", description="Runs while workers are killed at random."
    )
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args(given)
    tally = asyncio.run(soak(asked.runs, asked.seed))
    print(
        f"seed {asked.seed}: {tally.runs:,} runs in {tally.seconds:.0f} s, {tally.killed:,} workers killed from outside"
    )
    for end, count in tally.ends.most_common():
        print(f"  {count:>9,}  {end}")
    print(f"before {tally.before}")
    print(f"after  {tally.after}")
    for what in tally.wrong[:20]:
        print(f"WRONG {what}")
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
