"""Why a function is here, or not: the rules that guard buttons, filters, models and calls (spec A8, L10).

Whoever enforces asks for the first rule that fails; "Why is it (not) here?" shows all of them. There is no other code
that decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from penstock.errors import FunctionInactive, NotAllowed, NotBound, NotFound, PenstockError
from penstock.flows.model_access import allows
from penstock.flows.serving import Serving
from penstock.store.records import Function, Model, User

REFUSALS: Mapping[str, type[PenstockError]] = {
    "active": FunctionInactive,
    "model": NotFound,
    "bound": NotBound,
    "allowed": NotAllowed,
    "available": NotAllowed,
}


class Rule(NamedTuple):
    """One condition, by code, and what there is to say about it either way."""

    code: str
    passed: bool
    said: str


@dataclass(frozen=True, slots=True)
class Viewer:
    """For whom it is decided. None as the user stands for the server itself, which sees everything."""

    user: User | None = None
    group_ids: frozenset[str] = frozenset()
    models_public: bool = True
    unavailable: Mapping[tuple[str, str | None], str] = field(default_factory=dict)
    """What `available` of an action refused, by function and model, and with which words."""


SERVER = Viewer()


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of all rules; the first that failed decides."""

    rules: tuple[Rule, ...]

    @property
    def here(self) -> bool:
        return self.failed is None

    @property
    def failed(self) -> Rule | None:
        return next((rule for rule in self.rules if not rule.passed), None)


def active(function: Function) -> Rule:
    name = function.name
    if function.is_active:
        return Rule("active", True, f"{name} is switched on.")
    why = f" {function.reason}" if function.state == "failed" and function.reason else ""
    return Rule("active", False, f"{name} is switched off.{why}")


def model_readable(model_id: str, record: Model | None, viewer: Viewer) -> Rule:
    """The sentence for who may not know of the model is the one for a model that is not there."""
    if viewer.user is None or viewer.user.role == "admin":
        return Rule("model", True, f"Administrators may use every model, '{model_id}' too.")
    if record is None:
        if viewer.models_public:
            return Rule("model", True, f"Nothing restricts the model '{model_id}'.")
        return Rule("model", False, f"Model '{model_id}' was not found.")
    if allows(record.access_control, record.user_id, viewer.user, viewer.group_ids):
        return Rule("model", True, f"The user may use the model '{model_id}'.")
    return Rule("model", False, f"Model '{model_id}' was not found.")


def bound(function: Function, chosen: Collection[str], ids: Collection[str], model_id: str) -> Rule:
    """`chosen`: what the record of the model lists; `ids`: the function, and the button that is meant."""
    if function.is_global:
        return Rule("bound", True, f"{function.name} is used with all models.")
    if not set(ids).isdisjoint(chosen):
        return Rule("bound", True, f"{function.name} is chosen for the model '{model_id}'.")
    return Rule("bound", False, f"The {function.kind} `{function.id}` is not chosen for this model.")


def allowed(function: Function, viewer: Viewer) -> Rule:
    access, user = function.access_control, viewer.user
    if access is None:
        return Rule("allowed", True, f"Everybody may use {function.name}.")
    if user is None or allows(access, function.user_id, user, viewer.group_ids):
        return Rule("allowed", True, f"The user is one of those who may use {function.name}.")
    return Rule("allowed", False, f"{function.name} is for chosen people and groups, and you are not among them.")


def available(serving: Serving, model_id: str | None, viewer: Viewer) -> Iterator[Rule]:
    """What the action itself says, where its class has a method `available`."""
    if "available" not in serving.description.hooks:
        return
    refused = viewer.unavailable.get((serving.id, model_id))
    name = serving.function.name
    if refused is None:
        yield Rule("available", True, f"{name} itself does not refuse.")
    else:
        yield Rule("available", False, refused or f"{name} is not available here.")


def switched_on(serving: Serving, meta: Mapping[str, Any], chosen: Collection[str] | None) -> Rule:
    """A filter with a switch acts when the chat chose it, or by the model's defaults when nobody chose (F3)."""
    function = serving.function
    if not serving.description.toggle:
        return Rule("switched_on", True, f"{function.name} has no switch.")
    wanted = meta.get("defaultFilterIds") or () if chosen is None else chosen
    whose = "by default with this model" if chosen is None else "in this chat"
    on = function.id in wanted
    return Rule("switched_on", on, f"The switch of {function.name} is {'on' if on else 'off'} {whose}.")


def button(serving: Serving, model: str, meta: Mapping[str, Any], action_id: str, viewer: Viewer) -> Iterator[Rule]:
    """Whether an action, or one of its buttons, stands under messages of a model."""
    yield bound(serving.function, ids_in(meta, "actionIds"), (action_id, serving.id), model)
    yield allowed(serving.function, viewer)
    yield from available(serving, model, viewer)


def filter_in_reach(serving: Serving, model: str, meta: Mapping[str, Any], viewer: Viewer) -> Iterator[Rule]:
    """Whether a filter belongs to a model, for this user; its switch is another question."""
    yield bound(serving.function, ids_in(meta, "filterIds"), (serving.id,), model)
    yield allowed(serving.function, viewer)


def passes(rules: Iterable[Rule]) -> bool:
    return all(rule.passed for rule in rules)


def require(rules: Iterable[Rule]) -> None:
    """Raise the error of the first rule that fails."""
    for rule in rules:
        if not rule.passed:
            raise REFUSALS[rule.code](rule.said, rule=rule.code)


def ids_in(meta: Mapping[str, Any], key: str) -> set[str]:
    value = meta.get(key)
    return set(map(str, value)) if isinstance(value, list) else set()
