"""Where packages come from: the index or a folder, as wheels alone, and the wheels that were built here."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import NormalizedName, parse_wheel_filename

BUILT = "PENSTOCK_BUILT"
"""The variable that stands in locks for the folder of built wheels, so that a data folder may move."""


@dataclass(frozen=True, slots=True)
class BuiltWheel:
    """A wheel of our own, in a folder of its own."""

    path: Path

    @property
    def name(self) -> NormalizedName:
        return parse_wheel_filename(self.path.name)[0]

    @property
    def pin(self) -> str:
        name, version, _, _ = parse_wheel_filename(self.path.name)
        return f"{name}=={version}"

    @property
    def address(self) -> str:
        return self.path.absolute().as_uri()

    @property
    def locked(self) -> str:
        """Its line in a lock."""
        digest = hashlib.sha256(self.path.read_bytes()).hexdigest()
        return f"{self.name} @ file://${{{BUILT}}}/{self.path.parent.name}/{self.path.name} --hash=sha256:{digest}"


@dataclass(frozen=True, slots=True)
class Shelf:
    """`wheels`: a folder that everything comes from, without a network; `built`: what was made of source beside it."""

    wheels: Path | None = None
    built: Sequence[BuiltWheel] = ()

    def options(self) -> list[str | Path]:
        """For uv: which interpreter the packages are for, and where they come from. It never runs their code."""
        return ["--only-binary", ":all:", *self.places()]

    def places(self) -> list[str | Path]:
        """The same without the ban on source: only for what certainly builds nothing."""
        chosen: list[str | Path] = ["--python", sys.executable]
        if self.wheels is not None:
            chosen += ["--offline", "--no-index", "--find-links", self.wheels.absolute()]
        for built in self.built:
            chosen += ["--find-links", built.path.parent.absolute()]
        return chosen

    def by_name(self) -> dict[str, BuiltWheel]:
        return {built.name: built for built in self.built}

    def holding(self, built: BuiltWheel) -> Shelf:
        """The same with one more wheel."""
        return Shelf(self.wheels, (*self.built, built))
