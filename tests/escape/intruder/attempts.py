"""How attempts are collected and run."""

from __future__ import annotations

import ctypes
import json
import os
import platform
import select
import signal
import time
from collections.abc import Callable
from typing import Any

Given = dict[str, Any]
Attempt = Callable[[Given], object]

ATTEMPTS: dict[str, Attempt] = {}
SECONDS = 20.0
_X86 = platform.machine() == "x86_64"
_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long

# On x86-64 and on ARM64
NUMBERS = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "pidfd_getfd": (438, 438),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "clone": (56, 220),
    "clone3": (435, 435),
    "fsopen": (430, 430),
    "open_tree": (428, 428),
    "add_key": (248, 217),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "io_uring_setup": (425, 425),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "kexec_load": (246, 104),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "init_module": (175, 105),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "personality": (135, 92),
    "settimeofday": (164, 170),
    "syslog": (103, 116),
    "capget": (125, 90),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "prctl": (157, 167),
    "fanotify_init": (300, 262),
    "execveat": (322, 281),
}


class Stopped(Exception):
    """Raised where something stood in the way that is no error of the system."""


def attempt(function: Attempt) -> Attempt:
    ATTEMPTS[function.__name__] = function
    return function


def syscall(name: str, *arguments: object, extra: int = 0) -> int:
    """Make a system call past the C library. Raises `OSError`."""
    number = NUMBERS[name][0 if _X86 else 1] | extra
    given = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    found = int(_libc.syscall(ctypes.c_long(number), *given))
    if found < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")
    return found


def permitted(what: Callable[[], object], *errors: int) -> str:
    """For calls that ask for permission first: one of these later errors means that it was given."""
    try:
        what()
    except OSError as error:
        if error.errno in errors:
            return f"permitted, though {error}"
        raise
    return "permitted"


def run(names: list[str], given: Given) -> dict[str, dict[str, str]]:
    """Make the attempts one after another; for each its `loot`, or `why` there is none."""
    return {name: _apart(ATTEMPTS[name], given) for name in names}


def _apart(function: Attempt, given: Given) -> dict[str, str]:
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(read)
            os.write(write, json.dumps(_made(function, given)).encode())
        finally:
            os._exit(0)
    os.close(write)
    said = _read_all(read)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if said:
        report: dict[str, str] = json.loads(said)
        return report
    return {"why": f"no word of it within {SECONDS:g} s; wait status {status}"}


def _read_all(read: int) -> bytes:
    said, until = b"", time.monotonic() + SECONDS
    with os.fdopen(read, "rb", 0) as pipe:
        while select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
            part = pipe.read(65536)
            if not part:
                break
            said += part
    return said


def _made(function: Attempt, given: Given) -> dict[str, str]:
    try:
        return {"loot": str(function(given) or "done")[:500]}
    except (OSError, Stopped, ValueError) as error:
        return {"why": f"{type(error).__name__}: {error}"}
