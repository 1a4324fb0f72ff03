"""Questions to models: `/api/chat/completions`."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from penstock.api.access import CurrentCaller, CurrentUser, ServicesDep, request_info
from penstock.api.answers.models import Completion, CompletionRequest
from penstock.api.connected import EventStreamResponse, while_connected
from penstock.api.documented import documented
from penstock.api.errors import answer
from penstock.api.openai_route import OpenAIRoute
from penstock.errors import BadRequest, ProviderError
from penstock.flows.completion import EventStream

router = APIRouter(tags=["completions"], route_class=OpenAIRoute)

_decode = msgspec.json.Decoder().decode


@router.post("/api/chat/completions")
@router.post("/api/v1/chat/completions")
@documented(
    "Ask a model", Completion, body=CompletionRequest, errors=[ProviderError], streams="chunks as OpenAI sends them"
)
async def complete(request: Request, caller: CurrentCaller, services: ServicesDep) -> Response:
    """An answer as JSON or as server-sent events; with `session_id`, `chat_id` and `id` into a message of a chat."""
    body = await read_body(request)
    async with while_connected(request.receive):
        given = await services.completions.start(
            body, caller.user, partial(request_info, request), by_run=caller.run_id is not None
        )
    return EventStreamResponse(request, given) if isinstance(given, EventStream) else answer(200, given)


@router.post("/api/chat/completed")
@router.post("/api/v1/chat/completed")
@documented("Pass an answer through outlet filters", dict[str, Any], body=dict[str, Any])
async def completed(request: Request, user: CurrentUser, services: ServicesDep) -> Response:
    """Outlet filters, for clients that call them on their own."""
    body = await read_body(request)
    return answer(200, await services.completions.completed(body, user, partial(request_info, request)))


async def read_body(request: Request) -> Any:
    """The JSON body. Raises `BadRequest` with what is wrong with it."""
    try:
        return _decode(await request.body())
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequest(f"The body is not JSON: {error}.", hint="Send a JSON object.") from error
