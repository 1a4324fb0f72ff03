"""A run of an action as server-sent events: what it emits, asks and logs as it happens, then its result."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from penstock.errors import PenstockError, TooMany
from penstock.flows.action_once import Answered
from penstock.flows.live_run import LiveRun
from penstock.flows.run_order import RunListener
from penstock.store.columns import encode_json

MOST_WAITING = 10_000  # events that wait for a slow client before its run is stopped
KEEP_ALIVE = 15.0

Begin = Callable[[RunListener, Callable[[LiveRun], None]], Awaitable[Answered]]


class ActionStream:
    """Runs an action and gives its events. A client that leaves stops the run."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self._started = asyncio.Event()
        self._run: LiveRun | None = None
        self._task: asyncio.Task[Answered] | None = None

    async def begin(self, begin: Begin) -> None:
        """Start it. What keeps the run from starting is raised here, while the answer can still have a status."""
        self._task = asyncio.ensure_future(begin(self._listen, self._on_start))
        self._task.add_done_callback(lambda _: self._started.set())
        await self._started.wait()
        if self._run is None and self._task.done():
            self._finish(await self._task)

    async def blocks(self) -> AsyncIterator[bytes]:
        """Server-sent events until the result or the error."""
        assert self._task is not None
        self._task.add_done_callback(self._on_done)
        try:
            while True:
                try:
                    async with asyncio.timeout(KEEP_ALIVE):
                        name, data = await self._events.get()
                except TimeoutError:
                    yield b": still running\n\n"
                    continue
                yield b"event: " + name.encode() + b"\ndata: " + encode_json(data) + b"\n\n"
                if name in ("result", "error"):
                    return
        finally:
            if not self._task.done():
                await self._leave()

    def _on_start(self, run: LiveRun) -> None:
        self._run = run
        self._started.set()

    def _listen(self, name: str, data: Any) -> None:
        self._started.set()
        if self._events.qsize() < MOST_WAITING:
            self._events.put_nowait((name, data))
        elif self._run is not None and self._task is not None and not self._task.done():
            self._events.put_nowait(("error", TooMany("The client reads too slowly; the run was stopped.").as_dict()))
            self._task.cancel()

    def _on_done(self, task: asyncio.Task[Answered]) -> None:
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            self._finish(task.result())
        elif isinstance(error, PenstockError):
            self._events.put_nowait(("error", error.as_dict()))
        else:
            body = {"detail": "Something went wrong in the server.", "code": "internal_error", "hint": ""}
            self._events.put_nowait(("error", body))

    def _finish(self, given: Answered) -> None:
        self._events.put_nowait(("result", given.value))

    async def _leave(self) -> None:
        if self._run is not None:
            await asyncio.shield(self._run.cancel("The client left."))
        assert self._task is not None
        if self._run is None:
            self._task.cancel()
        with contextlib.suppress(PenstockError, asyncio.CancelledError):
            await self._task
