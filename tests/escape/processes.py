"""Who is there, as the system tells it."""

from __future__ import annotations

import os
from pathlib import Path


def descendants(root: int | None = None) -> set[int]:
    """Everything that descends from a process (from this one, unless said otherwise)."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (parent := _parent(folder)):
            children.setdefault(parent, []).append(int(folder.name))
    found: set[int] = set()
    waiting = [root or os.getpid()]
    while waiting:
        below = children.get(waiting.pop(), [])
        found.update(below)
        waiting += below
    return found


def parent(pid: int) -> int:
    return _parent(Path(f"/proc/{pid}"))


def _parent(folder: Path) -> int:
    """Of a process; 0 where it has ended."""
    try:
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return 0 if fields[0] == "Z" else int(fields[1])
