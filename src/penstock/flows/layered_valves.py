"""Layers of valves for groups, models and users: read with secrets masked, checked as a whole, stored (spec V6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from penstock.errors import BadRequest, NotFound
from penstock.flows.registry import Registry
from penstock.flows.serving import Serving
from penstock.flows.valve_layers import DEFAULT, GROUP, MODEL, USER, Origin
from penstock.flows.valve_questions import ValveQuestions, refused
from penstock.functions import valves as fields
from penstock.store import Store
from penstock.store.records import User

ORDER_IS_FOR_ALL = "The order is the same for everybody: set it for all."


class LayerKeeper:
    """What admins set for one group or model, and which layer wins for whom."""

    def __init__(self, registry: Registry, store: Store, questions: ValveQuestions) -> None:
        self._registry = registry
        self._store = store
        self._questions = questions

    async def list(self, function_id: str) -> list[dict[str, Any]]:
        """The layers of groups and models that set anything, in the order in which they win."""
        serving = await self._registry.version_of(function_id)
        names = {(GROUP, group.id): group.name for group in await self._store.groups.list()}
        names |= {(MODEL, model.id): model.name for model in await self._store.models.list()}
        return [
            {
                "layer": kind,
                "subject": subject,
                "name": names.get((kind, subject), subject),
                "values": fields.masked(serving.description.valves_schema, values),
            }
            for (kind, subject), values in sorted(serving.layers.items(), key=lambda each: each[0])
        ]

    async def read(self, function_id: str, layer: str, subject: str) -> dict[str, Any]:
        serving = await self._of(function_id, layer)
        return fields.masked(serving.description.valves_schema, await self._stored(serving, layer, subject))

    async def update(
        self, function_id: str, layer: str, subject: str, values: Mapping[str, Any], author: User
    ) -> dict[str, Any]:
        """Replace what a layer sets; a field that is not named, or null, is left to the layers below.

        Raises `Invalid` with `errors` per field, `NotFound` for a group or user that does not exist.
        """
        async with self._registry.turn(function_id):
            serving = await self._of(function_id, layer)
            await self._require_subject(layer, subject)
            schema = serving.description.valves_schema or {}
            given = fields.unmasked(schema, values, await self._stored(serving, layer, subject))
            checked = await self.checked(serving, given, subject if layer == USER else None)
            await self._store.layered_valves.set(function_id, layer, subject, checked)
        keys = sorted(checked)
        self._registry.record("function.valves_updated", function_id, author, layer=layer, subject=subject, keys=keys)
        return fields.masked(schema, checked)

    async def remove(self, function_id: str, layer: str, subject: str, author: User) -> None:
        """Take a whole layer away. Raises `NotFound` where there is none."""
        async with self._registry.turn(function_id):
            serving = await self._of(function_id, layer)
            if not await self._stored(serving, layer, subject):
                raise NotFound(f"{serving.function.name} has no values of its own for this {layer}.")
            await self._store.layered_valves.set(function_id, layer, subject, None)
        self._registry.record("function.valves_updated", function_id, author, layer=layer, subject=subject, keys=[])

    async def checked(self, serving: Serving, given: Mapping[str, Any], user_id: str | None = None) -> dict[str, Any]:
        """The values of a layer as they are to be stored, after the whole that they make was checked.

        A user's own may only have fields that the class leaves to users.
        """
        given = {name: value for name, value in given.items() if value is not None}
        self._require_fields(serving, given, user_id)
        below = serving.source.valves
        if user_id is not None:
            found = await self.below_user(serving, user_id)
            below = {name: origin.value for name, origin in found.items() if origin.layer != DEFAULT}
        if not given:
            return {}
        whole = await self._questions.check(serving, "Valves", {**(below or {}), **given})
        return {name: value for name, value in whole.items() if name in given}

    async def origins(self, function_id: str, user_id: str | None, models: Sequence[str]) -> dict[str, dict[str, Any]]:
        """For each field its value in force (masked) and the layer that it comes from."""
        serving = await self._registry.version_of(function_id)
        schema = serving.description.valves_schema
        found = await self._registry.valve_layers.origins(serving, user_id, models)
        values = {name: origin.value for name, origin in found.items()}
        shown = fields.masked(schema, values)
        return {name: await self._described(origin, shown[name]) for name, origin in found.items()}

    async def _described(self, origin: Origin, shown: Any) -> dict[str, Any]:
        name = origin.subject
        if origin.layer == GROUP and (group := await self._store.groups.get(origin.subject)):
            name = group.name
        if origin.layer == MODEL and (model := await self._store.models.get(origin.subject)):
            name = model.name
        return {"value": shown, "layer": origin.layer, "subject": origin.subject, "name": name}

    async def below_user(self, serving: Serving, user_id: str) -> dict[str, Origin]:
        """What a user's own values are put upon: those of the groups and for all, since any model may come."""
        return await self._registry.valve_layers.origins(replace(serving, per_user=frozenset()), user_id, ())

    def _require_fields(self, serving: Serving, given: Mapping[str, Any], user_id: str | None) -> None:
        known = (serving.description.valves_schema or {}).get("properties", {})
        errors = [{"field": name, "message": "There is no such field."} for name in given if name not in known]
        if "priority" in given:
            errors.append({"field": "priority", "message": ORDER_IS_FOR_ALL})
        if user_id is not None:
            errors += [
                {"field": name, "message": "Only administrators set this field."}
                for name in given
                if name in known and name not in serving.per_user
            ]
        if errors:
            raise refused(errors)

    async def _of(self, function_id: str, layer: str) -> Serving:
        if layer not in (GROUP, MODEL, USER):
            raise BadRequest(f"There is no layer `{layer}`.", hint="There are `group`, `model` and `user`.")
        serving = await self._registry.version_of(function_id)
        if serving.description.valves_schema is None:
            raise NotFound(f"{serving.function.name} has no such valves.")
        return serving

    async def _require_subject(self, layer: str, subject: str) -> None:
        """Models come and go with their servers, so that any id will do."""
        if layer == GROUP and await self._store.groups.get(subject) is None:
            raise NotFound("This group does not exist.")
        if layer == USER and await self._store.users.get(subject) is None:
            raise NotFound("This user does not exist.")

    async def _stored(self, serving: Serving, layer: str, subject: str) -> dict[str, Any] | None:
        return await self._store.layered_valves.get(serving.id, layer, subject)
