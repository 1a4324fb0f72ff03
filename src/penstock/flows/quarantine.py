"""Versions that fail to load where they did before, and functions that come back once that is over (spec L6)."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine
from typing import Any

import msgspec
import structlog
from msgspec import structs

from penstock.environments import silent
from penstock.errors import PenstockError, SourceError
from penstock.flows.promotion import loaded_facts, with_version
from penstock.flows.restoring import Restoring
from penstock.flows.saving import SourceCheck, explained
from penstock.flows.serving import Serving, ServingIndex, source_of
from penstock.store import Store
from penstock.store.function_set import FunctionChange
from penstock.store.records import Audit, Function, FunctionVersion

log = structlog.get_logger("penstock.functions")

PACKAGES_EVERY = 300.0  # how often packages that could not be had are tried again


class Quarantine:
    """Nothing is switched off here without a record of when and why."""

    def __init__(
        self,
        store: Store,
        index: ServingIndex,
        source_check: SourceCheck,
        restoring: Restoring,
        turn: Callable[[str], asyncio.Lock],
    ) -> None:
        self._turn = turn
        self._store = store
        self._index = index
        self._source_check = source_check
        self.restoring = restoring
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._recover())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self.restoring.stop()

    async def load_failed(self, serving: Serving, error: SourceError) -> Serving | None:
        """Set the version aside; the last good one takes over, or the function goes off. Callers hold its turn."""
        function = await self._store.functions.get(serving.id)
        if function is None:
            return None
        if function.version_id != serving.version.id:
            return (await self._index.current()).servings.get(serving.id)
        if self._index.lacks_environment(serving.version.id):
            return await self.restoring.ready(serving)
        reason = explained(error).message
        await self._store.versions.update(serving.version.id, state="quarantined", reason=reason)
        self._index.forget(serving.version.id)
        versions = self._store.versions
        good = await versions.last_good(serving.id, before=serving.version.id) or await versions.last_good(serving.id)
        if good is None:
            await self._switch_off(function, serving.version, reason)
            return None
        await self._store.functions.update(serving.id, version_id=good.id, state="quarantined", reason=reason)
        self._record("function.quarantined", serving.id, version=serving.version.id, serves=good.id, reason=reason)
        return (await self._index.current()).servings.get(serving.id)

    async def try_again(self, function: Function) -> None:
        """See whether a function without a good version loads by now; it stays as it is when it does not."""
        version = await self._newest(function)
        if version is None:
            return
        valves = await self._store.valves.get(function.id)
        try:
            checked = await self._source_check.check(
                function.id, source_of(version), valves=valves, version_id=version.id
            )
        except PenstockError as error:
            await self._store.functions.update(function.id, reason=error.message)
            return
        await self._store.versions.update(version.id, state="good", reason="", **loaded_facts(checked))
        self._index.forget(version.id)
        version = structs.replace(version, description=msgspec.to_builtins(checked.description))
        function = with_version(function, version, {}, valves)
        await self._store.function_set.apply([FunctionChange(function=function)])
        self._record("function.recovered", function.id, version=version.id, is_active=function.is_active)

    async def _switch_off(self, function: Function, version: FunctionVersion, reason: str) -> None:
        changes: dict[str, Any] = {"is_active": False, "state": "failed", "reason": reason}
        if function.is_active:
            changes["meta"] = function.meta | {"deactivated": {"at": int(time.time()), "reason": reason}}
        await self._store.functions.update(function.id, **changes)
        self._record("function.deactivated", function.id, version=version.id, reason=reason)
        log.warning("function deactivated", function=function.id, version=version.id, reason=reason)

    async def _newest(self, function: Function) -> FunctionVersion | None:
        if function.version_id is not None:
            return await self._store.versions.get(function.version_id)
        found = await self._store.versions.list(function.id, limit=1)
        return found[0] if found else None

    async def _recover(self) -> None:
        """At start functions that had failed, one after the other; then and later packages that are gone."""
        for function in (await self._index.current()).functions.values():
            if function.state == "failed" and "deactivated" in function.meta:
                await self._recovered(function.id, self._try_again_in_turn(function.id))
        while True:
            for serving in (await self._index.current()).servings.values():
                if serving.function.is_active and serving.lacks:
                    await self._recovered(serving.id, self.restoring.install(serving, silent))
            await asyncio.sleep(PACKAGES_EVERY)

    async def _recovered(self, function_id: str, attempt: Coroutine[Any, Any, object]) -> None:
        try:
            await attempt
        except PenstockError as error:
            log.warning("function not recovered", function=function_id, reason=error.message)

    async def _try_again_in_turn(self, function_id: str) -> None:
        async with self._turn(function_id):
            function = await self._store.functions.get(function_id)
            if function is not None and function.state == "failed":
                await self.try_again(function)

    def _record(self, what: str, function_id: str, **data: Any) -> None:
        self._store.audit.add_nowait(Audit(time=time.time(), user_id="", what=what, subject=function_id, data=data))
