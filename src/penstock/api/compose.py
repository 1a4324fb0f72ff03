"""The composition root: makes the parts of a server in order, and ends them the other way round."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from penstock.api.lock import DataFolder
from penstock.engine.base import Engine
from penstock.flows.accounts import Accounts
from penstock.flows.connections import Connections
from penstock.flows.context import Services
from penstock.realtime.hub import Hub
from penstock.settings import Settings
from penstock.store import Store


class StopClock:
    """How much of the time for stopping is left; it runs from the first sign that the server stops."""

    def __init__(self, grace: float) -> None:
        self._grace = grace
        self._began: float | None = None

    def begin(self) -> None:
        self._began = self._began or time.monotonic()

    def left(self) -> float:
        self.begin()
        return max(0.0, self._grace - (time.monotonic() - (self._began or 0.0)))


@asynccontextmanager
async def running(settings: Settings, engine: Engine | None, clock: StopClock) -> AsyncIterator[Services]:
    """A whole server without its HTTP. Raises `CannotStart`, `StoreError` and other errors with a sentence."""
    async with AsyncExitStack() as ends:
        folder = DataFolder(settings.data_dir)
        folder.claim()
        ends.callback(folder.release)
        store = await Store.open(settings)
        ends.push_async_callback(store.close)
        await store.runs.interrupt_running()
        services = Services(settings=settings, store=store)
        await _compose(services, engine, ends, clock)
        yield services


async def _compose(services: Services, engine: Engine | None, ends: AsyncExitStack, clock: StopClock) -> None:
    settings, store = services.settings, services.store
    services.hub = Hub(store)
    ends.push_async_callback(services.hub.close)
    services.accounts = Accounts(store, settings, lambda run_id: services.runs.is_live(run_id))
    services.connections = Connections(settings, store)
    ends.push_async_callback(services.connections.stop)
    await services.connections.start()
