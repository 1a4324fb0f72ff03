"""Functions that come in and go out as files, exports and whole sets (spec L2, M6)."""

from __future__ import annotations

import base64
import io
import zipfile
from typing import Any

import httpx
import pytest

from tests.api.test_functions import ACTION, BASE, CONFIGURED, clean, form, made

__all__ = ["clean"]

pytestmark = pytest.mark.anyio

PACKED = {
    "__init__.py": '"""\ntitle: Packed\n"""\nfrom .helpers import ANSWER\n\n\n'
    "class Action:\n    def action(self, body):\n        return ANSWER\n",
    "helpers.py": "ANSWER = 1\n",
}


def zipped(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return buffer.getvalue()


def unzipped(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def upload(name: str, content: bytes) -> tuple[str, tuple[str, bytes]]:
    return "files", (name, content)


@pytest.mark.spec("L2")
async def test_broken_rows_are_listed_and_the_good_ones_imported(admin: httpx.AsyncClient) -> None:
    rows: list[Any] = [
        {"id": "good", "name": "Good", "content": ACTION},
        {"id": "no_source", "name": "Empty"},
        "a text",
        None,
        {"id": "wrong", "content": ["x"]},
        {"id": "two words", "content": ACTION},
        {"id": "syntax", "name": "Syntax", "content": "class Action(:\n    pass\n"},
        {"id": "tool", "name": "Tool", "content": "class Tools:\n    pass\n"},
        {"id": "GOOD", "name": "Again", "content": ACTION.replace('"A"', '"B"')},
        {"id": "tuned", "content": CONFIGURED, "valves": {"url": "u", "count": 99}},
        {"id": "broken_package", "package": "!!"},
    ]
    answer = (await admin.post(f"{BASE}/import", json=rows)).json()
    assert [each["id"] for each in answer["functions"]] == ["good", "tuned"]
    assert (answer["created"], answer["updated"]) == (["good", "tuned"], [])
    said = {(each.get("row"), each["id"] or each["name"]): each["detail"] for each in answer["errors"]}
    assert said[(2, "no_source")] == "This is no function: it has no `content`."
    assert said[(3, "")] == "This is no function but a text."
    assert said[(4, "")] == "This is no function but empty."
    assert said[(5, "wrong")] == "This is no function: its `content` is a list."
    assert said[(11, "broken_package")] == "`package` is not base64."
    assert "not a Python identifier" in said[(None, "two words")]
    assert said[(None, "syntax")].startswith("line 1, column")
    assert "makes a tool, which is not a function" in said[(None, "tool")]
    assert "more than once" in said[(None, "GOOD")]
    assert said[(None, "tuned")].startswith("It is there, but its valves were not taken: count:")
    assert all(each["hint"] for each in answer["errors"] if each["id"] not in ("tuned", "syntax"))
    assert (await admin.get(f"{BASE}/id/good")).json()["content"] == ACTION
    again = (await admin.post(f"{BASE}/import", json=rows[:1])).json()
    assert (again["created"], again["updated"], again["errors"]) == ([], ["good"], [])


@pytest.mark.spec("L2", "M6")
async def test_files_of_all_three_kinds_are_imported_together(admin: httpx.AsyncClient) -> None:
    files = [
        upload("my shout (1).py", ACTION.encode()),
        upload("Packed-Tool.zip", zipped({f"Packed-Tool/{path}": text for path, text in PACKED.items()})),
        upload("export.json", b'[{"id": "exported", "name": "E", "content": "class Filter: pass"}, {"id": "bad"}]'),
        upload("broken.json", b"{"),
        upload("picture.png", b"\x89PNG\r\n\xff"),
        upload("bomb.zip", zipped({"../x.py": ""})),
    ]
    answer = (await admin.post(f"{BASE}/import", files=files)).json()
    assert [each["id"] for each in answer["functions"]] == ["my_shout", "packed_tool", "exported"]
    said = {each["upload"]: each["detail"] for each in answer["errors"]}
    assert said["export.json"] == "This is no function: it has no `content`."
    assert said["broken.json"].startswith("broken.json is not JSON")
    assert said["picture.png"] == "picture.png is not a text file."
    assert "leads out of the package" in said["bomb.zip"]


@pytest.mark.spec("M6", "L2", "L5")
async def test_a_package_goes_in_and_out_as_it_is(admin: httpx.AsyncClient) -> None:
    body = {"id": "packed", "name": "", "package": base64.b64encode(zipped(PACKED)).decode()}
    function = (await admin.post(f"{BASE}/create", json=body)).json()
    assert (function["name"], function["content"], function["is_package"]) == ("Packed", PACKED["__init__.py"], True)
    assert function["files"] == [{"path": "__init__.py", "size": 116}, {"path": "helpers.py", "size": 11}]
    download = await admin.get(f"{BASE}/id/packed/package")
    assert "packed.zip" in download.headers["content-disposition"]
    assert unzipped(download.content) == PACKED

    (exported,) = (await admin.get(f"{BASE}/id/packed/export")).json()
    assert unzipped(base64.b64decode(exported["package"])) == PACKED
    await admin.delete(f"{BASE}/id/packed/delete")
    assert (await admin.post(f"{BASE}/import", json=[exported])).json()["errors"] == []
    assert (await admin.get(f"{BASE}/id/packed/package")).content == download.content

    edited = PACKED["__init__.py"].replace("return ANSWER", "return ANSWER + 1")
    await admin.post(f"{BASE}/id/packed/update", json={"name": "", "content": edited})
    assert unzipped((await admin.get(f"{BASE}/id/packed/package")).content) == PACKED | {"__init__.py": edited}
    louder = PACKED | {"helpers.py": "ANSWER = 2\n", "notes.bin": "\0"}
    package = base64.b64encode(zipped(louder)).decode()
    await admin.post(f"{BASE}/id/packed/update", json={"name": "", "package": package})
    newest, _, first = (await admin.get(f"{BASE}/id/packed/history")).json()
    ids = {"from_id": first["id"], "to_id": newest["id"]}
    diff = (await admin.get(f"{BASE}/id/packed/history/diff", params=ids)).json()
    assert diff["files"] == [{"path": "helpers.py", "change": "changed"}, {"path": "notes.bin", "change": "added"}]
    assert "--- packed/helpers.py (version 1)\n+++ packed/helpers.py (version 3)" in diff["content_diff"]
    assert "+ANSWER = 2" in diff["content_diff"]

    await admin.post(f"{BASE}/id/packed/update", json={"name": "", "content": ACTION, "package": None})
    single = (await admin.get(f"{BASE}/id/packed")).json()
    assert (single["is_package"], single["files"], single["content"]) == (False, [], ACTION)
    assert (await admin.get(f"{BASE}/id/packed/package")).status_code == 404


@pytest.mark.spec("M6")
async def test_a_package_that_cannot_be_used_is_refused(admin: httpx.AsyncClient, user: httpx.AsyncClient) -> None:
    async def refused(package: str) -> str:
        answer = await admin.post(f"{BASE}/create", json={"id": "packed", "name": "P", "package": package})
        assert answer.status_code == 400, answer.text
        said: str = answer.json()["detail"]
        return said

    assert "base64" in await refused("???")
    assert "no zip" in await refused(base64.b64encode(b"PK\x03\x04").decode())
    assert "no __init__.py" in await refused(base64.b64encode(zipped({"a.py": "", "b.py": ""})).decode())
    broken = base64.b64encode(zipped(PACKED | {"helpers.py": "ANSWER = (\n"})).decode()
    assert (await refused(broken)).startswith("helpers.py, line 1, column 10: '(' was never closed")
    assert (await admin.post(f"{BASE}/create", json={"id": "packed", "name": "P"})).status_code == 400
    assert (await admin.get(f"{BASE}/")).json() == []
    await made(admin, "shout")
    assert (await user.get(f"{BASE}/id/shout/package")).status_code == 403


@pytest.mark.spec("L2")
async def test_a_sync_that_cannot_be_names_all_that_stands_in_the_way(admin: httpx.AsyncClient) -> None:
    await made(admin, "keep")
    tuned = {"id": "tuned", "name": "Tuned", "content": CONFIGURED, "valves": {"url": "u", "count": 99}}

    async def refused(*functions: Any) -> list[tuple[str, str]]:
        answer = await admin.post(f"{BASE}/sync", json={"functions": functions})
        assert answer.status_code in (400, 422), answer.text
        assert [each["id"] for each in (await admin.get(f"{BASE}/")).json()] == ["keep"]
        return [(each["id"], each["detail"]) for each in answer.json()["errors"]]

    rows = await refused({"id": "a"}, {"id": "b c", "content": ACTION}, *[form("twice")] * 2)
    assert [each[0] for each in rows] == ["a", "b c", "twice"]
    loads = await refused({"id": "x", "content": "x = ("}, form("fine"), {"id": "y", "content": "1"}, tuned)
    assert [each[0] for each in loads] == ["x", "y", "tuned"]
    assert loads[0][1].startswith("x: line 1, column 5")
    assert "its valves do not fit: count: " in loads[2][1]


@pytest.mark.spec("L2", "M6")
async def test_a_sync_brings_packages_valves_and_switches(admin: httpx.AsyncClient) -> None:
    await made(admin, "tuned", CONFIGURED)
    await admin.post(f"{BASE}/id/tuned/valves/update", json={"url": "old", "api_key": "s3cret"})
    await made(admin, "drop")
    (exported,) = (await admin.get(f"{BASE}/id/tuned/export", params={"include_valves": True})).json()
    exported["valves"]["url"] = "new"
    packed = form("packed") | {"package": base64.b64encode(zipped(PACKED)).decode(), "is_active": True}
    answer = await admin.post(f"{BASE}/sync", json={"functions": [exported, packed]})
    assert [(each["id"], each["is_active"]) for each in answer.json()] == [("tuned", False), ("packed", True)]
    assert (await admin.get(f"{BASE}/id/tuned/valves")).json()["url"] == "new"
    whole = (await admin.get(f"{BASE}/id/tuned/export", params={"include_valves": True})).json()[0]
    assert whole["valves"]["api_key"] == exported["valves"]["api_key"], "a masked secret stays as it was"
    assert (await admin.get(f"{BASE}/id/packed")).json()["is_package"] is True


@pytest.mark.spec("L2")
async def test_an_import_keeps_where_a_function_came_from(admin: httpx.AsyncClient) -> None:
    await made(admin, "shout", origin_url="https://example.com/shout.py", origin_hash="abc")
    (exported,) = (await admin.get(f"{BASE}/id/shout/export")).json()
    await admin.delete(f"{BASE}/id/shout/delete")
    await admin.post(f"{BASE}/import", json=[exported])
    (again,) = (await admin.get(f"{BASE}/id/shout/export")).json()
    assert (again["origin_url"], again["origin_hash"]) == ("https://example.com/shout.py", "abc")
