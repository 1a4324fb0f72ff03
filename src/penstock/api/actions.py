"""Running actions: `/api/chat/actions/{id}` under a message, `/api/v1/actions/{id}/run` without a chat (spec A4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from penstock.api.access import CurrentUser, ServicesDep, request_info
from penstock.api.action_stream import ActionStream
from penstock.api.documented import documented
from penstock.api.errors import answer
from penstock.api.json_body import json_body
from penstock.errors import FunctionInactive, NotBound, RunCancelled, RunFailed, RunInterrupted, TooMany
from penstock.flows.action_once import Answered
from penstock.flows.live_run import LiveRun
from penstock.flows.run_order import RunListener

router = APIRouter(tags=["actions"])
STOPPED_AS_RESULT = "stopped-as-result"


@router.post("/api/chat/actions/{action_id}")
@documented(
    "Run an action on a message",
    Any,
    body=Any,
    errors=[NotBound, FunctionInactive, TooMany, RunFailed],
    own_status=True,
)
async def act(action_id: str, request: Request, user: CurrentUser, services: ServicesDep) -> Response:
    """Run an action (`function` or `function.sub`) on a message. Answers with what the action returned.

    A repeated request with the same `Idempotency-Key` gets the first result. The run goes on when the client leaves.
    A run that somebody stops is answered with 499; who says `Prefer: stopped-as-result` gets 200 and
    `{"status": "stopped", "run_id"}` instead, since to whoever pressed Stop nothing has failed.
    """
    body = await json_body(request)
    key = request.headers.get("idempotency-key")
    trigger = "click" if isinstance(body, dict) and body.get("session_id") else "api"
    try:
        given = await services.actions.run(action_id, body, user, lambda: request_info(request), key, trigger)
    except RunInterrupted:
        raise
    except RunCancelled as error:
        if STOPPED_AS_RESULT not in request.headers.get("prefer", ""):
            raise
        return answer(200, {"status": "stopped", "run_id": error.fields.get("run_id")})
    return answer(given.status, given.value)


@router.post("/api/v1/actions/{action_id}/run")
@documented(
    "Run an action without a chat",
    Any,
    body=Any,
    errors=[FunctionInactive, TooMany, RunFailed],
    own_status=True,
    streams="`emit`, `question` and `log` as they happen, then `result` or `error`",
)
async def run(action_id: str, request: Request, user: CurrentUser, services: ServicesDep) -> Response:
    """Run an action without a chat; the body is any JSON.

    With `Accept: text/event-stream` every event, question and log line comes as it happens (`emit`, `question`, `log`),
    then `result` or `error`; a client that leaves stops the run.
    """
    body = await json_body(request)
    key = request.headers.get("idempotency-key")
    if "text/event-stream" not in request.headers.get("accept", ""):
        given = await services.actions.run(action_id, body, user, lambda: request_info(request), key, "api")
        return answer(given.status, given.value)

    async def begin(listener: RunListener, on_start: Callable[[LiveRun], None]) -> Answered:
        return await services.actions.run(
            action_id, body, user, lambda: request_info(request), key, "api", listener=listener, on_start=on_start
        )

    stream = ActionStream()
    await stream.begin(begin)
    return StreamingResponse(stream.blocks(), media_type="text/event-stream", headers={"cache-control": "no-cache"})
