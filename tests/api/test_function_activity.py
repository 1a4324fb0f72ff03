"""What a list of functions tells beside what they are: runs, failures, models, whether a version is checked."""

from __future__ import annotations

import asyncio
from textwrap import dedent
from typing import Any

import httpx
import pytest

from tests.stage import Stage

PIPE = dedent(
    """
    class Pipe:
        def pipes(self):
            return [{"id": "one", "name": "One"}, {"id": "two", "name": "Two"}]

        async def pipe(self, body):
            if "fail" in body["messages"][-1]["content"]:
                raise ValueError("no")
            return "well"
    """
)
FILTER = "class Filter:\n    async def inlet(self, body):\n        return body\n"
SLOW = "import time\ntime.sleep(1.5)\n\n\n" + FILTER


async def told(play: Stage, function_id: str) -> dict[str, Any]:
    answer = await play.client.get("/api/v1/functions/activity")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["functions"][function_id]
    return found


@pytest.mark.spec("I6")
async def test_failures_are_counted_among_the_latest_runs(play: Stage) -> None:
    await play.install(PIPE, "several")
    fresh = await told(play, "several")
    assert (fresh["recent"], fresh["failed"], fresh["last_run_at"], fresh["running"]) == (0, 0, None, 0)
    for words in ("well", "fail", "well"):
        await play.client.post(
            "/api/chat/completions",
            json={"model": "several.one", "messages": [{"role": "user", "content": words}], "stream": False},
        )
    after = await told(play, "several")
    assert (after["recent"], after["failed"]) == (3, 1)
    assert after["models"] == [{"id": "several.one", "name": "One"}, {"id": "several.two", "name": "Two"}]
    newest = (await play.client.get("/api/v1/runs?function_id=several&limit=1")).json()[0]
    assert after["last_run_at"] == newest["started_at"]


async def test_models_are_those_that_it_is_bound_to_or_all(play: Stage) -> None:
    await play.install(PIPE, "several")
    await play.install(FILTER, "bound", is_global=False)
    assert (await told(play, "bound"))["models"] == []
    record = {"id": "several.two", "name": "Second", "meta": {"filterIds": ["bound"]}, "params": {}}
    made = await play.client.post("/api/v1/models/create", json=record)
    assert made.status_code == 200, made.text
    assert (await told(play, "bound"))["models"] == [{"id": "several.two", "name": "Second"}]
    await play.client.post("/api/v1/functions/id/bound/toggle/global")
    assert (await told(play, "bound"))["models"] is None
    await play.client.post("/api/v1/models/model/delete", json={"id": "several.two"})


async def test_a_version_under_way_is_told(play: Stage, user: httpx.AsyncClient) -> None:
    await play.install(FILTER, "bound")
    form = {"id": "bound", "name": "bound", "content": SLOW, "meta": {}}
    saving = asyncio.create_task(play.client.post("/api/v1/functions/id/bound/update", json=form))
    seen: list[bool] = []

    async def building() -> bool:
        seen.append((await told(play, "bound"))["building"])
        return seen[-1]

    async with asyncio.timeout(30):
        while not await building():
            assert not saving.done()
    assert (await saving).status_code == 200
    assert (await told(play, "bound"))["building"] is False
    assert (await user.get("/api/v1/functions/activity")).status_code == 403
