"""The server, seen from author code: what the compatibility package calls (H1)."""

from __future__ import annotations

from typing import Any

from penstock.protocol.frames import HostCall, Load
from penstock.protocol.framing import DEFAULT_LIMIT, encode
from penstock.worker.pending import Answer, Replies
from penstock.worker.runs import current
from penstock.worker.values import NotPlain, plain

CALL_LIMIT = DEFAULT_LIMIT - 2**16


class _Line:
    """Set once the worker has its socket."""

    replies: Replies | None = None
    load: Load | None = None


def connect(replies: Replies) -> None:
    _Line.replies = replies


def loading(frame: Load) -> None:
    """Remember which function this process is for."""
    _Line.load = frame


def data_folder() -> str | None:
    """The private folder of this function, where it was given one."""
    return _Line.load.data_dir if _Line.load else None


def valves_at_load(function_id: str) -> dict[str, Any] | None:
    """What `__init__` may know of valves, where no run can be asked: the function's own."""
    return dict(_Line.load.valves or {}) if _Line.load and _Line.load.function_id == function_id else None


def call(name: str, /, **arguments: Any) -> Answer:
    """Ask the server for `noun.verb` with the rights of the present run.

    The answer is awaitable, on any loop, and has `result()`, which blocks, on any thread. Raises `RuntimeError`
    where no run is in progress (while the module is imported, in threads that no run started).
    """
    run = current.get()
    if run is None or run.over or _Line.replies is None:
        raise RuntimeError(f"{name} needs a run: it cannot be used while a module is imported or after a run has ended")
    number = _Line.replies.number()
    try:
        given = {key: value if isinstance(value, bytes) else plain(value) for key, value in arguments.items()}
    except NotPlain as error:
        raise TypeError(f"{name} cannot be called: {error}") from None
    encoded = encode(HostCall(run.id, number, name, given))
    if len(encoded) > CALL_LIMIT:
        raise ValueError(f"{name} was given {len(encoded):,} bytes; at most {CALL_LIMIT:,} can be sent")
    return Answer(_Line.replies.ask(run, number, encoded))


def in_run() -> bool:
    """Whether `call` has a run to speak for."""
    run = current.get()
    return run is not None and not run.over
