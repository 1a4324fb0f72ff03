"""The server, seen from author code: what the compatibility package calls (H1)."""

from __future__ import annotations

from typing import Any

from penstock.errors import NeedsRun
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
    instance: Any = None


def connect(replies: Replies) -> None:
    _Line.replies = replies


def loading(frame: Load) -> None:
    """Remember which function this process is for."""
    _Line.load = frame


def loaded(instance: Any) -> None:
    """Remember what the function's class was constructed to."""
    _Line.instance = instance


def own_instance(function_id: str) -> Any:
    """The function of this process; None for any other id, and while it is being loaded."""
    return _Line.instance if _Line.load and _Line.load.function_id == function_id else None


def data_folder() -> str | None:
    """The private folder of this function, where it was given one."""
    return _Line.load.data_dir if _Line.load else None


def valves_at_load(function_id: str) -> dict[str, Any] | None:
    """What `__init__` may know of valves, where no run can be asked: the function's own."""
    return dict(_Line.load.valves or {}) if _Line.load and _Line.load.function_id == function_id else None


def own_source(function_id: str) -> str | None:
    """The source of the function that this process is for; None for any other id."""
    return _Line.load.source if _Line.load and _Line.load.function_id == function_id else None


def call(name: str, /, **arguments: Any) -> Answer:
    """Ask the server for `noun.verb` with the rights of the present run.

    The answer is awaitable, on any loop, and has `result()`, which blocks, on any thread. Raises `NeedsRun` where no
    run is in progress (while the module is imported, in threads that no run started): there is no user to ask for.
    """
    run = current.get()
    if run is None or _Line.replies is None:
        raise NeedsRun(
            f"The server was asked for `{name}` while nobody has called the function, so that there is no user whose"
            " rights would hold: at import, in `__init__`, or in a thread that no run started."
        )
    if run.over:
        raise NeedsRun(
            f"The server was asked for `{name}` after the run had ended.", hint="Ask before the hook's work is done."
        )
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
