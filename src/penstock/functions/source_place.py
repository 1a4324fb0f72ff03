"""A `SourceError` that starts with its place, as people read it: `line 2, column 30: ...` (spec L4)."""

from __future__ import annotations

from penstock.errors import SourceError


def error_at(message: str, phase: str, line: int | None, column: int | None, hint: str = "") -> SourceError:
    """Make the error; line and column count from 1, None where the place is not known."""
    place = f"line {line}, column {column}: " if line and column else f"line {line}: " if line else ""
    return SourceError(place + message, hint=hint or None, phase=phase, line=line, column=column)
