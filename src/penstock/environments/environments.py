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

from penstock.environments import building, uv
from penstock.environments.building import Builder, Workshop
from penstock.environments.complaints import disk_full, explain, specifiers, too_slow
from penstock.environments.folders import PACKAGES, Aside, Environment, Folders, Installed
from penstock.environments.locking import NOTHING, Lock, requirements_key, resolve
from penstock.environments.progress import Downloads, Progress, counted, silent
from penstock.environments.requirements import BUILD_HINT, is_source, read, refuse, satisfied
from penstock.environments.shelf import BUILT, BuiltWheel, Shelf
from penstock.environments.stored_locks import StoredLocks, built_wheels
from penstock.errors import RequirementsError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

INSTALL_DEADLINE = 900.0
DAY = 86400.0
MOST_BUILT = 30  # packages of one set that are built
OUTDATED = ("unknown", "no_wheel")  # why a lock of earlier days is made anew: the index has changed
WAITING = "Waiting for another save that installs the same packages"


class Environments:
    """Environments live in `data_dir/environments`.

    With `wheels`, packages come from that folder alone; with a `workshop`, those without a wheel are built in it.
    """

    def __init__(self, data_dir: Path, wheels: Path | None = None, workshop: Workshop | None = None) -> None:
        self._folders = Folders(data_dir / "environments")
        self._built = data_dir / "wheels"
        self._locks = StoredLocks(data_dir / "locks", self._built)
        self._shelf = Shelf(wheels)
        self._builder = Builder(self._built, self._shelf, workshop, self._ensure_wheels) if workshop else None
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
        return await self._lock(wanted, progress, self._builder)

    async def ensure(self, requirements: Sequence[str], progress: Progress = silent) -> Environment | None:
        """The environment for the requirements, made where there is none; None when nothing needs to be installed.

        `progress` gets lines for people. Raises `RequirementsError`.
        """
        return await self._ensure(read(requirements), progress, self._builder)

    async def _ensure_wheels(self, requirements: Sequence[str], progress: Progress) -> Environment | None:
        """What a build needs: nothing is built for that in turn."""
        return await self._ensure(read(requirements), progress, None)

    async def _ensure(
        self, wanted: Sequence[Requirement], progress: Progress, builder: Builder | None
    ) -> Environment | None:
        if all(map(satisfied, wanted)):
            return None
        known = self._locks.get(requirements_key(wanted))
        lock = known or await self._lock(wanted, progress, builder)
        try:
            return await self._installed(lock, wanted, progress)
        except RequirementsError as error:
            if known is None or error.fields["cause"] not in OUTDATED:
                raise
            newer = await self._lock(wanted, progress, builder, instead_of=known)
            return await self._installed(newer, wanted, progress)

    def installed(self) -> list[Installed]:
        """Everything on disk, the largest first."""
        return self._folders.all()

    def touch(self, environment_id: str) -> None:
        """Keep it for a while although no version names it any more: workers may still use it."""
        self._folders.touch(environment_id)

    async def collect(self, used: Collection[str], older_than: float = DAY) -> list[Installed]:
        """Remove environments that are not in `used` and were not asked for lately, and what crashes left.

        Wheels that were built here go as well once no lock names them.
        """
        await self.sweep()
        gone = await asyncio.to_thread(self._folders.collect, used, older_than)
        return gone + await asyncio.to_thread(building.collect, self._built, self._locks.used_wheels(), older_than)

    async def sweep(self) -> list[str]:
        """Remove what a crash left half done. The names of what went."""
        await asyncio.to_thread(self._locks.sweep)
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

    async def _lock(
        self,
        wanted: Sequence[Requirement],
        progress: Progress,
        builder: Builder | None,
        instead_of: Lock | None = None,
    ) -> Lock:
        key = requirements_key(wanted)
        async with self._turn(key, progress):
            known = self._locks.get(key)
            if known is not None and known != instead_of:
                return known
            progress(f"Resolving {', '.join(map(str, wanted))}")
            try:
                self._locks.folder.mkdir(parents=True, exist_ok=True)
                lock = await self._resolve(wanted, progress, builder)
                self._locks.put(key, lock)
            except OSError as error:
                raise disk_full(wanted, error) from error
            return lock

    async def _resolve(self, wanted: Sequence[Requirement], progress: Progress, builder: Builder | None) -> Lock:
        """Wheels wherever there are any. What has none is built, one after the other, until everything fits."""
        shelf, asked = self._shelf, list(wanted)
        for place, requirement in enumerate(wanted):
            if is_source(requirement):
                built = await _builder(builder, requirement).of_address(requirement, progress)
                shelf, asked[place] = shelf.holding(built), _at(requirement, built)
        while True:
            try:
                return await resolve(asked, self._locks.folder, shelf)
            except RequirementsError as error:
                name = error.fields.get("needs_wheel")
                if builder is None or name is None or name in shelf.by_name() or len(shelf.built) == MOST_BUILT:
                    raise
                fitting = specifiers(error, name, wanted)
                shelf = shelf.holding(await builder.of_package(name, fitting, progress))

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


def _builder(builder: Builder | None, requirement: Requirement) -> Builder:
    if builder is None:
        message = f"{requirement.name}: comes as source, and installing source runs its code."
        raise refuse(message, package=requirement.name, hint=BUILD_HINT, cause="no_wheel")
    return builder


def _at(requirement: Requirement, built: BuiltWheel) -> Requirement:
    """The same, from a wheel of our own."""
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    return Requirement(f"{requirement.name}{extras} @ {built.address}")
