"""The application: lifespan, middleware, routers, the page. `create_app` is the way in."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from penstock import __version__
from penstock.api import errors, reference
from penstock.api.body_limit import BodyLimit
from penstock.api.compose import StopClock, running
from penstock.api.nouns import NounRoutes
from penstock.api.page import Page, embed_frame
from penstock.api.routers import ROUTERS
from penstock.engine.base import Engine
from penstock.settings import Settings
from penstock.store.columns import encode_json

DESCRIPTIONS = ("/openapi.json", "/api/openapi.json")  # where tools look for it, and where the API is
REFERENCE = "/docs"


def create_app(settings: Settings, *, engine: Engine | None = None) -> FastAPI:
    """A server as an ASGI app. While it runs, `app.state.services` are its parts. An engine may be given."""
    clock = StopClock(settings.stop_grace)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            async with running(settings, engine, clock) as services:
                app.state.services = services
                yield
        except BaseException as error:
            app.state.start_error = error
            raise

    app = FastAPI(
        title=settings.name,
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        middleware=[
            Middleware(errors.LastResort),
            Middleware(BodyLimit, body=settings.body_limit, upload=settings.upload_limit),
        ],
    )
    app.state.stop_clock = clock
    errors.install(app)
    app.mount("/ws/socket.io", _Socket(app))
    nouns = NounRoutes(ROUTERS)
    app.router.routes.append(nouns)
    app.add_route("/embed/frame", embed_frame, include_in_schema=False)
    for address in DESCRIPTIONS:
        app.add_route(address, _description(app), include_in_schema=False)
    app.add_route(REFERENCE, _reference(app), include_in_schema=False)
    app.router.default = Page()
    app.openapi = functools.cache(lambda: _openapi(settings, nouns))  # type: ignore[method-assign]
    return app


class _Socket:
    """The gateway of whichever services run just now."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app.state.services.gateway.app(scope, receive, send)


def _description(app: FastAPI) -> Callable[[Request], Awaitable[Response]]:
    encoded = functools.cache(lambda: encode_json(app.openapi()))

    async def description(_: Request) -> Response:
        return Response(await asyncio.to_thread(encoded), media_type="application/json")

    return description


def _reference(app: FastAPI) -> Callable[[Request], Awaitable[Response]]:
    written = functools.cache(lambda: reference.page(app.openapi()))

    async def page(_: Request) -> Response:
        return HTMLResponse(await asyncio.to_thread(written), headers=reference.HEADERS)

    return page


def _openapi(settings: Settings, nouns: NounRoutes) -> dict[str, Any]:
    from penstock.api.description import describe  # a server that nobody asks needs nothing of it

    return describe(settings.name, nouns.routes)
