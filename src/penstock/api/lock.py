"""One server per data folder: a lock that ends with the process, however that ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from penstock.errors import CannotStart

LOCK_FILE = "penstock.lock"


class DataFolder:
    """The data folder of a running server, for itself alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor: int | None = None

    def claim(self) -> None:
        """Raises `CannotStart` when the folder cannot be written or another server has it."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise CannotStart(
                f"The data folder {self._folder} cannot be written: {error.strerror}.",
                hint="Choose another one with --data-dir or PENSTOCK_DATA_DIR.",
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = os.pread(descriptor, 32, 0).decode(errors="replace").strip()
            os.close(descriptor)
            raise CannotStart(
                f"Another server{f' (process {owner})' if owner else ''} uses the data folder {self._folder}.",
                hint="Stop it first, or choose another folder with --data-dir or PENSTOCK_DATA_DIR.",
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None
