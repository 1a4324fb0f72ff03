"""Control groups of workers, below one that the operator has given to the server (cgroups(7), version 2)."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from penstock.functions.rights import Budget

NEEDED = ("memory", "pids")
KERNEL_EXTRA = 64 * 2**20  # what the kernel itself holds for a worker: page tables, buffers of sockets and files


class Groups:
    """One group for each worker, named after its folder. The server itself is in none of them."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def prepare(self) -> str:
        """Make sure that groups can be had, and remove those that are left and empty. Why they cannot, or nothing."""
        try:
            offered = (self._root / "cgroup.controllers").read_text().split()
            if missing := [name for name in NEEDED if name not in offered]:
                return f"{self._root} does not control {' and '.join(missing)}."
            for left in self._root.glob("worker-*"):
                _remove(left)
            (self._root / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in NEEDED))
            self.make("probe", Budget())
            self.remove("probe")
        except OSError as error:
            return f"{error}."
        return ""

    def make(self, name: str, budget: Budget) -> None:
        """Raises `OSError`."""
        group = self._group(name)
        group.mkdir(exist_ok=True)
        (group / "memory.max").write_text(str(budget.memory + KERNEL_EXTRA))
        (group / "pids.max").write_text(str(budget.processes))
        with contextlib.suppress(OSError):  # not where swap is not counted
            (group / "memory.swap.max").write_text("0")

    def enter(self, name: str, pid: int) -> None:
        """Put a worker that has loaded nothing yet into its group, with the process that it may have forked already."""
        members = self._group(name) / "cgroup.procs"
        members.write_text(str(pid))
        with contextlib.suppress(OSError):
            for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
                members.write_text(child)

    def remove(self, name: str) -> None:
        """When the worker has ended. What is still in the group is ended."""
        with contextlib.suppress(OSError):
            (self._group(name) / "cgroup.kill").write_text("1")
        _remove(self._group(name))

    def _group(self, name: str) -> Path:
        return self._root / f"worker-{name}"


def _remove(group: Path) -> None:
    with contextlib.suppress(OSError):  # not where something in it has not quite ended; the next start removes it
        os.rmdir(group)
