"""A server on a real socket, in the loop of the test, so that a test may also look at its parts."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from penstock.api.app import create_app
from penstock.engine.base import Engine
from penstock.flows.context import Services
from penstock.settings import Settings
from tests.described import Described

PASSWORD = "correct horse battery"


@dataclass
class RunningServer:
    app: FastAPI
    url: str
    settings: Settings

    @property
    def services(self) -> Services:
        services: Services = self.app.state.services
        return services

    def client(self, token: str | None = None, **options: Any) -> httpx.AsyncClient:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=60, **options)

    async def sign_up(self, name: str, *, role: str | None = None) -> tuple[str, str]:
        """A new account with the address `<name>@example.com`; gives its id and token."""
        async with self.client() as client:
            body = {"name": name.title(), "email": f"{name}@example.com", "password": PASSWORD}
            answer = await client.post("/api/v1/auths/signup", json=body)
            assert answer.status_code == 200, answer.text
        account = answer.json()
        if role:
            await self.services.store.users.update(account["id"], role=role)
        return account["id"], account["token"]


class QuietServer(uvicorn.Server):
    """Leaves the signals of the test process alone."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def running_server(
    data_dir: Path, *, engine: Engine | None = None, **settings: Any
) -> AsyncIterator[RunningServer]:
    """A server that runs for the time of the block."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:  # else no TCP_NODELAY
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        chosen = Settings(data_dir=data_dir, host="127.0.0.1", port=port, stop_grace=2, **settings)
        app = create_app(chosen, engine=engine)
        seen = Described(app)
        config = uvicorn.Config(seen, log_config=None, lifespan="on", access_log=False, timeout_graceful_shutdown=3)
        server = QuietServer(config)
        task = asyncio.ensure_future(server.serve(sockets=[listener]))
        try:
            await _started(server, task)
            yield RunningServer(app, f"http://127.0.0.1:{port}", chosen)
        finally:
            server.should_exit = True
            await task


async def _started(server: uvicorn.Server, task: asyncio.Future[None]) -> None:
    async with asyncio.timeout(30):
        while not server.started:
            if task.done():
                raise AssertionError("the server ended before it was ready")
            await asyncio.sleep(0.005)
