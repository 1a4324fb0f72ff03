"""Which actor serves which version: free ones, one kept in reserve, and the longest idle one when all are taken."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Awaitable, Callable

from penstock.engine.base import VersionSource
from penstock.engine.ray.link import Link
from penstock.errors import PenstockError, Unavailable

WAIT_SECONDS = 60.0
SWEEP_SECONDS = 30.0

log = logging.getLogger(__name__)


class NoRoom(Unavailable):
    """Raised when the cluster does not place another actor."""


class Placement:
    """An actor serves one version at a time; when that one is retired, its actor is given to another version."""

    def __init__(self, start: Callable[[int], Awaitable[Link]], most: int, idle: float) -> None:
        self.links: set[Link] = set()
        self._start_link = start
        self._setting = self._most = most
        self._idle = idle
        self._numbers = itertools.count(1)
        self._free: list[Link] = []
        self._serving: dict[str, Link] = {}
        self._placing: dict[str, asyncio.Task[Link]] = {}
        self._starting: set[asyncio.Task[None]] = set()
        self._ending: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._change: asyncio.Future[None] | None = None
        self._sweeper: asyncio.TimerHandle | None = None
        self._stopped = False

    async def open(self) -> None:
        """Start the first actor. Raises what keeps it from starting."""
        self._change = asyncio.get_running_loop().create_future()
        self._start()
        await self._change
        self._sweep()

    async def close(self, grace: float) -> None:
        self._stopped = True
        if self._sweeper is not None:
            self._sweeper.cancel()
        tasks = [*self._placing.values(), *self._starting]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(link.stop(grace) for link in list(self.links)), *self._ending)

    # Versions

    def serving(self, version_id: str) -> Link | None:
        return self._serving.get(version_id)

    async def place(self, version: VersionSource) -> Link:
        """The actor for a version; callers that come together share it. Raises `EngineError` or `Unavailable`."""
        task = self._placing.get(version.version_id)
        if task is None:
            task = self._placing[version.version_id] = asyncio.create_task(self._place(version))
            task.add_done_callback(lambda done: self._placed(version.version_id, done))
        return await asyncio.shield(task)

    async def _place(self, version: VersionSource) -> Link:
        link = await self.take()
        try:
            await link.serve(version)
        except BaseException:
            self.give_back(link)
            raise
        self._serving[version.version_id] = link
        return link

    def _placed(self, version_id: str, task: asyncio.Task[Link]) -> None:
        self._placing.pop(version_id, None)
        if not task.cancelled():
            task.exception()  # told to those who wait, if there still are any

    def retire(self, function_id: str, keep_version: str | None) -> None:
        for version_id, link in list(self._serving.items()):
            version = link.version
            if version is not None and version.function_id == function_id and version_id != keep_version:
                self._retire(version_id)

    def _retire(self, version_id: str) -> None:
        link = self._serving.pop(version_id)
        link.retire()
        self._changed(link)

    # Actors

    async def take(self) -> Link:
        """An actor that serves nothing."""
        end = time.monotonic() + WAIT_SECONDS
        self._waiting += 1
        try:
            while not self._free:
                if self._stopped:
                    raise Unavailable("The server is stopping.")
                self._make_room()
                await self._until_change(end - time.monotonic())
            link = self._free.pop()
        finally:
            self._waiting -= 1
        self._keep_one_free()
        return link

    def give_back(self, link: Link) -> None:
        if link in self.links and link not in self._free:
            link.freed()
            self._free.append(link)
            self._tell()

    async def _until_change(self, seconds: float) -> None:
        if self._change is None:
            self._change = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await asyncio.shield(self._change)
        except TimeoutError:
            raise Unavailable(
                f"No actor became free within {WAIT_SECONDS:g} seconds: all {len(self.links)} have runs.",
                hint="An operator may allow more (`PENSTOCK_RAY_ACTORS`) or add nodes.",
            ) from None

    def _tell(self, error: PenstockError | None = None) -> None:
        """Wake those who wait for an actor."""
        change, self._change = self._change, None
        if change is not None and not change.done():
            if error is None:
                change.set_result(None)
            else:
                change.set_exception(error)
                change.exception()

    def _make_room(self) -> None:
        coming = len(self._starting) + sum(link.draining for link in self.links)
        if coming >= self._waiting:
            return
        if len(self.links) + len(self._starting) < self._most:
            self._start()
        else:
            self._retire_longest_idle()

    def _keep_one_free(self) -> None:
        """So that the next version need not wait for a process to start."""
        if self._most > 1 and not self._free:
            self._waiting += 1
            self._make_room()
            self._waiting -= 1

    def _retire_longest_idle(self) -> None:
        idle = [(link.last_used, version_id) for version_id, link in self._serving.items() if link.idle]
        if idle:
            self._retire(min(idle)[1])

    def _start(self) -> None:
        task = asyncio.create_task(self._start_one(next(self._numbers)))
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _start_one(self, number: int) -> None:
        try:
            link = await self._start_link(number)
        except NoRoom as error:
            self._most = max(1, len(self.links))
            log.warning("%s", error.message)
            self._tell(None if self.links else error)
        except PenstockError as error:
            log.warning("An actor could not be started: %s", error.message)
            self._tell(error)
        else:
            self.links.add(link)
            link.on_change = self._changed
            self._free.append(link)
            self._tell()

    def _changed(self, link: Link) -> None:
        if link.lost:
            self._drop(link)
        elif link.draining and link.empty:
            self.give_back(link)
        elif self._waiting and link.idle:
            self._make_room()

    def _drop(self, link: Link) -> None:
        self.links.discard(link)
        if link in self._free:
            self._free.remove(link)
        for version_id, serving in list(self._serving.items()):
            if serving is link:
                del self._serving[version_id]
        self._tell()

    def _sweep(self) -> None:
        before = time.monotonic() - self._idle
        self._most = self._setting
        for version_id, link in list(self._serving.items()):
            if link.idle and link.last_used < before:
                self._retire(version_id)
        for link in self._free[1:]:
            if link.last_used < before:
                self._free.remove(link)
                task = asyncio.create_task(link.stop(0))
                self._ending.add(task)
                task.add_done_callback(self._ending.discard)
        self._sweeper = asyncio.get_running_loop().call_later(min(SWEEP_SECONDS, self._idle / 4), self._sweep)
