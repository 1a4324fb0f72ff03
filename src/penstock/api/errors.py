"""Every error of the API in one shape: `{"detail", "code", "hint", ...}`."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from penstock.errors import PenstockError
from penstock.store.columns import encode_json

log = structlog.get_logger("penstock.api")

CODES = {
    400: "bad_request",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many",
}
UNREADABLE = "There was an error parsing the body"  # FastAPI's words for whatever else goes wrong with a body
BODILESS = (204, 304)  # RFC 9110, 15.3.5 and 15.4.5: such an answer ends after its headers
SENTENCES = {"Not Found": "There is nothing at this address.", "Method Not Allowed": "This address has no such method."}


def answer(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer that cannot fail on odd text or numbers that a caller sent and gets back."""
    content = b"" if status in BODILESS else encode_json(body)
    return Response(content, status, dict(headers or {}), "application/json")


async def on_penstock_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, PenstockError)
    headers: dict[str, str] = {}
    if error.status == 401:
        headers["www-authenticate"] = "Bearer"
    if "retry_after" in error.fields:
        headers["retry-after"] = str(error.fields["retry_after"])
    try:
        return answer(error.status, error.as_dict(), headers)
    except (TypeError, ValueError, msgspec.MsgspecError):
        return answer(error.status, {"detail": error.message, "code": error.code, "hint": error.hint}, headers)


async def on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.detail == UNREADABLE:
        return _bad_json("it cannot be decoded, or is nested too deeply")
    if error.status_code in (204, 304):
        return Response(None, error.status_code, error.headers)
    detail = SENTENCES.get(str(error.detail), error.detail)
    if error.status_code == 404 and detail is not error.detail:
        detail = f"There is nothing at {request.url.path}."
    body = {"detail": detail, "code": CODES.get(error.status_code, f"http_{error.status_code}"), "hint": ""}
    return answer(error.status_code, body, error.headers)


async def on_invalid_request(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if any(each.get("type") == "json_invalid" for each in error.errors()):
        return _bad_json(next(str(each.get("ctx", {}).get("error", "")) for each in error.errors()))
    problems = [_problem(each) for each in error.errors()]
    return answer(422, {"detail": problems, "code": "invalid", "hint": _hint(problems)})


def _bad_json(reason: str) -> Response:
    body = {"detail": f"The body is not JSON: {reason}.", "code": "bad_json", "hint": "Send a JSON object."}
    return answer(400, body)


async def on_deep_nesting(request: Request, _: Exception) -> Response:
    """JSON may be nested as deeply as Python can follow; what a caller sent went past that."""
    log.warning("nested too deeply", path=request.url.path, exc_info=True)
    return answer(400, {"detail": "What you sent is nested too deeply.", "code": "bad_request", "hint": ""})


def _problem(error: Mapping[str, Any]) -> dict[str, Any]:
    """One entry of pydantic's list, without the input (it may be a password) and the error object."""
    return {"type": error.get("type"), "loc": [_plain(part) for part in error.get("loc", ())], "msg": error.get("msg")}


def _plain(part: Any) -> str | int:
    return part if isinstance(part, int) else str(part)


def _hint(problems: Sequence[Mapping[str, Any]]) -> str:
    fields = [".".join(str(part) for part in each["loc"]) for each in problems[:5]]
    return f"Look at {', '.join(filter(None, fields))}." if any(fields) else ""


def install(app: FastAPI) -> None:
    app.add_exception_handler(PenstockError, on_penstock_error)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(RequestValidationError, on_invalid_request)
    app.add_exception_handler(RecursionError, on_deep_nesting)


class LastResort:
    """Turns what nobody expected into a 500 with an id; the traceback goes to the log under that id."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception:
            error_id = uuid.uuid4().hex[:12]
            log.exception("unexpected error", error_id=error_id, method=scope["method"], path=scope["path"])
            if started:
                raise
            body = {
                "detail": "Something went wrong in the server.",
                "code": "internal_error",
                "hint": f"An administrator finds it in the log as {error_id}.",
                "error_id": error_id,
            }
            await answer(500, body)(scope, receive, send)
