"""What is said about one place of a source."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


class Finding(Struct, frozen=True):
    """`error`: it cannot work here. `warning`: it may fail or surprise. `note`: worth knowing, nothing to do."""

    code: str
    severity: Severity
    message: str
    line: int | None = None
    fix: str = ""
    file: str = ""  # within a function of several files
