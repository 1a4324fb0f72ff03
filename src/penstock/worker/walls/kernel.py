"""System calls that Python has no function for. Linux on x86-64 and ARM64 only."""

from __future__ import annotations

import ctypes
import os
import platform
import signal

SUPPORTED = platform.system() == "Linux" and platform.machine() in ("x86_64", "aarch64")
_X86 = platform.machine() == "x86_64"

# Manual pages clone(2) and unshare(2)
CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
CLONE_NEWTIME = 0x00000080
NEW_SPACES = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

_CLONE = 56 if _X86 else 220
_PIVOT_ROOT = 155 if _X86 else 41
_CAPSET = 126 if _X86 else 91
_CAPABILITY_VERSION = 0x20080522  # version 3

_libc = ctypes.PyDLL(None, use_errno=True)  # keeps the interpreter's lock: `clone` below needs that
_libc.syscall.restype = ctypes.c_long
_python = ctypes.pythonapi


def call(what: str, number: int, *arguments: int | bytes | ctypes.Array[ctypes.c_char] | None) -> int:
    """Make a system call. Raises `OSError` that names `what` was wanted."""
    result = int(_libc.syscall(ctypes.c_long(number), *(_as_c(argument) for argument in arguments)))
    if result < 0:
        raise _error(what)
    return result


def _as_c(argument: int | bytes | ctypes.Array[ctypes.c_char] | None) -> object:
    return ctypes.c_long(argument) if isinstance(argument, int) else argument


def _error(what: str) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, f"{what}: {os.strerror(number)}")


def clone(flags: int) -> int:
    """As `os.fork`, with namespaces for the child. Only for a process with one thread."""
    _python.PyOS_BeforeFork()
    pid = int(_libc.syscall(*map(ctypes.c_long, (_CLONE, flags | signal.SIGCHLD, 0, 0, 0, 0))))
    if pid == 0:
        _python.PyOS_AfterFork_Child()
        return 0
    error = _error("a process with namespaces of its own") if pid < 0 else None
    _python.PyOS_AfterFork_Parent()
    if error is not None:
        raise error
    return pid


def prctl(what: str, option: int, *arguments: int) -> None:
    full = (*arguments, 0, 0, 0, 0)[:4]
    if _libc.prctl(ctypes.c_int(option), *map(ctypes.c_ulong, full)) < 0:
        raise _error(what)


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    found = _libc.mount(source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode())
    if found < 0:
        raise _error(f"mounting {kind or source} at {target}")


def detach(target: str) -> None:
    lazily = 2
    if _libc.umount2(target.encode(), lazily) < 0:
        raise _error(f"letting go of {target}")


def pivot_root(new: str, old: str) -> None:
    call("a private root", _PIVOT_ROOT, new.encode(), old.encode())


def drop_capabilities() -> None:
    """Give up every capability, for good."""
    with open("/proc/sys/kernel/cap_last_cap") as file:
        last = int(file.read())
    for capability in range(last + 1):
        _libc.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0)  # needs one that we may not have
    _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = ctypes.create_string_buffer(_CAPABILITY_VERSION.to_bytes(4, "little") + bytes(4), 8)  # of this process
    call("giving up capabilities", _CAPSET, header, ctypes.create_string_buffer(24))
