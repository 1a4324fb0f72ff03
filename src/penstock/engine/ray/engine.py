"""The engine of a cluster."""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import shutil

from pydantic import SecretStr

from penstock.engine.base import HookCall, Layer, Trouble, VersionSource, WorkerState
from penstock.engine.local.surroundings import function_secret
from penstock.engine.ray.actor import Actor, Home
from penstock.engine.ray.cluster import Cluster
from penstock.engine.ray.link import Link
from penstock.engine.ray.placement import NoRoom, Placement
from penstock.engine.ray.run import RayRun
from penstock.errors import CannotStart, PenstockError, Unavailable, WorkerLost
from penstock.functions.description import Description
from penstock.settings import Settings

START_SECONDS = 60.0
START_TRIES = 3


class RayEngine:
    """Implements `penstock.engine.base.Engine` with actors of a Ray cluster. See docs/cluster.md."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._cluster = Cluster(settings)
        self._placement = Placement(self._start_actor, settings.ray_actors, settings.worker_idle)
        self._folder = settings.data_dir / "ray"
        self._life = secrets.token_hex(4)  # tells this start of the server from others
        self._home: Home
        self._for_actors: Settings
        self._stopped = False

    async def start(self) -> None:
        """Raises `CannotStart` when there is no cluster that can be used."""
        await asyncio.to_thread(self._prepare)
        await self._cluster.connect()
        try:
            await self._placement.open()
        except BaseException as error:
            await self.stop(0)
            if isinstance(error, PenstockError):
                raise CannotStart(f"Ray cannot be used. {error.message}", hint=error.hint) from error
            raise

    def _prepare(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(mode=0o700, parents=True)
        secret = function_secret(self._settings)
        token = secrets.token_hex(16)
        marker = self._folder.resolve() / "server"
        marker.write_text(token)
        self._home = Home(hashlib.sha256(b"cluster" + secret).hexdigest()[:16], marker, token)
        self._for_actors = self._settings.model_copy(
            update={
                "secret_key": SecretStr(secret.decode()),
                "database_url": "",
                "connections": "",
            }
        )

    async def stop(self, grace: float) -> None:
        if self._stopped:
            return
        self._stopped = True
        await self._placement.close(grace)
        await self._cluster.disconnect()
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    async def check(self, version: VersionSource, deadline: float) -> Description:
        if self._stopped:
            raise Unavailable("The server is stopping.")
        link = await self._placement.take()
        try:
            return await link.check(version, deadline)
        finally:
            self._placement.give_back(link)

    async def run(self, version: VersionSource, call: HookCall) -> RayRun:
        if self._stopped:
            raise Unavailable("The server is stopping.")
        link = self._placement.serving(version.version_id)
        if link is None:
            link = await self._placement.place(version)
        return await link.begin(version, call)

    async def retire(self, function_id: str, *, keep_version: str | None = None) -> None:
        self._placement.retire(function_id, keep_version)

    def workers(self) -> list[WorkerState]:
        links = sorted(self._placement.links, key=lambda link: link.draining)
        return [state for link in links for state in link.workers()]

    def end_worker(self, pid: int) -> bool:
        return any(link.end_worker(pid) for link in self._placement.links)

    def troubles(self) -> list[Trouble]:
        return [trouble for link in self._placement.links for trouble in link.troubles]

    def layers(self) -> list[Layer]:
        """Those of the node that has the fewest."""
        told = [link.layers for link in self._placement.links if link.layers]
        return min(told, key=lambda layers: sum(layer.active for layer in layers), default=[])

    async def _start_actor(self, number: int) -> Link:
        """Tried on other nodes where one is lost: no run has begun yet."""
        for attempt in range(1, START_TRIES + 1):
            try:
                return await self._try_start(f"penstock-{self._home.server}-{self._life}-{number}-{attempt}")
            except WorkerLost:
                if attempt == START_TRIES:
                    raise
        raise AssertionError

    async def _try_start(self, name: str) -> Link:
        actor = self._cluster.actor(Actor, name, (name, self._home, self._for_actors, self._variables()))
        try:
            facts = await self._cluster.greet(actor, START_SECONDS)
        except TimeoutError:
            self._cluster.end(actor)
            raise NoRoom(
                f"The cluster had no place for another actor within {START_SECONDS:g} seconds; "
                f"{len(self._placement.links)} run."
            ) from None
        except BaseException:
            self._cluster.end(actor)
            raise
        return Link(self._cluster, actor, name, facts, self._settings.frame_limit)

    def _variables(self) -> dict[str, str]:
        """Those of the server that functions may read: a node has others."""
        names = [name.strip() for name in self._settings.worker_environment.split(",")]
        return {name: os.environ[name] for name in names if name in os.environ}
