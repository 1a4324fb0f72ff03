"""A server with all examples installed, as an admin does with one click."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.acting import Theatre, person
from tests.api.running import running_server


@pytest.fixture(scope="package")
async def examples(tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> AsyncIterator[Theatre]:
    async with running_server(tmp_path_factory.mktemp("examples")) as server:
        admin = await person(server, "ada", "admin")
        user = await person(server, "una", "user")
        installed = await admin.http.post("/api/v1/examples/install", json={})
        assert installed.status_code == 200, installed.text
        await set_valves(admin.http, "guide", pace=0)
        yield Theatre(server, admin, user)
        await admin.http.aclose()
        await user.http.aclose()


async def set_valves(client: Any, function_id: str, **valves: Any) -> None:
    answer = await client.post(f"/api/v1/functions/id/{function_id}/valves/update", json=valves)
    assert answer.status_code == 200, answer.text
