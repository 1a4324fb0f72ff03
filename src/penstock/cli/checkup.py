"""Looking at this machine, part by part, as a server with these settings would find it."""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from penstock.engine.base import Layer, VersionSource
from penstock.engine.local import LocalEngine
from penstock.environments import uv
from penstock.errors import PenstockError
from penstock.settings import Settings
from penstock.store.database import DATABASE_FILE
from penstock.store.reaching import reach

State = Literal["good", "warning", "broken"]

GB = 2**30
LITTLE_SPACE = GB
UV_SECONDS = 20.0
LOAD_SECONDS = 60.0
TRIVIAL = "class Filter: pass\n"


@dataclass(frozen=True, slots=True)
class Finding:
    """One part. `broken` keeps a server from working; after a `warning` it works with less."""

    name: str
    state: State
    said: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Checkup:
    findings: list[Finding]
    layers: list[Layer]

    @property
    def sound(self) -> bool:
        return all(finding.state != "broken" for finding in self.findings)


async def examine(settings: Settings) -> Checkup:
    """Everything. Makes no change that lasts; takes a few seconds, most of them for the package index."""
    looks: tuple[Callable[[Settings], Awaitable[Finding]], ...] = (_data_folder, _database, _page, _uv, _packages)
    findings = [_python(), _platform(), *await asyncio.gather(*(look(settings) for look in looks))]
    functions, layers = await _functions(settings)
    return Checkup([*findings, functions], layers)


def _python() -> Finding:
    return Finding("Python", "good", f"{platform.python_version()} ({sys.executable})")


def _platform() -> Finding:
    said = platform.platform()
    if platform.system() in ("Linux", "Darwin"):
        return Finding("platform", "good", said)
    return Finding("platform", "warning", said, "Penstock is tested on Linux and macOS.")


async def _data_folder(settings: Settings) -> Finding:
    name, folder = "data folder", settings.data_dir.absolute()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied")
        if there == folder:
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"written")
        free = shutil.disk_usage(there).free
    except OSError as error:
        hint = "Choose another one with PENSTOCK_DATA_DIR, or make it writable for this user."
        return Finding(name, "broken", f"{folder} cannot be written: {error.strerror}.", hint)
    said = f"{folder}, {free / GB:,.1f} GB free" + ("" if there == folder else "; it is made at the first start")
    if free < LITTLE_SPACE:
        return Finding(name, "warning", said, "There is little room left for files, packages and the database.")
    return Finding(name, "good", said)


async def _database(settings: Settings) -> Finding:
    if not settings.database_url and not (settings.data_dir / DATABASE_FILE).exists():
        return Finding("database", "good", "SQLite; it is made at the first start")
    try:
        return Finding("database", "good", await reach(settings))
    except PenstockError as error:
        return Finding("database", "broken", error.message, error.hint)


async def _page(_: Settings) -> Finding:
    from penstock.api.page import WEB

    if (WEB / "index.html").is_file():
        return Finding("page", "good", "built")
    return Finding("page", "warning", "not built: only the API is served.", "Run `make serve` in the checkout.")


async def _uv(settings: Settings) -> Finding:
    if not settings.environments:
        return Finding("uv", "good", "not needed: packages are not installed (PENSTOCK_ENVIRONMENTS)")
    try:
        said = await uv.run(["--version"], folder=Path.cwd(), deadline=UV_SECONDS)
    except (uv.UvFailed, uv.UvTooSlow, OSError) as error:
        return Finding("uv", "warning", f"does not run: {error}", "Functions with requirements cannot be saved.")
    return Finding("uv", "good", said.out.strip().removeprefix("uv "))


async def _packages(settings: Settings) -> Finding:
    name = "packages"
    if not settings.environments:
        return Finding(name, "good", "not installed (PENSTOCK_ENVIRONMENTS)")
    if settings.wheels is not None:
        return _wheels(name, settings.wheels)
    try:
        with tempfile.TemporaryDirectory(prefix="penstock-doctor-") as folder:
            asked = ["pip", "compile", "--no-deps", "--no-header", "--no-annotate", "--refresh", "-"]
            await uv.run(asked, folder=Path(folder), deadline=UV_SECONDS, given="packaging")
    except (uv.UvFailed, uv.UvTooSlow, OSError):
        hint = "Packages that functions need can come from a folder of wheels instead (PENSTOCK_WHEELS)."
        return Finding(name, "warning", "the package index does not answer", hint)
    return Finding(name, "good", "the package index answers")


def _wheels(name: str, folder: Path) -> Finding:
    if not folder.is_dir():
        return Finding(name, "warning", f"the folder of wheels {folder} does not exist", "Set PENSTOCK_WHEELS.")
    count = sum(1 for _ in folder.glob("*.whl"))
    return Finding(name, "good" if count else "warning", f"{count} wheel{'' if count == 1 else 's'} in {folder}")


async def _functions(settings: Settings) -> tuple[Finding, list[Layer]]:
    """Load a function behind the walls that this machine has."""
    layers: list[Layer] = []
    with tempfile.TemporaryDirectory(prefix="penstock-doctor-") as folder:
        try:
            engine = LocalEngine(settings.model_copy(update={"data_dir": Path(folder)}))
            await engine.start()
            try:
                await engine.check(VersionSource("doctor", "doctor-1", TRIVIAL, "<doctor>"), LOAD_SECONDS)
            finally:
                layers = engine.layers()
                await engine.stop(0)
        except PenstockError as error:
            return Finding("functions", "broken", f"cannot be loaded: {error.message}", error.hint), layers
    return Finding("functions", "good", "load in a process of their own"), layers
