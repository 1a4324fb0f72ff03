"""The set of packages for a list of requirements: found, or locked and installed once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from weakref import WeakValueDictionary

import msgspec
from packaging.requirements import Requirement

from penstock.environments import uv
from penstock.environments.complaints import explain, too_slow
from penstock.environments.folders import PACKAGES, Environment, Folders, remove
from penstock.environments.locking import NOTHING, Lock, options, requirements_key, resolve
from penstock.environments.requirements import read, satisfied

INSTALL_DEADLINE = 900.0
DAY = 86400.0
Progress = Callable[[str], None]


def _silent(_: str) -> None:
    pass


class _StoredLock(msgspec.Struct):
    text: str
    packages: list[str]
    pins: list[str]


class Environments:
    """Environments live in `data_dir/environments`. With `wheels`, packages come from that folder alone."""

    def __init__(self, data_dir: Path, wheels: Path | None = None) -> None:
        self._folders = Folders(data_dir / "environments")
        self._locks = data_dir / "locks"
        self._wheels = wheels
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def get(self, environment_id: str) -> Environment | None:
        """One that is installed; None when it is not (any more)."""
        return self._folders.get(environment_id)

    async def lock(self, requirements: Sequence[str], progress: Progress = _silent) -> Lock:
        """The exact packages that are needed beside what the server's interpreter has.

        The same requirements give the same lock until that interpreter changes. Raises `RequirementsError`.
        """
        wanted = read(requirements)
        if all(map(satisfied, wanted)):
            return NOTHING
        key = requirements_key(wanted)
        async with self._turn(key):
            return self._stored(key) or await self._resolve(key, wanted, progress)

    async def ensure(self, requirements: Sequence[str], progress: Progress = _silent) -> Environment | None:
        """The environment for the requirements, made where there is none; None when nothing needs to be installed.

        `progress` gets lines for people. Raises `RequirementsError`.
        """
        lock = await self.lock(requirements, progress)
        if not lock.packages:
            return None
        async with self._turn(lock.id):
            if (present := self._folders.get(lock.id)) is not None:
                self._folders.touch(lock.id)
                return present
            return await self._install(lock, read(requirements), progress)

    async def collect(self, used: Collection[str], older_than: float = DAY) -> list[str]:
        """Remove environments that are not in `used` and were not asked for lately. The ids of those removed."""
        return await asyncio.to_thread(self._folders.collect, used, older_than)

    def _turn(self, key: str) -> asyncio.Lock:
        return self._turns.setdefault(key, asyncio.Lock())

    def _stored(self, key: str) -> Lock | None:
        try:
            stored = msgspec.json.decode((self._locks / f"{key}.json").read_bytes(), type=_StoredLock)
        except (OSError, msgspec.DecodeError):
            return None
        return Lock(stored.text, frozenset(stored.packages), tuple(stored.pins))

    async def _resolve(self, key: str, wanted: Sequence[Requirement], progress: Progress) -> Lock:
        self._locks.mkdir(parents=True, exist_ok=True)
        progress(f"Resolving {', '.join(map(str, wanted))}")
        lock = await resolve(wanted, self._locks, self._wheels)
        stored = _StoredLock(lock.text, sorted(lock.packages), list(lock.pins))
        aside = self._locks / f".{key}.{time.monotonic_ns()}"
        aside.write_bytes(msgspec.json.encode(stored))
        aside.replace(self._locks / f"{key}.json")
        return lock

    async def _install(self, lock: Lock, wanted: Sequence[Requirement], progress: Progress) -> Environment:
        started = time.monotonic()
        progress(f"Installing {', '.join(lock.pins)}")
        aside = await asyncio.to_thread(self._folders.prepare)
        try:
            await self._install_into(aside, lock, progress)
            made = await asyncio.to_thread(self._folders.finish, aside, lock)
        except uv.UvFailed as failure:
            raise explain(failure.output, wanted) from failure
        except uv.UvTooSlow as failure:
            raise too_slow(INSTALL_DEADLINE, wanted) from failure
        finally:
            if aside.exists():
                await asyncio.to_thread(remove, aside)
        progress(f"Installed {len(lock.packages)} packages in {time.monotonic() - started:.1f} s")
        return made

    async def _install_into(self, aside: Path, lock: Lock, progress: Progress) -> None:
        def line(text: str) -> None:
            if text.strip().startswith("Downloading"):
                progress(text.strip())

        target: list[str | Path] = ["--target", aside / PACKAGES, "--no-deps", "--require-hashes", "--link-mode=copy"]
        await uv.run(
            ["pip", "install", *target, "--compile-bytecode", *options(self._wheels), "-r", "-"],
            folder=aside,
            deadline=INSTALL_DEADLINE,
            given=lock.text,
            line=line,
        )
