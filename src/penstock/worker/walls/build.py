"""Putting the walls up, in the order in which each can still be put up."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from penstock.protocol.orders import Limits, Walls
from penstock.worker.walls import kernel, landlock, limits, network, seccomp
from penstock.worker.walls.root import private_root

INSIDE = 1000  # user and group inside, where the process is another one outside
FAILED = 71  # exit status of a process whose walls could not be put up


def spaces(walls: Walls) -> int:
    """The name spaces that a process is cloned into."""
    flags = 0
    if walls.namespaces:
        flags |= kernel.CLONE_NEWNS | kernel.CLONE_NEWPID | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS
    if walls.network:
        flags |= kernel.CLONE_NEWNET
    return flags | kernel.CLONE_NEWUSER if flags else 0


def map_users(pid: int, walls: Walls) -> None:
    """From outside: say who the process in its new user name space is (user_namespaces(7))."""
    uid, gid = os.geteuid(), os.getegid()
    users, groups = f"{uid} {uid} 1\n", f"{gid} {gid} 1\n"
    if walls.uid is None:
        _write(f"/proc/{pid}/setgroups", "deny")
    else:
        users, groups = (f"{text}{INSIDE} {walls.uid} 1\n" for text in (users, groups))
    _write(f"/proc/{pid}/uid_map", users)
    _write(f"/proc/{pid}/gid_map", groups)


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def surround(walls: Walls, limit: Limits, handover: int | None) -> None:
    """Everything, in a process that was cloned into `spaces`. Raises `OSError` that names the step that failed."""
    uid, gid = (os.geteuid(), os.getegid()) if walls.uid is None else (INSIDE, INSIDE)
    if walls.namespaces:
        private_root(walls, uid, gid)
    if walls.network:
        network.own_network(walls, handover)
    if walls.uid is not None:
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
        kernel.prctl("reading its own files in /proc", kernel.PR_SET_DUMPABLE, 1)
        kernel.prctl("the end with the parent", kernel.PR_SET_PDEATHSIG, signal.SIGKILL)  # lost with the old user
    limits.limit(limit, processes=bool(spaces(walls)))
    if walls.landlock or walls.seccomp or spaces(walls):
        kernel.drop_capabilities()
        kernel.prctl("no_new_privs", kernel.PR_SET_NO_NEW_PRIVS, 1)
    if walls.landlock:
        landlock.restrict(walls)
    if walls.seccomp:
        seccomp.confine(walls)


def attend(start: Callable[[], None], report: Callable[[int], None]) -> None:
    """Be the first process of a name space: fork the worker, which runs `start`, wait for it, and end with it."""
    worker = os.fork()
    if worker == 0:
        kernel.prctl("the end with the parent", kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
        start()
        os._exit(70)
    os.closerange(0, 64)
    while True:
        ended, status = os.wait()
        if ended == worker:
            report(os.waitstatus_to_exitcode(status))
            os._exit(0)
