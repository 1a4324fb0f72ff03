"""Functions as they serve just now, found by id, kind or the address of an action."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from penstock.errors import (
    FunctionInactive,
    NeedsConfiguration,
    NotFound,
    UnknownAction,
    UnknownFunction,
    UnknownSubAction,
)
from penstock.flows import availability
from penstock.flows.restoring import Restoring
from penstock.flows.serving import Serving, ServingIndex
from penstock.flows.valve_layers import ValveLayers
from penstock.functions.valves import missing
from penstock.store import Store
from penstock.store.records import Function


class Lookup:
    """Reads are warm until something changes."""

    def __init__(self, store: Store, index: ServingIndex, restoring: Restoring) -> None:
        self._store = store
        self.index = index
        self.restoring = restoring
        self.valve_layers = ValveLayers(store)

    async def active(self, kind: str) -> Sequence[Serving]:
        """Active functions of a kind, in order of the `priority` valve, then the id (L10)."""
        return (await self.index.current()).active[kind]

    async def serving(self, function_id: str) -> Serving:
        """An active function. Raises `UnknownFunction`, `FunctionInactive`."""
        snapshot = await self.index.current()
        function = snapshot.functions.get(function_id)
        if function is None:
            raise UnknownFunction(f"There is no function with the id `{function_id}`.")
        return await self._ready(function, snapshot.servings.get(function_id))

    async def version_of(self, function_id: str) -> Serving:
        """A function with its version, active or not, for looking at it. Raises `UnknownFunction`, `NotFound`."""
        snapshot = await self.index.current()
        if function_id not in snapshot.functions:
            raise UnknownFunction(f"There is no function with the id `{function_id}`.")
        serving = snapshot.servings.get(function_id)
        if serving is None:
            raise NotFound(f"No version of `{function_id}` loads.", hint=snapshot.functions[function_id].reason)
        return serving

    async def action(self, action_id: str, bound_ids: Collection[str] | None = None) -> tuple[Serving, str | None]:
        """The action that `function` or `function.sub` names, and the sub-id.

        Raises `UnknownAction`, `FunctionInactive`, `UnknownSubAction`, and `NotBound` where it is not global and not
        in `bound_ids` (None: bound or not does not matter).
        """
        function_id, _, sub_id = action_id.partition(".")
        snapshot = await self.index.current()
        function = snapshot.functions.get(function_id)
        if function is None or function.kind != "action":
            raise UnknownAction(f"There is no action with the id `{function_id}`.")
        serving = await self._ready(function, snapshot.servings.get(function_id))
        if sub_id and sub_id not in {button.id for button in serving.description.actions}:
            raise UnknownSubAction(f"The action `{function_id}` has no sub-action `{sub_id}`.")
        if bound_ids is not None:
            availability.require([availability.bound(function, bound_ids, (action_id, function_id), "")])
        return serving, sub_id or None

    async def valves_for(
        self, serving: Serving, user_id: str, models: Sequence[str] = ()
    ) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """Set valves in force, the function's and the user's (V4, V6). Raises `NeedsConfiguration` (L7)."""
        valves = await self.valve_layers.in_force(serving, user_id, models)
        if lacking := serving.missing and missing([*serving.missing], valves):
            names = ", ".join(f"`{name}`" for name in lacking)
            raise NeedsConfiguration(
                f"{serving.function.name} needs values for {names} before it can run.",
                hint="An administrator sets them in the function's valves.",
                missing=lacking,
            )
        user_valves = None
        if serving.description.user_valves_schema is not None:
            user_valves = await self._store.valves.get_user(serving.id, user_id)
        return valves, user_valves

    async def _ready(self, function: Function, serving: Serving | None) -> Serving:
        availability.require([availability.active(function)])
        if serving is None:
            raise FunctionInactive(f"{function.name} is switched off. {function.reason}".strip())
        return await self.restoring.ready(serving) if serving.lacks else serving
