"""Functions of several files as the editor saves them, and what happens when two people edit one."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio
BASE = "/api/v1/functions"
INIT = "from .words import WORDS\n\n\nclass Action:\n    def action(self, body):\n        return WORDS\n"
DATA = b"\x89\x00data"


async def create(client: httpx.AsyncClient, function_id: str, **more: Any) -> dict[str, Any]:
    answer = await client.post(f"{BASE}/create", json={"id": function_id, "name": function_id, **more})
    assert answer.status_code == 200, answer.text
    created: dict[str, Any] = answer.json()
    return created


async def files_of(client: httpx.AsyncClient, function_id: str) -> dict[str, str | None]:
    listed = (await client.get(f"{BASE}/id/{function_id}/files")).json()
    return {each["path"]: each["content"] for each in listed}


@pytest.mark.spec("M6")
async def test_files_are_changed_added_renamed_and_removed_in_one_version(admin: httpx.AsyncClient) -> None:
    sent = {"__init__.py": INIT, "words.py": 'WORDS = "one"\n', "old.py": "", "data/x.bin": encoded(DATA)}
    first = await create(admin, "speaker", files=sent)
    assert await files_of(admin, "speaker") == {**sent, "data/x.bin": None}
    changed = {
        "__init__.py": {"from": "__init__.py"},
        "words.py": 'from .more import WORDS\n\n__all__ = ["WORDS"]\n',
        "more.py": 'WORDS = "two"\n',
        "data/y.bin": {"from": "data/x.bin"},
    }
    form = {"name": "Speaker", "files": changed, "base_version_id": first["version_id"]}
    saved = (await admin.post(f"{BASE}/id/speaker/update", json=form)).json()
    assert (saved["version_number"], saved["is_package"]) == (2, True)
    assert {each["path"]: each["size"] for each in saved["files"]}["data/y.bin"] == len(DATA)
    assert list(await files_of(admin, "speaker")) == ["__init__.py", "data/y.bin", "more.py", "words.py"]
    again = (await admin.post(f"{BASE}/id/speaker/update", json=form)).json()
    assert again["version_number"] == 2
    old = (await admin.get(f"{BASE}/id/speaker/files", params={"version_id": first["version_id"]})).json()
    assert "old.py" in [each["path"] for each in old]

    body = {"id": "speaker", "hook": "action", "body": {}, "files": changed, "base_version_id": first["version_id"]}
    tried = await admin.post(f"{BASE}/try", json=body)
    assert tried.json()["value"] == "two"
    broken = {**changed, "more.py": "import os\nWORDS = nowhere\n"}
    refused = await admin.post(f"{BASE}/id/speaker/update", json={**form, "files": broken})
    assert refused.status_code == 400
    assert {name: refused.json()[name] for name in ("file", "line")} == {"file": "more.py", "line": 2}
    missing = {"__init__.py": {"from": "nowhere.py"}}
    answer = await admin.post(f"{BASE}/id/speaker/update", json={**form, "files": missing})
    assert (answer.status_code, "nowhere.py" in answer.json()["detail"]) == (404, True)


def encoded(content: bytes) -> Any:
    return {"base64": base64.b64encode(content).decode()}


@pytest.mark.spec("M6")
async def test_one_file_becomes_a_package_and_findings_name_file_and_columns(admin: httpx.AsyncClient) -> None:
    await create(admin, "lone", content='class Action:\n    def action(self, body):\n        return "alone"\n')
    assert list(await files_of(admin, "lone")) == [""]
    files = {"__init__.py": {"from": "__init__.py"}, "more.py": "from open_webui.utils.misc import nobody\n"}
    found = (await admin.post(f"{BASE}/examine", json={"id": "lone", "files": files})).json()
    (finding,) = [each for each in found["findings"] if each["code"] == "no_such_name"]
    assert (finding["file"], finding["line"], finding["column"], finding["end_column"]) == ("more.py", 1, 35, 41)
    assert (finding["severity"], found["works"]) == ("error", False)
    broken = (await admin.post(f"{BASE}/examine", json={"files": {"__init__.py": INIT, "words.py": "x =\n"}})).json()
    (finding,) = broken["findings"]
    assert (finding["file"], finding["line"], finding["column"]) == ("words.py", 1, 4)
    files["more.py"] = "x = 1\n"
    saved = (await admin.post(f"{BASE}/id/lone/update", json={"files": files})).json()
    assert saved["is_package"] is True


async def test_what_somebody_else_saved_meanwhile_is_not_overwritten(admin: httpx.AsyncClient) -> None:
    source = "class Action:\n    def action(self, body):\n        return {}\n"
    seen = (await create(admin, "shared", content=source.format(1)))["version_id"]
    path = f"{BASE}/id/shared/update"
    second = (await admin.post(path, json={"content": source.format(2), "expected_version_id": seen})).json()
    assert second["version_number"] == 2
    refused = await admin.post(path, json={"content": source.format(3), "expected_version_id": seen})
    assert (refused.status_code, refused.json()["code"]) == (409, "changed_meanwhile")
    assert refused.json()["version_id"] == second["version_id"]
    assert (refused.json()["version_number"], bool(refused.json()["author"])) == (2, True)
    assert (await admin.get(f"{BASE}/id/shared")).json()["content"] == source.format(2)
    known = {"content": source.format(3), "expected_version_id": second["version_id"]}
    assert (await admin.post(path, json=known)).json()["version_number"] == 3


@pytest.mark.spec("I1")
async def test_the_language_of_functions_is_told_to_the_editor(
    admin: httpx.AsyncClient, user: httpx.AsyncClient
) -> None:
    assert (await user.get(f"{BASE}/language")).status_code == 403
    language = (await admin.get(f"{BASE}/language")).json()
    source = "class {}:\n    def {}(self, body=None, **rest):\n        raise ValueError(' '.join(sorted(rest)))\n"
    known = {each["name"] for each in language["arguments"]}
    for kind, hook in (("Action", "action"), ("Pipe", "pipe"), ("Filter", "inlet")):
        form = {"content": source.format(kind, hook), "hook": hook, "body": {"messages": []}}
        refused = (await admin.post(f"{BASE}/try", json=form)).json()["detail"]
        given = [word for word in refused.split() if word.startswith("__")]
        passed = {each["name"] for each in language["arguments"] if not each["hooks"] or hook in each["hooks"]}
        assert set(given) <= passed <= known, hook
        assert {"__user__", "__event_emitter__", "__event_call__"} <= set(given)
    assert language["modules"]["penstock.kv"] == ["get", "set", "delete", "keys"]
    assert "Users" in language["modules"]["open_webui.models.users"]
    assert "annotations" not in language["modules"]["open_webui.models.users"]
    assert "get_user_by_id" in language["methods"]["Users"]
