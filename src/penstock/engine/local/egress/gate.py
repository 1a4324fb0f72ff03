"""The door of one worker: everything that leaves its network comes through here."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from penstock.engine.local.egress.dialing import Dial
from penstock.engine.local.egress.exchange import Exchange, Limits, Way
from penstock.engine.local.egress.own import Own
from penstock.engine.local.egress.policy import Policy
from penstock.engine.local.egress.resolver import Resolver
from penstock.engine.local.egress.stream import Stream
from penstock.functions.hosts import Host
from penstock.functions.rights import Rights

TURNED_AWAY = 32  # connections above the limit that are told so; further ones wait to be accepted
KNOWN_PORTS = 1024
KNOWN_AS = 64
WAIT_FOR_ORIGIN = 0.3  # seconds: the frame that tells whose connection it is comes another way
WINDOW = 0.1  # seconds in which connections are counted
PASSING = (errno.ECONNABORTED, errno.EINTR, errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A host that was not to be reached. `run` is None where nobody knows whose attempt it was."""

    host: str
    port: int
    reason: str
    client_port: int
    run: str | None


class Gate:
    """Serves the connections of one listener from when it is made until `close`."""

    def __init__(
        self, listener: socket.socket, rights: Rights, own: Own, resolver: Resolver, dial: Dial, limits: Limits
    ) -> None:
        self.on_refused: Callable[[Refusal], None] = lambda _: None
        self._loop = asyncio.get_running_loop()
        self._listener = listener
        self._limits = limits
        self._known_as: OrderedDict[tuple[Host, int], None] = OrderedDict()
        self._origins: OrderedDict[int, str] = OrderedDict()
        self._unclaimed: dict[int, Refusal] = {}
        self._way = Way(Policy(rights, own, resolver, self._known_as), dial, limits, self._refused)
        self._exchanges: dict[asyncio.Task[None], Exchange] = {}
        self._room: asyncio.Event = asyncio.Event()
        listener.setblocking(False)
        self._accepting = self._loop.create_task(self._accept())
        self._accepting.add_done_callback(lambda _: listener.close())
        self._sweeper = self._loop.call_later(self._pause, self._sweep)

    def connecting(self, port: int, run: str) -> None:
        """The connection from that port, which comes next or has just come, belongs to that run."""
        self._claim(port, run)
        self._origins[port] = run
        self._origins.move_to_end(port)
        if len(self._origins) > KNOWN_PORTS:
            self._origins.popitem(last=False)

    def settle(self) -> None:
        """Everything that a worker had to say of its connections is heard: tell whose refusals remain nobody's."""
        for port in list(self._unclaimed):
            self._claim(port, None)

    def known_as(self, host: Host, port: int) -> None:
        """A request has reached the server under that name: where nothing else is there, it means the server."""
        self._known_as[host, port] = None
        self._known_as.move_to_end((host, port))
        if len(self._known_as) > KNOWN_AS:
            self._known_as.popitem(last=False)

    @property
    def over(self) -> bool:
        return self._accepting.done() and not self._exchanges

    def close(self) -> None:
        """End everything that goes on. May be called twice."""
        self._sweeper.cancel()
        self._accepting.cancel()
        for task in self._exchanges:
            task.cancel()

    async def closed(self) -> None:
        """Until nothing is left, after `close`."""
        await asyncio.wait((self._accepting, *self._exchanges))

    # Connections

    async def _accept(self) -> None:
        window, accepted = 0.0, 0
        while True:
            if self._loop.time() - window >= WINDOW:
                window, accepted = self._loop.time(), 0
            elif accepted >= self._limits.per_second * WINDOW:
                await asyncio.sleep(WINDOW)
            while len(self._exchanges) >= self._limits.connections + TURNED_AWAY:
                self._room.clear()
                await self._room.wait()
            try:
                client, address = await self._loop.sock_accept(self._listener)
            except OSError as error:
                if error.errno not in PASSING:
                    return
                await asyncio.sleep(WINDOW)
                continue
            accepted += 1
            self._begin(client, address[1])

    def _begin(self, client: socket.socket, port: int) -> None:
        exchange = Exchange(Stream(client), port, self._way)
        turned_away = len(self._exchanges) >= self._limits.connections
        task = self._loop.create_task(exchange.serve(turned_away=turned_away))
        self._exchanges[task] = exchange
        task.add_done_callback(lambda task: self._ended(task, port))

    def _ended(self, task: asyncio.Task[None], port: int) -> None:
        self._exchanges.pop(task).close()
        self._origins.pop(port, None)
        self._room.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            self._loop.call_exception_handler({"message": "A connection of a proxy failed.", "exception": error})

    @property
    def _pause(self) -> float:
        return min(self._limits.idle_seconds, self._limits.half_open_seconds) / 4

    def _sweep(self) -> None:
        now = self._loop.time()
        for task, exchange in list(self._exchanges.items()):
            if exchange.idle_since(now):
                task.cancel()
        self._sweeper = self._loop.call_later(self._pause, self._sweep)

    # Refusals

    def _refused(self, host: Host, port: int, reason: str, client_port: int) -> None:
        refusal = Refusal(str(host), port, reason, client_port, self._origins.get(client_port))
        if refusal.run is not None:
            self.on_refused(refusal)
        else:
            self._unclaimed[client_port] = refusal
            self._loop.call_later(WAIT_FOR_ORIGIN, self._claim, client_port, None)

    def _claim(self, port: int, run: str | None) -> None:
        refusal = self._unclaimed.pop(port, None)
        if refusal is not None:
            self.on_refused(replace(refusal, run=run))
