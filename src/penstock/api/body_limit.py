"""No body larger than its limit is read; a program's body without a type is taken for JSON."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from penstock.api.errors import answer

UPLOADS = "/api/v1/files"
MULTIPART_OVERHEAD = 2**16


class BodyLimit:
    """Refuses by the announced length at once; counts where none is announced."""

    def __init__(self, app: ASGIApp, body: int, upload: int) -> None:
        self.app = app
        self._body = body
        self._upload = upload + MULTIPART_OVERHEAD

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        is_upload = scope["path"].rstrip("/") == UPLOADS
        limit = self._upload if is_upload else self._body
        headers = Headers(scope=scope)
        if "content-type" not in headers and "origin" not in headers:  # browsers say both, or ask first
            scope["headers"] = [*scope["headers"], (b"content-type", b"application/json")]
        length = headers.get("content-length")
        if length is None:
            await self.app(scope, _counted(receive, limit), send)
        elif not length.isdigit() or int(length) > limit:
            await answer(413, _refusal(limit))(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _counted(receive: Receive, limit: int) -> Receive:
    taken = 0

    async def counting() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise HTTPException(413, _refusal(limit)["detail"])
        return message

    return counting


def _refusal(limit: int) -> dict[str, str]:
    return {
        "detail": f"The body is larger than {limit} bytes, the most that this address takes.",
        "code": "too_large",
        "hint": "An administrator can raise PENSTOCK_BODY_LIMIT or PENSTOCK_UPLOAD_LIMIT.",
    }
