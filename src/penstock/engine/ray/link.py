"""One actor, seen from the server: what it serves, its runs, and the two streams of batches."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from penstock.engine.base import HookCall, Layer, Trouble, VersionSource, WorkerState
from penstock.engine.ray.carrying import PIECE, environment_id, moved, pack
from penstock.engine.ray.cluster import Cluster
from penstock.engine.ray.run import RayRun
from penstock.engine.ray.versions import Facts
from penstock.engine.ray.wire import (
    ENVELOPE,
    Begin,
    Begun,
    Checked,
    Ended,
    EndWorker,
    Fed,
    News,
    Retire,
    Serve,
    Walls,
    Workers,
    unpack,
)
from penstock.errors import BadRequest, EngineError, PenstockError, WorkerLost
from penstock.functions.description import Description
from penstock.protocol.frames import Frame
from penstock.protocol.framing import FrameDecoder, encode

SILENCE_SECONDS = 30.0  # several times as long as an actor waits that has nothing to say
STOP_SECONDS = 5.0
HINT = "The next call gets a new worker."

log = logging.getLogger(__name__)


class Link:
    def __init__(self, cluster: Cluster, actor: Any, name: str, facts: Facts, frame_limit: int) -> None:
        self.name = name
        self.facts = facts
        self.version: VersionSource | None = None
        self.draining = False
        self.lost = False
        self.layers: list[Layer] = []
        self.troubles: list[Trouble] = []
        self.last_used = time.monotonic()
        self.on_change: Callable[[Link], None] = lambda _: None
        self._cluster = cluster
        self._actor = actor
        self._runs: dict[str, RayRun] = {}
        self._states: list[WorkerState] = []
        self._outbox = bytearray()
        self._sending: asyncio.Task[None] | None = None
        self._decoder: FrameDecoder[News] = FrameDecoder(News, frame_limit + ENVELOPE)
        self._listening = asyncio.create_task(self._listen())

    @property
    def idle(self) -> bool:
        return not self._runs

    @property
    def empty(self) -> bool:
        """Whether nothing of its version is left."""
        return not self._runs and not self._states

    # What it serves

    async def serve(self, version: VersionSource) -> None:
        """Make the actor ready for a version, or for what changed about it. Raises `EngineError`."""
        here = version if self.facts.shared else await self._bring(version)
        self.post(Serve(here))
        self.version = version
        self.last_used = time.monotonic()

    async def _bring(self, version: VersionSource) -> VersionSource:
        name = environment_id(version)
        if name and version.site_packages and not await self._ask(self._actor.has.remote(name)):
            await self._send_environment(name, Path(version.site_packages).parent)
        return moved(version, self.facts.folder)

    async def _send_environment(self, name: str, folder: Path) -> None:
        with tempfile.TemporaryFile() as archive:
            await asyncio.to_thread(pack, folder, archive)
            piece = await asyncio.to_thread(archive.read, PIECE)
            while piece:
                following = await asyncio.to_thread(archive.read, PIECE)
                await self._ask(self._actor.receive.remote(name, piece, not following))
                piece = following

    async def begin(self, version: VersionSource, call: HookCall) -> RayRun:
        if version is not self.version and version != self.version:
            await self.serve(version)
        if call.run_id in self._runs:
            raise EngineError(f"There is a run {call.run_id} already.")
        tell = not any(state.state == "ready" for state in self._states)
        self.post_value(Begin(call, tell))
        run = self._runs[call.run_id] = RayRun(call.run_id, self)
        self.last_used = time.monotonic()
        if self.draining:
            self.post(Retire())
        if tell:
            await self._until_begun(run)
        return run

    async def _until_begun(self, run: RayRun) -> None:
        try:
            await run.begun()
        except asyncio.CancelledError:
            await run.cancel("Nobody waits for it any more.")
            raise

    async def check(self, version: VersionSource, deadline: float) -> Description:
        here = version if self.facts.shared else await self._bring(version)
        answer = await self._ask(self._actor.check.remote(msgspec.msgpack.encode(here), deadline))
        checked = msgspec.msgpack.decode(answer, type=Checked)
        if checked.error is not None:
            raise unpack(checked.error)
        assert checked.description is not None
        return checked.description

    async def _ask(self, reference: Any) -> Any:
        """The answer of a method. Raises `WorkerLost` when the actor is gone."""
        try:
            return await reference
        except self._cluster.errors as error:
            raise await self._lose(error) from error

    def retire(self) -> None:
        """No new runs; the actor is free for others when the last one is over."""
        if not self.draining and not self.lost:
            self.draining = True
            self.post(Retire())

    def freed(self) -> None:
        self.version = None
        self.draining = False
        self.troubles = []
        self.last_used = time.monotonic()

    def workers(self) -> list[WorkerState]:
        states = [replace(state, node=self.facts.node) for state in self._states]
        if self.draining:
            return [replace(state, state="draining") if state.state == "ready" else state for state in states]
        return states

    def end_worker(self, pid: int) -> bool:
        found = any(state.pid == pid for state in self._states)
        if found:
            self.post(EndWorker(pid))
        return found

    # To the actor

    def post(self, frame: Frame) -> None:
        """Send soon, in order, together with what else is to be sent."""
        if not self.lost:
            self._outbox += encode(frame)
            if self._sending is None:
                self._sending = asyncio.create_task(self._send())

    def post_value(self, frame: Frame) -> None:
        """The same with a value that others have made. Raises `BadRequest` where a frame cannot hold it."""
        try:
            self.post(frame)
        except (TypeError, ValueError, OverflowError, RecursionError) as error:
            raise BadRequest(f"A value could not be passed on to the function: {error}.") from error

    async def _send(self) -> None:
        try:
            while self._outbox:
                batch, self._outbox = bytes(self._outbox), bytearray()
                await self._actor.send.remote(batch)
        except self._cluster.errors as error:
            await self._lose(error)
        finally:
            self._sending = None

    # From the actor

    async def _listen(self) -> None:
        try:
            coming = self._actor.poll.remote()
            while True:
                async with asyncio.timeout(SILENCE_SECONDS):
                    batch = await coming
                coming = self._actor.poll.remote()
                self._hear(batch)
        except (TimeoutError, PenstockError) as error:
            await self._lose(error)
        except self._cluster.errors as error:
            await self._lose(error)

    def _hear(self, batch: bytes) -> None:
        changed = False
        for news in self._decoder.feed(batch):
            match news:
                case Workers():
                    self._states, self.troubles = news.states, news.troubles
                    changed = True
                case Walls():
                    self.layers = news.layers
                case Ended():
                    self._run_ended(news)
                    changed = True
                case _:
                    self._hear_of_run(news)
        if changed:
            self.on_change(self)

    def _hear_of_run(self, news: Any) -> None:
        run = self._runs.get(news.run)
        if run is None:
            return  # given up
        if type(news) is Begun:
            run.has_begun()
        elif type(news) is Fed:
            run.was_fed()
        else:
            run.receive(news)

    def _run_ended(self, news: Ended) -> None:
        run = self._runs.pop(news.run, None)
        self.last_used = time.monotonic()
        if run is not None:
            run.end(unpack(news.error) if news.error is not None else None)

    def forget(self, run: RayRun) -> None:
        self._runs.pop(run.id, None)

    def silent(self) -> WorkerLost:
        return WorkerLost(f"The actor of this function on node {self.facts.node} does not answer.", hint=HINT)

    # The end

    async def stop(self, grace: float) -> None:
        """Let its runs finish for that long, then end it."""
        try:
            async with asyncio.timeout(grace + STOP_SECONDS):
                self._hear(await self._ask(self._actor.stop.remote(grace)))
        except (TimeoutError, PenstockError) as error:
            log.warning("The actor %s did not stop by itself: %s", self.name, error)
        self._end(WorkerLost("The server is stopping."))
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)

    async def _lose(self, error: Exception) -> WorkerLost:
        node = self.facts.node
        if isinstance(error, PenstockError):
            self._end(error)
            return WorkerLost(error.message)
        if isinstance(error, TimeoutError):
            how = f"the actor on node {node} does not answer"
        elif await self._cluster.is_alive(self.facts.node_id):
            how = f"its actor on node {node} has ended"
        else:
            how = f"the node {node} is lost"
        lost = WorkerLost(f"The process of this function is gone: {how}.", hint=HINT)
        self._end(lost)
        return lost

    def _end(self, error: PenstockError) -> None:
        """Everything fails with that error; the actor is ended wherever it still is."""
        if self.lost:
            return
        self.lost = True
        self._cluster.end(self._actor)
        self._states = []
        runs, self._runs = self._runs, {}
        for run in runs.values():
            run.fail(error)
        self.on_change(self)
