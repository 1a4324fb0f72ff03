"""Routes that clients of OpenAI call: their errors carry `error.message` as well, which those clients show."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from penstock.errors import PenstockError


class OpenAIRoute(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def with_error_object(request: Request) -> Response:
            try:
                return await handle(request)
            except PenstockError as error:
                error.fields["error"] = {"message": error.message, "type": error.code, "code": error.code}
                raise

        return with_error_object
