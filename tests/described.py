"""Holds every JSON answer of a server in tests against the description of its API (`/api/openapi.json`)."""

from __future__ import annotations

import functools
from typing import Any

import jsonschema_rs
import msgspec
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from penstock.api.nouns import CHOSEN

MOST_SHOWN = 300  # characters of an answer that does not fit

differences: list[str] = []
"""What did not fit since somebody looked. A fixture in `tests/conftest.py` fails the test that made it."""


class Described:
    """An ASGI app around a server. It changes nothing of what is sent."""

    def __init__(self, app: FastAPI) -> None:
        self._app: ASGIApp = app
        self._described = functools.cache(lambda: _closed(app.openapi()))
        self._validators: dict[tuple[str, str, int], jsonschema_rs.Validator] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, is_json, body = 0, False, bytearray()

        async def seen(message: Message) -> None:
            nonlocal status, is_json
            if message["type"] == "http.response.start":
                status = message["status"]
                is_json = (b"content-type", b"application/json") in message["headers"]
            elif is_json:
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    self._look(scope, status, bytes(body))
            await send(message)

        await self._app(scope, receive, seen)

    def _look(self, scope: Scope, status: int, body: bytes) -> None:
        route = scope.get(CHOSEN)
        if isinstance(route, APIRoute) and route.include_in_schema and body:
            self._check(scope["method"], route.path_format, status, body)

    def _check(self, method: str, path: str, status: int, body: bytes) -> None:
        validator = self._validator(method, path, status)
        value = msgspec.json.decode(body)
        for error in validator.iter_errors(value):
            place = "/".join(map(str, error.instance_path))
            differences.append(f"{method} {path} {status} at `{place}`: {error.message[:MOST_SHOWN]}")

    def _validator(self, method: str, path: str, status: int) -> jsonschema_rs.Validator:
        key = (method, path, status)
        if key not in self._validators:
            described = self._described()
            schema = _schema(described, method, path, status)
            components = {"components": described["components"]}
            self._validators[key] = jsonschema_rs.Draft202012Validator({**schema, **components})
        return self._validators[key]


def _schema(described: dict[str, Any], method: str, path: str, status: int) -> dict[str, Any]:
    """Of an error that is not named there, only the shape is known."""
    responses = described["paths"][path].get(method.lower(), {}).get("responses", {})
    content = responses.get(str(status), {}).get("content", {})
    if "default" in responses or (content and "application/json" not in content):
        return {}  # whatever an author answers, or a file that may be JSON
    if status >= 400:
        return {"$ref": "#/components/schemas/Error"}
    schema: dict[str, Any] = content.get("application/json", {}).get("schema", {"not": {}})
    return schema


def _closed(described: dict[str, Any]) -> dict[str, Any]:
    """The same, where nothing may come that is not described."""
    copy: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(described))
    for component in copy["components"]["schemas"].values():
        if "properties" in component:
            component.setdefault("additionalProperties", False)
    return copy
