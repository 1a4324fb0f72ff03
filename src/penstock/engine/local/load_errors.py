"""How a source that does not load is told to its author (L4)."""

from __future__ import annotations

from collections.abc import Sequence

from penstock.errors import SourceError
from penstock.protocol.frames import LoadFailed

LogLine = tuple[float, str, str, str]


def load_error(frame: LoadFailed, log: Sequence[LogLine] = ()) -> SourceError:
    """`line 2, column 30: NameError: ...` with the parts as fields."""
    what = f"{frame.type}: {frame.message}" if frame.type and frame.type not in _SAID_PLAINLY else frame.message
    return SourceError(
        f"{_place(frame)}{what}",
        hint=_hint(frame),
        line=frame.line,
        column=frame.column,
        phase=frame.phase,
        traceback=frame.traceback,
        log=[list(line) for line in log],
        **({"file": frame.file} if frame.file else {}),
    )


_SAID_PLAINLY = frozenset({"TimeoutError", "ModuleNotFoundError", "SyntaxError"})


def _place(frame: LoadFailed) -> str:
    parts = (
        frame.file,
        f"line {frame.line}" if frame.line is not None else "",
        f"column {frame.column}" if frame.line is not None and frame.column is not None else "",
    )
    place = ", ".join(part for part in parts if part)
    return f"{place}: " if place else ""


def _hint(frame: LoadFailed) -> str:
    if frame.type == "ModuleNotFoundError":
        return "Name the package in the `requirements` line of the leading docstring."
    return {
        "import": "The module must be importable without side effects that take long.",
        "kind": "Name the class Pipe, Filter, Action or Event.",
        "construct": "The class must be constructible without arguments.",
        "valves": "Valves and UserValves are pydantic models.",
    }.get(frame.phase, "")
