"""One connection of a client to the proxy: what it asks for, where that leads, and what it is told."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from penstock.engine.local.egress import relay
from penstock.engine.local.egress.dialing import Dial, Unreachable, first_of
from penstock.engine.local.egress.forwarding import BadAnswer, Forward
from penstock.engine.local.egress.heads import HEAD_LIMIT, BadHead, Body, Request, read_request
from penstock.engine.local.egress.policy import CLOSED, Policy, Refused
from penstock.engine.local.egress.resolver import UnknownName
from penstock.engine.local.egress.stream import Ended, Stream, TooLong
from penstock.errors import BadHost
from penstock.functions.hosts import Host, normal_host, shown, split_authority

HEAD_END = b"\r\n\r\n"
NAMES_PATH = "/names?"  # `GET /names?host=...&port=...`: for those who connect by themselves
TURNED_AWAY = "Too many connections of this function are open at the same time."


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one gate. Times are in seconds."""

    connections: int = 256
    per_second: int = 1000  # new connections
    head_seconds: float = 15.0
    connect_seconds: float = 15.0
    idle_seconds: float = 900.0
    half_open_seconds: float = 60.0  # after one side has hung up


@dataclass(frozen=True, slots=True)
class Way:
    """What all connections of a gate share: what is allowed, how to get there, whom to tell of refusals."""

    policy: Policy
    dial: Dial
    limits: Limits
    refused: Callable[[Host, int, str, int], None]


class Exchange:
    def __init__(self, client: Stream, client_port: int, way: Way) -> None:
        self._client = client
        self._client_port = client_port
        self._way = way
        self._server: Stream | None = None
        self._half_open = False

    def idle_since(self, now: float) -> bool:
        """Whether nothing has moved for longer than a connection may stand still."""
        limits = self._way.limits
        touched = max(stream.touched for stream in (self._client, self._server) if stream is not None)
        return now - touched > (limits.half_open_seconds if self._half_open else limits.idle_seconds)

    async def serve(self, *, turned_away: bool = False) -> None:
        """Until one side ends it. Nothing that clients or servers do is raised."""
        with contextlib.suppress(OSError, Ended):
            await self._serve(turned_away)

    def close(self) -> None:
        self._client.close()
        if self._server is not None:
            self._server.close()

    async def _serve(self, turned_away: bool) -> None:
        try:
            request = await self._request()
            if turned_away:
                await self._tell(503, "too_many", TURNED_AWAY)
            else:
                await self._answer(request)
        except (BadHead, BadHost) as error:
            await self._tell(400, "bad_request", str(error))
        except TooLong:
            await self._tell(431, "too_large", "The head of the request is too long")

    async def _request(self) -> Request:
        async with asyncio.timeout(self._way.limits.head_seconds):
            return read_request(await self._client.until(HEAD_END, HEAD_LIMIT))

    async def _answer(self, request: Request) -> None:
        if request.method == "CONNECT":
            host, port = split_authority(request.target)
            if server := await self._reach(host, port):
                await self._client.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await self._tunnel(server)
        elif request.method == "GET" and request.target.startswith(NAMES_PATH):
            await self._names(request.target)
        else:
            host, port, path = request.absolute()
            length = request.body
            if server := await self._reach(host, port):
                await server.write(request.passed_on(host, port, path))
                await self._forward(server, request, length)

    # The way to the server

    async def _reach(self, host: Host, port: int) -> Stream | None:
        """Connect to the host, or tell the client why not."""
        name = shown(host, port)
        try:
            places = await self._way.policy.places(host, port)
            self._server = Stream(await first_of(places, self._way.dial, self._way.limits.connect_seconds))
        except Refused as refused:
            await self._refuse(host, port, refused.reason)
        except UnknownName:
            await self._tell(502, "unknown_host", f"{name} cannot be reached: its name is not known")
        except Unreachable as error:
            await self._tell(504 if error.slow else 502, "unreachable", f"{name} cannot be reached: {error.why}")
        else:
            return self._server
        return None

    async def _refuse(self, host: Host, port: int, reason: str) -> None:
        self._way.refused(host, port, reason, self._client_port)
        name = shown(host, port)
        hint = f"An admin may allow it: add `{name}` to the hosts in the rights of the function."
        if reason == CLOSED:
            hint = "An admin may give the function another profile in its rights."
        await self._tell(403, "host_refused", f"{name} was refused: {reason}", hint)

    async def _tell(self, status: int, code: str, sentence: str, hint: str = "") -> None:
        """An answer of the proxy itself. The sentence stands in the status line too: clients show that one."""
        if self._client.written:
            return  # too late: an answer is on its way
        body = json.dumps({"detail": sentence.rstrip(".") + ".", "code": code, "hint": hint}).encode()
        await self._say(f"{status} {sentence[:200]}", body)

    async def _say(self, status: str, body: bytes) -> None:
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        closing = f"Proxy-Status: penstock\r\nConnection: close{HEAD_END.decode()}"
        await self._client.write((head + closing).encode("ascii", "replace") + body)
        await self._client.linger()

    # What goes over it

    async def _forward(self, server: Stream, request: Request, length: Body) -> None:
        forward = Forward(self._client, server, request.method)
        try:
            upgraded = await forward.answer_alone() if request.upgrade else await forward.both(length)
        except BadAnswer as error:
            await self._tell(502, "bad_answer", str(error))
            return
        if upgraded:
            await self._tunnel(server)
        else:
            await self._client.linger()

    async def _tunnel(self, server: Stream) -> None:
        await relay.together(self._one_way(self._client, server), self._one_way(server, self._client))

    async def _one_way(self, source: Stream, sink: Stream) -> None:
        await relay.to_the_end(source, sink)
        self._half_open = True

    async def _names(self, target: str) -> None:
        """The addresses of a name, for a connection that the client will ask for next."""
        asked = parse_qs(urlsplit(target).query)
        host = normal_host(asked.get("host", [""])[0])
        digits = asked.get("port", ["0"])[0]
        port = int(digits) if re.fullmatch("[0-9]{1,5}", digits) else 0
        try:
            found = await self._way.policy.addresses(host, port or None)
        except Refused as refused:
            await self._refuse(host, port, refused.reason)
        except UnknownName:
            await self._tell(404, "unknown_host", f"The name {host} is not known")
        else:
            await self._say("200 OK", json.dumps([str(address) for address in found]).encode())
