"""Installed environments on disk: one folder each, complete from the moment it has its name, read-only."""

from __future__ import annotations

import contextlib
import fcntl
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
READABLE_FOLDER, READABLE_FILE, PROGRAM = 0o555, 0o444, 0o555


@dataclass(frozen=True, slots=True)
class Environment:
    """`site_packages` goes in front of `sys.path`; `packages` are the distributions in it, normalised names."""

    id: str
    site_packages: str
    packages: frozenset[str]
    pins: tuple[str, ...] = ()  # the lock: each with its exact version


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment as a list shows it. Times are seconds since the epoch, the size is in bytes."""

    id: str
    pins: tuple[str, ...]
    size: int
    created_at: float
    wanted_at: float  # when it was last asked for


@dataclass(frozen=True, slots=True)
class Aside:
    """A folder that is being filled. It is locked while whoever fills it lives, so that nobody clears it away."""

    path: Path
    descriptor: int


class _Description(msgspec.Struct):
    packages: list[str]
    pins: list[str]
    python: str
    created_at: float
    size: int | None = None


class Folders:
    """All of them, below one root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known: dict[str, Environment] = {}

    def get(self, environment_id: str) -> Environment | None:
        """None also for one that was made for another Python."""
        if (known := self._known.get(environment_id)) is not None:
            return known
        description = _described(self.root / environment_id)
        if description is None or description.python != PYTHON:
            return None
        site_packages = str(self.root / environment_id / PACKAGES)
        found = Environment(environment_id, site_packages, frozenset(description.packages), tuple(description.pins))
        self._known[environment_id] = found
        return found

    def all(self) -> list[Installed]:
        """Everything that is installed, the largest first."""
        found = [_listed(folder) for folder in self._folders() if not folder.name.startswith(ASIDE)]
        return sorted((each for each in found if each is not None), key=lambda each: -each.size)

    def touch(self, environment_id: str) -> None:
        """Note that it is wanted, so that it is not collected before its version is stored."""
        with contextlib.suppress(FileNotFoundError):
            os.utime(self.root / environment_id)

    def prepare(self) -> Aside:
        """An empty folder to install into; `discard` it afterwards."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o755)  # whatever the umask is: workers may be other users
        while True:
            path = self.root / f"{ASIDE}{uuid.uuid4().hex}"
            path.mkdir()
            descriptor = os.open(path, os.O_RDONLY)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            with contextlib.suppress(FileNotFoundError):  # cleared away in the instant before it was locked
                (path / PACKAGES).mkdir()
                return Aside(path, descriptor)
            os.close(descriptor)

    def discard(self, aside: Aside) -> None:
        """Remove what is left of it; nothing, once it was finished."""
        try:
            if aside.path.exists():
                remove(aside.path)
        finally:
            os.close(aside.descriptor)

    def finish(self, aside: Aside, lock: Lock) -> Environment:
        """Give it its name. Where another process was quicker, that one's stays."""
        size = _make_read_only(aside.path / PACKAGES)
        description = _Description(sorted(lock.packages), list(lock.pins), PYTHON, time.time(), size)
        (aside.path / DESCRIPTION).write_bytes(msgspec.json.encode(description))
        (aside.path / "lock.txt").write_text(lock.text)
        (aside.path / "lock.txt").chmod(0o600)  # an address in it may hold a password
        aside.path.chmod(0o755)
        try:
            aside.path.rename(self.root / lock.id)
        except OSError:
            if self.get(lock.id) is None:
                raise
        made = self.get(lock.id)
        assert made is not None
        return made

    def collect(self, used: Collection[str], older_than: float) -> list[Installed]:
        """Remove what nobody uses and nobody has asked for in so many seconds."""
        limit = time.time() - older_than
        gone: list[Installed] = []
        for folder in self._folders():
            if folder.name.startswith(ASIDE) or folder.name in used or folder.stat().st_mtime > limit:
                continue
            gone.append(_listed(folder) or Installed(folder.name, (), size_of(folder), 0, 0))
            self._known.pop(folder.name, None)
            remove(folder)
        return gone

    def sweep(self) -> list[str]:
        """Remove what a crash left half done. The names of what went."""
        gone: list[str] = []
        for folder in self._folders():
            if folder.name.startswith(ASIDE) and not _in_use(folder):
                remove(folder)
                gone.append(folder.name)
        return gone

    def _folders(self) -> list[Path]:
        return [folder for folder in self.root.iterdir() if folder.is_dir()] if self.root.is_dir() else []


def remove(folder: Path) -> None:
    """Also what is read-only. First it loses its name, so that nobody takes half of it for the whole."""
    if not folder.name.startswith(ASIDE):
        folder = folder.rename(folder.with_name(f"{ASIDE}{uuid.uuid4().hex}"))
    for path, names, _ in os.walk(folder):
        for name in (".", *names):
            inner = Path(path, name)
            if not inner.is_symlink():
                inner.chmod(inner.stat().st_mode | stat.S_IRWXU)
    shutil.rmtree(folder)


def size_of(folder: Path) -> int:
    """Bytes of all files below."""
    return sum(Path(path, name).lstat().st_size for path, _, names in os.walk(folder) for name in names)


def _described(folder: Path) -> _Description | None:
    try:
        return msgspec.json.decode((folder / DESCRIPTION).read_bytes(), type=_Description)
    except (OSError, msgspec.DecodeError):
        return None


def _listed(folder: Path) -> Installed | None:
    description = _described(folder)
    if description is None:
        return None
    size = size_of(folder / PACKAGES) if description.size is None else description.size
    return Installed(folder.name, tuple(description.pins), size, description.created_at, folder.stat().st_mtime)


def _in_use(folder: Path) -> bool:
    """Whether a process, this or another one, still works in a folder aside."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _make_read_only(folder: Path) -> int:
    """Readable for every user, whatever the umask was, and writable for none. How many bytes there are."""
    size = 0
    for path, _, names in os.walk(folder, topdown=False):
        for name in names:
            inner = Path(path, name)
            found = inner.lstat()
            size += found.st_size
            if not stat.S_ISLNK(found.st_mode):
                inner.chmod(PROGRAM if found.st_mode & stat.S_IXUSR else READABLE_FILE)
        Path(path).chmod(READABLE_FOLDER)
    return size
