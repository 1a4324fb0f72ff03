"""Saying what a route is for and what it answers. Only the description of the API reads it; serving costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from penstock.errors import PenstockError

EVENT_STREAM = "text/event-stream"
JSON = "application/json"

_NAME = "__documented__"
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Documented:
    """What stands in the description about one endpoint. Without `answers`, FastAPI's own reading of it is kept."""

    summary: str
    answers: tuple[object, ...] = ()  # types: any of them may come as JSON
    body: object | None = None  # the type of the body, where the endpoint reads it itself
    errors: Sequence[type[PenstockError]] = ()  # besides those that its parameters imply
    media: str = JSON
    streams: str = ""  # what comes as server-sent events, for clients that ask for them
    own_status: bool = False  # whether authors may answer with a status and a body of their own


def documented(
    summary: str,
    *answers: object,
    body: object | None = None,
    errors: Sequence[type[PenstockError]] = (),
    media: str = JSON,
    streams: str = "",
    own_status: bool = False,
) -> Callable[[Endpoint], Endpoint]:
    """Beneath the decorator of the route. The endpoint itself stays as it is."""

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _NAME, Documented(summary, answers, body, errors, media, streams, own_status))
        return endpoint

    return mark


def documentation_of(endpoint: Callable[..., Any]) -> Documented | None:
    found: Documented | None = getattr(endpoint, _NAME, None)
    return found
