"""Why a function is here, or not, for a user, a model and a message (spec L10), by the rules that are enforced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from penstock.errors import NotFound
from penstock.flows import availability
from penstock.flows.availability import Decision, Rule, Viewer
from penstock.flows.catalog import Catalog, CatalogModel
from penstock.flows.context import Services
from penstock.flows.serving import Serving
from penstock.store.records import Function, User

_TOLD_TO_USERS = ("bound", "available", "switched_on")


class Why:
    """Answers for one function and one user."""

    def __init__(self, services: Services, function: Function, serving: Serving | None, user: User) -> None:
        self._services = services
        self._function = function
        self._serving = serving
        self._user = user

    async def decide(self, model_id: str = "") -> Decision:
        """All rules in the order in which they are asked; the author's code only where nothing else speaks against."""
        catalog = await self._services.models.catalog()
        viewer = await self._services.models.viewer(self._user)
        model = catalog.models.get(model_id)
        rules = tuple(self._rules(catalog, model_id, model, viewer))
        serving = self._serving
        if serving is None or "available" not in serving.description.hooks or not availability.passes(rules):
            return Decision(rules)
        said = await self._services.models.predicates.ask(serving, self._user, model, catalog)
        key = (serving.id, model.id if model else None)
        asked = replace(viewer, unavailable={} if said is None else {key: said})
        return Decision((*rules, *availability.available(serving, key[1], asked)))

    def _rules(self, catalog: Catalog, model_id: str, model: CatalogModel | None, viewer: Viewer) -> Iterator[Rule]:
        function, serving = self._function, self._serving
        yield availability.active(function)
        if serving is not None and serving.missing:
            yield Rule("configured", True, f"It runs once {', '.join(serving.missing)} have values.")
        if model_id:
            yield _model(catalog, model_id, model, viewer)
        if serving is None or function.kind == "event":
            return
        if function.kind == "pipe" or model is None:
            yield availability.allowed(function, viewer)
        elif function.kind == "action":
            yield availability.bound(function, availability.ids_in(model.meta, "actionIds"), _ids(serving), model.id)
            yield availability.allowed(function, viewer)
        else:
            yield from availability.filter_in_reach(serving, model.id, model.meta, viewer)
            yield availability.switched_on(serving, model.meta, None)


async def why(
    services: Services, function_id: str, user: User, model_id: str = "", message_id: str = ""
) -> dict[str, Any]:
    """`here`, the `rule` that decided with its sentence `said`, and all `rules`.

    The message stands for the model that wrote it, where none is named. Raises `UnknownFunction`, `NotFound`.
    """
    function = await services.registry.get(function_id)
    snapshot = await services.registry.index.current()
    if message_id and not model_id:
        model_id = await _model_of(services, message_id, user)
    decision = await Why(services, function, snapshot.servings.get(function_id), user).decide(model_id)
    failed = decision.failed
    return {
        "here": decision.here,
        "rule": failed.code if failed else None,
        "said": failed.said if failed else f"{function.name} is here: no rule speaks against it.",
        "model_id": model_id or None,
        "user_id": user.id,
        "rules": [rule._asdict() for rule in decision.rules],
    }


async def why_all(services: Services, user: User, model_id: str = "", message_id: str = "") -> dict[str, Any]:
    """The same for every action and filter at once, those first that are not here.

    Who is no admin reads of those that they may use, and no rules: nothing of what is switched off, of what others
    may use, or of how functions are set. Raises `NotFound` for a message that is not theirs.
    """
    if message_id and not model_id:
        model_id = await _model_of(services, message_id, user)
    snapshot = await services.registry.index.current()
    everything = user.role == "admin"
    entries = []
    for function in await services.store.functions.list():
        if function.kind not in ("action", "filter"):
            continue
        decision = await Why(services, function, snapshot.servings.get(function.id), user).decide(model_id)
        failed = decision.failed
        if not everything and any(not rule.passed and rule.code not in _TOLD_TO_USERS for rule in decision.rules):
            continue
        said = failed.said if failed else f"{function.name} is here: no rule speaks against it."
        entry = {"id": function.id, "name": function.name, "kind": function.kind, "here": decision.here, "said": said}
        rules = [rule._asdict() for rule in decision.rules] if everything else []
        entries.append({**entry, "rule": failed.code if failed else None, "rules": rules})
    entries.sort(key=lambda entry: (bool(entry["here"]), str(entry["name"]).casefold()))
    return {"model_id": model_id or None, "functions": entries}


async def _model_of(services: Services, message_id: str, user: User) -> str:
    message = await services.store.messages.find(message_id, user.id)
    if message is None:
        raise NotFound("There is no such message in the chats of this user.")
    return message.model or ""


def _model(catalog: Catalog, model_id: str, model: CatalogModel | None, viewer: Viewer) -> Rule:
    if model is None:
        return Rule("model", False, catalog.missing.get(model_id, f"Model '{model_id}' was not found."))
    rules = [*catalog.model_rules(model, viewer)]
    failed = next((rule for rule in rules if not rule.passed), None)
    return rules[0] if failed is None else Rule("model", False, failed.said)


def _ids(serving: Serving) -> list[str]:
    """The function and its buttons: a model may list any of them."""
    return [serving.id, *(f"{serving.id}.{button.id}" for button in serving.description.actions)]
