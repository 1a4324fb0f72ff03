"""`penstock serve`: ready, refused, stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from tests.serving import ADMIN, ServerProcess, serving
from tests.waiting import until


def start(data_dir: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A start that is expected to fail."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PENSTOCK_")}
    command = [sys.executable, "-m", "penstock.cli", "serve", "--port", "0", "--data-dir", str(data_dir), *arguments]
    return subprocess.run(command, env={**kept, **variables}, capture_output=True, text=True, timeout=240, check=False)


HEAVY = {
    "aiohttp.client",
    "alembic.config",
    "pydantic.v1.main",
    "requests.models",
    "rich.text",
    "sqlalchemy.dialects.postgresql.base",
    "sqlalchemy.orm.session",
}


def test_start_stop_and_start_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        with serving(tmp_path) as server:
            with server.client() as client:
                assert client.get("/health").json() == {"status": True}
                assert client.get("/ready").json() == {"status": True}
            server.process.send_signal(number)
            assert server.process.wait(60) == 0
        assert (tmp_path / "penstock.lock").read_text() == ""
        monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    imported = {line.split("|")[-1].strip() for line in server.lines if line.startswith("import time:")}
    assert "sqlalchemy.engine.base" in imported
    assert imported & HEAVY == set(), "a start on a folder that was used before is quick because it leaves these out"


def test_open_connections_do_not_delay_the_end(tmp_path: Path) -> None:
    with serving(tmp_path, stop_grace="600") as server:
        port = int(server.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)), server.client() as client:
            client.get("/health")
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(60) == 0


def test_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        failed = start(tmp_path, "--port", str(taken.getsockname()[1]))
    assert failed.returncode == 1
    assert "cannot be used" in failed.stderr
    assert "PENSTOCK_PORT" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_data_folder_of_another_server(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        failed = start(tmp_path)
        assert f"Another server (process {server.process.pid}) uses the data folder" in failed.stderr
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr


def test_data_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    failed = start(tmp_path / "file" / "data")
    assert failed.returncode == 1
    assert "cannot be written" in failed.stderr
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"PENSTOCK_DATABASE_URL": "postgresql://nobody:secret@127.0.0.1:1/none"}, "cannot be opened"),
        ({"PENSTOCK_DATABASE_URL": "mysql://127.0.0.1/none"}, "cannot keep its data"),
        ({"PENSTOCK_STOP_GRACE": "soon"}, "stop_grace"),
        ({"PENSTOCK_LOG_LEVEL": "loud"}, "log_level"),
        ({"PENSTOCK_HOST": "host.invalid"}, "There is no address host.invalid"),
        ({"PENSTOCK_CONNECTIONS": "nonsense"}, "PENSTOCK_CONNECTIONS: entry 1"),
    ],
)
def test_settings_that_cannot_be_used(tmp_path: Path, variables: dict[str, str], says: str) -> None:
    failed = start(tmp_path, **variables)
    assert failed.returncode == 1
    assert says in failed.stderr
    assert "secret" not in failed.stderr
    assert "Traceback" not in failed.stderr


def test_what_was_there_is_there_after_a_crash(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        token = server.sign_up()
        with server.client(token) as client:
            chat = client.post("/api/v1/chats/new", json={"chat": {"title": "Kept"}}).json()
        server.process.kill()
        server.process.wait()
    with serving(tmp_path) as server, server.client(token) as client:
        assert client.get("/api/v1/auths/").json()["email"] == ADMIN["email"]
        assert client.get(f"/api/v1/chats/{chat['id']}").json()["title"] == "Kept"


SLEEPER = """
import asyncio, os

class Action:
    async def action(self, body):
        while not os.path.exists(os.path.join(os.environ["DATA_DIR"], body["until"])):
            await asyncio.sleep(0.01)
        return {"content": "slept"}
"""


def install(client: httpx.Client, function_id: str, source: str) -> None:
    body = {"id": function_id, "name": function_id.title(), "content": source, "meta": {}}
    created = client.post("/api/v1/functions/create", json=body)
    assert created.status_code == 200, created.text
    assert client.post(f"/api/v1/functions/id/{function_id}/toggle").status_code == 200


def test_running_work_is_finished_or_marked_interrupted(tmp_path: Path) -> None:
    with serving(tmp_path, stop_grace="3") as server:
        token = server.sign_up()
        with server.client(token) as client:
            install(client, "sleeper", SLEEPER)
            answers: dict[str, httpx.Response] = {}
            calls = [
                threading.Thread(target=call_sleeper, args=(server, token, when, answers)) for when in ("soon", "never")
            ]
            for call in calls:
                call.start()
            until(lambda: len(client.get("/api/v1/runs", params={"state": "running"}).json()) == 2)
        server.process.send_signal(signal.SIGTERM)
        (server.data_dir / "functions" / "sleeper" / "soon").touch()
        assert server.process.wait(60) == 0
        for call in calls:
            call.join()
        assert answers["soon"].status_code == 200
        assert (answers["never"].status_code, answers["never"].json()["code"]) == (503, "interrupted")
        assert "Traceback" not in "".join(server.lines)
    with serving(tmp_path) as server, server.client(token) as client:
        runs = client.get("/api/v1/runs", params={"function_id": "sleeper"}).json()
        assert sorted(run["state"] for run in runs) == ["done", "interrupted"]


ASKER = """
class Action:
    async def action(self, body, __event_call__=None):
        return {"content": await __event_call__({"type": "input", "data": {"title": "Who?"}})}
"""


def test_work_that_asks_a_person_does_not_delay_the_end(tmp_path: Path) -> None:
    with serving(tmp_path, stop_grace="600") as server:
        token = server.sign_up()
        with server.client(token) as client:
            install(client, "asker", ASKER)
            answers: list[httpx.Response] = []
            call = threading.Thread(target=lambda: answers.append(ask_in_vain(server, token)))
            call.start()
            until(lambda: len(client.get("/api/v1/questions").json()) == 1)
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(60) == 0
        call.join()
        assert (answers[0].status_code, answers[0].json()["code"]) == (503, "interrupted")
    with serving(tmp_path) as server, server.client(token) as client:
        assert [run["state"] for run in client.get("/api/v1/runs", params={"function_id": "asker"}).json()] == [
            "interrupted"
        ]
        assert client.get("/api/v1/questions").json() == []


def ask_in_vain(server: ServerProcess, token: str) -> httpx.Response:
    with server.client(token) as client:
        return client.post("/api/v1/actions/asker/run", json={})


def call_sleeper(server: ServerProcess, token: str, when: str, answers: dict[str, httpx.Response]) -> None:
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {token}"}, timeout=90) as client:
        answers[when] = client.post("/api/v1/actions/sleeper/run", json={"until": when})
