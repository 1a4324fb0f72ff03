"""`penstock import openwebui FILE`, with a database that Open WebUI 0.12.4 has written (tests/openwebui/fill.py)."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.environments.wheels import make_wheel
from tests.openwebui.fill import PASSWORDS
from tests.openwebui.functions import AWAY
from tests.openwebui.restored import restored
from tests.serving import ServerProcess, serving
from tests.waiting import eventually, until

FOUND = {
    "users": 4,
    "groups": 1,
    "API keys": 1,
    "functions": 5,
    "user valves": 2,
    "models": 4,
    "connections": 2,
    "settings": 6,
    "folders": 4,
    "chats": 8,
    "shared chats": 2,
    "files": 2,
    "memories": 2,
}


def penstock(data_dir: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`penstock import openwebui ...` without packages, so that no index is asked."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PENSTOCK_", "WEBUI_"))}
    command = [sys.executable, "-m", "penstock.cli", "import", "openwebui", *arguments, "--no-packages"]
    own = {"PENSTOCK_DATA_DIR": str(data_dir), "COLUMNS": "200", **variables}
    return subprocess.run(command, env={**kept, **own}, capture_output=True, text=True, timeout=240, check=False)


def report_of(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def outcomes(report: dict[str, Any], outcome: str) -> dict[str, int]:
    return {name: noun[outcome] for name, noun in report["nouns"].items() if noun[outcome]}


def state(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


class Old:
    """What the other server's database holds."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path)
        self._database.row_factory = sqlite3.Row

    def rows(self, statement: str, *values: str) -> list[dict[str, Any]]:
        return [dict(row) for row in self._database.execute(statement, values)]

    def close(self) -> None:
        self._database.close()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return restored(tmp_path_factory.mktemp("openwebui"))


@pytest.fixture(scope="module")
def old(source: Path) -> Iterator[Old]:
    made = Old(source)
    yield made
    made.close()


@pytest.fixture(scope="module")
def report(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    before = state(source.parent)
    data_dir = tmp_path_factory.mktemp("data")
    report = report_of(penstock(data_dir, str(source), "--json"))
    assert state(source.parent) == before
    return {**report, "data_dir": data_dir}


@pytest.fixture(scope="module")
def server(report: dict[str, Any]) -> Iterator[ServerProcess]:
    with serving(report["data_dir"], environments="false") as server:
        yield server


@pytest.fixture(scope="module")
def people(server: ServerProcess) -> Iterator[dict[str, httpx.Client]]:
    """Everybody who may, signed in with the password of old."""
    found: dict[str, httpx.Client] = {}
    for email in ("ada@example.com", "ben@example.com", "cleo@example.com"):
        with server.client() as client:
            answer = client.post("/api/v1/auths/signin", json={"email": email, "password": PASSWORDS[email]})
            assert answer.status_code == 200, answer.text
        found[email.partition("@")[0]] = server.client(answer.json()["token"])
    yield found
    for client in found.values():
        client.close()


def test_the_report_counts_everything(report: dict[str, Any], old: Old) -> None:
    assert outcomes(report, "added") == FOUND
    assert {name: noun["found"] for name, noun in report["nouns"].items()} == FOUND
    for noun, table in (("users", "user"), ("functions", "function"), ("chats", "chat"), ("models", "model")):
        listed = {item["id"] for item in report["nouns"][noun]["items"]}
        assert listed == {row["id"] for row in old.rows(f'SELECT id FROM "{table}"')}
    left = {each["what"]: each for each in report["left_behind"]}
    assert left["prompts"] == {"what": "prompts", "count": 1, "why": "Penstock has no prompts.", "names": ["Hello"]}
    assert {"tools", "notes", "ratings of answers", "earlier versions of functions"} <= left.keys()
    assert "sk-" not in json.dumps({name: value for name, value in report.items() if name != "data_dir"})


def test_people_keep_passwords_roles_and_settings(
    people: dict[str, httpx.Client], server: ServerProcess, old: Old
) -> None:
    ids = {row["email"]: row["id"] for row in old.rows('SELECT id, email FROM "user"')}
    for name, role in (("ada", "admin"), ("ben", "user"), ("cleo", "user")):
        me = people[name].get("/api/v1/auths/").json()
        assert (me["id"], me["email"], me["role"]) == (ids[f"{name}@example.com"], f"{name}@example.com", role)
    assert people["ben"].get("/api/v1/users/user/settings").json()["ui"] == {"theme": "dark", "models": ["echo"]}
    with server.client() as stranger:
        wrong = stranger.post("/api/v1/auths/signin", json={"email": "ben@example.com", "password": "not Ben's"})
        assert wrong.status_code == 400
        waits = {"email": "dan@example.com", "password": PASSWORDS["dan@example.com"]}
        assert stranger.post("/api/v1/auths/signin", json=waits).json()["role"] == "pending"
        assert stranger.get("/api/config").json()["features"]["enable_signup"] is False


def test_a_sign_in_hashes_the_password_anew(people: dict[str, httpx.Client], server: ServerProcess) -> None:
    del people
    with sqlite3.connect(server.data_dir / "penstock.db") as database:
        hashes = dict(database.execute("SELECT email, password_hash FROM users").fetchall())
    database.close()
    assert hashes["ada@example.com"].startswith("$argon2id$")
    with server.client() as client:
        again = {"email": "ada@example.com", "password": PASSWORDS["ada@example.com"]}
        assert client.post("/api/v1/auths/signin", json=again).status_code == 200


def test_api_keys_go_on_to_work(server: ServerProcess, old: Old) -> None:
    (key,) = old.rows("SELECT * FROM api_key")
    with server.client(key["key"]) as client:
        assert client.get("/api/v1/auths/").json()["id"] == key["user_id"]


def test_chats_come_with_every_message_and_branch(people: dict[str, httpx.Client], old: Old) -> None:
    for name in ("ada", "ben"):
        me = people[name].get("/api/v1/auths/").json()
        rows = old.rows("SELECT * FROM chat WHERE user_id = ?", me["id"])
        assert len(rows) == 4
        for row in rows:
            chat = people[name].get(f"/api/v1/chats/{row['id']}").json()
            wanted = json.loads(row["chat"])["history"]
            tree = chat["chat"]["history"]
            assert (chat["title"], tree["currentId"]) == (row["title"], wanted["currentId"])
            assert (chat["pinned"], chat["archived"]) == (bool(row["pinned"]), bool(row["archived"]))
            assert (chat["folder_id"], chat["share_id"]) == (row["folder_id"], row["share_id"])
            assert (chat["created_at"], chat["updated_at"]) == (row["created_at"], row["updated_at"])
            assert tree["messages"].keys() == wanted["messages"].keys()
            for message_id, message in wanted["messages"].items():
                kept = {**tree["messages"][message_id], "user_id": me["id"]}
                assert {key: kept.get(key) for key in message} == message


def test_chats_keep_their_places(people: dict[str, httpx.Client]) -> None:
    ada = people["ada"]
    assert [chat["title"] for chat in ada.get("/api/v1/chats/pinned").json()] == ["Pinned"]
    assert [chat["title"] for chat in ada.get("/api/v1/chats/archived").json()] == ["Archived"]
    assert [tag["name"] for tag in ada.get("/api/v1/chats/all/tags").json()] == ["Food", "bread rolls"]
    folders = {folder["name"]: folder for folder in ada.get("/api/v1/folders/").json()}
    assert folders["Kitchen"]["parent_id"] == folders["House"]["id"]
    (inside,) = ada.get(f"/api/v1/chats/folder/{folders['Kitchen']['id']}").json()
    assert inside["title"] == "Shopping"
    assert people["ben"].get(f"/api/v1/chats/{inside['id']}").status_code == 404


def test_files_and_memories_come_along(people: dict[str, httpx.Client], old: Old) -> None:
    for name in ("ada", "ben"):
        me = people[name].get("/api/v1/auths/").json()
        (file,) = old.rows("SELECT * FROM file WHERE user_id = ?", me["id"])
        assert people[name].get(f"/api/v1/files/{file['id']}/content").text == f"Notes of {me['id']}."
        (memory,) = people[name].get("/api/v1/memories/").json()
        assert memory["content"] in ("I bake on Sundays.", "I read a lot.")
    assert people["cleo"].get(f"/api/v1/files/{file['id']}/content").status_code == 404


def test_models_are_there_for_whom_they_were(people: dict[str, httpx.Client]) -> None:
    def listed(name: str) -> dict[str, Any]:
        return {model["id"]: model for model in people[name].get("/api/models").json()["data"]}

    near = {"near.small", "near.large"}
    until(lambda: "choir.bass" in listed("ada"))  # a list does not wait long for that of a pipe
    assert listed("ada").keys() == {"echo", "choir.alto", "choir.bass", "polite-echo", *near}
    assert listed("ben").keys() == {"echo", "choir.alto", "polite-echo"}
    assert listed("cleo").keys() == {"echo", "polite-echo"}
    assert list(listed("ada"))[:2] == ["choir.bass", "echo"]
    assert [action["id"] for action in listed("cleo")["echo"]["actions"]] == ["shout"]
    servers = people["ada"].get("/api/v1/connections").json()
    assert {(each["url"], each["prefix"], each["enabled"]) for each in servers} == {
        ("http://127.0.0.1:9/v1", "near", True),
        ("https://models.example.com/v1", "", False),
    }


def test_functions_run_with_the_valves_of_admins_and_users(people: dict[str, httpx.Client]) -> None:
    said = {
        name: client.post("/api/v1/actions/shout/run", json={}).json()["content"] for name, client in people.items()
    }
    assert said == {
        "ada": "Boss ??? secret-of-shout",
        "ben": "Benny ? secret-of-shout",
        "cleo": "Cleo ? secret-of-shout",
    }
    body = {"model": "polite-echo", "messages": [{"role": "user", "content": "bread"}], "stream": False}
    answer = people["ben"].post("/api/chat/completions", json=body).json()
    assert answer["choices"][0]["message"]["content"] == "Echo: <bread]"
    answer = people["ben"].post("/api/chat/completions", json={**body, "model": "choir.alto"}).json()
    assert answer["choices"][0]["message"]["content"] == "alto sings in D minor"


def test_a_function_that_does_not_load_is_there_with_the_reason(people: dict[str, httpx.Client]) -> None:
    away = people["ada"].get("/api/v1/functions/id/away").json()
    assert (away["is_active"], "chromadb" in away["content"]) == (False, True)
    listed = {each["id"]: each for each in people["ada"].get("/api/v1/functions/").json()}
    assert "chromadb" in listed["away"]["reason"]


def test_while_a_server_runs_only_a_dry_run_works(server: ServerProcess, source: Path) -> None:
    refused = penstock(server.data_dir, str(source))
    assert refused.returncode == 1
    assert f"Another server (process {server.process.pid}) uses the data folder" in refused.stderr
    dry = report_of(penstock(server.data_dir, str(source), "--dry-run", "--json"))
    assert dry["nouns"]["chats"]["kept"] == 8


def test_a_dry_run_writes_nothing(source: Path, tmp_path: Path) -> None:
    done = penstock(tmp_path / "data", str(source), "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "nothing was written" in done.stdout
    assert "prompts: 1 (Hello). Penstock has no prompts." in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_an_export_of_functions_comes_without_a_database(source: Path, tmp_path: Path, old: Old) -> None:
    rows = old.rows("SELECT * FROM function")
    items = [row | {name: json.loads(row[name] or "null") for name in ("meta", "valves")} for row in rows]
    broken = [
        {"id": "nothing"},
        7,
        {"id": "no id", "content": "x = 1", "type": "pipe"},
        {"id": "half", "content": "def"},
    ]
    path = tmp_path / "functions.json"
    path.write_text(json.dumps([*items, *broken]))
    report = report_of(penstock(tmp_path / "data", str(path), "--json"))
    functions = report["nouns"].pop("functions")
    assert report["nouns"] == {}
    notes = {item["id"]: (item["outcome"], " ".join(item["notes"])) for item in functions["items"]}
    assert {name for name, (outcome, _) in notes.items() if outcome == "added"} == {row["id"] for row in rows}
    assert notes["nothing"] == ("skipped", "it has no `content`")
    assert notes["item 7"] == ("skipped", "it has no `content`")
    assert "not a Python identifier" in notes["no id"][1]
    assert "line 1" in notes["half"][1]


@pytest.mark.anyio
async def test_functions_without_their_packages_come_on_when_the_server_has_installed_them(tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    make_wheel(wheels, "chromadb", "1.0")
    path = tmp_path / "away.json"
    path.write_text(json.dumps([{"id": "away", "name": "Away", "content": AWAY, "type": "action", "is_active": True}]))
    data_dir = tmp_path / "data"
    report = report_of(penstock(data_dir, str(path), "--json"))
    (item,) = report["nouns"]["functions"]["items"]
    assert item["notes"] == ["switched off, since it does not load: Its packages (chromadb) are not installed yet."]
    with serving(data_dir, wheels=str(wheels)) as server, server.client(server.sign_up()) as admin:

        def is_on() -> bool:
            return bool(admin.get("/api/v1/functions/id/away").json()["is_active"])

        await eventually(is_on, within=60)
        assert admin.get("/api/v1/functions/id/away").json()["state"] == "ready"


def test_what_cannot_be_taken_is_said(tmp_path: Path) -> None:
    done = penstock(tmp_path / "data", str(tmp_path / "gone.db"), "--dry-run", "--json")
    assert done.returncode == 1
    assert f"Nothing was imported.\n{tmp_path / 'gone.db'} cannot be read: No such file" in done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads(done.stdout)["code"] == "import_refused"
