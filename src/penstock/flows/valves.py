"""Values of valves: read with secrets masked, checked by their own class in a worker, stored (spec V1-V5, L7)."""

from __future__ import annotations

import asyncio
import copy
import uuid
from typing import Any

from penstock.engine.base import Engine, HookCall
from penstock.errors import Invalid, NotFound, PenstockError, RunFailed
from penstock.flows.context_values import user_values
from penstock.flows.promotion import configuration
from penstock.flows.registry import Registry
from penstock.flows.serving import Serving
from penstock.functions import valves as fields
from penstock.protocol.frames import Failed, Result
from penstock.store import Store
from penstock.store.records import User

CHECK_DEADLINE = 15.0
OPTIONS_DEADLINE = 5.0


class ValveKeeper:
    """What admins set for a function, and what users set for themselves."""

    def __init__(self, registry: Registry, store: Store, engine: Engine) -> None:
        self._registry = registry
        self._store = store
        self._engine = engine

    async def read(self, function_id: str) -> dict[str, Any]:
        """The set values; secrets as `functions.valves.MASK`."""
        await self._registry.get(function_id)
        stored = await self._store.valves.get(function_id)
        return fields.masked(await self._schema(function_id), stored)

    async def spec(self, function_id: str, user: User) -> dict[str, Any] | None:
        """JSON Schema with `input` hints, choices of methods filled in; None without a class."""
        serving = await self._registry.version_of(function_id)
        return await self._with_options(serving, serving.description.valves_schema, "Valves", user)

    async def update(self, function_id: str, values: dict[str, Any], author: User) -> dict[str, Any]:
        """Replace the set values. Raises `Invalid` with `errors` per field, and then nothing is stored."""
        async with self._registry.turn(function_id):
            serving = await self._registry.version_of(function_id)
            schema = self._require(serving.description.valves_schema, serving)
            stored = await self._store.valves.get(function_id)
            checked = await self._check(serving, "valves:check", fields.unmasked(schema, values, stored))
            await self._store.valves.set(function_id, checked)
            function = await self._registry.get(function_id)
            if function.state in ("ready", "needs_configuration"):
                missing = fields.missing(serving.description.required_valves, checked)
                await self._store.functions.update(function_id, **configuration(missing))
        self._registry.record("function.valves_updated", function_id, author, keys=sorted(checked))
        return fields.masked(schema, checked)

    async def read_user(self, function_id: str, user: User) -> dict[str, Any]:
        serving = await self._registry.version_of(function_id)
        stored = await self._store.valves.get_user(function_id, user.id)
        return fields.masked(serving.description.user_valves_schema, stored)

    async def user_spec(self, function_id: str, user: User) -> dict[str, Any] | None:
        serving = await self._registry.version_of(function_id)
        return await self._with_options(serving, serving.description.user_valves_schema, "UserValves", user)

    async def update_user(self, function_id: str, values: dict[str, Any], user: User) -> dict[str, Any]:
        """Replace the values of one user. Raises `Invalid`."""
        serving = await self._registry.version_of(function_id)
        schema = self._require(serving.description.user_valves_schema, serving)
        stored = await self._store.valves.get_user(function_id, user.id)
        checked = await self._check(serving, "user_valves:check", fields.unmasked(schema, values, stored))
        await self._store.valves.set_user(function_id, user.id, checked)
        return fields.masked(schema, checked)

    async def _schema(self, function_id: str) -> dict[str, Any] | None:
        try:
            return (await self._registry.version_of(function_id)).description.valves_schema
        except NotFound:
            return None

    def _require(self, schema: dict[str, Any] | None, serving: Serving) -> dict[str, Any]:
        if schema is None:
            raise NotFound(f"{serving.function.name} has no such valves.")
        return schema

    async def _check(self, serving: Serving, hook: str, values: dict[str, Any]) -> dict[str, Any]:
        answer = await self._ask(serving, HookCall(str(uuid.uuid4()), hook, values, deadline=CHECK_DEADLINE))
        if not answer["ok"]:
            errors: list[dict[str, str]] = answer["errors"]
            said = "; ".join(
                f"{each['field']}: {each['message']}" if each["field"] else each["message"] for each in errors
            )
            raise Invalid(said, hint="Nothing was stored.", errors=errors)
        checked: dict[str, Any] = answer["values"]
        return checked

    async def _with_options(
        self, serving: Serving, schema: dict[str, Any] | None, owner: str, user: User
    ) -> dict[str, Any] | None:
        """The schema with what methods say to choose from; a method that fails leaves none, and says why."""
        if schema is None:
            return None
        schema = copy.deepcopy(schema)
        for each in (schema, *schema.get("$defs", {}).values()):
            for name in fields.secret_fields(each):
                each["properties"][name]["writeOnly"] = True
        wanted = fields.dynamic_options(schema)
        methods = sorted(set(wanted.values()))
        found = await asyncio.gather(*(self._options(serving, method, owner, user) for method in methods))
        answers = dict(zip(methods, found, strict=True))
        for name, method in wanted.items():
            schema["properties"][name]["input"] |= answers[method]
        return schema

    async def _options(self, serving: Serving, method: str, owner: str, user: User) -> dict[str, Any]:
        call = HookCall(
            str(uuid.uuid4()),
            f"valves_options:{method}",
            owner,
            {"user": user_values(user)},
            serving.source.valves,
            await self._store.valves.get_user(serving.id, user.id),
            deadline=OPTIONS_DEADLINE,
        )
        try:
            options = await self._ask(serving, call)
        except PenstockError as error:
            return {"options": [], "error": error.message}
        return {"options": options if isinstance(options, list) else [], "error": ""}

    async def _ask(self, serving: Serving, call: HookCall) -> Any:
        """Call a hook that is nobody's run; a function that is off does not keep the worker."""
        answer: Result | None = None
        try:
            async for frame in await self._engine.run(serving.source, call):
                if isinstance(frame, Result):
                    answer = frame
                elif isinstance(frame, Failed):
                    raise RunFailed(f"{frame.type}: {frame.message}", traceback=frame.traceback, line=frame.line)
        finally:
            if not serving.function.is_active:
                await self._engine.retire(serving.id)
        if answer is None:
            raise RunFailed("The call ended without an answer.")
        return answer.value
