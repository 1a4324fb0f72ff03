"""What a loaded function says of itself: made in the worker, read by the server and the page."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

KINDS = ("pipe", "filter", "action", "event")
HOOKS: dict[str, tuple[str, ...]] = {
    "pipe": ("pipe", "pipes"),
    "filter": ("inlet", "stream", "outlet"),
    "action": ("action", "available"),
    "event": ("event",),
}


class Button(Struct, frozen=True):
    """One entry of `actions` (A2)."""

    id: str
    name: str
    icon_url: str = ""


class Description(Struct, frozen=True, kw_only=True):
    """The facts about a version that need its code to be loaded."""

    kind: str  # one of KINDS
    hooks: dict[str, list[str]]  # hook name -> parameter names it declares; `**` stands for **kwargs
    name: str | None = None  # `self.name`, where it is a text
    pipes: list[dict[str, str]] | None = None  # `pipes` when it is a plain attribute; a method is called each time
    has_pipes: bool = False
    actions: list[Button] = field(default_factory=list)
    icon_url: str = ""
    toggle: bool = False
    file_handler: bool = False
    priority: int = 0  # default of the `priority` valve
    valves_schema: dict[str, Any] | None = None  # JSON Schema with `input` hints, or None without a class
    user_valves_schema: dict[str, Any] | None = None
    required_valves: list[str] = field(default_factory=list)  # `Field(...)` without a default
    attributes: dict[str, Any] = field(default_factory=dict)  # other plain public attributes of the instance
