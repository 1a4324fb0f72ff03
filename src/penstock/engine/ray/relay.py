"""One run inside an actor: its frames go to the server, what the server says goes to its worker."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from penstock.engine.base import Run
from penstock.engine.ray.outbox import Outbox
from penstock.engine.ray.wire import Begun, Ended, Fed, Taken, pack
from penstock.errors import EngineError, PenstockError
from penstock.protocol.frames import Cancel, Chunk, Feed, Reply, RunFrame

CHUNKS_AHEAD = 256  # chunks on their way to a consumer that has not taken them
FRAMES_AHEAD = 1_000

log = logging.getLogger(__name__)

ForRun = Reply | Feed | Cancel | Taken


class Relay:
    """Takes from its worker no more than the server's consumer is about to take: so it holds the worker back."""

    def __init__(self, run_id: str, outbox: Outbox) -> None:
        self.id = run_id
        self._outbox = outbox
        self._run: Run | None = None
        self._early: list[ForRun] = []
        self._frames = 0
        self._chunks = 0
        self._freed = False  # nobody waits for its frames any more
        self._room = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def carry(self, begin: Coroutine[Any, Any, Run], *, tell: bool) -> None:
        """Begin the run and carry its frames until nothing of it is left."""
        error: PenstockError | None = None
        try:
            run = self._run = await begin
            if tell:
                self._outbox.put(Begun(self.id))
            for order in self._early:
                self._pass_on(run, order)
            async for frame in run:
                await self._send(frame)
        except PenstockError as raised:
            error = raised
        except Exception as raised:  # whatever it is, the consumer on the server must not wait for ever
            log.exception("A run could not be relayed")
            error = EngineError(f"The run could not be relayed: {type(raised).__name__}: {raised}")
        self._outbox.put(Ended(self.id, pack(error) if error is not None else None))

    async def _send(self, frame: RunFrame) -> None:
        self._outbox.put(frame)
        self._frames += 1
        if type(frame) is Chunk:
            self._chunks += len(frame.items)
        while not self._freed and (self._frames >= FRAMES_AHEAD or self._chunks >= CHUNKS_AHEAD):
            self._room.clear()
            await self._room.wait()
        if self._outbox.full:
            await self._outbox.room()

    def obey(self, order: ForRun) -> None:
        if type(order) is Taken:
            self._frames -= order.frames
            self._chunks -= order.chunks
            self._room.set()
        elif self._run is None:
            self._early.append(order)
        else:
            self._pass_on(self._run, order)

    def _pass_on(self, run: Run, order: ForRun) -> None:
        match order:
            case Reply(call=call, value=value, error=error):
                self._do(run.reply(call, value, error))
            case Feed():
                self._do(self._feed(run, order))
            case Cancel(reason=reason):
                self._freed = True
                self._room.set()
                self._do(run.cancel(reason))

    async def _feed(self, run: Run, order: Feed) -> None:
        await run.feed(order.items, order.last)
        self._outbox.put(Fed(self.id))

    def _do(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Tasks begin in the order in which they are made, and each writes to its worker before it first waits."""
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
