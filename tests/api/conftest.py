"""One server for all tests of the API, and clients of an admin, two users and a stranger."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from tests.api.running import RunningServer, running_server
from tests.stage import Stage, stage


@pytest.fixture(scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> AsyncIterator[RunningServer]:
    """Shared: make accounts, chats and functions of your own, and leave no settings changed."""
    async with running_server(tmp_path_factory.mktemp("api")) as running:
        yield running


@pytest.fixture(scope="session")
async def client(server: RunningServer) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody: no token, and cookies are not kept."""
    async with server.client() as http:
        yield http


@pytest.fixture(scope="session")
async def admin(server: RunningServer) -> AsyncIterator[httpx.AsyncClient]:
    _, token = await server.sign_up("ada", role="admin")
    async with server.client(token) as http:
        yield http


@pytest.fixture(scope="session")
async def user(server: RunningServer, admin: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    _, token = await server.sign_up("una", role="user")
    async with server.client(token) as http:
        yield http


@pytest.fixture(scope="session")
async def other(server: RunningServer, admin: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    """Another user, who must not see what belongs to `user`."""
    _, token = await server.sign_up("otto", role="user")
    async with server.client(token) as http:
        yield http


@pytest.fixture(scope="session")
async def shared(tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> AsyncIterator[Stage]:
    """One server for tests that install functions; use it as `play`."""
    async with stage(tmp_path_factory.mktemp("stage")) as made:
        yield made


@pytest.fixture
async def play(shared: Stage) -> AsyncIterator[Stage]:
    """The stage, empty again afterwards."""
    yield shared
    await shared.clear()


@pytest.fixture
def events(play: Stage) -> Iterator[Any]:
    """Everything that the stage's admin is shown from here on."""
    found = play.listen()
    yield found
    found.close()
