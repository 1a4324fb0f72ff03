"""The application: lifespan, middleware, routers, the page. `create_app` is the way in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.types import Receive, Scope, Send

from penstock import __version__
from penstock.api import errors
from penstock.api.body_limit import BodyLimit
from penstock.api.compose import StopClock, running
from penstock.api.page import Page, embed_frame
from penstock.api.routers import ROUTERS
from penstock.engine.base import Engine
from penstock.settings import Settings

DOCS = "/api/docs"
SCHEMA = "/api/openapi.json"


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
        docs_url=DOCS,
        redoc_url=None,
        openapi_url=SCHEMA,
        strict_content_type=False,
        middleware=[
            Middleware(errors.LastResort),
            Middleware(BodyLimit, body=settings.body_limit, upload=settings.upload_limit),
        ],
    )
    app.state.stop_clock = clock
    errors.install(app)
    app.mount("/ws/socket.io", _Socket(app))
    for router in ROUTERS:
        app.include_router(router)
    app.add_api_route("/embed/frame", embed_frame, include_in_schema=False)
    app.router.default = Page()
    _describe_access(app)
    return app


class _Socket:
    """The gateway of whichever services run just now."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app.state.services.gateway.app(scope, receive, send)


def _describe_access(app: FastAPI) -> None:
    """Let the schema say how to sign in: bearer token or cookie."""
    make = app.openapi

    def openapi() -> dict[str, Any]:
        schema = make()
        schemes = schema.setdefault("components", {}).setdefault("securitySchemes", {})
        schemes["bearer"] = {"type": "http", "scheme": "bearer"}
        schema.setdefault("security", [{"bearer": []}])
        return schema

    app.openapi = openapi  # type: ignore[method-assign]
