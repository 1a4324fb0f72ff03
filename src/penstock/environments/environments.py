"""The set of packages for a list of requirements: found, or locked and installed once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from packaging.requirements import Requirement

from penstock.environments import uv
from penstock.environments.complaints import disk_full, explain, too_slow
from penstock.environments.folders import PACKAGES, Aside, Environment, Folders, Installed
from penstock.environments.locking import NOTHING, Lock, requirements_key, resolve
from penstock.environments.progress import Downloads, Progress, counted, silent
from penstock.environments.requirements import BUILD_HINT, is_source, read, refuse, satisfied
from penstock.environments.shelf import BUILT, Shelf
from penstock.environments.stored_locks import StoredLocks, built_wheels
from penstock.errors import RequirementsError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

INSTALL_DEADLINE = 900.0
DAY = 86400.0
OUTDATED = ("unknown", "no_wheel")  # why a lock of earlier days is made anew: the index has changed
WAITING = "Waiting for another save that installs the same packages"


class Environments:
    """Environments live in `data_dir/environments`. With `wheels`, packages come from that folder alone."""

    def __init__(self, data_dir: Path, wheels: Path | None = None) -> None:
        self._folders = Folders(data_dir / "environments")
        self._built = data_dir / "wheels"
        self._locks = StoredLocks(data_dir / "locks", self._built)
        self._shelf = Shelf(wheels)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def get(self, environment_id: str) -> Environment | None:
        """One that is installed; None when it is not (any more)."""
        return self._folders.get(environment_id)

    async def lock(self, requirements: Sequence[str], progress: Progress = silent) -> Lock:
        """The exact packages that are needed beside what the server's interpreter has.

        The same requirements give the same lock until that interpreter changes. Raises `RequirementsError`.
        """
        wanted = read(requirements)
        if all(map(satisfied, wanted)):
            return NOTHING
        return await self._lock(wanted, progress)

    async def ensure(self, requirements: Sequence[str], progress: Progress = silent) -> Environment | None:
        """The environment for the requirements, made where there is none; None when nothing needs to be installed.

        `progress` gets lines for people. Raises `RequirementsError`.
        """
        wanted = read(requirements)
        if all(map(satisfied, wanted)):
            return None
        known = self._locks.get(requirements_key(wanted))
        lock = known or await self._lock(wanted, progress)
        try:
            return await self._installed(lock, wanted, progress)
        except RequirementsError as error:
            if known is None or error.fields["cause"] not in OUTDATED:
                raise
            newer = await self._lock(wanted, progress, instead_of=known)
            return await self._installed(newer, wanted, progress)

    def installed(self) -> list[Installed]:
        """Everything on disk, the largest first."""
        return self._folders.all()

    def touch(self, environment_id: str) -> None:
        """Keep it for a while although no version names it any more: workers may still use it."""
        self._folders.touch(environment_id)

    async def collect(self, used: Collection[str], older_than: float = DAY) -> list[Installed]:
        """Remove environments that are not in `used` and were not asked for lately, and what crashes left."""
        await self.sweep()
        return await asyncio.to_thread(self._folders.collect, used, older_than)

    async def sweep(self) -> list[str]:
        """Remove what a crash left half done. The names of what went."""
        return await asyncio.to_thread(self._folders.sweep)

    async def forget(self, package: str) -> int:
        """Let requirements that lead to a package be locked anew when they are next asked for. How many there are."""
        return await asyncio.to_thread(self._locks.forget, package)

    @asynccontextmanager
    async def _turn(self, key: str, progress: Progress) -> AsyncIterator[None]:
        turn = self._turns.setdefault(key, asyncio.Lock())
        if turn.locked():
            progress(WAITING)
        async with turn:
            yield

    async def _lock(self, wanted: Sequence[Requirement], progress: Progress, instead_of: Lock | None = None) -> Lock:
        key = requirements_key(wanted)
        async with self._turn(key, progress):
            known = self._locks.get(key)
            if known is not None and known != instead_of:
                return known
            progress(f"Resolving {', '.join(map(str, wanted))}")
            try:
                self._locks.folder.mkdir(parents=True, exist_ok=True)
                lock = await self._resolve(wanted, progress)
                self._locks.put(key, lock)
            except OSError as error:
                raise disk_full(wanted, error) from error
            return lock

    async def _resolve(self, wanted: Sequence[Requirement], progress: Progress) -> Lock:
        if source := next(filter(is_source, wanted), None):
            message = f"{source.name}: comes as source, and installing source runs its code."
            raise refuse(message, package=source.name, hint=BUILD_HINT, cause="no_wheel")
        return await resolve(wanted, self._locks.folder, self._shelf)

    async def _installed(self, lock: Lock, wanted: Sequence[Requirement], progress: Progress) -> Environment | None:
        if not lock.packages:
            return None
        async with self._turn(lock.id, progress):
            if (present := self._folders.get(lock.id)) is not None:
                self._folders.touch(lock.id)
                return present
            return await self._install(lock, wanted, progress)

    async def _install(self, lock: Lock, wanted: Sequence[Requirement], progress: Progress) -> Environment:
        started = time.monotonic()
        progress(f"Installing {', '.join(lock.pins)}")
        try:
            aside = self._folders.prepare()  # not in a thread: a cancellation must not get between it and what follows
            try:
                await self._install_into(aside, lock, progress)
                made = await asyncio.to_thread(self._folders.finish, aside, lock)
            finally:
                await asyncio.shield(asyncio.to_thread(self._folders.discard, aside))
        except uv.UvFailed as failure:
            raise explain(failure.output, wanted, self._shelf.wheels) from failure
        except uv.UvTooSlow as failure:
            raise too_slow(INSTALL_DEADLINE, wanted) from failure
        except OSError as error:
            raise disk_full(wanted, error) from error
        progress(f"Installed {counted(len(lock.packages), 'package')} in {time.monotonic() - started:.1f} s")
        return made

    async def _install_into(self, aside: Aside, lock: Lock, progress: Progress) -> None:
        target: list[str | Path] = ["--target", aside.path / PACKAGES, "--no-deps", "--require-hashes"]
        await uv.run(
            ["pip", "install", *target, "--link-mode=copy", "--compile-bytecode", *self._shelf.options(), "-r", "-"],
            folder=aside.path,
            deadline=INSTALL_DEADLINE,
            given=lock.text,
            line=Downloads(progress).line,
            environment={BUILT: str(self._built.absolute())} if built_wheels(lock) else {},
            held=(aside.descriptor,),
        )
