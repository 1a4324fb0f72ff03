"""What a hook that raised means for everybody else (spec I7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock import errors
from penstock.errors import PenstockError, RunCancelled, RunFailed
from penstock.flows.redaction import redact
from penstock.protocol.frames import Failed

SENTENCE_LIMIT = 500
KEPT = ("QuestionExpired", "NeedsConfiguration", "NotProvided", "OutputTooLarge", "Unavailable", "BudgetExceeded")


def error_of(frame: Failed, name: str, secrets: Sequence[str], about: dict[str, Any]) -> PenstockError:
    """The error of a run of the function `name`. `about` holds fields for errors of a budget."""
    if frame.type == "Cancelled":
        return RunCancelled(f"{name} was stopped.")
    lines = redact(frame.message, secrets).strip().splitlines()
    sentence = (lines[0] if lines else "")[:SENTENCE_LIMIT]
    fields: dict[str, Any] = {
        "type": frame.type,
        "reason": sentence,
        "line": frame.line,
        "traceback": redact(frame.traceback, secrets),
    }
    if frame.type in KEPT:
        kept: type[PenstockError] = getattr(errors, frame.type)
        return kept(sentence, **fields, **about)
    what = f"{frame.type}: {sentence}" if sentence else frame.type
    return RunFailed(f"{name} failed: {what}", hint="Admins see the traceback in the run.", **fields)


def as_reply(error: Exception) -> dict[str, Any]:
    """An error as the answer to a question or a call of the function."""
    if isinstance(error, PenstockError):
        return {"code": error.code, "message": error.message, "hint": error.hint}
    message = f"The server could not answer: {type(error).__name__}."
    return {"code": "internal_error", "message": message, "hint": ""}
