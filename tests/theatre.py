"""The fixture `theatre`, for the folders that use it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.acting import Theatre, person
from tests.api.running import running_server


@pytest.fixture(scope="session")
async def theatre(tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> AsyncIterator[Theatre]:
    """One server with real workers for all tests of actions: install functions and make chats of your own."""
    async with running_server(tmp_path_factory.mktemp("theatre")) as server:
        admin = await person(server, "ada", "admin")
        user = await person(server, "una", "user")
        yield Theatre(server, admin, user)
        await admin.http.aclose()
        await user.http.aclose()
