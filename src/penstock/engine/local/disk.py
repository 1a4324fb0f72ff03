"""How much room a folder takes, found out in bounded time, whatever its owner does to it meanwhile."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable

BLOCK = 512  # bytes, in `st_blocks`
SMALLEST = 4096  # what every file and folder counts at least: there are limits to their number as well


def room(folders: Iterable[str], limit: int) -> int:
    """Bytes that the folders take together. Stops once that is more than `limit`. Symbolic links are not followed.

    A folder that is nested deeper than a path can name counts as more than `limit`. Blocks: call it on a thread.
    """
    total = 0
    waiting = list(folders)
    while waiting and total <= limit:
        folder = waiting.pop()
        try:
            with _list(folder) as entries:
                for entry in entries:
                    size, is_folder = _look_at(entry)
                    total += size
                    if is_folder:
                        waiting.append(entry.path)
                    if total > limit:
                        break
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                return limit + 1
    return total


def _look_at(entry: os.DirEntry[str]) -> tuple[int, bool]:
    try:
        found = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return 0, False
    return max(SMALLEST, found.st_blocks * BLOCK), stat.S_ISDIR(found.st_mode)


def _list(folder: str) -> os._ScandirIterator[str]:
    if not os.access(folder, os.R_OK | os.X_OK):
        _open_up(folder)
    return os.scandir(folder)


def _open_up(folder: str) -> None:
    """Make a folder readable again: nothing may hide in it. A symbolic link is left alone."""
    if os.chmod in os.supports_follow_symlinks:
        os.chmod(folder, 0o700, follow_symlinks=False)
        return
    descriptor = os.open(folder, os.O_PATH | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.chmod(f"/proc/self/fd/{descriptor}", 0o700)
    finally:
        os.close(descriptor)
