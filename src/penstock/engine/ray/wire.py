"""What server and actor say to each other: the frames of a run as they are, and a few words around them.

Both directions are streams of frames (`penstock.protocol.framing`), cut into batches that travel as arguments and
results of the actor's methods.
"""

from __future__ import annotations

from typing import Any

import msgspec

from penstock import errors
from penstock.engine.base import HookCall, Layer, Trouble, VersionSource, WorkerState
from penstock.errors import EngineError, PenstockError
from penstock.functions.description import Description
from penstock.protocol.frames import Cancel, Feed, Frame, Reply, RunFrame

ENVELOPE = 64 * 1024  # what is around a value beyond what is around it in a worker's frame


class Complaint(msgspec.Struct, frozen=True):
    """A `PenstockError` on its way."""

    type: str
    message: str
    hint: str
    fields: dict[str, Any]


# Server to actor, besides `Reply`, `Feed` and `Cancel`


class Serve(Frame, frozen=True, tag="serve"):
    """The version of the calls that follow."""

    version: VersionSource


class Begin(Frame, frozen=True, tag="begin"):
    """Call a hook. With `tell`, a `Begun` says that a worker has it."""

    call: HookCall
    tell: bool


class Taken(Frame, frozen=True, tag="taken"):
    """The consumer of a run took so many frames, with so many chunks in them."""

    run: str
    frames: int
    chunks: int


class Retire(Frame, frozen=True, tag="retire"):
    """No new runs of the version; its workers end with their last one."""


class EndWorker(Frame, frozen=True, tag="end_worker"):
    """End a worker now."""

    pid: int


# Actor to server, besides the frames of runs


class Begun(Frame, frozen=True, tag="begun"):
    """A worker has the call."""

    run: str


class Fed(Frame, frozen=True, tag="fed"):
    """The worker took a `Feed`."""

    run: str


class Ended(Frame, frozen=True, tag="ended"):
    """Nothing of the run is left, or it never began; `error` is what its consumer is to be told."""

    run: str
    error: Complaint | None = None


class Workers(Frame, frozen=True, tag="workers"):
    """How the workers of this actor are, whenever something changed."""

    states: list[WorkerState]
    troubles: list[Trouble]


class Walls(Frame, frozen=True, tag="walls"):
    """The layers that stand around workers on this node."""

    layers: list[Layer]


class Checked(msgspec.Struct, frozen=True):
    """What came of a check."""

    description: Description | None = None
    error: Complaint | None = None


Order = Serve | Begin | Reply | Feed | Cancel | Taken | Retire | EndWorker
News = RunFrame | Begun | Fed | Ended | Workers | Walls


def pack(error: PenstockError) -> Complaint:
    fields = msgspec.to_builtins(error.fields, enc_hook=str)
    return Complaint(type(error).__name__, error.message, error.hint, fields)


def unpack(complaint: Complaint) -> PenstockError:
    """The error again, of the class that it had."""
    kind = getattr(errors, complaint.type, None)
    if not (isinstance(kind, type) and issubclass(kind, PenstockError)):
        kind = EngineError
    return kind(complaint.message, hint=complaint.hint, **complaint.fields)
