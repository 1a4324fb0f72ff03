"""Environments on nodes that do not see the server's data folder: copied there once, whole, under the same name.

They are copied rather than made anew, so that a node has the very files that were checked, and needs no index.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tarfile
import time
import uuid
from dataclasses import replace
from pathlib import Path
from typing import IO

from penstock.engine.base import VersionSource

PIECE = 4 * 2**20
KEPT_SECONDS = 7 * 86400.0
ASIDE = ".aside-"


def environment_id(version: VersionSource) -> str:
    """Environments are named by their content; empty where the version has none."""
    return Path(version.site_packages).parent.name if version.site_packages else ""


def moved(version: VersionSource, folder: str) -> VersionSource:
    """The same version with its folders on a node that has its own."""
    packages, data = version.site_packages, version.data_dir
    root = Path(folder)
    return replace(
        version,
        site_packages=str(root / "environments" / environment_id(version) / Path(packages).name) if packages else None,
        data_dir=str(root / "functions" / version.function_id / "data") if data else None,
    )


def pack(folder: Path, into: IO[bytes]) -> None:
    """Write an archive of a folder, to be read from the beginning. Blocks."""
    with tarfile.open(fileobj=into, mode="w") as archive:
        archive.add(folder, arcname=".")
    into.seek(0)


class Store:
    """The environments of a node. Blocks."""

    def __init__(self, root: Path) -> None:
        self._root = root / "environments"
        self._arriving: dict[str, Path] = {}

    def has(self, name: str) -> bool:
        return (self._root / name).is_dir()

    def touch(self, site_packages: str) -> None:
        """Note that it is in use."""
        folder = Path(site_packages).parent
        with contextlib.suppress(OSError):
            if folder.stat().st_mtime < time.time() - 3600:
                os.utime(folder)

    def receive(self, name: str, piece: bytes, last: bool) -> None:
        """Add to the archive; with the last piece, the environment is there for all actors of the node."""
        aside = self._arriving.get(name)
        if aside is None:
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._collect()
            aside = self._arriving[name] = self._root / f"{ASIDE}{uuid.uuid4().hex}"
        arrived = aside.with_suffix(".tar")
        with arrived.open("ab") as file:
            file.write(piece)
        if last:
            del self._arriving[name]
            self._unpack(arrived, aside, name)

    def _unpack(self, arrived: Path, aside: Path, name: str) -> None:
        with tarfile.open(arrived) as archive:
            archive.extraction_filter = getattr(tarfile, "tar_filter", lambda member, _: member)  # since 3.11.4
            archive.extractall(aside)
        arrived.unlink()
        os.utime(aside)
        try:
            aside.rename(self._root / name)
        except OSError:
            if not self.has(name):
                raise
            _remove(aside)  # another actor of this node was quicker

    def _collect(self) -> None:
        for folder in self._root.iterdir():
            if folder.stat().st_mtime < time.time() - KEPT_SECONDS:
                _remove(folder)


def _remove(folder: Path) -> None:
    """Also what is read-only."""
    for path, names, _ in os.walk(folder):
        for name in (".", *names):
            inner = Path(path, name)
            if not inner.is_symlink():
                inner.chmod(inner.stat().st_mode | stat.S_IWUSR)
    shutil.rmtree(folder, ignore_errors=True)
