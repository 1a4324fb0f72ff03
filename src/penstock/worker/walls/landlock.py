"""Landlock: which files can be opened, which ports reached, who can be signalled.

The kernel's documentation has it under userspace-api/landlock.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import stat
import struct
from collections.abc import Iterable

from penstock.protocol.orders import Walls
from penstock.worker.walls import kernel

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_VERSION_FLAG = 1
_PATH_RULE, _PORT_RULE = 1, 2

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_FIRST_VERSION = (1 << 13) - 1
_BY_VERSION = {2: 1 << 13, 3: _TRUNCATE, 5: _IOCTL_DEV}
_MAKE_DEVICES = 1 << 6 | 1 << 11
_CONNECT_TCP, _BIND_TCP = 1 << 1, 1 << 0
_SCOPES = 1 << 0 | 1 << 1  # abstract Unix sockets, signals

READ = _EXECUTE | _READ_FILE | _READ_DIR
OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
OUTSIDE_READ = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/loadavg", "/proc/uptime")
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


def version() -> int:
    """Of what the kernel has. Raises `OSError` where it has nothing."""
    return kernel.call("Landlock", _CREATE, None, 0, _VERSION_FLAG)


def restrict(walls: Walls) -> None:
    """Let this process reach what `walls` names and nothing else. Needs `no_new_privs`."""
    found = version()
    handled = _FIRST_VERSION | sum(bits for since, bits in _BY_VERSION.items() if found >= since)
    ports = _CONNECT_TCP | _BIND_TCP if found >= 4 and not walls.network else 0
    scopes = _SCOPES if found >= 6 else 0
    attributes = struct.pack("=QQQ", handled, ports, scopes)[: 8 if found < 4 else 16 if found < 6 else 24]
    ruleset = kernel.call("Landlock rules", _CREATE, attributes, len(attributes), 0)
    try:
        for path, access in _rules(walls, handled):
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                _allow(ruleset, path, access)
        if ports and walls.port:
            rule = ctypes.create_string_buffer(struct.pack("=QQ", _CONNECT_TCP, walls.port), 16)
            kernel.call("a Landlock port", _ADD, ruleset, _PORT_RULE, rule, 0)
        kernel.call("Landlock", _RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def _rules(walls: Walls, handled: int) -> Iterable[tuple[str, int]]:
    everything = handled & ~_MAKE_DEVICES
    if walls.namespaces:
        yield "/", READ
        yield from ((path, everything) for path in ("/tmp", "/dev/shm"))
    else:
        yield from ((path, READ) for path in (*walls.read, *OUTSIDE_READ, "/sys/devices/system/cpu"))
    yield from ((path, everything) for path in walls.write)
    yield from ((path, (_READ_FILE | _WRITE_FILE) & handled) for path in DEVICES)


def _allow(ruleset: int, path: str, access: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            access &= OF_FILES
        rule = ctypes.create_string_buffer(struct.pack("=Qi", access, descriptor), 12)
        kernel.call(f"Landlock for {path}", _ADD, ruleset, _PATH_RULE, rule, 0)
    finally:
        os.close(descriptor)
