"""A model of a manifold that is only just being asked for its list."""

from __future__ import annotations

import pytest

from penstock.flows import refreshed
from tests.acting import Theatre

pytestmark = pytest.mark.anyio

SLOW = """
    import asyncio

    class Pipe:
        async def pipes(self):
            await asyncio.sleep(0.5)
            return [{"id": "one", "name": "One"}]

        def pipe(self, body):
            return "here"
"""


@pytest.mark.spec("P1")
async def test_who_asks_for_a_model_waits_for_the_first_list(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshed, "FIRST_WAIT", 0)
    pipe = await theatre.install(SLOW, is_global=False)
    listed = (await theatre.user.http.get("/api/models")).json()["data"]
    assert f"{pipe}.one" not in [model["id"] for model in listed]
    body = {"model": f"{pipe}.one", "messages": [{"role": "user", "content": "hi"}]}
    answer = await theatre.user.http.post("/api/chat/completions", json=body)
    assert answer.json()["choices"][0]["message"]["content"] == "here"
    await theatre.services.registry.delete(pipe, theatre.admin.user)
