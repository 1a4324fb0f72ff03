"""Finding the route of a request by the noun in its path, so that the number of nouns costs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.datastructures import URLPath
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

CHOSEN = "penstock.route"


class NounRoutes(BaseRoute):
    """All routes of some routers, asked in their order among those of the same noun."""

    def __init__(self, routers: Sequence[APIRouter]) -> None:
        self.routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
        self._by_noun: dict[str, list[APIRoute]] = {}
        for route in self.routes:
            noun = noun_of(route.path)
            assert "{" not in noun, f"{route.path} has no noun"
            self._by_noun.setdefault(noun, []).append(route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        partial: tuple[Match, Scope] = (Match.NONE, {})
        if scope["type"] != "http":
            return partial
        for route in self._by_noun.get(noun_of(scope["path"]), ()):
            match, found = route.matches(scope)
            if match == Match.FULL:
                return match, {**found, CHOSEN: route}
            if match == Match.PARTIAL and partial[0] == Match.NONE:
                partial = match, {**found, CHOSEN: route}
        return partial

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope[CHOSEN].handle(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        for route in self.routes:
            try:
                return route.url_path_for(name, **path_params)
            except NoMatchFound:
                continue
        raise NoMatchFound(name, path_params)


def noun_of(path: str) -> str:
    """`chats` for `/api/v1/chats/...`, `models` for `/api/models`, `health` for `/health`."""
    parts = path.split("/", 4)
    if len(parts) > 3 and parts[1] == "api" and parts[2] == "v1":
        return parts[3]
    return parts[2] if len(parts) > 2 and parts[1] == "api" else parts[1]
