"""Which layer of valves wins for a run: default < all < groups < models < the user (spec V6).

A layer sets single fields, always whole ones. Of a user's groups the later by name wins, of models that are built on
each other the one that was asked for. A user may set only what the class marks with `per_user`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from penstock.flows.serving import Serving
from penstock.store import Store

DEFAULT, ALL, GROUP, MODEL, USER = "default", "global", "group", "model", "user"


@dataclass(frozen=True, slots=True)
class Layer:
    """What one layer sets. `subject` is the id of the group, model or user."""

    kind: str
    subject: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Origin:
    """The value of one field that is in force, and where it comes from."""

    value: Any
    layer: str
    subject: str = ""


class ValveLayers:
    """Reads only; functions without layers cost nothing more."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def in_force(self, serving: Serving, user_id: str, models: Sequence[str]) -> dict[str, Any] | None:
        """The set values for a run of that user with these models, the one that answers first."""
        own: dict[str, Any] | None = serving.source.valves
        if not serving.layers and not serving.per_user:
            return own
        merged = dict(own or {})
        for layer in await self._over(serving, user_id, models):
            merged.update(layer.values)
        return merged or own

    async def origins(self, serving: Serving, user_id: str | None, models: Sequence[str]) -> dict[str, Origin]:
        """Every field of the class with its value in force, by the same rules."""
        schema = serving.description.valves_schema or {}
        found = {name: Origin(field.get("default"), DEFAULT) for name, field in schema.get("properties", {}).items()}
        layers = [Layer(ALL, "", serving.source.valves or {}), *await self._over(serving, user_id, models)]
        for layer in layers:
            for name, value in layer.values.items():
                found[name] = Origin(value, layer.kind, layer.subject)
        return found

    async def _over(self, serving: Serving, user_id: str | None, models: Sequence[str]) -> list[Layer]:
        """The layers above the function's own values, the weakest first."""
        layers = []
        if serving.layers:
            groups = await self._store.groups.of(user_id) if user_id else []
            subjects = [*((GROUP, group.id) for group in groups), *((MODEL, model) for model in models)]
            layers = [Layer(*each, serving.layers[each]) for each in subjects if each in serving.layers]
        if serving.per_user and user_id:
            values = await self._store.layered_valves.get(serving.id, USER, user_id)
            allowed = {name: value for name, value in (values or {}).items() if name in serving.per_user}
            layers.append(Layer(USER, user_id, allowed))
        return layers
