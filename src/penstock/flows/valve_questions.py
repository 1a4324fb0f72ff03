"""What only a function's own classes of valves know: whether values fit, and what there is to choose from (V2, V3)."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any, Literal

from penstock.engine.base import Engine, HookCall
from penstock.errors import Invalid, PenstockError, RunFailed
from penstock.flows.context_values import user_values
from penstock.flows.serving import Serving
from penstock.functions import valves as fields
from penstock.protocol.frames import Failed, Result
from penstock.store import Store
from penstock.store.records import User

CHECK_DEADLINE = 15.0
OPTIONS_DEADLINE = 5.0
Owner = Literal["Valves", "UserValves"]
CHECKS: dict[Owner, str] = {"Valves": "valves:check", "UserValves": "user_valves:check"}


class ValveQuestions:
    """Asks a worker; these calls are nobody's runs."""

    def __init__(self, store: Store, engine: Engine) -> None:
        self._store = store
        self._engine = engine

    async def check(self, serving: Serving, owner: Owner, values: dict[str, Any]) -> dict[str, Any]:
        """The values as they are to be stored. Raises `Invalid` with `errors` per field."""
        answer = await self._ask(serving, HookCall(str(uuid.uuid4()), CHECKS[owner], values, deadline=CHECK_DEADLINE))
        if not answer["ok"]:
            raise refused(answer["errors"])
        checked: dict[str, Any] = answer["values"]
        return checked

    async def with_options(
        self, serving: Serving, schema: dict[str, Any] | None, owner: Owner, user: User
    ) -> dict[str, Any] | None:
        """The schema with what methods say to choose from; a method that fails leaves none, and says why."""
        if schema is None:
            return None
        schema = fields.shown_schema(schema)
        wanted = fields.dynamic_hints(schema)
        methods = sorted({hint["options"] for hint in wanted})
        found = await asyncio.gather(*(self._options(serving, method, owner, user) for method in methods))
        answers = dict(zip(methods, found, strict=True))
        for hint in wanted:
            hint |= answers[hint["options"]]
        return schema

    async def _options(self, serving: Serving, method: str, owner: Owner, user: User) -> dict[str, Any]:
        call = HookCall(
            str(uuid.uuid4()),
            f"valves_options:{owner}.{method}",
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
        """A function that is off does not keep the worker."""
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


def refused(errors: list[dict[str, str]]) -> Invalid:
    """What is wrong with the fields, as one error."""
    said = "; ".join(f"{each['field']}: {each['message']}" if each["field"] else each["message"] for each in errors)
    return Invalid(said, hint="Nothing was stored.", errors=errors)
