"""A running server with a fake provider behind it and an admin in front, for tests of models and completions."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

import httpx

from penstock.realtime.hub import Published
from penstock.store.records import User
from tests.api.running import RunningServer, running_server
from tests.provider import FakeProvider, connection, fake_provider

ASK = [{"role": "user", "content": "Hi"}]
_numbers = itertools.count(1)


@dataclass
class Stage:
    server: RunningServer
    provider: FakeProvider
    client: httpx.AsyncClient  # of the admin
    admin: User
    installed: list[str] = field(default_factory=list)

    async def install(self, source: str, function_id: str = "", **how: Any) -> str:
        """An active function; gives its id. Filters and actions are global, unless said otherwise."""
        function_id = function_id or f"f{next(_numbers)}"
        how.setdefault("is_global", "class Pipe" not in source)
        registry = self.server.services.registry
        name = how.pop("name", function_id)
        await registry.save(function_id, name, dedent(source), {}, self.admin, is_active=True, **how)
        self.installed.append(function_id)
        return function_id

    async def clear(self) -> None:
        """Take away what was installed since the last time."""
        for function_id in self.installed:
            await self.server.services.registry.delete(function_id, self.admin)
        self.installed.clear()
        await self.server.services.store.models.delete_all()

    async def refresh_provider(self) -> None:
        """Let the server ask the provider for its models at once."""
        (known,) = (await self.client.get("/api/v1/connections")).json()
        answer = await self.client.post(f"/api/v1/connections/{known['id']}/test")
        assert answer.json()["ok"], answer.text

    async def ask(self, model: str, **body: Any) -> httpx.Response:
        return await self.client.post("/api/chat/completions", json={"model": model, "messages": ASK, **body})

    async def text(self, model: str, **body: Any) -> str:
        """The text of a whole answer."""
        answer = await self.ask(model, **body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["choices"][0]["message"]["content"])

    async def stream(self, model: str, **body: Any) -> list[dict[str, Any]]:
        """The chunks of a streamed answer, which must end as OpenAI's do."""
        answer = await self.ask(model, stream=True, **body)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("text/event-stream")
        return chunks(answer.text)

    def listen(self, user_id: str = "") -> Events:
        return Events(self.server, user_id or self.admin.id)


class Events:
    """What the sockets of a user would get."""

    def __init__(self, server: RunningServer, user_id: str) -> None:
        self.seen: list[Published] = []
        self._came = asyncio.Event()
        self.close = server.services.hub.subscribe(user_id, self._take)

    def _take(self, event: Published) -> None:
        self.seen.append(event)
        self._came.set()

    async def until(self, wanted: Callable[[Published], bool]) -> Published:
        """The first event that is wanted, within half a minute."""
        async with asyncio.timeout(30):
            while True:
                for event in self.seen:
                    if wanted(event):
                        return event
                self._came.clear()
                await self._came.wait()

    async def until_done(self) -> Published:
        return await self.until(lambda event: event.type == "chat:completion" and bool(event.data.get("done")))

    def of(self, type: str) -> list[Any]:
        return [event.data for event in self.seen if event.type == type]


def chunks(text: str) -> list[dict[str, Any]]:
    lines = [line.removeprefix("data: ") for line in text.split("\n\n") if line.startswith("data:")]
    assert lines[-1] == "[DONE]", text
    return [json.loads(line) for line in lines[:-1]]


def joined(read: Sequence[dict[str, Any]]) -> str:
    return "".join(
        choice.get("delta", {}).get("content") or "" for chunk in read for choice in chunk.get("choices") or ()
    )


@asynccontextmanager
async def stage(data_dir: Path, **settings: Any) -> AsyncIterator[Stage]:
    async with fake_provider() as provider:
        chosen = {"connections": connection(provider), **settings}
        async with running_server(data_dir, **chosen) as server:
            user_id, token = await server.sign_up("ada", role="admin")
            admin = await server.services.store.users.get(user_id)
            assert admin is not None
            async with server.client(token) as client:
                yield Stage(server, provider, client, admin)


async def until(condition: Callable[[], bool]) -> None:
    """Return once the condition holds; fail after half a minute."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - conditions of all kinds
            await asyncio.sleep(0.01)
