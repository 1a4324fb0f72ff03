"""Starting one worker: its folder, its descriptors, its process."""

from __future__ import annotations

import asyncio
import functools
import importlib.metadata
import os
import re
import socket

from penstock.engine.base import VersionSource
from penstock.engine.local.surroundings import Surroundings
from penstock.engine.local.worker import Worker
from penstock.engine.local.zygote import Order, Zygote


class Starter:
    def __init__(self, zygote: Zygote, surroundings: Surroundings, frame_limit: int) -> None:
        self._zygote = zygote
        self._surroundings = surroundings
        self._frame_limit = frame_limit

    async def start(self, version: VersionSource) -> Worker:
        """A worker whose process runs and has loaded nothing yet."""
        folder = await asyncio.to_thread(self._surroundings.folder, version)
        worker = Worker(version, folder, self._frame_limit, self._zygote.kill)
        ours, theirs = socket.socketpair()
        read_end, write_end = os.pipe()
        try:
            await self._zygote.start()
            order = Order(
                environment=self._surroundings.environment(version, folder),
                directory=str(folder.path),
                fresh=replaces_imported(self._zygote.modules, version.packages),
                frames=theirs.fileno(),
                output=write_end,
            )
            worker.pid = await self._zygote.spawn(order, worker.exited)
        except BaseException:
            ours.close()
            os.close(read_end)
            folder.remove()
            raise
        finally:
            theirs.close()
            os.close(write_end)
        await _connect(worker, ours, read_end)
        return worker


async def _connect(worker: Worker, ours: socket.socket, read_end: int) -> None:
    loop = asyncio.get_running_loop()
    ours.setblocking(False)
    await loop.create_connection(lambda: worker, sock=ours)
    await loop.connect_read_pipe(lambda: _Output(worker), os.fdopen(read_end, "rb", 0))


class _Output(asyncio.Protocol):
    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def data_received(self, data: bytes) -> None:
        self._worker.output(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._worker.output_ended()


def replaces_imported(modules: frozenset[str], packages: frozenset[str]) -> bool:
    """Whether a version brings its own copy of something that the zygote has imported."""
    return bool(packages) and bool(packages & _distributions(modules))


@functools.lru_cache(maxsize=4)
def _distributions(modules: frozenset[str]) -> frozenset[str]:
    found = importlib.metadata.packages_distributions()
    return frozenset(_normal(name) for module in modules for name in found.get(module, ()))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
