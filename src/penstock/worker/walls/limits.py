"""Resource limits of the kernel (setrlimit(2))."""

from __future__ import annotations

import resource

from penstock.protocol.orders import Limits


def limit(limits: Limits, *, processes: bool) -> None:
    """Lower the limits of this process and of all that it starts. `processes`: whether counting those makes sense."""
    _lower(resource.RLIMIT_CORE, 0, always=True)
    _lower(resource.RLIMIT_DATA, limits.memory)
    _lower(resource.RLIMIT_FSIZE, limits.file_size)
    _lower(resource.RLIMIT_NOFILE, limits.open_files)
    if processes and hasattr(resource, "RLIMIT_NPROC"):
        _lower(resource.RLIMIT_NPROC, limits.processes)
    for name in ("RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE", "RLIMIT_RTPRIO", "RLIMIT_NICE"):
        if hasattr(resource, name):
            _lower(getattr(resource, name), 0, always=True)


def _lower(kind: int, value: int, *, always: bool = False) -> None:
    if not value and not always:
        return
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))
