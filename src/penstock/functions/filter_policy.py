"""What becomes of an answer when a filter fails, and whether tasks pass it (spec F2, F5).

The author may propose it with `on_error` (one word, or one for each hook) and `filter_tasks` in the class; what an
admin decided wins over it, hook by hook. An exception in `inlet` always blocks: there is nothing to decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

import msgspec

from penstock.errors import Invalid

OnError = Literal["skip", "fail", "block"]

CHOICES: tuple[OnError, ...] = ("skip", "fail", "block")
HOOKS = ("stream", "outlet")
ON_ERROR, FILTER_TASKS = "on_error", "filter_tasks"  # what an author names it
ANSWERED = frozenset({"inlet", "proposed", "effective"})
"""What answers have beside the policy; it may be sent back and means nothing then."""


class FilterPolicy(msgspec.Struct, frozen=True):
    """`skip`: the answer goes on without the filter, with a visible warning. `fail`: the message ends with an error,
    and what there is of it stays. `block`: the same, and what there is of it is withheld.
    """

    stream: OnError = "skip"
    outlet: OnError = "skip"
    tasks: bool = False  # whether questions for titles, tags and the like pass this filter

    def of(self, hook: str) -> OnError:
        return self.stream if hook == "stream" else self.outlet


def in_force(attributes: Mapping[str, Any], decided: Mapping[str, Any]) -> FilterPolicy:
    """The policy of a filter whose class has these attributes, where an admin decided that."""
    return msgspec.convert({**proposed(attributes), **decided}, FilterPolicy)


def proposed(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """What the author proposes; what cannot be understood is no proposal."""
    given = attributes.get(ON_ERROR)
    words = given if isinstance(given, Mapping) else dict.fromkeys(HOOKS, given)
    found: dict[str, Any] = {hook: words[hook] for hook in HOOKS if words.get(hook) in CHOICES}
    if isinstance(tasks := attributes.get(FILTER_TASKS), bool):
        found["tasks"] = tasks
    return found


def changed(decided: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What is decided once `given` was merged into it; null goes back to the proposal, or else the default.

    Raises `Invalid` with `errors`, one `{"field", "message"}` for each value that cannot be used.
    """
    errors = [
        {"field": name, "message": message}
        for name, value in given.items()
        if name not in ANSWERED and (message := _problem(name, value))
    ]
    if errors:
        said = " ".join(f"{each['field']}: {each['message']}" for each in errors)
        raise Invalid(said, hint="Nothing was changed.", errors=errors)
    merged = {**decided, **{name: value for name, value in given.items() if name not in ANSWERED}}
    return {name: value for name, value in merged.items() if value is not None}


def wire(attributes: Mapping[str, Any], decided: Mapping[str, Any]) -> dict[str, Any]:
    """The policy as the API shows it."""
    effective = cast("dict[str, Any]", msgspec.to_builtins(in_force(attributes, decided)))
    return {
        **{name: decided.get(name) for name in effective},
        "inlet": "block",
        "proposed": proposed(attributes),
        "effective": effective,
    }


def _problem(name: str, value: Any) -> str:
    if name in HOOKS:
        return "" if value is None or value in CHOICES else f"It is one of {', '.join(CHOICES)}, or null."
    if name == "tasks":
        return "" if value is None or isinstance(value, bool) else "It is true, false or null."
    return f"There is no such policy; there are {', '.join(HOOKS)} and tasks."
