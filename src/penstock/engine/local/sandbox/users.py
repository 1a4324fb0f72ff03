"""Users of the machine that nobody else is: one for each function, where the server is root."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

FIRST = 0x7000_0000  # far above what systems give to people, services and containers
SPAN = 0x0FFF_0000
SMALL_FIRST, SMALL_SPAN = 40_000, 20_000  # in containers that have 65,536 users


def free_user(function_id: str) -> int | None:
    """The user (and group) of a function: always the same. None where the server may not have other users."""
    first, span = (FIRST, SPAN) if _mapped(FIRST + SPAN) else (SMALL_FIRST, SMALL_SPAN)
    if not _mapped(first + span):
        return None
    return first + int.from_bytes(hashlib.sha256(function_id.encode()).digest()[:8]) % span


def _mapped(last: int) -> bool:
    """Whether all users up to `last` exist in the server's user name space."""
    try:
        lines = Path("/proc/self/uid_map").read_text().splitlines()
    except OSError:
        return False
    return any(int(first) == 0 and int(count) > last for first, _, count in map(str.split, lines))


def give(folder: Path, user: int) -> None:
    """Make a folder and all in it that user's. Symbolic links are not followed."""
    if folder.stat().st_uid == user:
        return
    for _, folders, files, descriptor in os.fwalk(folder, follow_symlinks=False):
        for name in (*folders, *files):
            os.chown(name, user, user, dir_fd=descriptor, follow_symlinks=False)
    os.chown(folder, user, user)  # last: it says that the rest is done
