"""Packages over HTTP: told while they are installed, given up when the client leaves, listed, collected."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.running import RunningServer, running_server
from tests.environments.index import Index, serving_index
from tests.environments.wheels import make_wheel

pytestmark = pytest.mark.anyio
BASE = "/api/v1/functions"
STREAM = {"accept": "text/event-stream"}


def pen(version: str) -> dict[str, Any]:
    source = f'"""\nrequirements: tinypen=={version}\n"""\nimport tinypen\n\n\nclass Filter: ...\n'
    return {"id": "pen", "name": "Pen", "content": source, "meta": {}}


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    for version in ("1.0", "2.0"):
        make_wheel(tmp_path / "index", "tinypen", version, ballast=2_000_000)
    with serving_index(tmp_path / "index", monkeypatch, tmp_path / "cache") as started:
        yield started


@pytest.fixture
async def server(tmp_path: Path, index: Index) -> AsyncIterator[RunningServer]:
    async with running_server(tmp_path / "data") as running:
        yield running


@pytest.fixture
async def admin(server: RunningServer) -> AsyncIterator[httpx.AsyncClient]:
    _, token = await server.sign_up("ada", role="admin")
    async with server.client(token) as http:
        yield http


async def events(answer: httpx.Response) -> list[tuple[str, dict[str, Any]]]:
    blocks = (await answer.aread()).decode().strip().split("\n\n")
    return [
        (name.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
        for name, _, data in (block.partition("\n") for block in blocks)
    ]


@pytest.mark.spec("M4")
async def test_a_save_tells_how_far_it_is(admin: httpx.AsyncClient, server: RunningServer) -> None:
    async with admin.stream("POST", f"{BASE}/create", json=pen("1.0"), headers=STREAM) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        *told, (last, saved) = await events(answer)
    assert {name for name, _ in told} == {"progress"}
    assert [line["text"].partition(" in ")[0] for _, line in told] == [
        "Resolving tinypen==1.0",
        "Installing tinypen==1.0",
        "Downloading tinypen (2.0 MB)",
        "Downloaded tinypen",
        "Installed 1 package",
        "Loading it",
    ]
    assert all(line["elapsed"] >= 0 for _, line in told)
    assert (last, saved["id"], saved["version_number"]) == ("result", "pen", 1)


async def test_a_client_that_does_not_ask_gets_one_answer(admin: httpx.AsyncClient) -> None:
    answer = await admin.post(f"{BASE}/create", json=pen("1.0"))
    assert (answer.status_code, answer.json()["version_number"]) == (200, 1)
    refused = await admin.post(f"{BASE}/id/pen/update", json=pen("9.0"))
    assert (refused.status_code, refused.json()["package"]) == (400, "tinypen")


async def test_what_needs_no_packages_is_answered_at_once(admin: httpx.AsyncClient) -> None:
    form = {**pen("1.0"), "content": "class Filter: ...\n"}
    answer = await admin.post(f"{BASE}/create", json=form, headers=STREAM)
    assert answer.json()["id"] == "pen"
    wrong = await admin.post(f"{BASE}/id/pen/update", json={**form, "content": "class"}, headers=STREAM)
    assert (wrong.status_code, wrong.json()["phase"]) == (400, "syntax")


async def test_a_failure_comes_as_the_last_event(admin: httpx.AsyncClient) -> None:
    await admin.post(f"{BASE}/create", json=pen("1.0"))
    async with admin.stream("POST", f"{BASE}/id/pen/update", json=pen("9.0"), headers=STREAM) as answer:
        *_, (last, error) = await events(answer)
    assert (last, error["status"], error["code"], error["package"]) == ("error", 400, "bad_requirements", "tinypen")
    serving = (await admin.get(f"{BASE}/id/pen")).json()
    assert (serving["version_number"], serving["state"]) == (1, "ready")


async def test_a_client_that_leaves_gives_the_save_up(
    admin: httpx.AsyncClient, index: Index, server: RunningServer
) -> None:
    await admin.post(f"{BASE}/create", json=pen("1.0"))
    index.begun.clear()
    index.holds.clear()
    async with admin.stream("POST", f"{BASE}/id/pen/update", json=pen("2.0"), headers=STREAM):
        await asyncio.to_thread(index.begun.wait, 30)
    folder = server.settings.data_dir / "environments"
    async with asyncio.timeout(30):
        while len(list(folder.iterdir())) != 1:  # noqa: ASYNC110 (nothing tells)
            await asyncio.sleep(0.02)
    assert [version["number"] for version in (await admin.get(f"{BASE}/id/pen/history")).json()] == [1]
    index.holds.set()
    assert (await admin.post(f"{BASE}/id/pen/update", json=pen("2.0"))).json()["version_number"] == 2


async def test_what_is_installed_is_listed_with_who_uses_it(admin: httpx.AsyncClient, server: RunningServer) -> None:
    await admin.post(f"{BASE}/create", json=pen("1.0"))
    (listed,) = (await admin.get("/api/v1/environments")).json()
    assert (listed["packages"], listed["function_ids"], listed["in_use"]) == (["tinypen==1.0"], ["pen"], False)
    assert listed["size"] > 2_000_000
    await admin.delete(f"{BASE}/id/pen/delete")
    collected = (await admin.post("/api/v1/environments/collect")).json()
    assert collected == {"removed": [], "bytes": 0}, "it was wanted a moment ago"
    (gone,) = await server.services.collecting.collect(older_than=-1)
    assert (gone.id, gone.size) == (listed["id"], listed["size"])


async def test_only_admins_see_them(server: RunningServer, admin: httpx.AsyncClient) -> None:
    _, token = await server.sign_up("una", role="user")
    async with server.client(token) as user:
        for answer in (await user.get("/api/v1/environments"), await user.post("/api/v1/environments/collect")):
            assert answer.status_code == 403
