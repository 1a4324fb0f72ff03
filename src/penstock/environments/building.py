"""Wheels of our own, made of source inside the walls and kept for everybody who needs the same."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import sys
import sysconfig
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs

import msgspec
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from penstock.environments.fetching import Fetched, download, fetch, locate
from penstock.environments.folders import Environment, Installed, size_of
from penstock.environments.progress import Progress
from penstock.environments.requirements import refuse
from penstock.environments.shelf import BuiltWheel, Shelf
from penstock.errors import BuildFailed, RequirementsError
from penstock.protocol.building import BuildAnswer, BuildOrder


class Bench(Protocol):
    """Where one package is built."""

    folder: Path

    async def step(self, order: BuildOrder, packages: str | None, line: Callable[[str], None]) -> BuildAnswer: ...

    def take(self, name: str, target: Path) -> None: ...


class Workshop(Protocol):
    """Where packages are built; see `penstock.engine.local.workshop`."""

    def open(self) -> AbstractAsyncContextManager[Bench]: ...


LOG_EVERY = 2.0
Ensure = Callable[[Sequence[str], Progress], Awaitable[Environment | None]]


class Builder:
    """`built` is the folder of what was made; `ensure` gets what builds need, as wheels."""

    def __init__(self, built: Path, shelf: Shelf, workshop: Workshop, ensure: Ensure) -> None:
        self._built = built
        self._shelf = shelf
        self._workshop = workshop
        self._ensure = ensure

    async def of_address(self, requirement: Requirement, progress: Progress) -> BuiltWheel:
        """The wheel of the source at the requirement's address. Raises `RequirementsError`."""
        if self._shelf.wheels is not None:
            message = f"{requirement.name}: comes from an address, but packages come from {self._shelf.wheels} alone."
            raise refuse(message, package=requirement.name, cause="network")
        progress(f"Fetching the source of {requirement.name}")
        subdirectory = parse_qs((requirement.url or "").partition("#")[2]).get("subdirectory", [""])[0]
        return await self._built_in(
            requirement.name, lambda folder: fetch(requirement, folder), progress, subdirectory=subdirectory
        )

    async def of_package(self, name: str, specifier: SpecifierSet, progress: Progress) -> BuiltWheel:
        """The wheel of the newest source that fits. Raises `RequirementsError`."""
        progress(f"Looking for the source of {name}")
        archive = await locate(name, specifier, self._shelf)
        if archive.sha256 and (known := self._known(archive.sha256)) is not None:
            return known
        return await self._built_in(name, lambda folder: download(archive, folder), progress, archive.version)

    async def _built_in(
        self,
        name: str,
        fetched: Callable[[Path], Awaitable[Fetched]],
        progress: Progress,
        version: str = "",
        subdirectory: str = "",
    ) -> BuiltWheel:
        try:
            async with self._workshop.open() as bench:
                source = await fetched(bench.folder)
                identity = f"{source.identity}#{subdirectory}" if subdirectory else source.identity
                if (known := self._known(identity)) is not None:
                    return known
                progress(f"Building {' '.join(filter(None, (name, version)))} inside the walls")
                wheel = await self._build(bench, source, subdirectory, progress)
                return await asyncio.to_thread(self._keep, bench, name, wheel, identity)
        except BuildFailed as error:
            message = f"{name}: comes as source and cannot be built: {error.message.rstrip('.')}."
            raise refuse(
                message, package=name, hint=error.hint, cause="build", log=error.fields.get("log", "")
            ) from error
        except OSError as error:
            message = f"{name}: cannot be built: {error.strerror or error}."
            raise refuse(message, package=name, cause="disk") from error

    async def _build(self, bench: Bench, source: Fetched, subdirectory: str, progress: Progress) -> str:
        """The name of the wheel that the project's own backend makes (PEP 517)."""
        log = _sparsely(progress)
        order = BuildOrder(
            step="look",
            source=str(bench.folder / "source"),
            out=str(bench.folder / "out"),
            archive=source.archive,
            subdirectory=subdirectory,
        )
        found = await bench.step(order, None, log)
        packages = await self._packages(found.requires, progress)
        order = msgspec.structs.replace(order, step="requires", backend=found.backend, backend_path=found.backend_path)
        more = await bench.step(order, packages, log)
        if more.requires:
            packages = await self._packages((*found.requires, *more.requires), progress)
        return (await bench.step(msgspec.structs.replace(order, step="wheel"), packages, log)).wheel

    async def _packages(self, requires: Sequence[str], progress: Progress) -> str | None:
        try:
            environment = await self._ensure(requires, progress)
        except RequirementsError as error:
            needs = ", ".join(requires)
            raise BuildFailed(f"its build needs {needs}. {error.message}", hint=error.hint) from error
        return environment.site_packages if environment is not None else None

    def _known(self, identity: str) -> BuiltWheel | None:
        folder = self._built / _key(identity)
        wheel = next(iter(folder.glob("*.whl")), None)
        if wheel is None:
            return None
        os.utime(folder)
        return BuiltWheel(wheel)

    def _keep(self, bench: Bench, name: str, wheel: str, identity: str) -> BuiltWheel:
        _require_name(name, wheel)
        key = _key(identity)
        aside = self._built / f".{key}.{os.getpid()}"
        aside.mkdir(parents=True, exist_ok=True)
        (aside / wheel).unlink(missing_ok=True)
        bench.take(wheel, aside / wheel)
        (aside / wheel).chmod(0o444)
        try:
            aside.rename(self._built / key)
        except OSError:  # another process was quicker, and its wheel stays
            (aside / wheel).unlink()
            aside.rmdir()
        known = self._known(identity)
        assert known is not None
        return known


def collect(built: Path, used: Collection[str], older_than: float) -> list[Installed]:
    """Remove built wheels that no lock in `used` names (as `folder/file`) and nobody asked for in so many seconds."""
    limit = time.time() - older_than
    named = {wheel.partition("/")[0] for wheel in used}
    gone: list[Installed] = []
    for folder in built.iterdir() if built.is_dir() else ():
        if folder.name in named or folder.stat().st_mtime > limit:
            continue
        wheels = tuple(f"{BuiltWheel(wheel).pin} (built here)" for wheel in folder.glob("*.whl"))
        gone.append(Installed(folder.name, wheels, size_of(folder), 0, folder.stat().st_mtime))
        shutil.rmtree(folder)
    return gone


def _sparsely(progress: Progress) -> Callable[[str], None]:
    """Hand on a line of a build now and then: they can come in thousands."""
    next_at = time.monotonic() + LOG_EVERY

    def log(line: str) -> None:
        nonlocal next_at
        if line.strip() and time.monotonic() >= next_at:
            next_at = time.monotonic() + LOG_EVERY
            progress(f"Building: {line.strip()}")

    return log


def _require_name(name: str, wheel: str) -> None:
    try:
        built = parse_wheel_filename(wheel)[0]
    except InvalidWheelFilename as error:
        raise BuildFailed(f"it made no wheel: {wheel[:200]!r}.") from error
    if built != canonicalize_name(name):
        hint = f"Ask for it as `{built} @ ...`."
        raise BuildFailed(f"the source is that of `{built}`, not of `{name}`.", hint=hint)


def _key(identity: str) -> str:
    """Built wheels are for one platform and Python, whatever their names say."""
    platform = (identity, sysconfig.get_platform(), sys.implementation.cache_tag or "")
    return hashlib.sha256("\n".join(platform).encode()).hexdigest()[:32]
