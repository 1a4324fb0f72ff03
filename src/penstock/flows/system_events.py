"""What happens on the server, told to event functions (spec X1)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import uuid
from collections import deque
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from penstock.errors import PenstockError
from penstock.flows import context_values
from penstock.flows.run_order import RunOrder
from penstock.realtime.published import Target
from penstock.store.records import User

if TYPE_CHECKING:
    from penstock.flows.context import Services
    from penstock.flows.registry import Serving

log = logging.getLogger(__name__)

DEEPEST = 4  # event functions that may set each other off in a row
MOST_WAITING = 10_000  # events that nobody has taken yet; more are dropped, and the log says so
AT_ONCE = 16  # deliveries
LIFECYCLE_SECONDS = 30.0  # that switching a function on or off waits for those who are told before

_depth: ContextVar[int] = ContextVar("penstock_event_depth", default=0)


def caused_by(order: RunOrder) -> None:
    """What happens from here on, in this task, was set off by that run; so events cannot go round for ever."""
    _depth.set(order.depth + 1)


@dataclass(frozen=True, slots=True)
class SystemEvent:
    """One thing that happened. `subject` is what it happened to: `("chat", its id)`."""

    name: str
    actor: User | None
    subject: tuple[str, str]
    data: Mapping[str, Any]
    depth: int = 0
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    time: float = field(default_factory=time.time)

    def wire(self) -> dict[str, Any]:
        """As functions read it: the keys of the contract, and those that Open WebUI gives the same things."""
        resource, _, operation = self.name.rpartition(".")
        kind, subject_id = self.subject
        return {
            "id": self.id,
            "name": self.name,
            "time": self.time,
            "actor": None if self.actor is None else _actor(self.actor),
            "subject": {"type": kind, "id": subject_id},
            "data": dict(self.data),
            "event": self.name,
            "resource": resource,
            "operation": operation,
            "created_at": int(self.time),
            "source": "api" if self.actor else "system",
        }


class Teller(Protocol):
    """`SystemEvents.tell`."""

    def __call__(self, event: str, actor: User | None, subject: tuple[str, str], /, **data: Any) -> None: ...


def tell_nobody(event: str, actor: User | None, subject: tuple[str, str], /, **data: Any) -> None:
    """Where there is no server around."""


class SystemEvents:
    """Hands events to every active event function: in order for each subject, and never making the teller wait."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._told: asyncio.Queue[SystemEvent] = asyncio.Queue(MOST_WAITING)
        self._lanes: dict[tuple[str, str, str], deque[SystemEvent]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._dealer: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._dealer = asyncio.create_task(self._deal(), name="system events")

    async def stop(self, grace: float) -> None:
        """Deliver what was told, for at most `grace` seconds; may be called twice."""
        dealer, self._dealer = self._dealer, None
        if dealer is None:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._told.join()
                while self._tasks:
                    await asyncio.wait(self._tasks)
        for task in (dealer, *self._tasks):
            task.cancel()
        await asyncio.gather(dealer, *self._tasks, return_exceptions=True)

    async def wanted(self) -> bool:
        """Whether anybody listens; for tellers who would have to look something up."""
        return self._dealer is not None and bool(await self._services.registry.active("event"))

    def tell(self, name: str, actor: User | None, subject: tuple[str, str], /, **data: Any) -> None:
        """Something happened. Returns at once; whoever listens is told soon."""
        depth = _depth.get()
        if self._dealer is None or depth > DEEPEST:
            return
        try:
            self._told.put_nowait(SystemEvent(name, actor, subject, data, depth))
        except asyncio.QueueFull:
            log.warning("More than %d events wait for event functions: %s is dropped.", MOST_WAITING, name)

    async def tell_first(self, name: str, actor: User, serving: Serving, /, **data: Any) -> None:
        """Before a function is switched on or off: those who listen, itself included, hear it before this returns."""
        event = SystemEvent(name, actor, ("function", serving.id), data, _depth.get())
        listening = {each.id: each for each in await self._services.registry.active("event")}
        if serving.description.kind == "event":
            listening[serving.id] = serving
        if event.depth > DEEPEST or not listening:
            return
        told = [asyncio.create_task(self._deliver(each, event)) for each in listening.values()]
        _, late = await asyncio.wait(told, timeout=LIFECYCLE_SECONDS)
        for task in late:
            task.cancel()

    async def _deal(self) -> None:
        while True:
            event = await self._told.get()
            try:
                for serving in await self._services.registry.active("event"):
                    self._queue(serving.id, event)
            except PenstockError:
                log.exception("Event functions cannot be looked up: %s is dropped.", event.name)
            finally:
                self._told.task_done()

    def _queue(self, function_id: str, event: SystemEvent) -> None:
        lane = (function_id, *event.subject)
        if (waiting := self._lanes.get(lane)) is not None:
            waiting.append(event)
            return
        self._lanes[lane] = deque([event])
        task = asyncio.create_task(self._empty(lane), name=f"events for {function_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _empty(self, lane: tuple[str, str, str]) -> None:
        """Deliver what concerns one subject, one after the other."""
        waiting = self._lanes[lane]
        try:
            while waiting:
                async with self._places:
                    try:
                        serving = await self._services.registry.serving(lane[0])
                    except PenstockError:
                        return  # switched off or deleted meanwhile
                    await self._deliver(serving, waiting.popleft())
        finally:
            del self._lanes[lane]

    async def _deliver(self, serving: Serving, event: SystemEvent) -> None:
        """One run; what it raises stands in its record, and hurts nobody else."""
        try:
            run = await self._services.runs.start(await self.order(serving, event))
            async for _ in run.chunks():
                pass
            await run.outcome()
        except PenstockError as error:
            log.info("The event function %s failed at %s: %s", serving.id, event.name, error.message)

    async def order(self, serving: Serving, event: SystemEvent) -> RunOrder:
        """What tells that function of that event."""
        user = event.actor or await self._author(serving)
        wire = event.wire()
        chat_id, message_id = event.data.get("chat_id"), event.data.get("message_id")
        context = context_values.build(
            serving.description,
            "event",
            user=user,
            id=serving.id,
            event_name=event.name,
            event_id=event.id,
            event=wire,
            body=wire,
            metadata={"chat_id": chat_id, "message_id": message_id, "user_id": user.id},
            request=context_values.RequestInfo(base_url=self._base_url()),
            chat_id=chat_id,
            message_id=message_id,
        )
        return RunOrder(
            serving=serving,
            hook="event",
            body=wire,
            context=context,
            user=user,
            target=Target.of(user.id, chat_id, message_id),
            trigger="event",
            depth=event.depth,
        )

    def _base_url(self) -> str:
        settings = self._services.settings
        return f"{settings.public_url.rstrip('/')}/" if settings.public_url else f"http://127.0.0.1:{settings.port}/"

    async def _author(self, serving: Serving) -> User:
        found = await self._services.store.users.get(serving.function.user_id)
        return found or User(id=serving.function.user_id, email="", name=self._services.settings.name, role="user")


def _actor(user: User) -> dict[str, Any]:
    return {"type": "user", "id": user.id, "name": user.name, "email": user.email, "role": user.role}
