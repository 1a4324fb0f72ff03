"""Trying a source before it is saved: `/api/v1/functions/try`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from penstock.api.access import AdminUser, ServicesDep, request_info
from penstock.api.action_stream import ActionStream
from penstock.api.documented import documented
from penstock.api.errors import answer
from penstock.api.sent_source import SentSource
from penstock.errors import RunFailed, SourceError
from penstock.flows.action_once import Answered
from penstock.flows.context import Services
from penstock.flows.function_ids import valid_id
from penstock.flows.live_run import LiveRun
from penstock.flows.run_order import RunListener
from penstock.flows.serving import source_of
from penstock.flows.tryouts import Draft
from penstock.functions.packages import Package

router = APIRouter(prefix="/api/v1/functions", tags=["functions"])

UNNAMED = "untitled"


class TryForm(SentSource):
    """Without a source, the version that serves.

    `body` is what the hook reads: `{"messages": [...], "model": id}`, or `{"name", "data"}` of an event.
    """

    id: str = ""
    name: str = ""
    hook: str = ""  # empty: only load it
    action: str = ""  # the button, or the model of a pipe
    body: Any = None
    valves: dict[str, Any] | None = None


@router.post("/try")
@documented(
    "Try a source before it is saved",
    Any,
    errors=[SourceError, RunFailed],
    streams="`progress`, `loaded`, `emit`, `question`, `log` and `chunk`, then `result` or `error`",
)
async def try_out(form: TryForm, request: Request, admin: AdminUser, services: ServicesDep) -> Response:
    """Run one hook of a source that is not saved, with the rights and the settings of the function of that id.

    Nothing is kept and what serves goes on serving: it has a worker, a folder and a store of its own, gone afterwards.
    With `Accept: text/event-stream`: `progress` while packages are installed, `loaded`, then `emit`, `question`, `log`
    and `chunk` as they come, at last `result` or `error`; a client that leaves stops it.
    """
    draft = await _draft(form, services)

    async def begin(listener: RunListener, on_start: Callable[[LiveRun], None]) -> Answered:
        return await services.tryouts.run(draft, admin, lambda: request_info(request), listener, on_start)

    if "text/event-stream" not in request.headers.get("accept", ""):
        given = await begin(lambda name, data: None, lambda run: None)
        return answer(given.status, given.value)
    stream = ActionStream()
    await stream.begin(begin)
    return StreamingResponse(stream.blocks(), media_type="text/event-stream", headers={"cache-control": "no-cache"})


async def _draft(form: TryForm, services: Services) -> Draft:
    function_id = valid_id(form.id) if form.id.strip() else UNNAMED
    return Draft(
        function_id=function_id,
        name=form.name.strip(),
        source=await _source(form, function_id, services),
        hook=form.hook,
        body=form.body,
        sub_id=form.action or None,
        valves=form.valves,
    )


async def _source(form: TryForm, function_id: str, services: Services) -> str | Package:
    """What was sent; of a package that is saved, the other files are taken from it."""
    sent = await form.read(services, function_id)
    if sent is not None and (isinstance(sent, Package) or form.package is not None):
        return sent
    present = (await services.registry.index.current()).servings.get(function_id)
    saved = source_of(present.version) if present else None
    if sent is None:
        return saved if saved is not None else await form.required(services, function_id)
    return saved.with_source(sent) if isinstance(saved, Package) else sent
