"""What each function gets of the walls that this machine can put up."""

from __future__ import annotations

import asyncio
from pathlib import Path

from penstock.engine.base import Layer, VersionSource
from penstock.engine.local.sandbox.groups import Groups
from penstock.engine.local.sandbox.paths import inside_readable, readable
from penstock.engine.local.sandbox.probing import left_out, probe_with
from penstock.engine.local.sandbox.users import free_user
from penstock.engine.local.zygote import Zygote
from penstock.protocol.orders import Limits, Walls
from penstock.settings import Settings

INSIDE_PORT = 3128  # of the proxy, in a network that has nothing else
OVERHEAD = 256 * 2**20  # what a process maps without using it: stacks of threads, heaps of the allocator

_SERVER_DATA = "/app/backend/data"  # where functions of Open WebUI in a container expect their data; theirs, here


class Sandbox:
    def __init__(self, settings: Settings, data_dir: Path | None = None) -> None:
        """`data_dir` is what no worker may see, where that is more than the data folder of the settings."""
        self._without = left_out(settings)
        self._cgroup = settings.cgroup
        self._data_dir = (data_dir or settings.data_dir).resolve()
        self._layers: list[Layer] = []
        self._active: frozenset[str] = frozenset()
        self._probing = asyncio.Lock()

    async def probe(self, zygote: Zygote) -> None:
        """Find out, once, what can be had. No worker may be started before."""
        async with self._probing:
            if not self._layers:
                self._layers = await probe_with(zygote, self._without, self._cgroup)
                self._active = frozenset(layer.name for layer in self._layers if layer.active)

    @property
    def layers(self) -> list[Layer]:
        return list(self._layers)

    @property
    def own_network(self) -> bool:
        return "network" in self._active

    def user(self, version: VersionSource) -> int | None:
        """Whose the folders of the function are to be; None: the server's."""
        trusted = version.rights.profile == "trusted"
        return None if trusted or "uid" not in self._active else free_user(version.function_id)

    @property
    def groups(self) -> Groups | None:
        """Where workers are bounded as a whole; None where they are not."""
        return Groups(self._cgroup) if self._cgroup is not None and "cgroup" in self._active else None

    def walls(self, version: VersionSource, home: Path, port: int, package: Path | None = None) -> Walls:
        """For a worker with the folder `home` that reaches the proxy at `port` (0: at none) and reads its `package`."""
        if version.rights.profile == "trusted":
            return Walls()
        can_read = readable()
        packages = [str(each) for each in (version.site_packages, package) if each]
        return Walls(
            namespaces="namespaces" in self._active,
            network=self.own_network,
            landlock="landlock" in self._active,
            seccomp="seccomp" in self._active,
            uid=self.user(version),
            port=port,
            read=(*can_read.paths, *packages),
            write=(str(home), *([version.data_dir] if version.data_dir else ())),
            links={**can_read.links, **({_SERVER_DATA: version.data_dir} if version.data_dir else {})},
            hidden=(str(self._data_dir),) if inside_readable(self._data_dir) else (),
            home=str(home),
        )

    def limits(self, version: VersionSource) -> Limits:
        if "limits" not in self._active:
            return Limits()
        budget = version.rights.budget
        return Limits(
            memory=budget.memory + OVERHEAD if budget.memory else 0,
            processes=budget.processes,
            file_size=budget.file_size,
            open_files=budget.open_files,
        )
