"""Starting, finding and stopping runs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from penstock.engine.base import HookCall, WorkerState
from penstock.errors import (
    BadRequest,
    NotFound,
    PenstockError,
    RunCancelled,
    RunInterrupted,
    SourceError,
    Unavailable,
)
from penstock.flows import run_record
from penstock.flows.context import Services
from penstock.flows.context_values import with_run_token
from penstock.flows.host_access import Access
from penstock.flows.live_run import LiveRun, RunRoom
from penstock.flows.run_clock import RunClock
from penstock.flows.run_order import RunListener, RunOrder, new_run_id
from penstock.flows.run_turns import Turns
from penstock.functions.rights import Rights
from penstock.store.records import RunRecord, User

if TYPE_CHECKING:
    from penstock.flows.host import Host

__all__ = ["LiveRun", "RunListener", "RunOrder", "Runs", "new_run_id"]

log = logging.getLogger(__name__)

DEEPEST = 8  # functions that may call each other in a row
BACKSTOP = 24 * 3600.0  # the engine's own deadline, above the clock of the run that stands still for questions
LONG = 1.0  # seconds after which what its worker takes has been looked at
NOBODY_WAITS = "Nobody waits for this any more."


class Runs:
    """The runs of this server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._live: dict[str, LiveRun] = {}
        self.turns = Turns()
        self._pumps: set[asyncio.Task[None]] = set()
        self._beginning: set[asyncio.Future[None]] = set()
        self._stopping = False
        self._grace_is_over = False
        self._room = RunRoom(
            services.store,
            services.hub,
            services.questions,
            self._call_host,
            self.call_action,
            lambda order, data: services.addresses.issue_for_run(order, data),
        )

    async def start(self, order: RunOrder) -> LiveRun:
        """Begin a run, when it is its turn. Everything after that comes from `LiveRun.outcome`.

        Raises what keeps it from beginning: `QueueFull` where too many others are before it.
        """
        if self._stopping:
            raise Unavailable("The server is stopping.")
        record = run_record.started(order)
        begun = asyncio.get_running_loop().create_future()
        self._beginning.add(begun)
        try:
            if not self.turns.take(order):
                order, record = await self._wait(order, record)
            elif order.record:
                self._services.store.runs.put_nowait(record)
            return await self._begin(order, record)
        except PenstockError as error:
            self._refuse(order, record, error)
            raise
        except asyncio.CancelledError:
            self._refuse(order, record, RunCancelled(NOBODY_WAITS))
            raise
        finally:
            self._beginning.discard(begun)
            begun.set_result(None)

    async def _wait(self, order: RunOrder, record: RunRecord) -> tuple[RunOrder, RunRecord]:
        """Wait for its turn; gives the order under the rights of that moment."""
        if order.record:
            self._services.store.runs.put_nowait(msgspec.structs.replace(record, state="queued"))
        if order.on_queued is not None:
            order.on_queued(order)
        most = min(self._services.settings.queue_deadline, order.deadline or BACKSTOP)
        await self.turns.wait(order, most)
        order = await self._under_present_rights(order)
        waited = f"Waited {time.time() - record.started_at:.1f} seconds for its turn."
        record = msgspec.structs.replace(record, started_at=time.time(), notes=[*record.notes, waited])
        if order.record:
            self._services.store.runs.put_nowait(record)
        return order, record

    async def _under_present_rights(self, order: RunOrder) -> RunOrder:
        """The same order after a while: it keeps its version. Raises `FunctionInactive` where it was switched off."""
        serving = order.serving
        if order.draft:
            return order
        rights = (await self._services.registry.serving(serving.id)).source.rights
        if rights == serving.source.rights:
            return order
        return replace(order, serving=replace(serving, source=replace(serving.source, rights=rights)))

    async def _begin(self, order: RunOrder, record: RunRecord, *, again: bool = False) -> LiveRun:
        services = self._services
        valves = await services.registry.valves_for(order.serving, order.user.id, order.models)
        deadline = self._deadline(order)
        call = HookCall(
            run_id=order.id,
            hook=order.hook,
            body=order.body,
            context=self._signed_in(order),
            valves=valves[0],
            user_valves=valves[1],
            deadline=deadline + BACKSTOP,
            feed=order.feed,
        )
        try:
            run = await services.engine.run(order.serving.source, call)
        except SourceError as error:
            other = None if again or order.draft else await services.registry.load_failed(order.serving, error)
            if other is None:
                raise
            record = msgspec.structs.replace(record, version_id=other.version.id)
            return await self._begin(replace(order, serving=other), record, again=True)
        return self._follow(LiveRun(order, run, self._room, record, valves), deadline)

    def _deadline(self, order: RunOrder) -> float:
        """What the function may take, and no more than the order gives it."""
        own = order.serving.source.rights.budget.deadline or self._services.settings.run_deadline
        return min(own, order.deadline or own)

    def live(self, run_id: str) -> LiveRun | None:
        """The run while anything of it is left."""
        return self._live.get(run_id)

    def worker_of(self, record: RunRecord) -> WorkerState | None:
        """The worker that its version has: of several, the busiest."""
        own = [worker for worker in self._services.engine.workers() if worker.version_id == record.version_id]
        return max(own, key=lambda worker: worker.runs, default=None)

    def is_live(self, run_id: str) -> bool:
        return run_id in self._live

    def access_of(self, run_id: str) -> Access | None:
        """Whose data a run reaches; None when it is over."""
        run = self._live.get(run_id)
        return run.order.access if run else None

    def waiting_in(self, chat_id: str) -> list[RunOrder]:
        """What waits for its turn in a chat."""
        return [order for order in self.turns.all_waiting() if order.target.chat_id == chat_id]

    def rights_changed(self, function_id: str, rights: Rights) -> None:
        """Let those go on who may by the new budget."""
        self.turns.adjust(function_id, rights.budget)

    def of_chat(self, chat_id: str) -> list[LiveRun]:
        """What goes on in a chat just now."""
        return [run for run in self._live.values() if run.order.target.chat_id == chat_id]

    def of_function(self, function_id: str) -> list[LiveRun]:
        return [run for run in self._live.values() if run.order.serving.function.id == function_id]

    async def cancel(self, run_id: str, user: User) -> None:
        """Stop a run of that user, or of anybody for an admin, also one that waits. Raises `NotFound`."""
        run = self._live.get(run_id)
        order = run.order if run else self.turns.waiting(run_id)
        if order is None or (order.user.id != user.id and user.role != "admin"):
            raise NotFound("There is no such run, or it is over.")
        who = "its user" if order.user.id == user.id else "an administrator"
        reason = f"{order.serving.function.name} was stopped by {who}."
        if run is None:
            self.turns.call_off(run_id, RunCancelled(reason))
        else:
            await run.cancel(reason)

    async def cancel_in(self, chat_id: str, reason: str) -> None:
        """Stop what goes on, or waits, in a chat."""
        for order in self.waiting_in(chat_id):
            self.turns.call_off(order.id, RunCancelled(reason))
        for run in self.of_chat(chat_id):
            await run.cancel(reason)

    def interrupt_soon(self, run_id: str) -> None:
        """Stop a run because the server stops, without waiting until it has ended."""
        if (run := self._live.get(run_id)) is not None:
            run.interrupt_soon()

    async def stop(self, grace: float) -> None:
        """Take no more runs, let those that go on finish for `grace` seconds, then stop them."""
        self._stopping = True
        for order in self.turns.all_waiting():
            self.turns.call_off(order.id, RunInterrupted("The server stopped before it was this run's turn."))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace):
                while waited_for := {*self._pumps, *self._beginning}:
                    await asyncio.wait(waited_for)
        self._grace_is_over = True
        for run in list(self._live.values()):
            await run.interrupt()
        if self._pumps:
            await asyncio.wait(self._pumps, timeout=2)
        for pump in list(self._pumps):
            pump.cancel()

    def _follow(self, run: LiveRun, deadline: float) -> LiveRun:
        run.clock = RunClock(deadline, lambda: run.expire(deadline, by_order=deadline == run.order.deadline))
        self._live[run.id] = run
        pump = asyncio.get_running_loop().create_task(run.pump())
        self._pumps.add(pump)
        pump.add_done_callback(lambda _: self._forget(run.id, pump))
        if self._grace_is_over:
            run.interrupt_soon()
        return run

    def _forget(self, run_id: str, pump: asyncio.Task[None]) -> None:
        self._pumps.discard(pump)
        if (run := self._live.pop(run_id, None)) is not None:
            self._keep_usage(run)
        self.turns.leave(run_id)
        if self._services.host is not None:
            self._services.host.run_ended(run_id)
        if not pump.cancelled() and (error := pump.exception()):
            log.error("Following run %s failed.", run_id, exc_info=error)

    def _keep_usage(self, run: LiveRun) -> None:
        lasted = time.time() - run.record.started_at
        if run.order.record and lasted >= LONG and (worker := self.worker_of(run.record)):
            run.trace.used(worker)

    def _signed_in(self, order: RunOrder) -> dict[str, Any]:
        request = order.context.get("request")
        if not isinstance(request, dict):
            return order.context
        token = self._services.accounts.run_token(order.id, order.user)
        return {**order.context, "request": with_run_token(request, token)}

    def _refuse(self, order: RunOrder, record: RunRecord, error: PenstockError) -> None:
        """What never began is kept with the reason."""
        self.turns.leave(order.id)
        if not order.record:
            return
        state = run_record.state_of(error)
        kept = run_record.error_record(error, ())
        self._services.store.runs.put_nowait(
            msgspec.structs.replace(record, state=state, error=kept, ended_at=time.time())
        )

    async def _call_host(self, order: RunOrder, name: str, arguments: dict[str, Any]) -> Any:
        host: Host | None = self._services.host
        if host is None:
            raise Unavailable(f"This server does not offer `{name}` to functions.")
        return await host.call(order, name, arguments)

    async def call_action(self, order: RunOrder, data: Any) -> Any:
        """Let a run call an action: `{"id", "body"}`. Raises `BadRequest` where too many are inside one another."""
        if not isinstance(data, Mapping) or not isinstance(data.get("id"), str):
            raise BadRequest("`action` needs `data.id`: the id of the action, and may have `data.body`.")
        if order.depth >= DEEPEST:
            raise BadRequest(f"More than {DEEPEST} functions call each other in a row.", hint="Is there a circle?")
        return await self._services.actions.run_nested(order, data)
