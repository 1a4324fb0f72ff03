"""A gate as a worker meets it: names come from a table, and every address is in truth a server of the test."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from penstock.engine.local.egress import Egress, Gate, Limits, Refusal
from penstock.engine.local.egress.dialing import dial
from penstock.engine.local.egress.own import Place
from penstock.functions.hosts import Address
from penstock.functions.rights import Profile, Rights
from tests.waiting import eventually

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[Any]]

OWN = [("127.0.0.1", 8080), ("chat.example.com", 443)]


async def hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers with the head of the request."""
    head = await reader.readuntil(b"\r\n\r\n")
    body = b"hello\n" + head
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    await writer.drain()


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.write_eof()


@dataclass
class House:
    """What surrounds a gate. `names` is the name service; `reached` are the addresses that were connected to."""

    stack: AsyncExitStack
    names: dict[str, list[str]] = field(default_factory=dict)
    reached: list[Place] = field(default_factory=list)
    lookups: list[str] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    server_port: int = 0  # of the server that stands at every address
    limits: Limits = field(default_factory=Limits)
    own: list[tuple[str, int]] = field(default_factory=lambda: list(OWN))
    egress: Egress | None = None
    gate: Gate | None = None
    port: int = 0

    async def lookup(self, name: str) -> Sequence[Address]:
        self.lookups.append(name)
        if name not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [ipaddress.ip_address(each) for each in self.names[name]]

    async def connect(self, place: Place) -> socket.socket:
        self.reached.append(place)
        return await dial((ipaddress.ip_address("127.0.0.1"), self.server_port))

    async def serve(self, handler: Handler) -> int:
        """Put this server at every address. Returns its true port."""

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await handler(reader, writer)
            except (ConnectionError, asyncio.IncompleteReadError):
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        self.stack.callback(server.close)
        self.server_port = server.sockets[0].getsockname()[1]
        return self.server_port

    def open(self, *hosts: str, profile: Profile = "standard") -> Gate:
        egress = Egress(lambda: self.own, lookup=self.lookup, connect=self.connect, limits=self.limits)
        self.stack.push_async_callback(egress.stop)
        listener = egress.listen()
        self.port = listener.getsockname()[1]
        self.gate = egress.open(listener, Rights(profile, hosts))
        self.gate.on_refused = self.refusals.append
        return self.gate

    @asynccontextmanager
    async def client(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            yield reader, writer
        finally:
            writer.close()

    async def told(self, count: int) -> list[Refusal]:
        """Refusals, once there are so many: whose they are may take a moment to find out."""
        await eventually(lambda: len(self.refusals) >= count)
        return self.refusals

    async def ask(self, request: str | bytes) -> tuple[int, bytes]:
        """Send something to the gate and read all that comes."""
        if isinstance(request, str):
            request = request.replace("\n", "\r\n").encode()
        async with self.client() as (reader, writer):
            writer.write(request)
            answer = await asyncio.wait_for(reader.read(), 10)
        status = int(answer.split(b" ", 2)[1]) if answer else 0
        return status, answer

    async def get(self, url: str, fields: str = "") -> tuple[int, bytes]:
        return await self.ask(f"GET {url} HTTP/1.1\nHost: anything\n{fields}\n")


@pytest.fixture(scope="module", params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    """Both loops: the server has uvloop, whose sockets are not asyncio's."""
    return "asyncio", {"use_uvloop": request.param}


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        made = House(stack)
        await made.serve(hello)
        yield made
