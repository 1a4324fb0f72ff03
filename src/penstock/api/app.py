"""The application: lifespan, middleware, routers, the page. `create_app` is the way in."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware import Middleware
from starlette.types import Receive, Scope, Send

from penstock import __version__
from penstock.api import errors
from penstock.api.body_limit import BodyLimit
from penstock.api.compose import StopClock, running
from penstock.api.nouns import NounRoutes
from penstock.api.page import Page, embed_frame
from penstock.api.routers import ROUTERS
from penstock.engine.base import Engine
from penstock.settings import Settings

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
        docs_url=None,
        redoc_url=None,
        openapi_url=SCHEMA,
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
    app.router.default = Page()
    app.openapi = functools.cache(lambda: _openapi(settings, nouns))  # type: ignore[method-assign]
    return app


class _Socket:
    """The gateway of whichever services run just now."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app.state.services.gateway.app(scope, receive, send)


def _openapi(settings: Settings, nouns: NounRoutes) -> dict[str, Any]:
    """The description of the API, which also says how to sign in."""
    schema = get_openapi(title=settings.name, version=__version__, routes=nouns.routes)
    schema.setdefault("components", {})["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    schema["security"] = [{"bearer": []}]
    return schema
