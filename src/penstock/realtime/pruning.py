"""Events are kept for catching up, not for ever."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time

from penstock.errors import PenstockError
from penstock.store import Store

log = logging.getLogger(__name__)

KEPT_FOR = 7 * 24 * 3600.0
EVERY = 3600.0


class EventPruning:
    """Forgets events that are older than `KEPT_FOR`, now and then."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run(), name="event pruning")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def prune(self) -> int:
        """Forget what is too old now. How many went."""
        return await self._store.events.prune(time.time() - KEPT_FOR)

    async def _run(self) -> None:
        while True:
            try:
                if gone := await self.prune():
                    log.info("%d old events were forgotten.", gone)
            except PenstockError as error:
                log.warning("Old events could not be forgotten: %s", error.message)
            await asyncio.sleep(EVERY)
