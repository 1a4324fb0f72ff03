"""A whole Penstock for an examination: temporary data, real workers, an admin, models, somebody who answers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from penstock.api.app import create_app
from penstock.cli.doctoring import person, provider
from penstock.cli.doctoring.filled_valves import KEY
from penstock.cli.doctoring.listening import listening
from penstock.cli.doctoring.scenes import Scene, Stored, document_of
from penstock.errors import EngineError, PenstockError
from penstock.flows.context import Services
from penstock.realtime.hub import Published
from penstock.settings import Settings
from penstock.store.records import User

MOST_EVENTS = 500  # kept of one run
IDLE_SECONDS = 20


@dataclass
class Heard:
    """What was published of one run."""

    events: deque[tuple[str, Any]] = field(default_factory=lambda: deque(maxlen=MOST_EVENTS))
    questions: list[str] = field(default_factory=list)


@dataclass
class Stand:
    """The server's parts, a client of its admin, and what its functions said."""

    services: Services
    client: httpx.AsyncClient
    admin: User
    base_url: str
    provider_url: str
    file: dict[str, Any] = field(default_factory=dict)
    heard: dict[str, Heard] = field(default_factory=dict)
    answering: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def provider_host(self) -> str:
        return self.provider_url.removeprefix("http://")

    def of_run(self, run_id: str) -> Heard:
        return self.heard.get(run_id) or Heard()

    async def chat(self, scene: Scene, model: str) -> Stored:
        """The scene as a saved chat of the admin."""
        files = [self.file] if scene.file else []
        document = document_of(scene, model, files)
        made = await self.call("POST", "/api/v1/chats/new", {"chat": document})
        return Stored(scene, str(made["id"]), document, files)

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of an answer. Raises `EngineError` with what the server said where it is none of 200."""
        answer = await self.client.request(method, path, json=body)
        if answer.status_code != 200:
            try:
                said = answer.json().get("detail")
            except (ValueError, AttributeError):
                said = answer.text[:300]
            raise EngineError(f"{path} answered {answer.status_code}: {said}")
        return answer.json()

    def listen(self, event: Published) -> None:
        """Keep what runs publish, and answer what they ask."""
        if not event.run_id:
            return
        heard = self.heard.setdefault(event.run_id, Heard())
        if event.question_id is None:
            heard.events.append((event.type, event.data))
            return
        heard.questions.append(event.type)
        task = asyncio.ensure_future(self._answer(event.question_id, event.type, event.data))
        self.answering.add(task)
        task.add_done_callback(self.answering.discard)

    async def _answer(self, question_id: str, kind: str, data: Any) -> None:
        answer = person.answer_to(kind, data, str(self.file.get("id", "")))
        try:
            await self.services.questions.answer(question_id, self.admin, answer)
        except PenstockError:
            with contextlib.suppress(PenstockError):  # an answer that does not fit is a person who cancels
                await self.services.questions.cancel(question_id, self.admin)


@asynccontextmanager
async def standing(own: Settings, deadline: float, keys: Collection[str] = ()) -> AsyncIterator[Stand]:
    """The server. Runs may take `deadline` seconds of work each; `keys` are variables that get a made-up value."""
    logging.disable(logging.CRITICAL)
    async with AsyncExitStack() as ends:
        ends.callback(logging.disable, logging.NOTSET)
        ends.enter_context(_made_up(keys))
        folder = ends.enter_context(tempfile.TemporaryDirectory(prefix="penstock-doctor-", ignore_cleanup_errors=True))
        provider_port = await ends.enter_async_context(listening(lambda _: provider.application()))
        provider_url = f"http://127.0.0.1:{provider_port}"
        made: list[FastAPI] = []

        def server(port: int) -> FastAPI:
            made.append(create_app(_settings(own, Path(folder), port, provider_url, deadline, keys)))
            return made[0]

        port = await ends.enter_async_context(listening(server))
        base_url = f"http://127.0.0.1:{port}"
        services: Services = made[0].state.services
        client = await ends.enter_async_context(httpx.AsyncClient(base_url=base_url, timeout=None, trust_env=False))
        stand = Stand(services, client, await _admin(client, services), base_url, provider_url)
        stand.file = await _upload(client)
        ends.callback(services.hub.subscribe(stand.admin.id, stand.listen))
        yield stand


def _settings(
    own: Settings, folder: Path, port: int, provider_url: str, deadline: float, keys: Collection[str]
) -> Settings:
    changed = {
        "data_dir": folder,
        "database_url": "",
        "config": None,
        "host": "127.0.0.1",
        "port": port,
        "public_url": "",
        "connections": f"{provider_url}/v1|{KEY}|",
        "run_deadline": deadline,
        "pipes_deadline": min(10.0, deadline),
        "question_deadline": deadline,
        "worker_environment": ",".join(sorted(keys)),
        "worker_idle": IDLE_SECONDS,
        "stop_grace": 1,
        "examples": False,
    }
    return own.model_copy(update=changed)


@contextlib.contextmanager
def _made_up(keys: Collection[str]) -> Iterator[None]:
    """Keys of the doctor's own environment are never given to functions that nobody knows yet."""
    before = {name: os.environ.get(name) for name in keys}
    os.environ.update(dict.fromkeys(keys, KEY))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


async def _admin(client: httpx.AsyncClient, services: Services) -> User:
    account = {"name": "Ada Doctor", "email": "ada@example.com", "password": secrets.token_urlsafe(16)}
    answer = await client.post("/api/v1/auths/signup", json=account)
    answer.raise_for_status()
    client.headers["authorization"] = f"Bearer {answer.json()['token']}"
    user = await services.store.users.get(answer.json()["id"])
    assert user is not None
    return user


async def _upload(client: httpx.AsyncClient) -> dict[str, Any]:
    """The one file that is attached, and given where a file is asked for; as pages attach it."""
    sent = {"file": (person.FILE_NAME, person.FILE_CONTENT, "text/plain")}
    answer = await client.post("/api/v1/files/", files=sent)
    answer.raise_for_status()
    known: dict[str, Any] = answer.json()
    size = len(person.FILE_CONTENT)
    shown = {"id": known["id"], "url": known["id"], "name": person.FILE_NAME, "size": size, "status": "uploaded"}
    return {"type": "file", "file": known, **shown, "created_at": int(time.time())}
