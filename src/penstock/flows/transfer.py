"""Functions that come in as a set: imports, and a sync that makes the whole set what was sent, at once (spec L2)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from msgspec import structs

from penstock.environments import Progress, silent
from penstock.errors import BadRequest, PenstockError, SourceError
from penstock.flows.promotion import merged_meta, new_version, with_version
from penstock.flows.registry import Registry, valid_id
from penstock.flows.saving import Checked
from penstock.flows.valves import ValveKeeper
from penstock.functions import manifest
from penstock.functions.valves import MASK
from penstock.store import Store
from penstock.store.function_set import FunctionChange
from penstock.store.records import Function, User

CHECKS_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class FunctionItem:
    """One function as an export holds it."""

    id: str
    source: str
    name: str = ""
    meta: dict[str, Any] = field(default_factory=dict)
    is_active: bool = False
    is_global: bool = False
    valves: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an import: each item stands for itself."""

    functions: list[Function]
    errors: list[dict[str, Any]]


def read_items(given: Any) -> list[FunctionItem]:
    """Items of an export: a list, one object, or `{"functions": [...]}`. Raises `BadRequest`."""
    if isinstance(given, dict) and isinstance(given.get("functions"), list):
        given = given["functions"]
    items = given if isinstance(given, list) else [given]
    return [_item(each, place) for place, each in enumerate(items)]


def item_from_file(name: str, source: str) -> FunctionItem:
    """A `.py` file: its id comes from the frontmatter, else from its name."""
    found = manifest.read(source)
    stem = name.rpartition("/")[2].removesuffix(".py")
    function_id = found.id or stem.lower().replace("-", "_").replace(" ", "_")
    return FunctionItem(id=function_id, source=source, name=found.title or stem)


class Transfer:
    """Takes functions in."""

    def __init__(self, registry: Registry, valves: ValveKeeper, store: Store) -> None:
        self._registry = registry
        self._valves = valves
        self._store = store

    async def take(self, items: Sequence[FunctionItem], author: User, progress: Progress = silent) -> Imported:
        """Save each item, new ones switched off; one that cannot be saved does not keep back the others."""
        functions: list[Function] = []
        errors: list[dict[str, Any]] = []
        for item in items:
            try:
                functions.append(await self._take(item, author, progress))
            except PenstockError as error:
                errors.append({"id": item.id, **error.as_dict()})
        return Imported(functions, errors)

    async def sync(self, items: Sequence[FunctionItem], author: User) -> list[Function]:
        """Make the set of functions exactly this one, or change nothing. Raises `SourceError`, `BadRequest`."""
        wanted = {valid_id(item.id): item for item in items}
        if len(wanted) < len(items):
            raise BadRequest("Two of the functions have the same id.")
        present = {function.id: function for function in await self._store.functions.list()}
        removed = sorted(present.keys() - wanted.keys())
        async with AsyncExitStack() as turns:
            for function_id in sorted(wanted.keys() | present.keys()):
                await turns.enter_async_context(self._registry.turn(function_id))
            changes = await self._changes(wanted, author)
            await self._store.function_set.apply(changes, removed)
            for change in changes:
                keep = change.function.version_id if change.function.is_active else None
                await self._registry.retire(change.function.id, keep_version=keep)
            for function_id in removed:
                await self._registry.unload(function_id)
        for function_id in removed:
            self._registry.record("function.deleted", function_id, author, by="sync")
        for function_id in sorted(wanted):
            self._registry.record("function.synced", function_id, author)
        return [await self._registry.get(function_id) for function_id in wanted]

    async def _take(self, item: FunctionItem, author: User, progress: Progress) -> Function:
        function_id = valid_id(item.id)
        wanted = (function_id, item.name, item.source, item.meta, author, "Imported")
        if await self._store.functions.get(function_id) is None:
            await self._registry.save(*wanted, progress=_labelled(progress, item))
        else:
            await self._registry.update(*wanted, progress=_labelled(progress, item))
        if known := _without_masks(item.valves):
            await self._valves.update(function_id, known, author)
        return await self._registry.get(function_id)

    async def _changes(self, wanted: dict[str, FunctionItem], author: User) -> list[FunctionChange]:
        slots = asyncio.Semaphore(CHECKS_AT_ONCE)

        async def change(function_id: str, item: FunctionItem) -> FunctionChange | SourceError:
            async with slots:
                try:
                    return await self._change(function_id, item, author)
                except SourceError as error:
                    return _of(function_id, error)

        outcomes = await asyncio.gather(*(change(function_id, item) for function_id, item in wanted.items()))
        errors = [outcome for outcome in outcomes if isinstance(outcome, SourceError)]
        if errors:
            first = errors[0]
            first.fields["errors"] = [each.as_dict() for each in errors]
            raise first
        return [outcome for outcome in outcomes if isinstance(outcome, FunctionChange)]

    async def _change(self, function_id: str, item: FunctionItem, author: User) -> FunctionChange:
        present = await self._store.functions.get(function_id)
        function = structs.replace(
            present or Function(id=function_id, user_id=author.id, kind="", name=""),
            name=item.name or (present.name if present else function_id),
            is_active=item.is_active,
            is_global=item.is_global,
            updated_at=time.time(),
        )
        valves = await self._store.valves.get(function_id)
        current = await self._store.versions.get(function.version_id or "")
        if current is not None and current.source == item.source and function.state in ("ready", "needs_configuration"):
            meta = merged_meta(function.meta, item.meta, current.manifest)
            return FunctionChange(function=structs.replace(function, meta=meta))
        checked: Checked = await self._registry.source_check.check(function_id, item.source, valves=valves)
        version = new_version(function_id, checked, author, "Synced")
        function = structs.replace(with_version(function, version, item.meta, valves), is_active=item.is_active)
        return FunctionChange(function=function, version=version, is_new=present is None)


def _item(given: Any, place: int) -> FunctionItem:
    """Exports of the community site wrap the function in an object of its own."""
    if isinstance(given, dict) and isinstance(given.get("function"), dict):
        given = given["function"]
    if not isinstance(given, dict) or not isinstance(given.get("content"), str):
        raise BadRequest(f"Item {place + 1} is no function: it has no `content`.")
    meta, valves = given.get("meta"), given.get("valves")
    title = str(given.get("name") or "")
    return FunctionItem(
        id=str(given.get("id") or item_from_file(title, given["content"]).id),
        source=given["content"],
        name=title,
        meta=meta if isinstance(meta, dict) else {},
        is_active=given.get("is_active") is True,
        is_global=given.get("is_global") is True,
        valves=valves if isinstance(valves, dict) else None,
    )


def _labelled(progress: Progress, item: FunctionItem) -> Progress:
    return lambda text: progress(f"{item.id}: {text}")


def _without_masks(valves: dict[str, Any] | None) -> dict[str, Any]:
    """Secrets are not in an export: where their mask stands, nothing is set."""
    return {name: value for name, value in (valves or {}).items() if value != MASK and value is not None}


def _of(function_id: str, error: SourceError) -> SourceError:
    error.message = f"{function_id}: {error.message}"
    error.fields["id"] = function_id
    return error
