"""Doing once more what a run did, where that needs nothing but its arguments."""

from __future__ import annotations

import asyncio
from typing import Any

from penstock.errors import BadRequest
from penstock.flows.action_once import Answered
from penstock.flows.context import Services
from penstock.flows.context_values import RequestInfo
from penstock.flows.live_run import LiveRun
from penstock.flows.run_timeline import timeline
from penstock.store.records import RunRecord, User

TRIGGER = "again"
_going_on: set[asyncio.Task[Answered]] = set()


async def run_again(services: Services, record: RunRecord, user: User, request: RequestInfo) -> str:
    """Start the action of a run with the same body, for that user; gives the id of the new run.

    Raises `BadRequest` for what needs its chat, and where not all arguments were kept.
    """
    if record.hook != "action" or record.chat_id is not None:
        raise BadRequest("Only actions that ran without a chat can be run again.", hint="Repeat it in its chat.")
    arguments = (await timeline(services.store, record)).arguments or {}
    if not arguments.get("whole"):
        raise BadRequest("The arguments of this run were not kept whole, so it cannot be run again.")
    action_id = arguments.get("action_id") or record.function_id
    started: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def on_start(run: LiveRun) -> None:
        started.set_result(run.id)

    action = services.actions.run(action_id, arguments.get("body"), user, request, None, TRIGGER, on_start=on_start)
    task = asyncio.ensure_future(action)
    _going_on.add(task)
    task.add_done_callback(_forget)
    either: set[asyncio.Future[Any]] = {task, started}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if not started.done():
        await task  # raises what kept it from starting
    return await started


def _forget(task: asyncio.Task[Answered]) -> None:
    _going_on.discard(task)
    if not task.cancelled():
        task.exception()  # it stands in the run
