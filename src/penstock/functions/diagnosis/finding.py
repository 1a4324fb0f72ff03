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
    column: int | None = None  # of what the message names, from 1
    end_column: int | None = None  # after it

    @property
    def place(self) -> tuple[str, int, int]:
        """For sorting."""
        return self.file, self.line or 0, self.column or 0
