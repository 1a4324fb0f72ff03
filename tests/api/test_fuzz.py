"""Whatever anybody sends: no server error, and errors have their shape."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.internal.conjecture import engine
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from tests.api.running import RunningServer, running_server

EXPECTED = (501, 502, 503, 504)  # a part that is not there; said so, not stumbled over
ENDS_THE_SESSION = ("signout", "update/password")
BOUNDED = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
FRUITLESS = 20  # attempts at a wrong case before it is clear that there is none; Hypothesis makes 459
SOURCE = "class Filter:\n    def inlet(self, body):\n        return body\n"


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningServer, str]]:
    """A server in a thread, for clients that block, and the token of its admin."""
    started: list[tuple[RunningServer, str]] = []
    ready, over = threading.Event(), threading.Event()

    async def serve() -> None:
        async with running_server(tmp_path_factory.mktemp("fuzz"), upload_limit=2**20, body_limit=2**20) as server:
            _, token = await server.sign_up("fuzz", role="admin")
            started.append((server, token))
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert ready.wait(60)
    yield started[0]
    over.set()
    thread.join(30)


def test_nothing_that_is_sent_breaks_the_server(
    fuzzed: tuple[RunningServer, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "INVALID_THRESHOLD_BASE", FRUITLESS)
    server, token = fuzzed
    with httpx.Client(base_url=server.url, headers={"authorization": f"Bearer {token}"}) as client:
        raw = client.get("/api/openapi.json").json()
        known = things(client)
    del raw["security"]
    found = [each.ok() for each in schemathesis.openapi.from_dict(raw).get_all_operations() if isinstance(each, Ok)]
    operations = [each for each in found if not each.path.endswith(ENDS_THE_SESSION)]
    assert len(operations) > 50
    for operation in sorted(operations, key=lambda each: each.method.upper() == "DELETE"):
        send_anything(operation, server.url, token, known)


def things(client: httpx.Client) -> dict[str, str]:
    """One of each noun, so that not everything ends with 404."""

    def made(path: str, body: dict[str, Any]) -> str:
        answer = client.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    message = {"id": "m", "role": "assistant", "content": "Hi"}
    function = {"id": "known", "name": "Known", "content": SOURCE, "meta": {}}
    return {
        "chat_id": made("/api/v1/chats/new", {"chat": {"messages": [message]}}),
        "message_id": "m",
        "file_id": str(client.post("/api/v1/files/", files={"file": b"text"}).json()["id"]),
        "folder_id": made("/api/v1/folders/", {"name": "Folder"}),
        "group_id": made("/api/v1/groups/create", {"name": "Group"}),
        "memory_id": made("/api/v1/memories/add", {"content": "Memory"}),
        "function_id": made("/api/v1/functions/create", function),
        "user_id": str(client.get("/api/v1/auths/").json()["id"]),
    }


def send_anything(operation: APIOperation[Any, Any, Any, Any], url: str, token: str, known: dict[str, str]) -> None:
    def send(case: Case[Any]) -> None:
        case.headers["authorization"] = f"Bearer {token}"
        answer = case.call(base_url=url, timeout=30)
        assert answer.status_code < 500 or answer.status_code in EXPECTED, f"{operation.label}: {answer.text}"
        if answer.status_code >= 400:
            assert set(answer.json()) >= {"detail", "code", "hint"}, f"{operation.label}: {answer.text}"

    def send_sensible(case: Case[Any]) -> None:
        for name in set(case.path_parameters or {}) & set(known):
            case.path_parameters[name] = known[name]
        send(case)

    BOUNDED(given(operation.as_strategy())(send_sensible))()
    with contextlib.suppress(Unsatisfiable):  # nothing can be wrong with an operation that takes nothing
        BOUNDED(given(operation.as_strategy(GenerationMode.NEGATIVE))(send))()
