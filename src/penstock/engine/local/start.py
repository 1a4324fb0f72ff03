"""Starting one worker: its folder, its descriptors, its process."""

from __future__ import annotations

import asyncio
import functools
import importlib.metadata
import os
import re
import socket
from dataclasses import replace
from functools import partial
from io import FileIO
from pathlib import Path

from penstock.engine.base import VersionSource
from penstock.engine.local.door import Door
from penstock.engine.local.egress import MARK, Egress, proxy_environment
from penstock.engine.local.sandbox import Sandbox
from penstock.engine.local.sandbox.users import give
from penstock.engine.local.surroundings import Folder, Surroundings
from penstock.engine.local.way_out import WayOut
from penstock.engine.local.worker import Worker
from penstock.engine.local.zygote import Zygote
from penstock.functions.rights import Rights
from penstock.protocol.orders import Order


class Starter:
    def __init__(
        self, zygote: Zygote, surroundings: Surroundings, sandbox: Sandbox, egress: Egress, frame_limit: int
    ) -> None:
        self._zygote = zygote
        self._surroundings = surroundings
        self._sandbox = sandbox
        self._egress = egress
        self._frame_limit = frame_limit

    async def start(self, version: VersionSource) -> Worker:
        """A worker whose process runs and has loaded nothing yet."""
        await self._sandbox.probe(self._zygote)
        folder = await asyncio.to_thread(self._folder, version)
        worker = Worker(version, folder, self._frame_limit, self._zygote.kill)
        ours, theirs = socket.socketpair()
        read_end, write_end = os.pipe()
        output = os.fdopen(read_end, "rb", 0)
        door = Door(version.rights, self._egress, own_network=self._sandbox.own_network)
        try:
            await self._zygote.start()
            order = self._order(version, folder, door.port)
            descriptors = [theirs.fileno(), write_end, *door.descriptors]
            worker.pid = await self._zygote.spawn(order, descriptors, worker.exited)
            if (groups := self._sandbox.groups) is not None:
                await asyncio.to_thread(groups.enter, folder.path.name, worker.pid)
            await _connect(worker, ours, output)
            if (gate := await door.open()) is not None:
                worker.way_out = WayOut(gate, worker.runs, worker.log)
        except BaseException:
            worker.end(ending="load")
            ours.close()
            output.close()
            raise
        finally:
            theirs.close()
            os.close(write_end)
            door.close()
        return worker

    def _folder(self, version: VersionSource) -> Folder:
        folder = self._surroundings.folder(version)
        if (user := self._sandbox.user(version)) is not None:
            give(folder.path, user)
            if version.data_dir:
                give(Path(version.data_dir), user)
        if (groups := self._sandbox.groups) is not None:
            groups.make(folder.path.name, version.rights.budget)
            folder = replace(folder, let_go=partial(groups.remove, folder.path.name))
        return folder

    def _order(self, version: VersionSource, folder: Folder, port: int) -> Order:
        environment = self._surroundings.environment(version, folder)
        return Order(
            "start",
            environment={**environment, **_network(version.rights, port)},
            directory=str(folder.path),
            fresh=replaces_imported(self._zygote.modules, version.packages),
            packages=version.site_packages or "",
            walls=self._sandbox.walls(version, folder.path, port, folder.package),
            limits=self._sandbox.limits(version),
        )


def _network(rights: Rights, port: int) -> dict[str, str]:
    if rights.profile == "closed":
        return {MARK: "closed"}
    return proxy_environment(port) if port else {}


async def _connect(worker: Worker, ours: socket.socket, output: FileIO) -> None:
    loop = asyncio.get_running_loop()
    ours.setblocking(False)
    await loop.create_connection(lambda: worker, sock=ours)
    await loop.connect_read_pipe(lambda: worker.output, output)


def replaces_imported(modules: frozenset[str], packages: frozenset[str]) -> bool:
    """Whether a version brings its own copy of something that the zygote has imported."""
    return bool(packages) and bool(packages & _distributions(modules))


@functools.lru_cache(maxsize=4)
def _distributions(modules: frozenset[str]) -> frozenset[str]:
    found = importlib.metadata.packages_distributions()
    return frozenset(_normal(name) for module in modules for name in found.get(module, ()))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
