"""A root of its own for a process: what it may read and write, and nothing else of the file system.

Everything wanted is taken hold of first, then a small file system in memory becomes the root and gets it at the same
paths (open_tree(2), move_mount(2), mount_setattr(2), pivot_root(2)).
"""

from __future__ import annotations

import contextlib
import os
import stat
import struct
from dataclasses import dataclass

from penstock.protocol.orders import Walls
from penstock.worker.walls import kernel

_OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR = 428, 429, 442
_HERE = -100  # AT_FDCWD
_EMPTY_PATH, _RECURSIVE = 0x1000, 0x8000
_CLONE_TREE = 1
_FROM_DESCRIPTOR = 0x4  # MOVE_MOUNT_F_EMPTY_PATH
_READ_ONLY, _NO_SETUID, _NO_DEVICES = 0x1, 0x2, 0x4
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REC, _MS_PRIVATE = 1, 2, 4, 8, 0x4000, 1 << 18
_DEVICES = tuple(f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom"))
_LINKS = {"/dev/fd": "/proc/self/fd", "/dev/stdin": "fd/0", "/dev/stdout": "fd/1", "/dev/stderr": "fd/2"}
_FILES = {
    "/etc/hosts": "127.0.0.1 localhost\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}
_TEMPORARY = "/tmp"


@dataclass(frozen=True, slots=True)
class _Tree:
    """A part of the file system, and where it is to be. Without a descriptor: a folder that hides what is there."""

    path: str
    descriptor: int | None
    folder: bool = True


def private_root(walls: Walls, uid: int, gid: int) -> None:
    """Make it and go there; `uid` and `gid` are what the process is inside. Raises `OSError` that names the step."""
    kernel.mount("", "/", "", _MS_REC | _MS_PRIVATE)
    trees = [_take(path, path, _READ_ONLY | _NO_SETUID) for path in walls.read]
    trees += [_take(path, path, _NO_SETUID | _NO_DEVICES) for path in walls.write]
    trees += [_take(path, path, _NO_SETUID) for path in _DEVICES]
    trees += [_take(walls.home, _TEMPORARY, _NO_SETUID | _NO_DEVICES)]
    trees += [_Tree(path, None) for path in walls.hidden]
    base = walls.home  # a folder that is certainly there; what it holds is taken
    kernel.mount("tmpfs", base, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=1m,nr_inodes=4096,mode=755")
    _furnish(base, walls, uid, gid)
    for tree in sorted(filter(None, trees), key=lambda tree: len(tree.path)):
        _place(base, tree)
    os.chdir(base)
    kernel.pivot_root(".", ".")
    kernel.detach(".")
    os.chdir("/")
    _set(_HERE, "/", _READ_ONLY, 0)


def _take(source: str, path: str, attributes: int) -> _Tree | None:
    """Hold of `source`, to be placed at `path`. None where there is nothing."""
    try:
        found = os.stat(source)
    except FileNotFoundError:
        return None
    flags = _CLONE_TREE | _RECURSIVE | os.O_CLOEXEC
    descriptor = kernel.call(f"taking {source}", _OPEN_TREE, _HERE, source.encode(), flags)
    _set(descriptor, "", attributes, _EMPTY_PATH | _RECURSIVE)
    return _Tree(path, descriptor, stat.S_ISDIR(found.st_mode))


def _set(descriptor: int, path: str, attributes: int, flags: int) -> None:
    request = struct.pack("=QQQQ", attributes, 0, 0, 0)
    kernel.call("making a mount read-only", _MOUNT_SETATTR, descriptor, path.encode(), flags, request, len(request))


def _furnish(base: str, walls: Walls, uid: int, gid: int) -> None:
    for folder in ("/proc", "/dev/shm", "/etc", _TEMPORARY, "/sys", "/run", "/var/tmp"):
        os.makedirs(base + folder, exist_ok=True)
    for path, target in {**_LINKS, **walls.links}.items():
        os.makedirs(os.path.dirname(base + path), exist_ok=True)
        os.symlink(target, base + path)
    people = {
        "/etc/passwd": f"penstock:x:{uid}:{gid}:Penstock:{walls.home}:/bin/sh\n",
        "/etc/group": f"penstock:x:{gid}:\n",
    }
    for path, text in {**_FILES, **people}.items():
        with open(base + path, "w") as file:
            file.write(text)
        os.chmod(base + path, 0o644)
    kernel.mount("tmpfs", base + "/dev/shm", "tmpfs", _MS_NOSUID | _MS_NODEV, "size=64m,mode=1777")
    _see_processes(base + "/proc")


def _see_processes(target: str) -> None:
    """Only those of the same name space. Where that cannot be had (in some containers) there is no `/proc`."""
    with contextlib.suppress(PermissionError):
        kernel.mount("proc", target, "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC | _MS_RDONLY)


def _place(base: str, tree: _Tree) -> None:
    target = base + tree.path
    if tree.folder:
        os.makedirs(target, exist_ok=True)
    elif not os.path.exists(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o644))
    if tree.descriptor is None:
        kernel.mount("tmpfs", target, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=64k,mode=755")
        return
    what = f"placing {tree.path}"
    kernel.call(what, _MOVE_MOUNT, tree.descriptor, b"", _HERE, target.encode(), _FROM_DESCRIPTOR)
    os.close(tree.descriptor)
