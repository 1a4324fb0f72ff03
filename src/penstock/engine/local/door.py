"""The one way out of a worker's network: who listens where, and how the host comes by the listener."""

from __future__ import annotations

import asyncio
import socket

from penstock.engine.local.egress import Egress, Gate
from penstock.engine.local.sandbox.sandbox import INSIDE_PORT
from penstock.errors import EngineError
from penstock.functions.rights import Rights

HANDOVER_SECONDS = 20.0


class Door:
    """Of a worker that is being started."""

    def __init__(self, rights: Rights, egress: Egress, *, own_network: bool) -> None:
        self.port = 0
        self._rights = rights
        self._egress = egress
        self._listener: socket.socket | None = None
        self._ours: socket.socket | None = None
        self._theirs: socket.socket | None = None
        if rights.profile != "standard":
            return
        if own_network:
            self.port = INSIDE_PORT
            self._ours, self._theirs = socket.socketpair()
        else:
            self._listener = egress.listen()
            self.port = self._listener.getsockname()[1]

    @property
    def descriptors(self) -> list[int]:
        """What the worker needs to hand its listener over."""
        return [] if self._theirs is None else [self._theirs.fileno()]

    async def open(self) -> Gate | None:
        """Serve what comes out, from when the process was ordered. Raises `EngineError` when there is no listener."""
        if self._ours is not None:
            self._listener = await self._receive(self._ours)
        if self._listener is None:
            return None
        listener, self._listener = self._listener, None
        return self._egress.open(listener, self._rights)

    async def _receive(self, ours: socket.socket) -> socket.socket:
        if self._theirs is not None:
            self._theirs.close()  # so that the end of the worker is noticed
        ours.setblocking(False)
        loop = asyncio.get_running_loop()
        readable = loop.create_future()
        loop.add_reader(ours, _settle, readable)
        try:
            async with asyncio.timeout(HANDOVER_SECONDS):
                await readable
        except TimeoutError as error:
            raise EngineError("The worker did not open its network in time.") from error
        finally:
            loop.remove_reader(ours)
        _, descriptors, _, _ = socket.recv_fds(ours, 1, 1)
        if not descriptors:
            raise EngineError("The walls around the worker could not be put up.")
        return socket.socket(fileno=descriptors[0])

    def close(self) -> None:
        """Let go of everything that was not opened."""
        for sock in (self._listener, self._ours, self._theirs):
            if sock is not None:
                sock.close()


def _settle(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
