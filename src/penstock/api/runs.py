"""What has been run, and what it logged (spec I6): `/api/v1/runs`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from penstock.api.access import CurrentUser, ServicesDep, request_info
from penstock.api.answers.server import NewRun, RunItem, RunLogLine, RunTimeline, WholeRun
from penstock.api.documented import documented
from penstock.api.errors import answer
from penstock.api.questions import Done
from penstock.errors import NotFound
from penstock.flows.context import Services
from penstock.flows.run_again import run_again
from penstock.flows.run_record import as_seen, in_brief
from penstock.flows.run_timeline import timeline
from penstock.functions.refusals import SOURCE, refused_hosts
from penstock.store.records import RunLog, RunRecord, User

router = APIRouter(prefix="/api/v1/runs", tags=["runs"])

Moment = Annotated[float, Query(ge=0, lt=2**63, allow_inf_nan=False)]


@router.get("")
@router.get("/", include_in_schema=False)
@documented("List runs", list[RunItem])
async def runs(
    user: CurrentUser,
    services: ServicesDep,
    function_id: str | None = None,
    user_id: str | None = None,
    state: str | None = None,
    chat_id: str | None = None,
    hook: str | None = None,
    trigger: str | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
    brief: bool = False,
    skip: Annotated[int, Query(ge=0, lt=2**63)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Response:
    """Runs, newest first: of everybody for admins, your own for others.

    `since` and `until` bound when they started, in epoch seconds. With `brief` they come without results and
    tracebacks.
    """
    whose = user_id if user.role == "admin" else user.id
    more = {"chat_id": chat_id, "hook": hook, "trigger": trigger}
    found = await services.store.runs.list(function_id, whose, state, skip, limit, since=since, until=until, **more)
    return answer(200, [in_brief(record) if brief else as_seen(record, user) for record in found])


@router.get("/{run_id}")
@documented("Read a run", WholeRun)
async def run(run_id: str, user: CurrentUser, services: ServicesDep) -> Response:
    """One run, with the hosts that it was `refused`, and the worker of one that goes on. Only admins see tracebacks."""
    record = await _own(run_id, user, services)
    lines = await services.store.runs.logs(run_id, thread=SOURCE)
    worker = services.runs.worker_of(record) if user.role == "admin" and services.runs.is_live(run_id) else None
    more = {"refused": refused_hosts(line.text for line in lines), "worker": asdict(worker) if worker else None}
    return answer(200, {**as_seen(record, user), **more})


@router.get("/{run_id}/timeline")
@documented("What happened in a run", RunTimeline)
async def run_timeline(run_id: str, user: CurrentUser, services: ServicesDep) -> Response:
    """What a run was called with, and what it emitted and asked for, in order: `steps`, `arguments`, `usage`."""
    found = await timeline(services.store, await _own(run_id, user, services))
    return answer(200, asdict(found))


@router.post("/{run_id}/again")
@documented("Run it again", NewRun)
async def again(run_id: str, request: Request, user: CurrentUser, services: ServicesDep) -> dict[str, str]:
    """Run an action that had no chat with the same body again, as the caller. Gives the id of the new run."""
    record = await _own(run_id, user, services)
    return {"run_id": await run_again(services, record, user, request_info(request))}


@router.get("/{run_id}/logs")
@documented("Read what a run logged", list[RunLogLine])
async def logs(run_id: str, user: CurrentUser, services: ServicesDep) -> Response:
    """Everything that a run printed or logged, in order."""
    await _own(run_id, user, services)
    return answer(200, [_log_wire(line) for line in await services.store.runs.logs(run_id)])


@router.post("/{run_id}/cancel")
@documented("Stop a run")
async def cancel(run_id: str, user: CurrentUser, services: ServicesDep) -> Done:
    """Stop a run, its background work included."""
    await services.runs.cancel(run_id, user)
    return Done()


async def _own(run_id: str, user: User, services: Services) -> RunRecord:
    record = await services.store.runs.get(run_id)
    if record is None or (record.user_id != user.id and user.role != "admin"):
        raise NotFound("There is no such run.")
    return record


def _log_wire(line: RunLog) -> dict[str, Any]:
    return {"time": line.time, "level": line.level, "text": line.text, "thread": line.thread}
