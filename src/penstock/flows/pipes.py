"""The models that pipes make: one of a plain pipe, one of each entry of `pipes` (spec P1)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from penstock.errors import RunFailed
from penstock.flows import context_values
from penstock.flows.context import Services
from penstock.flows.refreshed import Refreshed, settle
from penstock.flows.registry import Serving
from penstock.flows.runs import RunOrder
from penstock.realtime.hub import Target
from penstock.store.records import User

Entries = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class PipeModel:
    """One model that a pipe makes. `stale` marks an entry of a list that could not be renewed."""

    id: str
    name: str
    serving: Serving
    sub_id: str | None = None
    stale: bool = False


class Pipes:
    """Asks manifolds for their entries. A slow or failing one delays nobody: its last good list is served."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lists: dict[str, Refreshed[Entries]] = {}
        self.revision = 0  # grows with every change of a list

    async def models(self, servings: Sequence[Serving]) -> list[PipeModel]:
        """The models of these pipes, in their order."""
        for serving in servings:
            self._touch(serving)
        for gone in self._lists.keys() - {serving.function.id for serving in servings}:
            self._lists.pop(gone).close()
        await settle(self._lists.values())
        return [model for serving in servings for model in self._models_of(serving)]

    async def first_lists(self) -> bool:
        """Wait for lists that are being fetched for the first time: the model that is asked for may be in one."""
        first = {known.task for known in self._lists.values() if known.task and known.fetched_at is None}
        if not first:
            return False
        await asyncio.wait(first, timeout=self._services.settings.pipes_deadline)
        return True

    def error(self, function_id: str) -> str:
        """Why the last attempt to renew a list failed; empty when it did not."""
        known = self._lists.get(function_id)
        return known.error if known else ""

    def stop(self) -> None:
        for entries in self._lists.values():
            entries.close()

    def _touch(self, serving: Serving) -> None:
        if not serving.description.has_pipes or serving.description.pipes is not None:
            return
        fetch = partial(self._ask, serving)
        known = self._lists.get(serving.function.id)
        if known is None:
            known = Refreshed(fetch, [], max_age=self._services.settings.models_refresh, changed=self._changed)
            self._lists[serving.function.id] = known
        known.touch((serving.version.id, serving.source.valves), fetch)

    def _models_of(self, serving: Serving) -> list[PipeModel]:
        function, description = serving.function, serving.description
        if not description.has_pipes:
            return [PipeModel(function.id, function.name, serving)]
        known = self._lists.get(function.id)
        entries: Sequence[Any] = known.value if known else description.pipes or []
        stale = bool(known and known.error)
        return [
            PipeModel(f"{function.id}.{sub_id}", f"{description.name or ''}{name}", serving, sub_id, stale)
            for sub_id, name in map(_entry, entries)
            if sub_id
        ]

    async def _ask(self, serving: Serving) -> Entries:
        user = await self._author(serving)
        context = context_values.build(serving.description, "pipes", user=user, id=serving.function.id)
        order = RunOrder(
            serving=serving,
            hook="pipes",
            body=None,
            context=context,
            user=user,
            target=Target(user.id),
            trigger="pipes",
            deadline=self._services.settings.pipes_deadline,
            record=False,
        )
        run = await self._services.runs.start(order)
        streamed = [item async for batch in run.chunks() for item in batch]
        result = await run.outcome()
        entries = streamed if result.form == "stream" else result.value
        if not isinstance(entries, list):
            raise RunFailed(f"`pipes` of '{serving.function.id}' gave something that is not a list.")
        return [{"id": sub_id, "name": name} for sub_id, name in map(_entry, entries) if sub_id]

    async def _author(self, serving: Serving) -> User:
        found = await self._services.store.users.get(serving.function.user_id)
        return found or User(id=serving.function.user_id, email="", name=self._services.settings.name, role="user")

    def _changed(self) -> None:
        self.revision += 1


def _entry(entry: Any) -> tuple[str, str]:
    """Id and name of an entry, which may be a plain text; the id is empty for what is neither."""
    if isinstance(entry, str):
        return entry, entry
    if not isinstance(entry, dict) or entry.get("id") in (None, ""):
        return "", ""
    return str(entry["id"]), str(entry.get("name") or entry["id"])
