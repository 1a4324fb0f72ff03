"""What a process gives up before any author's code runs in it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from dataclasses import dataclass

FRAMES = 3  # where the worker's socket is, after `isolate`
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a worker has around it."""

    environment: dict[str, str]
    directory: str


def isolate(surroundings: Surroundings, frames: int, output: int) -> None:
    """Leave the parent's session, descriptors and environment behind. The walls stand by then, where there are any."""
    os.setsid()
    _keep_descriptors(frames, output)
    os.environ.clear()
    os.environ.update(surroundings.environment)
    os.umask(0o077)
    os.chdir(surroundings.directory)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)


def _keep_descriptors(frames: int, output: int) -> None:
    """Keep an empty input, the output pipe and the socket; close everything else."""
    frames, output = _above(frames), _above(output)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.dup2(frames, FRAMES, inheritable=False)
    os.closerange(FRAMES + 1, os.sysconf("SC_OPEN_MAX"))


def _above(descriptor: int) -> int:
    """The same descriptor under a number that the fixed ones do not take."""
    import fcntl

    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, FRAMES + 10)


def die_with_parent(parent: int) -> None:
    """End this process when its parent ends. Where the platform cannot, the closed socket ends it.

    `parent` is 0 for a process that sees no parent, being the first of its name space.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)
