"""What an admin sees of the server, and does about workers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.acting import Theatre
from tests.waiting import eventually

pytestmark = pytest.mark.anyio

SLOW = "import asyncio\nclass Action:\n    async def action(self, body):\n        await asyncio.sleep(60)\n"
CRASHING = "import os\nclass Action:\n    def action(self, body):\n        os._exit(3)\n"


async def system(theatre: Theatre) -> dict[str, Any]:
    shown: dict[str, Any] = (await theatre.admin.http.get("/api/v1/system")).json()
    return shown


async def test_an_admin_ends_a_worker(theatre: Theatre) -> None:
    action = await theatre.install(SLOW)
    running = asyncio.create_task(theatre.user.run(action))

    async def look() -> list[dict[str, Any]]:
        workers = (await system(theatre))["workers"]
        return [each for each in workers if each["function_id"] == action and each["runs"]]

    (worker,) = await eventually(look)
    assert {"queue", "memory", "lag", "cpu", "generation", "last_end"} <= worker.keys()
    address = f"/api/v1/system/workers/{worker['pid']}/end"
    assert (await theatre.user.http.post(address)).status_code == 403
    assert (await theatre.admin.http.post(address)).json() == {"ended": True, "function_id": action}
    answer = await running
    assert (answer.status_code, answer.json()["code"]) == (502, "worker_lost")
    assert "administrator" in answer.json()["detail"]
    gone = await theatre.admin.http.post(address)
    assert (gone.status_code, gone.json()["code"]) == (404, "not_found")


async def test_a_function_that_keeps_crashing_is_seen(theatre: Theatre) -> None:
    action = await theatre.install(CRASHING)
    for _ in range(3):
        assert (await theatre.user.run(action)).json()["code"] == "worker_lost"
    refused = await theatre.user.run(action)
    assert (refused.status_code, refused.json()["code"]) == (503, "keeps_crashing")
    assert refused.json()["retry_after"] > 0
    assert (await theatre.user.last_run(action, "failed"))["error"]["code"] == "keeps_crashing"
    (trouble,) = (await system(theatre))["troubles"]
    assert (trouble["function_id"], trouble["crashes"]) == (action, 3)
    listed = {each["id"]: each for each in (await theatre.admin.http.get("/api/v1/functions/list")).json()}
    assert listed[action]["state"] == "crashing"
    assert "exit code 3" in listed[action]["reason"]
    (await theatre.admin.http.delete(f"/api/v1/functions/id/{action}/delete")).raise_for_status()
    assert (await system(theatre))["troubles"] == []


async def test_an_admin_sees_which_walls_there_are(theatre: Theatre) -> None:
    action = await theatre.install("class Action:\n    def action(self, body): return 1\n")
    assert (await theatre.user.run(action)).status_code == 200
    layers = {layer["name"]: layer for layer in (await system(theatre))["layers"]}
    assert {"namespaces", "network", "landlock", "seccomp", "limits", "uid"} <= layers.keys()
    for layer in layers.values():
        assert layer.keys() == {"name", "active", "what", "why_not", "means"}
        assert layer["active"] == (not layer["why_not"])
        assert layer["what"]
        assert layer["means"]


async def test_settings_say_where_they_come_from(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PENSTOCK_STOP_GRACE", "2")
    shown = {each["name"]: each for each in (await system(theatre))["settings"]}
    assert all(each["description"] for each in shown.values())
    assert (shown["worker_most"]["source"], shown["worker_most"]["default_value"]) == ("default", 200)
    assert (shown["stop_grace"]["source"], shown["stop_grace"]["value"], shown["stop_grace"]["default_value"]) == (
        "environment",
        2,
        10,
    )
    assert shown["data_dir"]["source"] == "argument"
    settings = theatre.server.settings
    (settings.data_dir / "penstock.toml").write_text(f'data_dir = "{settings.data_dir}"\n')
    shown = {each["name"]: each for each in (await system(theatre))["settings"]}
    assert shown["data_dir"]["source"] == "file"
    (settings.data_dir / "penstock.toml").unlink()
    secret = shown["secret_key"]
    assert (secret["secret"], secret["value"], secret["default_value"]) == (True, False, None)
