"""A lean HTTP/1.1 client: keep-alive connections on loopback, bytes in, bytes out.

A general client costs as much CPU per call as the server that it measures, and both share the machine's cores. This
one sends requests that were put together beforehand, and parses answers with the parser that the servers use.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import httptools

PATIENCE = 120.0


class Refused(RuntimeError):
    """Raised for every answer that is not 200: a server that refuses is not fast."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request, whole."""

    host: str
    port: int
    data: bytes
    shown: str


def call(method: str, url: str, headers: dict[str, str], body: Any = None) -> Call:
    address = urlsplit(url)
    content = b"" if body is None else json.dumps(body).encode()
    path = address.path + (f"?{address.query}" if address.query else "")
    lines = [f"{method} {path} HTTP/1.1", f"Host: {address.netloc}", "Accept: */*", f"Content-Length: {len(content)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body is not None:
        lines.append("Content-Type: application/json")
    assert address.hostname is not None
    assert address.port is not None
    data = "\r\n".join([*lines, "", ""]).encode() + content
    return Call(address.hostname, address.port, data, f"{method} {path}")


class Connection(asyncio.Protocol):
    """One keep-alive connection; one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._parser: Any = None
        self._parts: list[bytes] = []
        self._answer: asyncio.Future[int] | None = None
        self._watch: Callable[[bytes], None] | None = None

    async def fetch(self, call: Call, watch: Callable[[bytes], None] | None = None) -> bytes:
        """The body of the answer. `watch` gets its parts as they come. Raises `Refused`."""
        if self._transport is None or self._transport.is_closing():
            await asyncio.get_running_loop().create_connection(lambda: self, call.host, call.port)
        assert self._transport is not None
        self._parts, self._watch = [], watch
        self._parser = httptools.HttpResponseParser(self)
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(call.data)
        async with asyncio.timeout(PATIENCE):
            status = await self._answer
        body = b"".join(self._parts)
        if status != 200:
            raise Refused(f"{call.shown} answered {status}: {body[:300]!r}")
        return body

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("the server hung up"))

    # For the parser

    def on_body(self, body: bytes) -> None:
        self._parts.append(body)
        if self._watch is not None:
            self._watch(body)

    def on_message_complete(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(self._parser.get_status_code())
