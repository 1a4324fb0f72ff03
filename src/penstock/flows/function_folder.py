"""Reading from the folder of a function, which may change it at any moment."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def read_inside(folder: Path, path: str) -> bytes | None:
    """A regular file in `folder`; None where there is none, or where it is only a way out of the folder.

    Links inside the folder are followed once. From there on each step is taken from the one before and refuses links,
    since the function may put one in its place meanwhile. Blocks: call it on a thread.
    """
    try:
        whole = folder.resolve(strict=True)
        inside = (whole / path).resolve(strict=True).relative_to(whole)
        return _read(whole, inside.parts)
    except (OSError, ValueError):
        return None


def _read(folder: Path, parts: tuple[str, ...]) -> bytes | None:
    descriptor = os.open(folder, _FOLDER)
    try:
        for number, part in enumerate(parts, 1):
            step = os.open(part, _FILE if number == len(parts) else _FOLDER, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = step
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(descriptor)
