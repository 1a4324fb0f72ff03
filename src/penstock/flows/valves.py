"""Values of valves: read with secrets masked, checked by their own class in a worker, stored (spec V1-V6, L7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.engine.base import Engine
from penstock.errors import NotFound
from penstock.flows.layered_valves import LayerKeeper
from penstock.flows.promotion import configuration
from penstock.flows.registry import Registry
from penstock.flows.serving import Serving
from penstock.flows.valve_questions import ValveQuestions
from penstock.functions import valves as fields
from penstock.store import Store
from penstock.store.records import User


class ValveKeeper:
    """What admins set for a function, and what users set for themselves."""

    def __init__(self, registry: Registry, store: Store, engine: Engine) -> None:
        self._registry = registry
        self._store = store
        self._questions = ValveQuestions(store, engine)
        self.layers = LayerKeeper(registry, store, self._questions)

    async def read(self, function_id: str) -> dict[str, Any]:
        """The set values; secrets as `functions.valves.MASK`."""
        await self._registry.get(function_id)
        stored = await self._store.valves.get(function_id)
        return fields.masked(await self._schema(function_id), stored)

    async def spec(self, function_id: str, user: User) -> dict[str, Any] | None:
        """JSON Schema with `input` hints, choices of methods filled in; None without a class."""
        serving = await self._registry.version_of(function_id)
        return await self._questions.with_options(serving, serving.description.valves_schema, "Valves", user)

    async def update(self, function_id: str, values: dict[str, Any], author: User) -> dict[str, Any]:
        """Replace the set values. Raises `Invalid` with `errors` per field, and then nothing is stored."""
        async with self._registry.turn(function_id):
            serving = await self._registry.version_of(function_id)
            schema = require_class(serving.description.valves_schema, serving)
            stored = await self._store.valves.get(function_id)
            checked = await self._questions.check(serving, "Valves", fields.unmasked(schema, values, stored))
            await self._store.valves.set(function_id, checked)
            function = await self._registry.get(function_id)
            if function.state in ("ready", "needs_configuration"):
                missing = fields.missing(serving.description.required_valves, checked)
                await self._store.functions.update(function_id, **configuration(missing))
        self._registry.record("function.valves_updated", function_id, author, keys=sorted(checked))
        return fields.masked(schema, checked)

    async def read_user(self, function_id: str, user: User) -> dict[str, Any]:
        """What the user has set: `UserValves`, and the fields of `Valves` that are left to users."""
        serving = await self._registry.version_of(function_id)
        return fields.masked(_user_schema(serving), await self._stored_by_user(serving, user))

    async def user_spec(self, function_id: str, user: User) -> dict[str, Any] | None:
        serving = await self._registry.version_of(function_id)
        schema = _user_schema(serving)
        if schema is not None and serving.per_user:
            schema = {**schema, "properties": {**schema["properties"], **await self._as_below(serving, schema, user)}}
        return await self._questions.with_options(serving, schema, "UserValves", user)

    async def _as_below(self, serving: Serving, schema: dict[str, Any], user: User) -> dict[str, Any]:
        """The fields left to users, with what holds for them without a value of their own as the default."""
        below = await self.layers.below_user(serving, user.id)
        return {name: {**schema["properties"][name], "default": below[name].value} for name in _left_to_users(serving)}

    async def update_user(self, function_id: str, values: dict[str, Any], user: User) -> dict[str, Any]:
        """Replace the values of one user. Raises `Invalid`."""
        serving = await self._registry.version_of(function_id)
        schema = require_class(_user_schema(serving), serving)
        given = fields.unmasked(schema, values, await self._stored_by_user(serving, user))
        own = {name: value for name, value in given.items() if name not in _left_to_users(serving)}
        shared = {name: value for name, value in given.items() if name not in own}
        checked, layer = {}, {}
        if serving.description.user_valves_schema is not None:
            checked = await self._questions.check(serving, "UserValves", own)
        if serving.per_user:
            below = await self.layers.below_user(serving, user.id)
            differing = {name: value for name, value in shared.items() if value != below[name].value}
            layer = await self.layers.checked(serving, differing, user.id)
        if serving.description.user_valves_schema is not None:
            await self._store.valves.set_user(function_id, user.id, checked)
        if serving.per_user:
            await self._store.layered_valves.set(function_id, "user", user.id, layer)
        return fields.masked(schema, {**layer, **checked})

    async def _stored_by_user(self, serving: Serving, user: User) -> dict[str, Any]:
        stored = await self._store.valves.get_user(serving.id, user.id) or {}
        if not serving.per_user:
            return stored
        layer = await self._store.layered_valves.get(serving.id, "user", user.id) or {}
        return {**{name: value for name, value in layer.items() if name in _left_to_users(serving)}, **stored}

    async def _schema(self, function_id: str) -> Mapping[str, Any] | None:
        try:
            return (await self._registry.version_of(function_id)).description.valves_schema
        except NotFound:
            return None


def _user_schema(serving: Serving) -> dict[str, Any] | None:
    return fields.with_per_user(serving.description.user_valves_schema, serving.description.valves_schema)


def _left_to_users(serving: Serving) -> frozenset[str]:
    """Fields of `Valves` in the form of users; a field of `UserValves` with the same name comes first."""
    own = (serving.description.user_valves_schema or {}).get("properties", {})
    return frozenset(name for name in serving.per_user if name not in own)


def require_class(schema: dict[str, Any] | None, serving: Serving) -> dict[str, Any]:
    if schema is None:
        raise NotFound(f"{serving.function.name} has no such valves.")
    return schema
