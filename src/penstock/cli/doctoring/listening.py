"""ASGI apps on free ports of loopback, in the loop of the doctor."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn

from penstock.errors import CannotStart, PenstockError

START_SECONDS = 60.0


class _Server(uvicorn.Server):
    """Leaves signals to whoever started the doctor."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def listening(make: Callable[[int], Any]) -> AsyncIterator[int]:
    """Serve the app that `make` gives for a port; gives the port. Raises what kept it from starting."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
        app = make(port)
        config = uvicorn.Config(app, log_config=None, lifespan="auto", access_log=False, timeout_graceful_shutdown=2)
        server = _Server(config)
        task = asyncio.ensure_future(server.serve(sockets=[listener]))
        try:
            await _started(server, task, app)
            yield port
        finally:
            server.should_exit = True
            await asyncio.gather(task, return_exceptions=True)


async def _started(server: uvicorn.Server, task: asyncio.Future[None], app: Any) -> None:
    async with asyncio.timeout(START_SECONDS):
        while not server.started:
            if task.done():
                error = getattr(getattr(app, "state", None), "start_error", None)
                raise error if isinstance(error, PenstockError) else CannotStart("The doctor's server did not start.")
            await asyncio.sleep(0.01)
