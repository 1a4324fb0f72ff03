"""The fixtures `theatre` and `playhouse`, for the folders that use them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.acting import Theatre, person
from tests.api.running import running_server


@pytest.fixture(scope="session")
async def playhouse(tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> AsyncIterator[Theatre]:
    """One server with real workers for all tests of actions: install functions and make chats of your own."""
    async with running_server(tmp_path_factory.mktemp("theatre")) as server:
        admin = await person(server, "ada", "admin")
        user = await person(server, "una", "user")
        yield Theatre(server, admin, user)
        await admin.http.aclose()
        await user.http.aclose()


@pytest.fixture
async def theatre(playhouse: Theatre) -> AsyncIterator[Theatre]:
    """The same, for one test: a question that it left open would be answered by the next one."""
    yield playhouse
    questions = playhouse.services.questions
    for who in (playhouse.admin, playhouse.user):
        for _, question in questions.waiting(who.user.id):
            await questions.cancel(question.id, who.user)
