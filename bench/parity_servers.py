"""Both servers of a comparison, with the same model server behind them, and a scripted person at a socket of each."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import socketio
from starlette.types import ASGIApp, Receive, Scope, Send

from bench.servers import OPEN_WEBUI, PENSTOCK, Server, data_folder, started
from bench.sockets import Json
from penstock.cli.doctoring import person, provider
from penstock.cli.doctoring.filled_valves import filled
from penstock.cli.doctoring.listening import listening
from penstock.cli.doctoring.scenes import Scene, document_of

KEY = "sk-test"
PATIENCE = 90.0
QUIET_SECONDS = 1.0  # without an event: a run has said what it had to say
QUESTIONS = frozenset(
    {"confirmation", "confirm", "input", "select", "multiselect", "form", "file", "execute", "request:user_input"}
)


class Recorder:
    """The model server, which also remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self._app = provider.application()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app: ASGIApp = self._app
        if scope["type"] != "http" or scope["method"] != "POST":
            await app(scope, receive, send)
            return
        parts: list[bytes] = []

        async def noting() -> Any:
            message = await receive()
            parts.append(message.get("body", b""))
            if message["type"] == "http.request" and not message.get("more_body"):
                self.asked.append(Json.loads(b"".join(parts) or b"null"))
            return message

        await app(scope, noting, send)


@dataclass
class Side:
    """One of the two servers."""

    server: Server
    client: httpx.AsyncClient
    recorder: Recorder
    provider_url: str
    socket: socketio.AsyncClient
    events: list[tuple[str, str, Any]] = field(default_factory=list)  # message, type, data
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def name(self) -> str:
        return self.server.name

    def on_event(self, event: Mapping[str, Any]) -> Any:
        """Keep it, and answer it where it is a question: what is returned is acknowledged."""
        inner = event.get("data") or {}
        kind, data = str(inner.get("type")), inner.get("data")
        self.events.append((str(event.get("message_id")), kind, data))
        self.heard.set()
        if kind not in QUESTIONS:
            return None
        answer = person.answer_to(kind, data, "")
        return (None,) if answer is None else answer

    async def settled(self) -> None:
        """Until nothing has come for a while."""
        while True:
            self.heard.clear()
            try:
                await asyncio.wait_for(self.heard.wait(), QUIET_SECONDS)
            except TimeoutError:
                return

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of an answer. Raises `RuntimeError` with what the server said."""
        answer = await self.client.request(method, path, json=body)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}: {answer.text[:300]}")
        return answer.json()

    async def install(self, function_id: str, source: str) -> str:
        """Save a function, set its valves, switch it on for all models; gives its kind."""
        form = {"id": function_id, "name": function_id, "content": source, "meta": {"description": "", "manifest": {}}}
        made = await self.call("POST", "/api/v1/functions/create", form)
        if self.name == PENSTOCK:
            host = self.provider_url.removeprefix("http://")
            rights = {"hosts": [host]}
            await self.call("POST", f"/api/v1/functions/id/{function_id}/rights", rights)
        spec = await self.call("GET", f"/api/v1/functions/id/{function_id}/valves/spec")
        if values := filled(spec, (spec or {}).get("required", []), self.provider_url):
            await self.call("POST", f"/api/v1/functions/id/{function_id}/valves/update", values)
        await self.call("POST", f"/api/v1/functions/id/{function_id}/toggle")
        if made["type"] != "pipe":
            await self.call("POST", f"/api/v1/functions/id/{function_id}/toggle/global")
        return str(made["type"])

    async def remove(self, function_id: str) -> None:
        with contextlib.suppress(httpx.HTTPError):
            await self.client.delete(f"/api/v1/functions/id/{function_id}/delete")

    async def models(self) -> list[dict[str, Any]]:
        listed = await self.call("GET", "/api/models?refresh=true")
        return list(listed["data"])

    async def chat(self, scene: Scene, model: str) -> tuple[str, dict[str, Any]]:
        document = document_of(scene, model, [])
        made = await self.call("POST", "/api/v1/chats/new", {"chat": document})
        return str(made["id"]), document

    async def message(self, chat_id: str, message_id: str) -> dict[str, Any]:
        chat = await self.call("GET", f"/api/v1/chats/{chat_id}")
        message: dict[str, Any] = chat["chat"]["history"]["messages"].get(message_id, {})
        return message


@asynccontextmanager
async def side(name: str) -> AsyncIterator[Side]:
    """A server with its model server and its socket."""
    recorder = Recorder()
    async with listening(lambda _: recorder) as port:
        address = f"http://127.0.0.1:{port}"
        settings = _settings(name, address)
        with data_folder() as folder:
            starting = started(name, Path(folder), **settings)
            server = await asyncio.to_thread(starting.__enter__)
            try:
                async with _joined(server, recorder, address) as joined:
                    yield joined
            finally:
                await asyncio.to_thread(starting.__exit__, None, None, None)


def _settings(name: str, address: str) -> dict[str, str]:
    if name == PENSTOCK:
        return {"PENSTOCK_CONNECTIONS": f"{address}/v1|{KEY}|"}
    assert name == OPEN_WEBUI
    return {
        "ENABLE_OPENAI_API": "True",
        "OPENAI_API_BASE_URLS": f"{address}/v1",
        "OPENAI_API_KEYS": KEY,
        "ENABLE_PIP_INSTALL_FRONTMATTER_REQUIREMENTS": "False",  # its own environment stays as it was installed
        "TASK_MODEL_EXTERNAL": provider.MODEL,
        "ENABLE_TITLE_GENERATION": "False",
        "ENABLE_TAGS_GENERATION": "False",
        "ENABLE_FOLLOW_UP_GENERATION": "False",
    }


@asynccontextmanager
async def _joined(server: Server, recorder: Recorder, address: str) -> AsyncIterator[Side]:
    socket = socketio.AsyncClient(json=Json, reconnection=False)
    async with httpx.AsyncClient(base_url=server.url, headers=server.headers, timeout=PATIENCE) as client:
        made = Side(server, client, recorder, address, socket)
        socket.on("events", made.on_event)
        auth = {"token": server.token}
        await socket.connect(server.url, socketio_path="/ws/socket.io", auth=auth, transports=["websocket"])
        try:
            await socket.call("user-join", {"auth": auth}, timeout=10)
            yield made
        finally:
            await socket.disconnect()


def new_id() -> str:
    return str(uuid.uuid4())
