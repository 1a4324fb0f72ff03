"""What is kept of a run: its record, cut to a bounded size and without secrets."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import msgspec

from penstock.errors import PenstockError, RunCancelled, RunInterrupted
from penstock.flows.redaction import redact
from penstock.flows.run_order import RunOrder
from penstock.store.records import RunRecord, User

RESULT_LIMIT = 64 * 1024
TEXT_LIMIT = 64 * 1024
BUDGET = ("budget", "limit")  # which one an error is about

_encode = msgspec.json.Encoder(enc_hook=str).encode


def started(order: RunOrder) -> RunRecord:
    """The record of a run that begins now."""
    serving, target = order.serving, order.target
    return RunRecord(
        id=order.id,
        function_id=serving.function.id,
        version_id=serving.version.id,
        hook=order.hook,
        user_id=order.user.id,
        trigger=order.trigger,
        state="running",
        chat_id=target.chat_id,
        message_id=target.message_id,
        idempotency_key=order.idempotency_key,
        started_at=time.time(),
    )


def bounded_result(form: str, value: Any, secrets: Sequence[str]) -> Any:
    """A result as the record keeps it: whole when it is small, else its beginning and its size."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if form == "file" and isinstance(value, dict):
        value = {**value, "data": f"{len(value.get('data') or b'')} bytes"}
    text = redact(_encode(value).decode(), secrets)
    if len(text) <= RESULT_LIMIT:
        return msgspec.json.decode(text) if secrets else msgspec.Raw(text.encode())
    return {"cut": True, "size": len(text), "start": text[:RESULT_LIMIT]}


def state_of(error: PenstockError) -> str:
    """The state of a run that ended with that error."""
    if isinstance(error, RunInterrupted):
        return "interrupted"
    return "cancelled" if isinstance(error, RunCancelled) else "failed"


def error_record(error: PenstockError, secrets: Sequence[str]) -> dict[str, Any]:
    """An error as the record keeps it: whole, for admins."""
    fields = error.fields
    return {
        "code": error.code,
        "message": redact(error.message, secrets),
        "type": fields.get("type", type(error).__name__),
        "line": fields.get("line"),
        "traceback": redact(str(fields.get("traceback", "")), secrets)[-TEXT_LIMIT:],
        **{name: fields[name] for name in BUDGET if name in fields},
    }


def as_seen(record: RunRecord, user: User) -> dict[str, Any]:
    """A run as that user may see it: only admins read tracebacks (spec I6, I7)."""
    fields = msgspec.structs.asdict(record)
    if user.role == "admin":
        return fields
    if record.error is not None:
        fields["error"] = {
            name: record.error.get(name) for name in ("code", "message", *BUDGET) if name in record.error
        }
    if isinstance(record.result, dict) and "traceback" in record.result:
        fields["result"] = {name: value for name, value in record.result.items() if name != "traceback"}
    return fields


def in_brief(record: RunRecord) -> dict[str, Any]:
    """A run as a list shows it: of its error the sentence, of its result nothing."""
    fields = msgspec.structs.asdict(record)
    error = record.error and {name: record.error.get(name) for name in ("code", "message")}
    return {**fields, "result": None, "error": error}
