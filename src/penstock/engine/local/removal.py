"""Removing a folder that a function had in its hands: however deep it is nested, and whatever is locked in it."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def remove(folder: Path) -> None:
    """Remove it with all that is in it. Symbolic links are not followed; what cannot be removed is left.

    Folders inside are brought to the top before they are emptied: so neither the stack nor the descriptors of this
    process bound how deep they may be. Nobody may use the folder any more. Blocks: call it on a thread.
    """
    with contextlib.suppress(OSError):
        top = os.open(folder, _FOLDER)
        try:
            while _empty(top, top):
                pass
        finally:
            os.close(top)
        os.rmdir(folder)


def _empty(folder: int, top: int) -> int:
    """Remove the entries of `folder`; folders in it go to `top`, or, where it is that, are emptied. How many went."""
    gone = 0
    for name in os.listdir(folder):
        with contextlib.suppress(OSError):
            if not stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
                os.unlink(name, dir_fd=folder)
            elif folder != top:
                _unlock(name, folder)
                os.rename(name, secrets.token_hex(12), src_dir_fd=folder, dst_dir_fd=top)
            else:
                _remove_flat(name, top)
            gone += 1
    return gone


def _remove_flat(name: str, top: int) -> None:
    _unlock(name, top)
    folder = os.open(name, _FOLDER, dir_fd=top)
    try:
        _empty(folder, top)
    finally:
        os.close(folder)
    os.rmdir(name, dir_fd=top)


def _unlock(name: str, parent: int) -> None:
    """Make a folder readable and writable again. Links are no folders: those were told apart before."""
    os.chmod(name, stat.S_IRWXU, dir_fd=parent)
