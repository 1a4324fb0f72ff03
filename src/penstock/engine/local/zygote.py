"""The host's side of the zygote: starts it, orders workers from it, hears of their ends.

When it dies, its workers die with it, and the next order starts another.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import subprocess
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from penstock.engine.local.surroundings import clean_environment, zygote_command
from penstock.errors import EngineError, ProtocolBroken, Unavailable
from penstock.protocol.framing import HEADER
from penstock.protocol.orders import Limits, News, Order, Walls

START_SECONDS = 30.0
STOP_SECONDS = 2.0
NEWS_LIMIT = 2**20


class Zygote:
    """One zygote process at a time."""

    def __init__(self) -> None:
        self.modules: frozenset[str] = frozenset()
        self._connection: _Connection | None = None
        self._starting = asyncio.Lock()
        self._stopped = False

    async def start(self) -> _Connection:
        """The zygote that is there, or a new one."""
        async with self._starting:
            if self._stopped:
                raise Unavailable("The server is stopping.")
            if self._connection is not None and self._connection.lost:
                await self._connection.stop()
                self._connection = None
            if self._connection is None:
                self._connection = await _connect()
                self.modules = self._connection.modules
            return self._connection

    async def spawn(self, order: Order, descriptors: Sequence[int], on_end: Callable[[int], None]) -> int:
        """Start a process with `descriptors`; `on_end` gets its exit status (negative: the signal). Returns its pid."""
        for attempt in (1, 2):
            connection = await self.start()
            try:
                return await connection.spawn(order, descriptors, on_end)
            except ConnectionError as error:
                if attempt == 2:
                    raise EngineError("The process that starts workers cannot be reached.") from error
        raise AssertionError

    def kill(self, pid: int) -> None:
        if self._connection is not None:
            with contextlib.suppress(OSError):  # a zygote that has ended took its workers with it
                self._connection.send(Order("kill", pid=pid))

    async def probe(self, walls: Walls, limits: Limits) -> str:
        """Try walls on a process that does nothing else. Returns what stands in the way, or nothing."""
        return await (await self.start()).probe(Order("probe", walls=walls, limits=limits))

    async def stop(self) -> None:
        self._stopped = True
        if self._connection is not None:
            await self._connection.stop()
            self._connection = None


class _Connection(asyncio.Protocol):
    """The control socket of one zygote process."""

    def __init__(self, process: subprocess.Popen[bytes], sock: socket.socket) -> None:
        self.process = process
        self.lost = False
        self.modules: frozenset[str] = frozenset()
        self._socket = sock  # orders are written here: a transport cannot pass descriptors
        self._transport: asyncio.BaseTransport | None = None
        self._loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[None] = self._loop.create_future()
        self._ids = itertools.count(1)
        self._started: dict[int, tuple[asyncio.Future[int], Callable[[int], None]]] = {}
        self._probed: dict[int, asyncio.Future[str]] = {}
        self._ends: dict[int, Callable[[int], None]] = {}
        self._buffer = bytearray()
        self._decoder = msgspec.msgpack.Decoder(News)

    async def ready(self) -> None:
        async with asyncio.timeout(START_SECONDS):
            await self._ready

    async def spawn(self, order: Order, descriptors: Sequence[int], on_end: Callable[[int], None]) -> int:
        number = next(self._ids)
        started: asyncio.Future[int] = self._loop.create_future()
        self._started[number] = started, on_end
        self.send(msgspec.structs.replace(order, id=number), descriptors)
        async with asyncio.timeout(START_SECONDS):
            return await started

    async def probe(self, order: Order) -> str:
        number = next(self._ids)
        probed: asyncio.Future[str] = self._loop.create_future()
        self._probed[number] = probed
        self.send(msgspec.structs.replace(order, id=number))
        async with asyncio.timeout(START_SECONDS):
            return await probed

    def send(self, order: Order, descriptors: Sequence[int] = ()) -> None:
        if self.lost:
            raise ConnectionError("the zygote has ended")
        body = msgspec.msgpack.encode(order)
        data = HEADER.pack(len(body)) + body
        if descriptors:
            socket.send_fds(self._socket, [data], list(descriptors))
        else:
            self._socket.sendall(data)

    # What comes back

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= HEADER.size:
            (length,) = HEADER.unpack_from(self._buffer)
            if length > NEWS_LIMIT:
                raise ProtocolBroken("The zygote sent something that is no message.")
            if len(self._buffer) < HEADER.size + length:
                return
            news = self._decoder.decode(self._buffer[HEADER.size : HEADER.size + length])
            del self._buffer[: HEADER.size + length]
            self._hear(news)

    def _hear(self, news: News) -> None:
        match news.news:
            case "ready":
                self.modules = frozenset(news.modules)
                if not self._ready.done():
                    self._ready.set_result(None)
            case "started":
                started, on_end = self._started.pop(news.id)
                self._ends[news.pid] = on_end
                if not started.done():
                    started.set_result(news.pid)
            case "probed":
                if not (probed := self._probed.pop(news.id)).done():
                    probed.set_result(news.why)
            case "ended":
                if news.pid in self._ends:
                    self._ends.pop(news.pid)(news.status)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        self._socket.close()
        error = ConnectionError("the zygote has ended")
        _fail(self._ready, error)
        for started, _ in self._started.values():
            _fail(started, error)
        for probed in self._probed.values():
            _fail(probed, error)
        self._started.clear()
        self._probed.clear()
        ends, self._ends = self._ends, {}
        for on_end in ends.values():
            on_end(-9)  # its children die with it

    async def stop(self) -> None:
        if self._transport is not None:
            self._transport.close()
        self._socket.close()
        self.lost = True
        await asyncio.get_running_loop().run_in_executor(None, _wait, self.process)


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
        future.exception()  # nobody may be waiting


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


async def _connect() -> _Connection:
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(  # noqa: ASYNC220 (waited for only in `stop`, on a thread)
            zygote_command(theirs.fileno()),
            pass_fds=(theirs.fileno(),),
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    connection = _Connection(process, ours.dup())
    ours.setblocking(False)
    await asyncio.get_running_loop().create_connection(lambda: connection, sock=ours)
    try:
        await connection.ready()
    except (ConnectionError, TimeoutError) as error:
        with contextlib.suppress(OSError):
            process.kill()
        await connection.stop()
        raise EngineError("The process that starts workers did not start.") from error
    return connection
