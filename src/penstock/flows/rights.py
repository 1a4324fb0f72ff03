"""Rights of functions: the server's defaults, what admins decided beside them, and what is in force."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from penstock.errors import NeedsConfirmation
from penstock.flows.registry import Registry
from penstock.functions import rights_form
from penstock.functions.rights import Budget, Rights
from penstock.functions.rights_form import BOUNDS, Bound
from penstock.settings import Settings
from penstock.store import Store
from penstock.store.records import GivenRights, User


class RightsKeeper:
    """Changes go through here. What it changes holds from the next run on."""

    def __init__(
        self,
        registry: Registry,
        store: Store,
        settings: Settings,
        on_change: Callable[[str, Rights], None] = lambda function_id, rights: None,
    ) -> None:
        """`on_change` is told of every change, so that waiting runs can follow."""
        self._registry = registry
        self._store = store
        self._settings = settings
        self._on_change = on_change

    async def read(self, function_id: str) -> dict[str, Any]:
        """The rights as the API shows them. Raises `UnknownFunction`."""
        await self._registry.get(function_id)
        return await self._wire(await self._store.rights.get(function_id))

    async def change(
        self, function_id: str, given: Mapping[str, Any], author: User, *, confirmed: bool = False
    ) -> dict[str, Any]:
        """Merge `given` into what is set; null takes a field back to its default.

        Raises `Invalid` with `errors` per field, and `NeedsConfirmation` with `dangers`; then nothing has changed.
        """
        defaults = self._registry.rights.defaults
        async with self._registry.turn(function_id):
            await self._registry.get(function_id)
            present = await self._store.rights.get(function_id)
            stored = present.data if present else {}
            data = rights_form.changed(stored, given, self._bounds())
            if data == stored:
                return await self._wire(present)
            before, after = rights_form.laid_over(defaults, stored), rights_form.laid_over(defaults, data)
            dangers = rights_form.dangers(before, after)
            if dangers and not confirmed:
                said = " ".join(danger.message for danger in dangers)
                raise NeedsConfirmation(said, dangers=[danger._asdict() for danger in dangers])
            saved = await self._store.rights.save(
                GivenRights(function_id=function_id, data=data, updated_at=time.time(), updated_by=author.id)
            )
            if after != before:
                await self._registry.retire(function_id, keep_version=None)
        self._on_change(function_id, after)
        self._registry.record(
            "function.rights_updated",
            function_id,
            author,
            before=_differences(before, after),
            after=_differences(after, before),
        )
        return await self._wire(saved)

    def _bounds(self) -> Mapping[str, Bound]:
        return bounds_of(self._settings)

    async def _wire(self, given: GivenRights | None) -> dict[str, Any]:
        defaults, stored = self._registry.rights.defaults, given.data if given else {}
        effective = rights_form.laid_over(defaults, stored)
        shown = msgspec.to_builtins(effective)
        author = await self._store.users.get(given.updated_by) if given else None
        return {
            **shown,
            "budget": {name: stored.get("budget", {}).get(name) for name in Budget.__struct_fields__},
            "defaults": self._whole(defaults),
            "effective": self._whole(effective),
            "bounds": {name: bound._asdict() for name, bound in self._bounds().items()},
            "updated_at": int(given.updated_at) if given else None,
            "updated_by": {"id": given.updated_by, "name": author.name if author else ""} if given else None,
        }

    def _whole(self, rights: Rights) -> dict[str, Any]:
        shown: dict[str, Any] = msgspec.to_builtins(rights)
        shown["budget"]["deadline"] = rights.budget.deadline or self._settings.run_deadline
        return shown


def bounds_of(settings: Settings) -> Mapping[str, Bound]:
    """The values that budgets may have on this server."""
    return {**BOUNDS, "output": BOUNDS["output"]._replace(most=settings.output_limit)}


def _differences(rights: Rights, other: Rights) -> dict[str, Any]:
    """The fields of `rights` that are not as in `other`."""
    mine, theirs = msgspec.to_builtins(rights), msgspec.to_builtins(other)
    changed = {name: value for name, value in mine.items() if name != "budget" and value != theirs[name]}
    budget = {name: value for name, value in mine["budget"].items() if value != theirs["budget"][name]}
    return changed | ({"budget": budget} if budget else {})
