"""The page: files that Vite built, with headers that keep foreign code out, and the frame in which embeds live."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Mapping
from mimetypes import guess_type
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from penstock.flows.context import Services

WEB = Path(__file__).resolve().parent.parent / "web"
SERVER_PATHS = ("/api/", "/ws/", "/openai/", "/ollama/")
NAMED_BY_PEOPLE = ("admin/", "c/", "s/")
"""Addresses of the page in which ids stand, which may have a dot: `/admin/models/guide.short`."""

PAGE_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob: https: http:",
    "media-src": "'self' data: blob: https: http:",
    "font-src": "'self' data:",
    "connect-src": "'self' ws: wss:",
    "frame-src": "'self' blob: data: https: http:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
SCRIPTED_POLICY = {
    **PAGE_POLICY,
    "script-src": "'nonce-{nonce}' 'strict-dynamic'",
    "style-src": "'self' 'unsafe-inline' https:",
    "font-src": "'self' data: https:",
    "connect-src": "'self' ws: wss: https: http: data: blob:",
    "worker-src": "'self' blob: data:",
}
"""For a page in which functions with the right `page_script` run scripts: elements that bear the number of this answer,
and what these load. Neither markup nor `eval` can bring scripts in."""


def _written(policy: Mapping[str, str]) -> str:
    return "; ".join(f"{name} {sources}" for name, sources in policy.items())


PAGE_HEADERS = {
    "content-security-policy": _written(PAGE_POLICY),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin-allow-popups",
    "cache-control": "no-cache",
}
ASSET_HEADERS = {"x-content-type-options": "nosniff", "cache-control": "no-cache"}
LASTING = "public, max-age=31536000, immutable"

EMBED_SANDBOX = "allow-scripts allow-downloads allow-popups allow-forms allow-modals"
EMBED_HEADERS = {
    "content-security-policy": (
        f"sandbox {EMBED_SANDBOX}; default-src * data: blob: 'unsafe-inline' 'unsafe-eval'; frame-ancestors 'self'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "public, max-age=3600",
}

NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Penstock</title>
<body style="font:16px/1.5 system-ui;max-width:36rem;margin:4rem auto;padding:0 1rem">
<h1>Penstock is running</h1><p>The page has not been built yet. Run <code>make serve</code> in the checkout, which
builds it, or use the API: <a href="/docs">its description</a>.</p></body></html>"""


class Page:
    """An ASGI app for every path that no route serves: a built file, else the page itself, else a 404."""

    def __init__(self, folder: Path = WEB) -> None:
        self._folder = folder
        self._files = StaticFiles(directory=folder, check_dir=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        path: str = scope["path"]
        if f"{path}/".startswith(SERVER_PATHS):
            raise HTTPException(404, f"There is nothing at {path}.")
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405, "Pages can only be read.")
        response = await self._find(path.lstrip("/"), scope)
        await response(scope, receive, send)

    async def _find(self, path: str, scope: Scope) -> Response:
        if path and path != "index.html":
            try:
                return self._with_asset_headers(await self._file(path, scope), path)
            except HTTPException as error:
                if error.status_code != 404 or _names_a_file(path):
                    raise HTTPException(404, f"There is nothing at /{path}.") from None
        return await self._index(scope)

    async def _index(self, scope: Scope) -> Response:
        if not (self._folder / "index.html").is_file():
            return HTMLResponse(NOT_BUILT, headers=PAGE_HEADERS)
        if await _is_scripted(scope):
            return self._scripted()
        response = await self._files.get_response("index.html", scope)
        response.headers.update(PAGE_HEADERS)
        return response

    def _scripted(self) -> Response:
        """The page with its scripts marked by a number of this answer alone."""
        nonce = secrets.token_urlsafe(16)
        html = (self._folder / "index.html").read_text("utf-8")
        html = re.sub(r"<(script|link)\b", rf'<\1 nonce="{nonce}"', html)
        html = html.replace("<head>", f'<head><meta property="csp-nonce" nonce="{nonce}">', 1)
        policy = _written(SCRIPTED_POLICY).format(nonce=nonce)
        headers = {**PAGE_HEADERS, "content-security-policy": policy, "cache-control": "no-store"}
        return HTMLResponse(html, headers=headers)

    async def _file(self, path: str, scope: Scope) -> Response:
        """The file, or what the build has compressed beside it, for browsers that take that."""
        if not (path.startswith("assets/") and (self._folder / f"{path}.gz").is_file()):
            return await self._files.get_response(path, scope)
        packed = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        response = await _whole(await self._files.get_response(f"{path}.gz" if packed else path, scope))
        response.headers["vary"] = "Accept-Encoding"
        if packed:
            response.headers["content-encoding"] = "gzip"
            response.headers["content-type"] = guess_type(path)[0] or "application/octet-stream"
        return response

    def _with_asset_headers(self, response: Response, path: str) -> Response:
        response.headers.update(ASSET_HEADERS)
        if path.startswith(("assets/", "_app/immutable/")):
            response.headers["cache-control"] = LASTING
        return response


async def _whole(response: Response) -> Response:
    """The same in one piece: a page is loaded from many small files, and each would take several turns of a thread."""
    if not isinstance(response, FileResponse):
        return response
    content = await asyncio.to_thread(Path(response.path).read_bytes)
    return Response(content, headers={**response.headers, "accept-ranges": "none"})


async def _is_scripted(scope: Scope) -> bool:
    """Whether any function has the right to run scripts in the page."""
    services: Services | None = getattr(scope["app"].state, "services", None) if "app" in scope else None
    if services is None:
        return False
    return any(rights.page_script for rights in (await services.registry.rights.all()).values())


def _names_a_file(path: str) -> bool:
    return "." in path.rsplit("/", 1)[-1] and not path.startswith(NAMED_BY_PEOPLE)


EMBED_FRAME = (
    '<!doctype html><html><head><meta charset="utf-8"><title>Embed</title></head>'
    '<body><script src="/embed/frame.js"></script></body></html>'
)


async def embed_frame(_: Request) -> Response:
    """The empty document that receives an author's HTML; its own policy, no rights on the server."""
    return HTMLResponse(EMBED_FRAME, headers=EMBED_HEADERS)
