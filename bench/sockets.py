"""What a page does: a socket that listens, a stored chat, an answer that grows in it."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Mapping
from typing import Any

import httpx
import msgspec
import socketio

from bench import functions
from bench.load import Figures, check_text
from bench.servers import FLOOR, Server

PATIENCE = 60.0


class Json:
    """What python-socketio wants of a JSON module, so that the client's own parsing weighs little."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        return msgspec.json.encode(value).decode()

    @staticmethod
    def loads(text: str | bytes, **_: Any) -> Any:
        return msgspec.json.decode(text)


class Page:
    """Adds up the text of one message as its events come."""

    def __init__(self) -> None:
        self.message_id = ""
        self.parts: list[str] = []
        self.events = 0
        self.first = 0.0
        self.done = asyncio.Event()

    def expect(self, message_id: str) -> None:
        self.message_id, self.parts, self.events, self.first = message_id, [], 0, 0.0
        self.done.clear()

    def on_event(self, event: Mapping[str, Any]) -> None:
        data = event["data"].get("data")
        if event.get("message_id") != self.message_id or not isinstance(data, Mapping):
            return
        self.events += 1
        if text := delta(data):
            self.first = self.first or time.perf_counter()
            self.parts.append(text)
        if data.get("done") is True and event["data"]["type"] == "chat:completion":
            self.done.set()


def delta(data: Mapping[str, Any]) -> str:
    """The text that an event appends: as OpenAI's chunks have it, or as its Responses API does."""
    if data.get("type") == "response.output_text.delta":
        return str(data.get("delta") or "")
    choices = data.get("choices") or [{}]
    return str(choices[0].get("delta", {}).get("content") or "")


async def streams(server: Server, *, most: int, seconds: float) -> Figures:
    """Answers of 2,000 chunks, each into a chat of its own, until their last event has come over the socket."""
    page = Page()
    socket = socketio.AsyncClient(json=Json, reconnection=False)
    socket.on("events", page.on_event)
    await socket.connect(
        server.url, socketio_path="/ws/socket.io", auth={"token": server.token}, transports=["websocket"]
    )
    rates, firsts, events = list[float](), list[float](), 0
    try:
        await socket.call("user-join", {"auth": {"token": server.token}}, timeout=10)
        ends = time.perf_counter() + seconds
        async with httpx.AsyncClient(base_url=server.url, headers=server.headers, timeout=PATIENCE) as client:
            for number in range(most + 1):
                address, body = await _ask(client, server, str(socket.get_sid()))
                page.expect(body["id"])
                begun = time.perf_counter()
                answer = asyncio.create_task(client.post(address, json=body))
                async with asyncio.timeout(PATIENCE):
                    await page.done.wait()
                spent = time.perf_counter() - begun
                (await answer).raise_for_status()
                check_text("".join(page.parts), functions.TEXT)
                if number:  # the first one warms up
                    rates.append(functions.CHUNKS / spent)
                    firsts.append(page.first - begun)
                    events = page.events
                if number and time.perf_counter() > ends:
                    break
    finally:
        await socket.disconnect()
    return {
        "streams": len(rates),
        "first_ms": round(statistics.median(firsts) * 1e3, 3),
        "per_second": round(statistics.median(rates)),
        "socket_events": events,
    }


async def _ask(client: httpx.AsyncClient, server: Server, session_id: str) -> tuple[str, dict[str, Any]]:
    """A new chat of one question, and the request that answers it."""
    document, answers = functions.chat(2)
    answer_id = answers[0]
    if server.name == FLOOR:
        return "/emit", {"id": answer_id}
    messages = document["history"]["messages"]
    question = messages[messages[answer_id]["parentId"]]
    messages[answer_id] |= {"content": "", "done": False, "model": "bench_stream"}
    saved = await client.post("/api/v1/chats/new", json={"chat": document})
    saved.raise_for_status()
    return "/api/chat/completions", {
        "model": "bench_stream",
        "messages": [{"role": "user", "content": "Hello"}],
        "stream": True,
        "chat_id": saved.json()["id"],
        "id": answer_id,
        "parent_id": question["id"],
        "user_message": question,
        "session_id": session_id,
        "background_tasks": {},
    }
