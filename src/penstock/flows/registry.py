"""The life of functions: saved as immutable versions, switched on and off, rolled back, quarantined (spec L1-L8)."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from weakref import WeakValueDictionary

from msgspec import structs

from penstock.engine.base import Engine
from penstock.engine.local.removal import remove
from penstock.environments import Environments, Progress, silent
from penstock.errors import (
    ChangedMeanwhile,
    Conflict,
    NotFound,
    SourceError,
    UnknownFunction,
)
from penstock.flows.function_ids import free_id, id_taken, valid_id
from penstock.flows.granted import Granted
from penstock.flows.lookup import Lookup
from penstock.flows.promotion import loaded_facts, merged_meta, new_version, with_version
from penstock.flows.quarantine import Quarantine
from penstock.flows.restoring import Restoring
from penstock.flows.saving import Checked, SourceCheck
from penstock.flows.serving import Serving, ServingIndex, Snapshot, data_folder, hash_of, is_same, source_of
from penstock.flows.system_events import SystemEvents
from penstock.flows.undisturbed import undisturbed
from penstock.functions.archives import stored
from penstock.functions.packages import Package
from penstock.settings import Settings
from penstock.store import Store
from penstock.store.function_set import FunctionChange
from penstock.store.records import Audit, Function, FunctionVersion, User

__all__ = ["Registry", "Serving", "Snapshot", "valid_id"]

TOLD = {
    **{f"function.{what}": f"function.{what}" for what in ("created", "updated", "enabled", "disabled", "deleted")},
    "function.valves_updated": "function.valves_updated",
    "function.rolled_back": "function.updated",
    "function.synced": "function.updated",
}
"""What event functions hear of what is written down (X1)."""


class Registry(Lookup):
    """Changes go through here, one at a time for each function; reads of what serves are warm."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        environments: Environments,
        settings: Settings,
        events: SystemEvents | None = None,
    ) -> None:
        self.rights = Granted(store, settings)
        index = ServingIndex(store, environments, settings.data_dir, self.rights)
        self.source_check = SourceCheck(engine, environments, settings, self.rights)
        super().__init__(store, index, Restoring(store, index, self.source_check))
        self._events = events
        self._engine = engine
        self._settings = settings
        self._environments = environments
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.quarantine = Quarantine(store, self.index, self.source_check, self.restoring, self.turn)

    async def start(self) -> None:
        """Bring back what was lost meanwhile: packages that are gone, functions whose trouble has passed."""
        await self.quarantine.start()

    async def stop(self) -> None:
        await self.quarantine.stop()

    async def load_failed(self, serving: Serving, error: SourceError) -> Serving | None:
        """A version did not load when it was wanted: the serving to go on with, or None when there is none (L6)."""
        async with self.turn(serving.id):
            return await self.quarantine.load_failed(serving, error)

    # Changes

    async def save(
        self,
        function_id: str,
        name: str,
        source: str | Package,
        meta: dict[str, Any],
        author: User,
        message: str = "",
        *,
        origin_url: str = "",
        origin_hash: str = "",
        is_active: bool = False,
        is_global: bool = False,
        valves: dict[str, Any] | None = None,
        progress: Progress = silent,
    ) -> Function:
        """A new function, which is off unless said otherwise. Raises `BadRequest` (id, L1), `SourceError` (L4)."""
        function_id = valid_id(function_id)
        async with self.turn(function_id):
            await self._require_free(function_id)
            function = Function(
                id=function_id,
                user_id=author.id,
                kind="",
                name=name.strip(),
                is_active=is_active,
                is_global=is_global,
                origin_url=origin_url,
                origin_hash=origin_hash or hash_of(source) if origin_url else "",
            )
            change = await self._checked(function, source, meta, valves, author, message, progress)
            change = structs.replace(change, valves=valves, is_new=True)
            await undisturbed(self._create(change))
        self.record("function.created", function_id, author, name=change.function.name)
        return await self.get(function_id)

    async def update(
        self,
        function_id: str,
        name: str,
        source: str | Package,
        meta: dict[str, Any],
        author: User,
        message: str = "",
        progress: Progress = silent,
        *,
        origin_hash: str | None = None,
        keep_files: bool = False,
        expected_version_id: str = "",
    ) -> Function:
        """A new version of a function; it serves from the next run on (L9).

        A source that is as before makes no version. With `origin_hash`, it is what the function's address holds; with
        `keep_files`, it is the `__init__.py` of a function of several files, whose others stay.
        Raises `SourceError`, or `ChangedMeanwhile` where another version than the expected one serves, and then nothing
        has changed.
        """
        async with self.turn(function_id):
            function = await self.get(function_id)
            if expected_version_id and function.version_id != expected_version_id:
                raise await self._changed_meanwhile(function)
            origin_hash = function.origin_hash if origin_hash is None else origin_hash
            function = structs.replace(function, name=name.strip() or function.name, origin_hash=origin_hash)
            current = await self._store.versions.get(function.version_id or "")
            if keep_files and isinstance(source, str) and current is not None and current.package is not None:
                source = stored(current.package).with_source(source)
            if current is not None and is_same(current, source) and function.state in ("ready", "needs_configuration"):
                merged = merged_meta(function.meta, meta, current.manifest)
                changes = {"name": function.name, "origin_hash": origin_hash, "meta": merged}
                return await self._store.functions.update(function_id, **changes)
            valves = await self._store.valves.get(function_id)
            change = await self._checked(function, source, meta, valves, author, message, progress)
            await undisturbed(self._serve(change))
        self.record("function.updated", function_id, author, version=change.function.version_id)
        return await self.get(function_id)

    async def roll_back(self, function_id: str, version_id: str, author: User, progress: Progress = silent) -> Function:
        """Let an earlier (or later) version serve, after checking that it still loads."""
        async with self.turn(function_id):
            function = await self.get(function_id)
            version = await self.version(function_id, version_id)
            valves = await self._store.valves.get(function_id)
            checked = await self.source_check.check(
                function_id, source_of(version), valves=valves, version_id=version_id, progress=progress
            )
            await undisturbed(self._serve_again(function, version_id, checked, valves))
        self.record("function.rolled_back", function_id, author, version=version_id)
        return await self.get(function_id)

    async def install_packages(self, function_id: str, progress: Progress = silent) -> Function:
        """Try again to install what the serving version needs and this machine lacks. Raises `RequirementsError`."""
        serving = await self.version_of(function_id)
        if serving.lacks:
            await self.restoring.install(serving, progress)
        return await self.get(function_id)

    async def toggle(self, function_id: str, author: User) -> Function:
        """On or off. Raises `Conflict` when no version of it loads."""
        await self._tell_toggle(function_id, author)
        async with self.turn(function_id):
            function = await self.get(function_id)
            on = not function.is_active
            if on and function.state == "failed":
                await self.quarantine.try_again(function)
                function = await self.get(function_id)
                if function.state == "failed":
                    raise Conflict(f"No version of {function.name} loads: {function.reason}", hint="Mend its source.")
            meta = {key: value for key, value in function.meta.items() if key != "deactivated"}
            function = await self._store.functions.update(function_id, is_active=on, meta=meta)
            if not on:
                await self._engine.retire(function_id)
        self.record("function.enabled" if on else "function.disabled", function_id, author)
        return function

    async def _tell_toggle(self, function_id: str, author: User) -> None:
        serving = (await self.index.current()).servings.get(function_id)
        if serving is not None and self._events is not None:
            name = "function.disable_started" if serving.function.is_active else "function.enable_started"
            await self._events.tell_first(name, author, serving, **_told(serving.function))

    async def toggle_global(self, function_id: str, author: User) -> Function:
        async with self.turn(function_id):
            function = await self.get(function_id)
            function = await self._store.functions.update(function_id, is_global=not function.is_global)
        self.record("function.global" if function.is_global else "function.not_global", function_id, author)
        return function

    async def clone(self, function_id: str, author: User, new_id: str = "", name: str = "") -> Function:
        """A copy of the serving version, off, without valves."""
        serving = await self.version_of(function_id)
        new_id = new_id or free_id(f"{function_id}_clone", {each.id for each in await self._store.functions.list()})
        meta, name = dict(serving.function.meta), name or f"{serving.function.name} (Clone)"
        return await self.save(new_id, name, source_of(serving.version), meta, author, f"Cloned from {function_id}")

    async def delete(self, function_id: str, author: User) -> None:
        """With its versions, valves and data; its workers end (L8)."""
        async with self.turn(function_id):
            await self.get(function_id)
            await self._keep_packages(function_id)
            await self._store.functions.delete(function_id)
            await self.unload(function_id)
        self.record("function.deleted", function_id, author)

    async def delete_version(self, function_id: str, version_id: str, author: User) -> None:
        async with self.turn(function_id):
            function = await self.get(function_id)
            await self.version(function_id, version_id)
            if function.version_id == version_id:
                raise Conflict("This version serves just now.", hint="Roll back to another one first.")
            await self._keep_packages(function_id)
            await self._store.versions.delete(version_id)
        self.record("function.version_deleted", function_id, author, version=version_id)

    # What the parts of the registry share

    def turn(self, function_id: str) -> asyncio.Lock:
        """Held while a function changes."""
        return self._turns.setdefault(function_id, asyncio.Lock())

    async def get(self, function_id: str) -> Function:
        """Raises `UnknownFunction`."""
        function = await self._store.functions.get(function_id)
        if function is None:
            raise UnknownFunction(f"There is no function with the id `{function_id}`.")
        return function

    async def version(self, function_id: str, version_id: str) -> FunctionVersion:
        """Raises `NotFound`."""
        version = await self._store.versions.get(version_id)
        if version is None or version.function_id != function_id:
            raise NotFound(f"`{function_id}` has no version `{version_id}`.")
        return version

    async def retire(self, function_id: str, *, keep_version: str | None) -> None:
        await self._engine.retire(function_id, keep_version=keep_version)

    async def unload(self, function_id: str) -> None:
        """End the workers of a function that is gone, and remove its data."""
        await self._engine.retire(function_id)
        await asyncio.to_thread(remove, data_folder(self._settings.data_dir, function_id))

    def record(self, what: str, function_id: str, author: User, **data: Any) -> None:
        self._store.audit.add_nowait(
            Audit(time=time.time(), user_id=author.id, what=what, subject=function_id, data=data)
        )
        if self._events is not None and (name := TOLD.get(what)):
            self._events.tell(name, author, ("function", function_id), **data)

    async def _checked(
        self,
        function: Function,
        source: str | Package,
        meta: dict[str, Any],
        valves: dict[str, Any] | None,
        author: User,
        message: str,
        progress: Progress,
    ) -> FunctionChange:
        """The change that lets this source serve. Raises `SourceError`."""
        checked = await self.source_check.check(function.id, source, valves=valves, progress=progress)
        version = new_version(function.id, checked, author, message)
        function = with_version(function, version, meta, valves)
        name = function.name or checked.inspection.manifest.title or function.id
        return FunctionChange(function=structs.replace(function, name=name), version=version)

    async def _serve(self, change: FunctionChange) -> None:
        await self._store.function_set.apply([change])
        await self._engine.retire(change.function.id, keep_version=change.function.version_id)

    async def _serve_again(
        self, function: Function, version_id: str, checked: Checked, valves: dict[str, Any] | None
    ) -> None:
        await self._store.versions.update(version_id, state="good", reason="", **loaded_facts(checked))
        self.index.forget(version_id)
        function = with_version(function, await self.version(function.id, version_id), {}, valves)
        await self._serve(FunctionChange(function=function))

    async def _create(self, change: FunctionChange) -> None:
        try:
            await self._store.function_set.apply([change])
        except Conflict as error:
            raise id_taken(change.function.id) from error

    async def _keep_packages(self, function_id: str) -> None:
        """For a while, since workers that drain may still import from them."""
        for environment_id, function_ids in (await self._store.versions.environments()).items():
            if function_id in function_ids:
                self._environments.touch(environment_id)

    async def _changed_meanwhile(self, function: Function) -> ChangedMeanwhile:
        version = await self._store.versions.get(function.version_id or "")
        author = await self._store.users.get(version.author_id) if version else None
        number = version.number if version else 0
        return ChangedMeanwhile(
            f"Version {number} serves now, by {author.name if author else 'somebody else'}.",
            hint="Compare it with yours before you save over it.",
            version_id=function.version_id,
            version_number=number,
            author=author.name if author else "",
        )

    async def _require_free(self, function_id: str) -> None:
        if await self._store.functions.get(function_id) is not None:
            raise id_taken(function_id)


def _told(function: Function) -> dict[str, str]:
    return {"type": function.kind, "name": function.name}
