"""The composition root: makes the parts of a server in order, and ends them the other way round."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from penstock import __version__
from penstock.api.lock import DataFolder
from penstock.engine.base import Engine
from penstock.engine.chosen import chosen_engine
from penstock.engine.local.workshop import workshop
from penstock.environments import Environments
from penstock.flows.accounts import Accounts
from penstock.flows.action import Actions
from penstock.flows.automatic_actions import AutomaticActions
from penstock.flows.chats import ChatKeeper
from penstock.flows.collecting import Collecting
from penstock.flows.completion import Completions
from penstock.flows.connections import Connections
from penstock.flows.context import Services
from penstock.flows.examples import Examples
from penstock.flows.files import FileKeeper
from penstock.flows.host import Host
from penstock.flows.load_history import LoadHistory
from penstock.flows.message_addresses import MessageAddresses
from penstock.flows.models import Models
from penstock.flows.people import People
from penstock.flows.registry import Registry
from penstock.flows.rights import RightsKeeper
from penstock.flows.runs import Runs
from penstock.flows.sharing import Sharing
from penstock.flows.system_events import SystemEvents
from penstock.flows.transfer import Transfer
from penstock.flows.tryouts import Tryouts
from penstock.flows.valves import ValveKeeper
from penstock.realtime.gateway import Gateway
from penstock.realtime.hub import Hub
from penstock.realtime.pruning import EventPruning
from penstock.realtime.questions import Questions
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


async def end_work(services: Services, clock: StopClock) -> None:
    """Let completions and runs finish within what is left of the grace, then interrupt them; may be called twice.

    It is called while the listener closes, so that whoever waits for an answer still gets one that says so. What asks
    a person is interrupted at once: no answer can reach it any more.
    """
    services.questions.nobody_answers(services.runs.interrupt_soon)
    await services.completions.tasks.stop_all(clock.left())
    await services.events.stop(clock.left())
    await services.runs.stop(clock.left())


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
    await _compose_realtime(services, ends)
    await _compose_functions(services, engine, ends, clock)
    services.files = FileKeeper(services.store, services.settings, services.events.tell)
    services.people = People(services.store, services.accounts, services.files)
    services.chats = ChatKeeper(services)
    services.sharing = Sharing(services)
    services.events.start()
    services.events.tell("system.startup.completed", None, ("system", ""), version=__version__)


async def _compose_realtime(services: Services, ends: AsyncExitStack) -> None:
    settings, store = services.settings, services.store
    services.hub = Hub(store)
    ends.push_async_callback(services.hub.close)
    services.questions = Questions(store, services.hub, deadline=settings.question_deadline)
    ends.push_async_callback(services.questions.close)
    services.accounts = Accounts(
        store, settings, lambda run_id: services.runs.access_of(run_id), services.hub.access_changed
    )
    services.gateway = Gateway(
        services.hub, services.questions, store, services.accounts.identify, body_limit=settings.body_limit
    )
    ends.push_async_callback(services.gateway.close)
    pruning = EventPruning(store)
    pruning.start()
    ends.push_async_callback(pruning.stop)


async def _compose_functions(services: Services, engine: Engine | None, ends: AsyncExitStack, clock: StopClock) -> None:
    settings, store = services.settings, services.store
    services.engine = engine or chosen_engine(settings)
    await services.engine.start()
    ends.push_async_callback(lambda: services.engine.stop(clock.left()))
    services.load = LoadHistory(services.engine)
    services.load.start()
    ends.push_async_callback(services.load.stop)
    services.environments = Environments(settings.data_dir, settings.wheels, workshop(settings))
    services.collecting = Collecting(services.environments, store, services.engine)
    ends.push_async_callback(services.collecting.stop)
    services.events = SystemEvents(services)
    services.registry = Registry(store, services.engine, services.environments, settings, services.events)
    ends.push_async_callback(services.registry.stop)
    services.valves = ValveKeeper(services.registry, store, services.engine)
    services.transfer = Transfer(services.registry, services.valves, store)
    services.examples = Examples(services.registry, store)
    services.runs = Runs(services)
    services.rights = RightsKeeper(services.registry, store, settings, services.runs.rights_changed)
    services.host = Host(services)
    services.connections = Connections(settings, store)
    ends.push_async_callback(services.connections.stop)
    services.models = Models(services)
    ends.push_async_callback(services.models.stop)
    services.completions = Completions(services)
    ends.push_async_callback(lambda: end_work(services, clock))
    services.actions = Actions(services)
    services.tryouts = Tryouts(services)
    services.automatic = AutomaticActions(services)
    services.addresses = MessageAddresses(services)
    await services.connections.start()
    await services.collecting.start()
    await services.registry.start()
