"""Installed environments on disk: one folder each, complete from the moment it has its name, read-only."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import time
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import msgspec

from penstock.environments.locking import Lock

DESCRIPTION = "environment.json"
PACKAGES = "site-packages"
ASIDE = ".aside-"
PYTHON = sys.implementation.cache_tag or sys.version
WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True, slots=True)
class Environment:
    """`site_packages` goes in front of `sys.path`; `packages` are the distributions in it, normalised names."""

    id: str
    site_packages: str
    packages: frozenset[str]


class _Description(msgspec.Struct):
    packages: list[str]
    pins: list[str]
    python: str
    created_at: float


class Folders:
    """All of them, below one root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known: dict[str, Environment] = {}

    def get(self, environment_id: str) -> Environment | None:
        """None also for one that was made for another Python."""
        if (known := self._known.get(environment_id)) is not None:
            return known
        folder = self.root / environment_id
        try:
            description = msgspec.json.decode((folder / DESCRIPTION).read_bytes(), type=_Description)
        except OSError:
            return None
        if description.python != PYTHON:
            return None
        found = Environment(environment_id, str(folder / PACKAGES), frozenset(description.packages))
        self._known[environment_id] = found
        return found

    def touch(self, environment_id: str) -> None:
        """Note that it is wanted, so that it is not collected before its version is stored."""
        os.utime(self.root / environment_id)

    def prepare(self) -> Path:
        """An empty folder to install into."""
        aside = self.root / f"{ASIDE}{uuid.uuid4().hex}"
        (aside / PACKAGES).mkdir(parents=True)
        return aside

    def finish(self, aside: Path, lock: Lock) -> Environment:
        """Give it its name. Where another process was quicker, that one's stays."""
        description = _Description(sorted(lock.packages), list(lock.pins), PYTHON, time.time())
        (aside / DESCRIPTION).write_bytes(msgspec.json.encode(description))
        (aside / "lock.txt").write_text(lock.text)
        _make_read_only(aside / PACKAGES)
        try:
            aside.rename(self.root / lock.id)
        except OSError:
            if self.get(lock.id) is None:
                raise
            remove(aside)
        made = self.get(lock.id)
        assert made is not None
        return made

    def collect(self, used: Collection[str], older_than: float) -> list[str]:
        """Remove what nobody uses and nobody has asked for in so many seconds, and what a crash left aside."""
        gone: list[str] = []
        limit = time.time() - older_than
        for folder in self.root.iterdir() if self.root.is_dir() else ():
            if not folder.is_dir() or folder.name in used or folder.stat().st_mtime > limit:
                continue
            self._known.pop(folder.name, None)
            remove(folder)
            gone.append(folder.name)
        return gone


def remove(folder: Path) -> None:
    """Also what is read-only. First it loses its name, so that nobody takes half of it for the whole."""
    if not folder.name.startswith(ASIDE):
        folder = folder.rename(folder.with_name(f"{ASIDE}{uuid.uuid4().hex}"))
    for path, names, _ in os.walk(folder):
        for name in (".", *names):
            inner = Path(path, name)
            if not inner.is_symlink():
                inner.chmod(inner.stat().st_mode | stat.S_IWUSR)
    shutil.rmtree(folder)


def _make_read_only(folder: Path) -> None:
    for path, _, names in os.walk(folder, topdown=False):
        for name in (*names, "."):
            inner = Path(path, name)
            if not inner.is_symlink():
                inner.chmod(inner.stat().st_mode & ~WRITE)
