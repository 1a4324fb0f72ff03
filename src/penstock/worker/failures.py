"""What an author sees of an exception: type, message, and the traceback from the author's own lines on (I7)."""

from __future__ import annotations

import os
import traceback
from collections.abc import Set
from dataclasses import dataclass

from penstock.errors import PenstockError
from penstock.worker.exhaustion import explanation
from penstock.worker.runs import author_files

MESSAGE_LIMIT = 10_000
TRACEBACK_LIMIT = 100_000
_OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep
_SHIMS = _OURS + "shims" + os.sep


@dataclass(frozen=True, slots=True)
class Failure:
    type: str
    message: str
    traceback: str
    line: int | None
    column: int | None
    filename: str = ""  # of the author's, where the line is


def read_failure(error: BaseException, filename: str) -> Failure:
    """Describe `error` for the author of the source `filename`, or of the package that it is the first file of."""
    story = traceback.TracebackException.from_exception(error, compact=True)
    _cut(story, set())
    place, line, column = _place(error, story, {filename, *author_files})
    text = "".join(story.format())
    return Failure(_kind(error).__name__, _message(error), text[-TRACEBACK_LIMIT:], line, column, place)


def _kind(error: BaseException) -> type[BaseException]:
    """The class that `penstock.errors` has for it, where it is one of ours with something added, else its own."""
    kinds = type(error).__mro__ if isinstance(error, PenstockError) else ()
    return next((kind for kind in kinds if kind.__module__ == PenstockError.__module__), type(error))


def _message(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception as broken:  # noqa: BLE001 (author code: an exception whose __str__ raises)
        text = f"(its text cannot be read: {type(broken).__name__})"
    return " ".join(filter(None, (text[:MESSAGE_LIMIT], explanation(error), _about_neighbours(error))))


def _about_neighbours(error: BaseException) -> str:
    """A sentence for who looks for the module of another function."""
    if isinstance(error, KeyError) and error.args and str(error.args[0]).startswith("function_"):
        return "Each function runs in a process of its own; of others `__request__.app.state.FUNCTIONS` has the valves."
    return ""


def _cut(story: traceback.TracebackException, seen: set[int]) -> None:
    """Take our own frames out of a traceback and of those that it is chained to."""
    if id(story) in seen:
        return
    seen.add(id(story))
    story.stack = traceback.StackSummary.from_list([frame for frame in story.stack if not _is_ours(frame.filename)])
    for other in (story.__cause__, story.__context__, *(getattr(story, "exceptions", None) or ())):
        if other is not None:
            _cut(other, seen)


def _is_ours(filename: str) -> bool:
    return filename.startswith("<frozen importlib") or (filename.startswith(_OURS) and not filename.startswith(_SHIMS))


def _place(
    error: BaseException, story: traceback.TracebackException, filenames: Set[str]
) -> tuple[str, int | None, int | None]:
    """File, line and column, 1-based, of the author's innermost line."""
    if isinstance(error, SyntaxError) and error.filename is not None and error.filename in filenames:
        return error.filename, error.lineno, error.offset
    for frame in reversed(story.stack):
        if frame.filename in filenames:
            column = getattr(frame, "colno", None)
            return frame.filename, frame.lineno, None if column is None else column + 1
    return "", None, None
