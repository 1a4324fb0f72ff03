"""A client of python-socketio that has joined, and what it saw."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import socketio

from tests.waiting import eventually

NO_ANSWER: Any = object()
Answers = Callable[[dict[str, Any]], Awaitable[Any]]


class Joined:
    """Acknowledges calls with what `answers` gives for them, and nothing else."""

    def __init__(self, url: str, token: str, answers: Answers | None = None) -> None:
        self._url = url
        self._token = token
        self._answers = answers
        self.events: list[dict[str, Any]] = []
        self.me: Any = None
        self.client = socketio.AsyncClient(reconnection=False)
        self.client.on("events", self._on_event)

    async def connect(self, *transports: str) -> None:
        await self.client.connect(
            self._url,
            auth={"token": self._token},
            socketio_path="/ws/socket.io",
            transports=transports or ["websocket"],
        )

    async def join(self, **more: Any) -> None:
        self.me = await self.client.call("user-join", {"auth": {"token": self._token}, **more})

    def types(self) -> list[str]:
        return [event["data"]["type"] for event in self.events]

    async def saw(self, type: str, count: int = 1) -> dict[str, Any]:
        """Wait for an event of a type and give its latest."""
        seen: list[dict[str, Any]] = await eventually(lambda: self._of(type)[count - 1 :])
        return seen[-1]

    def _of(self, type: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["data"]["type"] == type]

    async def _on_event(self, event: dict[str, Any]) -> Any:
        self.events.append(event)
        if self._answers is None:
            return ()
        answer = await self._answers(event)
        return () if answer is NO_ANSWER else (answer,)


@asynccontextmanager
async def joined(url: str, token: str, answers: Answers | None = None, **join: Any) -> AsyncIterator[Joined]:
    client = Joined(url, token, answers)
    await client.connect()
    await client.join(**join)
    try:
        yield client
    finally:
        await client.client.disconnect()
