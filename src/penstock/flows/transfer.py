"""Functions that come in as a set: imports, and a sync that makes the whole set what was sent, at once (spec L2)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from msgspec import structs

from penstock.environments import Progress, silent
from penstock.errors import BadRequest, Invalid, PenstockError
from penstock.flows.promotion import configuration, merged_meta, new_version, with_version
from penstock.flows.registry import Registry, valid_id
from penstock.flows.serving import is_same
from penstock.flows.transfer_items import FunctionItem, Rows, without_repetitions
from penstock.flows.undisturbed import undisturbed
from penstock.flows.valves import ValveKeeper
from penstock.functions import valves as valve_fields
from penstock.functions.schema_check import errors_in
from penstock.functions.valves import MASK
from penstock.store import Store
from penstock.store.function_set import FunctionChange
from penstock.store.records import Function, User

CHECKS_AT_ONCE = 2
READY = ("ready", "needs_configuration")


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an import: each item stands for itself. `created` and `updated` are ids."""

    functions: list[Function]
    errors: list[dict[str, Any]]
    created: list[str]
    updated: list[str]


class Transfer:
    """Takes functions in."""

    def __init__(self, registry: Registry, valves: ValveKeeper, store: Store) -> None:
        self._registry = registry
        self._valves = valves
        self._store = store

    async def take(self, rows: Rows, author: User, progress: Progress = silent) -> Imported:
        """Save each item, new ones switched off; one that cannot be saved does not keep back the others."""
        rows = without_repetitions(rows)
        done = Imported([], list(rows.errors), [], [])
        for item in rows.items:
            try:
                await self._take(item, author, progress, done)
            except PenstockError as error:
                done.errors.append({"id": item.id, "name": item.name, **error.as_dict()})
        return done

    async def sync(self, rows: Rows, author: User, progress: Progress = silent) -> list[Function]:
        """Make the set of functions exactly this one, or change nothing.

        Raises `SourceError` or `BadRequest` with `errors`, one for each item that stands in the way.
        """
        wanted = _by_id(rows)
        present = {function.id: function for function in await self._store.functions.list()}
        removed = sorted(present.keys() - wanted.keys())
        async with AsyncExitStack() as turns:
            for function_id in sorted(wanted.keys() | present.keys()):
                await turns.enter_async_context(self._registry.turn(function_id))
            changes = await self._changes(wanted, author, progress)
            await undisturbed(self._apply(changes, removed))
        for function_id in removed:
            self._registry.record("function.deleted", function_id, author, by="sync")
        for function_id in sorted(wanted):
            self._registry.record("function.synced", function_id, author)
        return [await self._registry.get(function_id) for function_id in wanted]

    async def _apply(self, changes: Sequence[FunctionChange], removed: Sequence[str]) -> None:
        await self._store.function_set.apply(changes, removed)
        for change in changes:
            keep = change.function.version_id if change.function.is_active else None
            await self._registry.retire(change.function.id, keep_version=keep)
        for function_id in removed:
            await self._registry.unload(function_id)

    async def _take(self, item: FunctionItem, author: User, progress: Progress, done: Imported) -> None:
        function_id = valid_id(item.id)
        wanted = (function_id, item.name, item.source, item.meta, author, "Imported")
        is_new = await self._store.functions.get(function_id) is None
        if is_new:
            await self._registry.save(
                *wanted,
                origin_url=item.origin_url,
                origin_hash=item.origin_hash,
                progress=_labelled(progress, item),
            )
        else:
            await self._registry.update(*wanted, progress=_labelled(progress, item))
        (done.created if is_new else done.updated).append(function_id)
        if known := _without_masks(item.valves):
            try:
                await self._valves.update(function_id, known, author)
            except PenstockError as error:
                error.message = f"It is there, but its valves were not taken: {error.message}"
                done.errors.append({"id": function_id, "name": item.name, **error.as_dict()})
        done.functions.append(await self._registry.get(function_id))

    async def _changes(self, wanted: dict[str, FunctionItem], author: User, progress: Progress) -> list[FunctionChange]:
        slots = asyncio.Semaphore(CHECKS_AT_ONCE)

        async def change(function_id: str, item: FunctionItem) -> FunctionChange | PenstockError:
            async with slots:
                try:
                    return await self._change(function_id, item, author, _labelled(progress, item))
                except PenstockError as error:
                    return _of(function_id, item, error)

        outcomes = await asyncio.gather(*(change(function_id, item) for function_id, item in wanted.items()))
        _refuse_for([outcome for outcome in outcomes if isinstance(outcome, PenstockError)])
        return [outcome for outcome in outcomes if isinstance(outcome, FunctionChange)]

    async def _change(self, function_id: str, item: FunctionItem, author: User, progress: Progress) -> FunctionChange:
        present = await self._store.functions.get(function_id)
        function = structs.replace(
            present or Function(id=function_id, user_id=author.id, kind="", name=""),
            name=item.name or (present.name if present else function_id),
            is_active=item.is_active,
            is_global=item.is_global,
            updated_at=time.time(),
        )
        if item.origin_url:
            function = structs.replace(function, origin_url=item.origin_url, origin_hash=item.origin_hash)
        stored = await self._store.valves.get(function_id)
        current = await self._store.versions.get(function.version_id or "")
        if current is not None and is_same(current, item.source) and function.state in READY:
            version, meta = None, merged_meta(function.meta, item.meta, current.manifest)
            valves = _valves(item, current.description, stored)
            missing = valve_fields.missing(current.description.get("required_valves", []), valves or stored)
            function = structs.replace(function, meta=meta, **configuration(missing))
        else:
            checked = await self._registry.source_check.check(
                function_id, item.source, valves=item.valves or stored, progress=progress
            )
            version = new_version(function_id, checked, author, "Synced")
            valves = _valves(item, version.description, stored)
            function = with_version(function, version, item.meta, valves or stored)
            function = structs.replace(function, is_active=item.is_active)
        return FunctionChange(function=function, version=version, valves=valves, is_new=present is None)


def _by_id(rows: Rows) -> dict[str, FunctionItem]:
    """Raises `BadRequest` where a row cannot be read, has no good id, or an id stands there twice."""
    refused: list[PenstockError] = [
        BadRequest(error.pop("detail"), hint=error.pop("hint"), **error) for error in map(dict, rows.errors)
    ]
    wanted: dict[str, FunctionItem] = {}
    for item in rows.items:
        try:
            function_id = valid_id(item.id)
            if function_id in wanted:
                raise BadRequest("Two of the functions have this id.", hint="Keep one of them.")
            wanted[function_id] = item
        except BadRequest as error:
            refused.append(_of(item.id, item, error))
    _refuse_for(refused)
    return wanted


def _refuse_for(errors: Sequence[PenstockError]) -> None:
    """Raise the first with all of them in `errors`."""
    if errors:
        first = errors[0]
        listed = [each.as_dict() for each in errors]
        fields = {name: value for name, value in first.fields.items() if name != "code"}
        raise type(first)(first.message, hint=first.hint, **{**fields, "errors": listed})


def _valves(item: FunctionItem, description: dict[str, Any], stored: dict[str, Any] | None) -> dict[str, Any] | None:
    """The values that come along, secrets that are masked as they are here. Raises `Invalid`."""
    if item.valves is None:
        return None
    schema = description.get("valves_schema")
    values = valve_fields.unmasked(schema, item.valves, stored)
    given = {name: value for name, value in values.items() if value is not None}
    optional = {**(schema or {}), "required": []}
    wrong = [{"field": ".".join(map(str, where)), "message": said} for where, said in errors_in(optional, given)]
    if wrong:
        said = "; ".join(f"{each['field']}: {each['message']}" for each in wrong)
        raise Invalid(f"its valves do not fit: {said}", hint="Mend the values, or leave the valves out.", fields=wrong)
    return given


def _labelled(progress: Progress, item: FunctionItem) -> Progress:
    return lambda text: progress(f"{item.id}: {text}")


def _without_masks(valves: dict[str, Any] | None) -> dict[str, Any]:
    """Secrets are not in an export: where their mask stands, nothing is set."""
    return {name: value for name, value in (valves or {}).items() if value != MASK and value is not None}


def _of(function_id: str, item: FunctionItem, error: PenstockError) -> PenstockError:
    error.message = f"{function_id or item.name or 'a function'}: {error.message}"
    error.fields |= {"id": function_id, "name": item.name}
    return error
