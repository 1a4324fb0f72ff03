"""Locks on disk: the same requirements give the same packages until the interpreter changes or they are forgotten."""

from __future__ import annotations

import contextlib
import time
import uuid
from pathlib import Path

import msgspec
from packaging.utils import canonicalize_name

from penstock.environments.locking import Lock
from penstock.environments.shelf import BUILT

SUFFIX = ".json"
WRITTEN_WITHIN = 60.0


class _StoredLock(msgspec.Struct):
    text: str
    packages: list[str]
    pins: list[str]


class StoredLocks:
    def __init__(self, folder: Path, built: Path) -> None:
        self.folder = folder
        self._built = built

    def get(self, key: str) -> Lock | None:
        """None also for one that names a wheel which was built here and is gone."""
        try:
            stored = msgspec.json.decode((self.folder / f"{key}{SUFFIX}").read_bytes(), type=_StoredLock)
        except (OSError, msgspec.DecodeError):
            return None
        lock = Lock(stored.text, frozenset(stored.packages), tuple(stored.pins))
        return lock if all((self._built / wheel).is_file() for wheel in built_wheels(lock)) else None

    def put(self, key: str, lock: Lock) -> None:
        stored = _StoredLock(lock.text, sorted(lock.packages), list(lock.pins))
        self.folder.mkdir(parents=True, exist_ok=True)
        aside = self.folder / f".{key}.{uuid.uuid4().hex}"
        aside.write_bytes(msgspec.json.encode(stored))
        aside.replace(self.folder / f"{key}{SUFFIX}")

    def forget(self, package: str) -> int:
        """Remove those that name a package. How many there were."""
        name, gone = canonicalize_name(package), 0
        for file in self.folder.glob(f"*{SUFFIX}"):
            lock = self.get(file.name.removesuffix(SUFFIX))
            if lock is None or name in lock.packages:
                file.unlink()
                gone += lock is not None
        return gone

    def used_wheels(self) -> set[str]:
        """The built wheels that locks name, as `folder/file`."""
        locks = (self.get(file.name.removesuffix(SUFFIX)) for file in self.folder.glob(f"*{SUFFIX}"))
        return {wheel for lock in locks if lock is not None for wheel in built_wheels(lock)}

    def sweep(self) -> None:
        """Remove what a crash left half written."""
        for file in self.folder.glob(".*"):
            with contextlib.suppress(OSError):
                if file.stat().st_mtime < time.time() - WRITTEN_WITHIN:
                    file.unlink()


def built_wheels(lock: Lock) -> list[str]:
    """Wheels of our own in a lock, as `folder/file`."""
    mark = f"file://${{{BUILT}}}/"
    return [line.partition(mark)[2].split()[0] for line in lock.text.splitlines() if mark in line]
