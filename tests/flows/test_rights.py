"""Rights reach workers: those that run go on, the next run gets a worker under the new ones (spec H3)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests.acting import Theatre
from tests.api.running import running_server
from tests.waiting import eventually

pytestmark = [pytest.mark.anyio, pytest.mark.spec("H3")]

PROCESS = """
    import os

    class Action:
        async def action(self, body, __event_call__=None):
            if body.get("ask"):
                await __event_call__({"type": "input", "data": {"title": "?"}})
            try:
                open(%r).close()
            except OSError:
                return [os.getpid(), False]
            return [os.getpid(), True]
"""
READS = """
    open(%r).close()

    class Action:
        def action(self, body):
            return "it loaded"
"""


async def test_new_rights_hold_from_the_next_run_on_and_no_run_is_lost(theatre: Theatre, tmp_path: Path) -> None:
    (kept := tmp_path / "kept").touch()
    action = await theatre.install(PROCESS % str(kept))
    rights = theatre.services.rights
    before = (await theatre.user.run(action)).json()
    assert before[1] is False
    asking = asyncio.create_task(theatre.user.run(action, {"ask": True}))
    await theatre.user.question()
    await rights.change(action, {"profile": "trusted"}, theatre.admin.user, confirmed=True)
    after = (await theatre.user.run(action)).json()
    assert after[1] is True
    await theatre.user.answer("go on")
    assert (await asking).json()[1] is False  # under the rights with which it began
    await rights.change(action, {"profile": "closed"}, theatre.admin.user)
    assert (await theatre.user.run(action)).json()[1] is False

    def workers() -> list[Any]:
        return [worker for worker in theatre.services.engine.workers() if worker.function_id == action]

    await eventually(lambda: len(workers()) == 1)


async def test_what_changes_nothing_leaves_the_workers_alone(theatre: Theatre, tmp_path: Path) -> None:
    action = await theatre.install(PROCESS % str(tmp_path))
    before = (await theatre.user.run(action)).json()
    await theatre.services.rights.change(action, {"profile": "standard"}, theatre.admin.user)
    assert (await theatre.user.run(action)).json() == before


async def test_a_source_is_checked_under_the_rights_of_its_function(theatre: Theatre, tmp_path: Path) -> None:
    (kept := tmp_path / "kept").touch()
    action = await theatre.install("class Action:\n    def action(self, body):\n        pass\n")
    address = f"/api/v1/functions/id/{action}/update"
    form = {"id": action, "name": "Reads", "content": dedent(READS % str(kept))}
    refused = await theatre.admin.http.post(address, json=form)
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_source")
    await theatre.services.rights.change(action, {"profile": "trusted"}, theatre.admin.user, confirmed=True)
    assert (await theatre.admin.http.post(address, json=form)).status_code == 200
    assert (await theatre.user.run(action)).json() == "it loaded"


async def test_the_defaults_come_from_the_settings(tmp_path: Path) -> None:
    chosen: dict[str, Any] = {"default_profile": "closed", "budget_cpu": 7, "output_limit": 4096, "run_deadline": 9}
    async with running_server(tmp_path, **chosen) as server:
        _, token = await server.sign_up("ada", role="admin")
        async with server.client(token) as http:
            form = {"id": "own", "name": "Own", "content": "class Action:\n    def action(self, body):\n        pass\n"}
            await http.post("/api/v1/functions/create", json=form)
            address = "/api/v1/functions/id/own/rights"
            rights = (await http.get(address)).json()
            effective = rights["effective"]
            assert effective["profile"] == "closed"
            assert {name: effective["budget"][name] for name in ("cpu", "output", "deadline")} == {
                "cpu": 7,
                "output": 4096,
                "deadline": 9,
            }
            assert (await http.post(address, json={"budget": {"output": 8192}})).status_code == 422
