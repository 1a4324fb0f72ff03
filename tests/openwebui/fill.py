"""Fills a running Open WebUI through its HTTP API, and writes what it then holds as `webui.sql`.

    python -m tests.openwebui.fill fill http://127.0.0.1:8391
    python -m tests.openwebui.fill dump DATA_DIR

`dump` writes the columns of each table, the rows that `fill` caused, and the uploads; nothing that Open WebUI brings.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
import uuid
from pathlib import Path
from typing import Any

import httpx

from tests.openwebui.functions import FUNCTIONS, TOOL

HERE = Path(__file__).parent
PASSWORDS = {
    "ada@example.com": "correct horse battery",
    "ben@example.com": "ben's old password",
    "cleo@example.com": "cleo's old password",
    "dan@example.com": "dan waits outside",
}
CONFIG = (
    "openai.enable",
    "openai.api_base_urls",
    "openai.api_keys",
    "openai.api_configs",
    "ollama.enable",
    "ollama.base_urls",
    "ui.default_models",
    "ui.model_order_list",
    "ui.enable_signup",
    "ui.default_user_role",
    "ui.banners",
)
OWN_ROWS_ONLY = {"alembic_version", "migratehistory", "config_old", "oauth_session"}


class Client:
    """One person at the server."""

    def __init__(self, url: str, token: str, user_id: str) -> None:
        self._http = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60)
        self.token, self.id = token, user_id

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        answer = self._http.post(f"/api/v1{path}", json=body, **more)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()


def sign(url: str, way: str, body: dict[str, str]) -> Client:
    answer = httpx.post(f"{url}/api/v1/auths/{way}", json=body, timeout=60)
    assert answer.status_code == 200, answer.text
    return Client(url, answer.json()["token"], answer.json()["id"])


def fill(url: str) -> None:
    ada = sign(url, "signup", {"name": "Ada", "email": "ada@example.com", "password": PASSWORDS["ada@example.com"]})
    for name, role in (("Ben", "user"), ("Cleo", "user"), ("Dan", "pending")):
        email = f"{name.lower()}@example.com"
        ada.post("/auths/add", {"name": name, "email": email, "password": PASSWORDS[email], "role": role})
    ben, cleo = (
        sign(url, "signin", {"email": email, "password": PASSWORDS[email]})
        for email in ("ben@example.com", "cleo@example.com")
    )
    settings_of_the_server(ada)
    group = ada.post("/groups/create", {"name": "Readers", "description": "They read."})
    ada.post(f"/groups/id/{group['id']}/users/add", {"user_ids": [ben.id]})
    functions(ada, ben)
    models(ada, group["id"], cleo.id)
    for person in (ada, ben):
        chats(person)
    smaller_nouns(ada, ben)
    what_stays_behind(ada)


def settings_of_the_server(ada: Client) -> None:
    urls = {
        "ENABLE_OPENAI_API": True,
        "OPENAI_API_BASE_URLS": ["http://127.0.0.1:9/v1", "https://models.example.com/v1"],
        "OPENAI_API_KEYS": ["sk-first-key", "sk-second-key"],
        "OPENAI_API_CONFIGS": {
            "0": {"enable": True, "prefix_id": "near", "model_ids": ["small", "large"]},
            "1": {"enable": False, "prefix_id": ""},
        },
    }
    ada._http.post("/openai/config/update", json=urls).raise_for_status()
    ada.post(
        "/configs/models",
        {"DEFAULT_MODELS": "echo", "MODEL_ORDER_LIST": ["choir.bass", "echo"], "DEFAULT_PINNED_MODELS": ""},
    )
    banner = {"id": "b1", "type": "info", "title": "", "content": "We move.", "dismissible": True, "timestamp": 1}
    ada.post("/configs/banners", {"banners": [banner]})
    config = ada._http.get("/api/v1/auths/admin/config").json()
    ada.post(
        "/auths/admin/config", {**config, "ENABLE_SIGNUP": False, "DEFAULT_USER_ROLE": "user", "ENABLE_API_KEYS": True}
    )


def functions(ada: Client, ben: Client) -> None:
    for function_id, source in FUNCTIONS.items():
        form = {"id": function_id, "name": function_id.title(), "content": source, "meta": {"description": "Ours."}}
        ada.post("/functions/create", form)
        ada.post(f"/functions/id/{function_id}/toggle")
    ada.post("/functions/id/frame/toggle/global")
    ada.post("/functions/id/shout/valves/update", {"mark": "?", "api_key": "secret-of-shout"})
    ada.post("/functions/id/choir/valves/update", {"key": "D minor"})
    ada.post("/functions/id/frame/valves/update", {"left": "<", "priority": 3})
    ada.post("/functions/id/shout/valves/user/update", {"nickname": "Boss", "times": 3})
    ben.post("/functions/id/shout/valves/user/update", {"nickname": "Benny"})


def models(ada: Client, group_id: str, user_id: str) -> None:
    everybody = {"principal_type": "user", "principal_id": "*", "permission": "read"}
    readers = {"principal_type": "group", "principal_id": group_id, "permission": "read"}
    one = {"principal_type": "user", "principal_id": user_id, "permission": "read"}
    bound = {"actionIds": ["shout"], "filterIds": ["frame"], "description": "Echo with a button."}
    for form in (
        {"id": "echo", "name": "Echo for all", "meta": bound, "access_grants": [everybody]},
        {"id": "choir.alto", "name": "Alto for readers", "meta": {}, "access_grants": [readers]},
        {"id": "choir.bass", "name": "Bass for nobody", "meta": {}, "access_grants": []},
        {
            "id": "polite-echo",
            "name": "Polite echo",
            "base_model_id": "echo",
            "meta": {"actionIds": ["shout"], "toolIds": ["clock"]},
            "params": {"system": "Be polite.", "temperature": 0.2},
            "access_grants": [one, readers],
        },
    ):
        ada.post("/models/create", {"base_model_id": None, "params": {}, **form})


def message(key: str, parent: str | None, role: str, content: str, children: list[str], **more: Any) -> dict[str, Any]:
    shown = {"id": key, "parentId": parent, "childrenIds": children, "role": role, "content": content}
    return {**shown, "timestamp": 1760000000 + len(key), "models": ["echo"], **more}


def chats(person: Client) -> None:
    """One with branches and everything that a message may carry; one each pinned, archived, shared, in folders."""
    files = {"file": ("notes.txt", f"Notes of {person.id}.".encode(), "text/plain")}
    upload = person._http.post("/api/v1/files/?process=false", files=files).json()
    question, first, second, further, last = (
        f"m-{name}" for name in ("question", "first", "second", "further", "last")
    )
    attached = {"type": "file", "id": upload["id"], "name": "notes.txt", "url": f"/api/v1/files/{upload['id']}"}
    source = {"source": {"name": "A book"}, "document": ["Page one."], "metadata": [{"source": "book"}]}
    messages = [
        message(question, None, "user", "What do I need?", [first, second], files=[attached]),
        message(first, question, "assistant", "Bread.", [], model="echo", modelName="Echo", done=True),
        message(
            second, question, "assistant", "Bread and salt: **grüße** 🥖", [further], model="echo", done=True,
            sources=[source], statusHistory=[{"description": "Looked", "done": True}], embeds=["<b>salt</b>"],
            followUps=["And pepper?"], usage={"prompt_tokens": 3, "completion_tokens": 5},
        ),
        message(further, second, "user", "And then?", [last]),
        message(last, further, "assistant", "", [], model="echo", done=True, error={"content": "The oven broke."}),
    ]  # fmt: skip
    tree = {"messages": {each["id"]: each for each in messages}, "currentId": last}
    document = {"title": "Shopping", "models": ["echo"], "history": tree, "params": {"temperature": 0.5}, "files": []}
    shopping = person.post("/chats/new", {"chat": {**document, "messages": messages}})["id"]
    for name in ("Food", "bread rolls"):
        person.post(f"/chats/{shopping}/tags", {"name": name})
    outer = person.post("/folders/", {"name": "House"})["id"]
    inner = person.post("/folders/", {"name": "Kitchen", "parent_id": outer})["id"]
    person.post(f"/chats/{shopping}/folder", {"folder_id": inner})
    person.post(f"/chats/{shopping}/share")
    person.post(f"/chats/{short_chat(person, 'Pinned')}/pin")
    person.post(f"/chats/{short_chat(person, 'Archived')}/archive")
    short_chat(person, "Plain")


def short_chat(person: Client, title: str) -> str:
    ask, answer = str(uuid.uuid4()), str(uuid.uuid4())
    messages = {
        ask: message(ask, None, "user", f"{title}?", [answer]),
        answer: message(answer, ask, "assistant", f"{title}!", [], model="choir.alto", done=True),
    }
    document = {"title": title, "models": ["choir.alto"], "history": {"messages": messages, "currentId": answer}}
    return str(person.post("/chats/new", {"chat": document})["id"])


def smaller_nouns(ada: Client, ben: Client) -> None:
    for person, said in ((ada, "I bake on Sundays."), (ben, "I read a lot.")):
        answer = person._http.post("/api/v1/memories/add", json={"content": said})  # stored, though it finds no vectors
        assert answer.status_code in (200, 500), answer.text
    ada.post("/auths/api_key")
    settings = ben._http.get("/api/v1/users/user/settings").json() or {}
    ben.post("/users/user/settings/update", {**settings, "ui": {"theme": "dark", "models": ["echo"]}})


def what_stays_behind(ada: Client) -> None:
    ada.post("/prompts/create", {"command": "hello", "name": "Hello", "content": "Say hello."})
    ada.post("/tools/create", {"id": "clock", "name": "Clock", "content": TOOL, "meta": {"description": "Ours."}})
    ada.post("/notes/create", {"title": "A note", "data": {"content": {"md": "Remember."}}})
    ada.post("/evaluations/feedback", {"type": "rating", "data": {"rating": 1, "model_id": "echo"}, "meta": {}})


def dump(folder: Path) -> None:
    lines: list[str] = []
    with sqlite3.connect(f"file:{folder / 'webui.db'}?mode=ro", uri=True) as source:
        for (name,) in source.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall():
            if not name.startswith("sqlite_") and name not in OWN_ROWS_ONLY:
                lines.extend(_table(source, name))
    written = "\n".join(lines).replace(str(folder), "/app/backend/data")
    (HERE / "webui.sql").write_text(written + "\n")
    shutil.copytree(folder / "uploads", HERE / "uploads", dirs_exist_ok=True)


def _table(source: sqlite3.Connection, name: str) -> list[str]:
    columns = [f'"{row[1]}" {row[2]}' for row in source.execute(f'PRAGMA table_info("{name}")')]
    rows = source.execute(f'SELECT * FROM "{name}"').fetchall()
    if name == "config":
        rows = [row for row in rows if row[0] in CONFIG]
    elif not rows and name.endswith("_history"):
        return []
    inserts = [f'INSERT INTO "{name}" VALUES ({", ".join(map(_literal, row))});' for row in rows]
    return [f'CREATE TABLE "{name}" ({", ".join(columns)});', *inserts]


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''").replace("\n", "'||char(10)||'") + "'"
    return "NULL" if value is None else json.dumps(value)


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        fill(sys.argv[2])
    else:
        dump(Path(sys.argv[2]))
