"""Whether a node has what this server has."""

from __future__ import annotations

import platform
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from penstock import __version__


@dataclass(frozen=True, slots=True)
class Facts:
    """What an actor tells of itself."""

    node: str  # for people
    node_id: str
    penstock: str
    python: str
    shared: bool  # whether it sees the server's data folder
    folder: str  # of actors on that node


def python_version() -> str:
    return ".".join(platform.python_version_tuple()[:2])


def node_name(node_id: str) -> str:
    return f"{socket.gethostname()} ({node_id[:8]})"


def complaint(found: Mapping[str, Any]) -> str:
    """A sentence for people where versions differ; otherwise nothing."""
    for name, there, here in (
        ("Python", found["python"], python_version()),
        ("Penstock", found["penstock"], __version__),
    ):
        if there != here:
            what = f"has {name} {there}" if there else f"does not have {name}"
            return f"The node {found['node']} {what}; this server has {name} {here}."
    return ""


def probe() -> Callable[[], dict[str, str]]:
    """A function that tells the versions of a node. It travels as it is, for nodes that have no Penstock."""

    def versions() -> dict[str, str]:
        import platform
        import socket

        try:
            from penstock import __version__ as penstock
        except ImportError:
            penstock = ""
        python = ".".join(platform.python_version_tuple()[:2])
        return {"node": socket.gethostname(), "penstock": penstock, "python": python}

    return versions
