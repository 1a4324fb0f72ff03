"""What the host and a process that builds a package say to each other: one order, one answer, both JSON."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

ANSWER = "answer.json"
"""The file in the folder `out` that a step leaves."""


class BuildOrder(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step on the way from source to a wheel (PEP 517). All paths are inside the folder of the build.

    `look` unpacks and reads `pyproject.toml`, and runs nothing of the package; `requires` asks its backend what else it
    needs; `wheel` builds.
    """

    step: Literal["look", "requires", "wheel"]
    source: str  # folder
    out: str  # folder
    archive: str = ""  # to unpack into `source` first
    subdirectory: str = ""
    backend: str = ""
    backend_path: tuple[str, ...] = ()


class BuildAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    requires: tuple[str, ...] = ()
    backend: str = ""
    backend_path: tuple[str, ...] = ()
    wheel: str = ""  # a file name in `out`
