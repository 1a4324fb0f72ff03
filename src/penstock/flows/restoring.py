"""Packages that are gone (a new machine, a new Python, a cleaned disk) are installed again, once for all who wait."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any

from penstock.environments import Progress, silent
from penstock.errors import SourceError, Unavailable
from penstock.flows.saving import SourceCheck
from penstock.flows.serving import Serving, ServingIndex
from penstock.store import Store

PATIENCE = 5.0  # how long a run waits for them; whatever takes longer goes on without it
AGAIN_AFTER = 10.0  # a failure is answered with its reason for so long, before somebody's run tries once more


class Restoring:
    """What is lacking stands in the index (`Serving.lacks`), for the list of functions."""

    def __init__(self, store: Store, index: ServingIndex, source_check: SourceCheck) -> None:
        self._store = store
        self._index = index
        self._source_check = source_check
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._failed: dict[str, tuple[float, SourceError]] = {}

    async def stop(self) -> None:
        for task in list(self._tasks.values()):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, SourceError):
                await task

    async def ready(self, serving: Serving) -> Serving:
        """The same function with its packages. Raises `Unavailable` when they cannot be had, or not at once."""
        when, error = self._failed.get(serving.version.id, (0.0, None))
        if error is not None and time.monotonic() - when < AGAIN_AFTER:
            raise _unavailable(serving, error)
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.shield(self._begin(serving, silent))
        except TimeoutError:
            message = f"The packages of {serving.function.name} are being installed."
            raise Unavailable(message, hint="Try again in a moment.") from None
        except SourceError as failure:
            raise _unavailable(serving, failure) from failure
        return await self._now(serving)

    async def install(self, serving: Serving, progress: Progress) -> Serving:
        """Try now, however long it takes. Raises `RequirementsError`."""
        await asyncio.shield(self._begin(serving, progress))
        return await self._now(serving)

    def _begin(self, serving: Serving, progress: Progress) -> asyncio.Task[None]:
        version_id = serving.version.id
        if (task := self._tasks.get(version_id)) is None:
            task = self._tasks[version_id] = asyncio.create_task(self._install(serving, progress))
            task.add_done_callback(lambda _: self._tasks.pop(version_id, None))
            task.add_done_callback(_seen)
        return task

    async def _install(self, serving: Serving, progress: Progress) -> None:
        version = serving.version
        self._index.lacks(version.id, "Its packages are being installed.")
        try:
            environment = await self._source_check.install(version.requirements, progress)
        except SourceError as error:
            self._failed[version.id] = time.monotonic(), error
            self._index.lacks(version.id, f"Its packages cannot be installed here. {error.message}")
            raise
        self._failed.pop(version.id, None)
        environment_id = environment.id if environment else None
        if environment_id != version.environment_id:
            await self._store.versions.update(version.id, environment_id=environment_id)
        self._index.forget(version.id)

    async def _now(self, serving: Serving) -> Serving:
        return (await self._index.current()).servings[serving.id]


def _unavailable(serving: Serving, error: SourceError) -> Unavailable:
    return Unavailable(
        f"The packages of {serving.function.name} are not installed and cannot be just now.", hint=error.message
    )


def _seen(task: asyncio.Task[Any]) -> None:
    """Nobody may be waiting for it any more."""
    if not task.cancelled():
        task.exception()
