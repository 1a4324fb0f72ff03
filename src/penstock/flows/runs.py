"""Starting, finding and stopping runs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from penstock.engine.base import HookCall
from penstock.errors import BadRequest, NotFound, PenstockError, SourceError, Unavailable
from penstock.flows import run_record
from penstock.flows.context import Services
from penstock.flows.context_values import with_run_token
from penstock.flows.live_run import LiveRun, RunRoom
from penstock.flows.run_clock import RunClock
from penstock.flows.run_order import RunListener, RunOrder, new_run_id
from penstock.store.records import RunRecord, User

if TYPE_CHECKING:
    from penstock.flows.host import Host

__all__ = ["LiveRun", "RunListener", "RunOrder", "Runs", "new_run_id"]

log = logging.getLogger(__name__)

DEEPEST = 8  # functions that may call each other in a row
BACKSTOP = 24 * 3600.0  # the engine's own deadline, above the clock of the run that stands still for questions


class Runs:
    """The runs of this server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._live: dict[str, LiveRun] = {}
        self._pumps: set[asyncio.Task[None]] = set()
        self._beginning: set[asyncio.Future[None]] = set()
        self._stopping = False
        self._grace_is_over = False
        self._room = RunRoom(services.store, services.hub, services.questions, self._call_host, self._call_action)

    async def start(self, order: RunOrder) -> LiveRun:
        """Begin a run. Raises what keeps it from beginning; everything later comes from `LiveRun.outcome`."""
        if self._stopping:
            raise Unavailable("The server is stopping.")
        record = run_record.started(order)
        if order.record:
            self._services.store.runs.put_nowait(record)
        begun = asyncio.get_running_loop().create_future()
        self._beginning.add(begun)
        try:
            return await self._begin(order, record)
        except PenstockError as error:
            self._record_refusal(order, record, error)
            raise
        finally:
            self._beginning.discard(begun)
            begun.set_result(None)

    async def _begin(self, order: RunOrder, record: RunRecord, *, again: bool = False) -> LiveRun:
        services = self._services
        valves = await services.registry.valves_for(order.serving, order.user.id)
        deadline = order.deadline or services.settings.run_deadline
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
            other = None if again else await services.registry.load_failed(order.serving, error)
            if other is None:
                raise
            record = msgspec.structs.replace(record, version_id=other.version.id)
            return await self._begin(replace(order, serving=other), record, again=True)
        return self._follow(LiveRun(order, run, self._room, record, valves), deadline)

    def live(self, run_id: str) -> LiveRun | None:
        """The run while anything of it is left."""
        return self._live.get(run_id)

    def is_live(self, run_id: str) -> bool:
        return run_id in self._live

    def of_chat(self, chat_id: str) -> list[LiveRun]:
        """What goes on in a chat just now."""
        return [run for run in self._live.values() if run.order.target.chat_id == chat_id]

    def of_function(self, function_id: str) -> list[LiveRun]:
        return [run for run in self._live.values() if run.order.serving.function.id == function_id]

    async def cancel(self, run_id: str, user: User) -> None:
        """Stop a run of that user, or of anybody for an admin. Raises `NotFound` where there is none."""
        run = self._live.get(run_id)
        if run is None or (run.order.user.id != user.id and user.role != "admin"):
            raise NotFound("There is no such run, or it is over.")
        who = "its user" if run.order.user.id == user.id else "an administrator"
        await run.cancel(f"{run.order.serving.function.name} was stopped by {who}.")

    async def stop(self, grace: float) -> None:
        """Take no more runs, let those that go on finish for `grace` seconds, then stop them."""
        self._stopping = True
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
        run.clock = RunClock(deadline, lambda: run.expire(deadline))
        self._live[run.id] = run
        pump = asyncio.get_running_loop().create_task(run.pump())
        self._pumps.add(pump)
        pump.add_done_callback(lambda _: self._forget(run.id, pump))
        if self._grace_is_over:
            run.interrupt_soon()
        return run

    def _forget(self, run_id: str, pump: asyncio.Task[None]) -> None:
        self._pumps.discard(pump)
        self._live.pop(run_id, None)
        if self._services.host is not None:
            self._services.host.run_ended(run_id)
        if not pump.cancelled() and (error := pump.exception()):
            log.error("Following run %s failed.", run_id, exc_info=error)

    def _signed_in(self, order: RunOrder) -> dict[str, Any]:
        request = order.context.get("request")
        if not isinstance(request, dict):
            return order.context
        token = self._services.accounts.run_token(order.id, order.user)
        return {**order.context, "request": with_run_token(request, token)}

    def _record_refusal(self, order: RunOrder, record: RunRecord, error: PenstockError) -> None:
        if not order.record:
            return
        state = run_record.state_of(error)
        kept = run_record.error_record(error, ())
        self._services.store.runs.put_nowait(
            msgspec.structs.replace(record, state=state, error=kept, ended_at=record.started_at)
        )

    async def _call_host(self, order: RunOrder, name: str, arguments: dict[str, Any]) -> Any:
        host: Host | None = self._services.host
        if host is None:
            raise Unavailable(f"This server does not offer `{name}` to functions.")
        return await host.call(order, name, arguments)

    async def _call_action(self, order: RunOrder, data: Any) -> Any:
        if not isinstance(data, Mapping) or not isinstance(data.get("id"), str):
            raise BadRequest("`action` needs `data.id`: the id of the action, and may have `data.body`.")
        if order.depth >= DEEPEST:
            raise BadRequest(f"More than {DEEPEST} functions call each other in a row.", hint="Is there a circle?")
        return await self._services.actions.run_nested(order, data)
