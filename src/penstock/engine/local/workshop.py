"""Building packages from source where they can do no harm: inside the walls, without any network."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import secrets
import stat
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from penstock.engine.base import VersionSource
from penstock.engine.local.disk import room
from penstock.engine.local.removal import remove
from penstock.engine.local.sandbox import Sandbox
from penstock.engine.local.sandbox.users import give
from penstock.engine.local.surroundings import clean_environment
from penstock.engine.local.zygote import Zygote
from penstock.errors import BuildFailed
from penstock.functions.rights import Rights
from penstock.protocol.building import ANSWER, BuildAnswer, BuildOrder
from penstock.protocol.orders import Limits, Order
from penstock.settings import Settings

STEP_SECONDS = 900.0
DISK = 4 * 2**30  # bytes that a build may write
LOOK_EVERY = 1.0
LIMITS = Limits(memory=4 * 2**30, processes=512, file_size=2 * 2**30, open_files=4096)
KEPT_LINES, LONGEST_LINE = 200, 2000
SHOWN_LINES = 40
LONGEST_REASON = 300
ANSWER_LIMIT = 2**20
FILES, NETWORK = {"namespaces", "landlock"}, {"network", "seccomp"}  # one of each is what confines a build
END_SECONDS = 5.0


class Workshop:
    """One build at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._root = settings.data_dir / "building"
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Bench]:
        """A folder to build in, gone afterwards. Raises `BuildFailed` where this machine has no walls."""
        async with self._turn:
            zygote, sandbox = Zygote(), Sandbox(self._settings)
            folder = self._root / secrets.token_hex(6)
            folder.mkdir(parents=True)
            with _locked(folder):
                try:
                    await sandbox.probe(zygote)
                    self._require(sandbox)
                    await asyncio.to_thread(self._clear_away)
                    yield Bench(folder.resolve(), zygote, sandbox)
                finally:
                    await zygote.stop()
                    await asyncio.to_thread(remove, folder)

    def _clear_away(self) -> None:
        """What builds of processes left that were killed. A folder in which somebody works is locked."""
        for folder in self._root.iterdir():
            with contextlib.suppress(BlockingIOError), _locked(folder):
                remove(folder)

    def _require(self, sandbox: Sandbox) -> None:
        active = {layer.name for layer in sandbox.layers if layer.active}
        if self._settings.build == "unconfined" or (active & FILES and active & NETWORK):
            return
        raise BuildFailed(
            "this machine has no walls to build inside.",
            hint="`penstock doctor` says why. `PENSTOCK_BUILD=unconfined` builds all the same, as the server's user.",
        )


def workshop(settings: Settings) -> Workshop | None:
    """Where packages are built, if the settings let them be."""
    return None if settings.build == "never" else Workshop(settings)


class Bench:
    """The folder of one build. What is in it belongs to the build once the first step has run: trust nothing there."""

    def __init__(self, folder: Path, zygote: Zygote, sandbox: Sandbox) -> None:
        self.folder = folder
        self._zygote = zygote
        self._sandbox = sandbox

    async def step(self, order: BuildOrder, packages: str | None, line: Callable[[str], None]) -> BuildAnswer:
        """Run one step with `packages` to import from. Raises `BuildFailed` with the end of its log."""
        output = _Output(line)
        read_end, write_end = os.pipe()
        try:
            await asyncio.get_running_loop().connect_read_pipe(lambda: output, os.fdopen(read_end, "rb", 0))
            status = await self._run(await asyncio.to_thread(self._order, order, packages), write_end)
        finally:
            os.close(write_end)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(END_SECONDS):
                await output.ended.wait()
        if status != 0:
            how = f"it was ended by signal {-status}" if status < 0 else f"it ended with exit code {status}"
            raise BuildFailed(f"{output.last or how}", log=output.tail)
        return self._answer(order, output)

    def take(self, name: str, target: Path, limit: int = LIMITS.file_size) -> None:
        """Copy a file that a step has left in `out`. Raises `BuildFailed` where it is not one, or too large."""
        with self._opened(name, limit) as source, target.open("xb") as copy:
            while piece := source.read(2**20):
                copy.write(piece)

    def _order(self, order: BuildOrder, packages: str | None) -> Order:
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        version = VersionSource(
            function_id="building",
            version_id="",
            source="",
            filename="",
            site_packages=packages,
            data_dir=str(self.folder),
            rights=Rights(profile="closed"),
        )
        if (user := self._sandbox.user(version)) is not None:
            give(self.folder, user)
        return Order(
            "start",
            environment=_environment(home, packages),
            directory=str(self.folder),
            command=(sys.executable, "-u", "-P", "-m", "penstock.worker.backend", msgspec.json.encode(order).decode()),
            walls=self._sandbox.walls(version, home, 0),
            limits=LIMITS,
        )

    async def _run(self, order: Order, output: int) -> int:
        ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        unused = os.open(os.devnull, os.O_RDONLY)
        try:
            pid = await self._zygote.spawn(order, [unused, output], lambda status: _settle(ended, status))
        finally:
            os.close(unused)
        watch = asyncio.ensure_future(self._watch_disk())
        watched: list[asyncio.Future[Any]] = [ended, watch]
        try:
            async with asyncio.timeout(STEP_SECONDS):
                await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError as error:
            raise BuildFailed(f"it did not end within {STEP_SECONDS:.0f} s.") from error
        finally:
            watch.cancel()
            self._zygote.kill(pid)
        if not ended.done():
            raise BuildFailed(f"it wrote more than {DISK / 2**30:.0f} GiB.")
        return ended.result()

    async def _watch_disk(self) -> None:
        """Returns when the build has written too much."""
        while await asyncio.to_thread(room, [str(self.folder)], DISK) <= DISK:  # noqa: ASYNC110 (nothing tells)
            await asyncio.sleep(LOOK_EVERY)

    def _answer(self, order: BuildOrder, output: _Output) -> BuildAnswer:
        try:
            with self._opened(ANSWER, ANSWER_LIMIT) as file:
                return msgspec.json.decode(file.read(), type=BuildAnswer)
        except (OSError, msgspec.DecodeError) as error:
            raise BuildFailed(f"its step `{order.step}` left no answer.", log=output.tail) from error

    @contextlib.contextmanager
    def _opened(self, name: str, limit: int) -> Iterator[BinaryIO]:
        """A regular file in `out`, whatever was made of the folder meanwhile. Nothing of the build runs any more."""
        if not name or os.path.basename(name) != name:
            raise BuildFailed(f"it named a file that is no name: {name[:200]!r}.")
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
        out = os.open(self.folder / "out", flags | os.O_DIRECTORY)
        try:
            descriptor = os.open(name, flags, dir_fd=out)
        finally:
            os.close(out)
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode) or found.st_size > limit:
                raise BuildFailed(f"{name} is no file of at most {limit} bytes.")
            yield file


class _Output(asyncio.Protocol):
    """What a build says: each line is handed on, the last ones are kept."""

    def __init__(self, line: Callable[[str], None]) -> None:
        self.ended = asyncio.Event()
        self._line = line
        self._lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._rest = b""

    @property
    def tail(self) -> str:
        return "\n".join(list(self._lines)[-SHOWN_LINES:])

    @property
    def last(self) -> str:
        """The last line that says something; of a traceback the error."""
        return next((line.strip()[:LONGEST_REASON] for line in reversed(self._lines) if line.strip()), "")

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._rest = self._rest[-LONGEST_LINE:]
        for line in lines:
            self._take(line)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._rest:
            self._take(self._rest)
        self.ended.set()

    def _take(self, line: bytes) -> None:
        text = line[:LONGEST_LINE].decode(errors="replace").rstrip()
        self._lines.append(text)
        self._line(text)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Raises `BlockingIOError` where another process has it. The lock ends with the process."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _environment(home: Path, packages: str | None) -> dict[str, str]:
    own = {**clean_environment(), "HOME": str(home), "TMPDIR": str(home), "PYTHONUNBUFFERED": "1"}
    if packages is not None:
        own |= {"PYTHONPATH": packages, "PATH": f"{packages}/bin{os.pathsep}{own['PATH']}"}
    return own


def _settle(ended: asyncio.Future[int], status: int) -> None:
    if not ended.done():
        ended.set_result(status)
