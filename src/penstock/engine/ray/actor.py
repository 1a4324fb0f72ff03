"""The inside of an actor: an engine of this machine for one version at a time, and the way to the server.

Runs on any node of the cluster. It ends when the server says so, when the server's process is gone (Ray ends it), and
when the server has not asked for news for a while.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from penstock import __version__
from penstock.engine.base import Trouble, VersionSource, WorkerState
from penstock.engine.local import LocalEngine
from penstock.engine.ray.carrying import Store
from penstock.engine.ray.outbox import Outbox
from penstock.engine.ray.relay import Relay
from penstock.engine.ray.versions import node_name, python_version
from penstock.engine.ray.wire import (
    ENVELOPE,
    Begin,
    Checked,
    EndWorker,
    Order,
    Retire,
    Serve,
    Walls,
    Workers,
    pack,
)
from penstock.errors import PenstockError
from penstock.protocol.framing import FrameDecoder
from penstock.settings import Settings, default_data_dir

POLL_SECONDS = 5.0  # after which a server that asks for news gets none
LEASE_SECONDS = 60.0  # without a question from the server, after which the actor ends itself
LOOK_SECONDS = 0.2  # between looks at workers that send nothing
TELL_SECONDS = 1.0  # between news of figures that change all the time

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Home:
    """Where the server's data are, for actors to find out whether they see them too."""

    server: str  # a name that stays the same for a data folder
    marker: Path
    token: str

    def folder(self) -> tuple[Path, bool]:
        """The folder for actors on this node, and whether the server sees it too."""
        with contextlib.suppress(OSError):
            if self.marker.read_text() == self.token:
                return self.marker.parent, True
        return default_data_dir() / "clusters" / self.server, False


class Actor:
    """Its methods are called by the server, through Ray; all others are its own."""

    def __init__(self, name: str, home: Home, settings: Settings, variables: dict[str, str]) -> None:
        os.environ.update(variables)  # those that the operator lets functions read
        root, self._shared = home.folder()
        self._hidden = root.parent if self._shared else root
        self._folder = root / name
        self._store = Store(root)
        self._settings = settings.model_copy(update={"data_dir": self._folder})
        self._outbox = Outbox()
        self._decoder: FrameDecoder[Order] = FrameDecoder(Order, settings.frame_limit + ENVELOPE)
        self._version: VersionSource | None = None
        self._relays: dict[str, Relay] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._told: tuple[list[WorkerState], list[Trouble]] = ([], [])
        self._told_at = 0.0
        self._told_walls = False
        self._heard_at = time.monotonic()
        self._engine: LocalEngine

    async def hello(self) -> dict[str, Any]:
        """Start, and tell the fields of `Facts`. Always the first call."""
        import ray

        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._engine = LocalEngine(self._settings, data_dir=self._hidden)
        await self._engine.start()
        self._do(self._watch())
        node_id = ray.get_runtime_context().get_node_id()
        return {
            "node": node_name(node_id),
            "node_id": node_id,
            "penstock": __version__,
            "python": python_version(),
            "shared": self._shared,
            "folder": str(self._folder.parent),
        }

    async def send(self, data: bytes) -> None:
        """Take orders. The server waits with the next batch until this one is taken."""
        for order in self._decoder.feed(data):
            self._obey(order)

    async def poll(self) -> bytes:
        """What is new; empty when nothing was for some seconds."""
        self._heard_at = time.monotonic()
        await self._outbox.some(POLL_SECONDS)
        self._tell()
        return self._outbox.take()

    async def check(self, version: bytes, deadline: float) -> bytes:
        try:
            found = Checked(await self._engine.check(msgspec.msgpack.decode(version, type=VersionSource), deadline))
        except PenstockError as error:
            found = Checked(error=pack(error))
        return msgspec.msgpack.encode(found)

    async def has(self, environment_id: str) -> bool:
        return await asyncio.to_thread(self._store.has, environment_id)

    async def receive(self, environment_id: str, piece: bytes, last: bool) -> None:
        """A piece of the archive of an environment that this node does not have."""
        await asyncio.to_thread(self._store.receive, environment_id, piece, last)

    async def stop(self, grace: float) -> bytes:
        """Let runs finish for that long, then end all workers. What there is to tell after that."""
        await self._engine.stop(grace)
        await asyncio.sleep(0)  # relays hear of the end
        self._tell()
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)
        return self._outbox.take()

    # Orders

    def _obey(self, order: Order) -> None:
        match order:
            case Serve(version=version):
                self._version = version
            case Begin():
                self._begin(order)
            case Retire():
                if self._version is not None:
                    self._do(self._engine.retire(self._version.function_id))
            case EndWorker(pid=pid):
                self._engine.end_worker(pid)
            case _:
                if (relay := self._relays.get(order.run)) is not None:
                    relay.obey(order)

    def _begin(self, order: Begin) -> None:
        assert self._version is not None
        relay = self._relays[order.call.run_id] = Relay(order.call.run_id, self._outbox)
        task = self._do(relay.carry(self._engine.run(self._version, order.call), tell=order.tell))
        task.add_done_callback(lambda _: self._relays.pop(relay.id, None))

    def _do(self, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # News of its own

    async def _watch(self) -> None:
        while time.monotonic() - self._heard_at < LEASE_SECONDS:
            await asyncio.sleep(LOOK_SECONDS)
            self._tell()
            if self._version is not None and self._version.site_packages and not self._shared:
                self._store.touch(self._version.site_packages)
        log.warning("The server has not asked for news for %g seconds: this actor ends.", LEASE_SECONDS)
        await self._engine.stop(0)
        shutil.rmtree(self._folder, ignore_errors=True)
        os._exit(0)

    def _tell(self) -> None:
        """Say how the workers are, where that is new."""
        states, troubles = now = self._engine.workers(), self._engine.troubles()
        late = time.monotonic() - self._told_at > TELL_SECONDS
        if now != self._told and (late or _outline(states) != _outline(self._told[0]) or troubles != self._told[1]):
            self._told, self._told_at = now, time.monotonic()
            self._outbox.put(Workers(states, troubles))
        if not self._told_walls and (layers := self._engine.layers()):
            self._told_walls = True
            self._outbox.put(Walls(layers))


def _outline(states: list[WorkerState]) -> list[tuple[object, ...]]:
    """What others act on; the rest is figures."""
    return [(state.pid, state.state, state.runs, state.background, state.last_end) for state in states]
