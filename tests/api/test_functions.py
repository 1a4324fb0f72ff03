"""Functions over HTTP, as clients of Open WebUI speak to them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.api.running import RunningServer

pytestmark = pytest.mark.anyio
BASE = "/api/v1/functions"

ACTION = '''"""
title: Shout
version: 1.0
"""


class Action:
    def action(self, body):
        return "A"
'''
CONFIGURED = """
from enum import Enum
from typing import Literal, Optional
from pydantic import BaseModel, Field


class Filter:
    class Valves(BaseModel):
        url: str = Field(..., description="Where to")
        count: int = Field(3, ge=1, le=9)
        api_key: str = Field("", json_schema_extra={"input": {"type": "password"}})
        flavour: str = Field("a", json_schema_extra={"input": {"type": "select", "options": "flavours"}})
        broken: str = Field("a", json_schema_extra={"input": {"type": "select", "options": "fail"}})

        @classmethod
        def flavours(cls, __user__=None):
            return [{"value": "a", "label": "for " + __user__["name"]}]

        @classmethod
        def fail(cls):
            raise RuntimeError("no choices today")

    class UserValves(BaseModel):
        nickname: str = "none"
        mood: Literal["good", "bad"] = "good"

    def __init__(self):
        self.valves = self.Valves()
        self.toggle = True

    def inlet(self, body):
        return body
"""


def form(function_id: str, content: str = ACTION, **more: Any) -> dict[str, Any]:
    return {"id": function_id, "name": "Shout", "content": content, "meta": {"description": "Loud"}, **more}


@pytest.fixture(autouse=True)
async def clean(admin: httpx.AsyncClient) -> AsyncIterator[None]:
    yield
    for function in (await admin.get(f"{BASE}/")).json():
        await admin.delete(f"{BASE}/id/{function['id']}/delete")


async def made(admin: httpx.AsyncClient, function_id: str, content: str = ACTION, **more: Any) -> dict[str, Any]:
    answer = await admin.post(f"{BASE}/create", json=form(function_id, content, **more))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.spec("L2")
async def test_a_function_is_created_in_the_known_shape(admin: httpx.AsyncClient) -> None:
    function = await made(admin, "Shout", commit_message="first")
    assert function["id"] == "shout"
    assert (function["type"], function["name"], function["content"]) == ("action", "Shout", ACTION)
    assert function["meta"]["description"] == "Loud"
    assert function["meta"]["manifest"] == {"title": "Shout", "version": "1.0"}
    assert function["meta"]["toggle"] is False
    assert (function["is_active"], function["is_global"]) == (False, False)
    assert isinstance(function["created_at"], int)
    assert isinstance(function["updated_at"], int)
    assert function["version_id"]
    assert (function["version_number"], function["state"], function["warnings"]) == (1, "ready", [])
    assert (await admin.get(f"{BASE}/id/shout")).json() == function
    assert function["description"]["hooks"] == {"action": ["body"]}


@pytest.mark.spec("L2")
async def test_a_function_is_updated_toggled_and_deleted(admin: httpx.AsyncClient) -> None:
    first = await made(admin, "shout")
    updated = await admin.post(f"{BASE}/id/shout/update", json=form("shout", ACTION.replace('"A"', '"B"')))
    assert updated.json()["version_id"] != first["version_id"]
    assert '"B"' in updated.json()["content"]
    assert (await admin.post(f"{BASE}/id/shout/toggle")).json()["is_active"] is True
    assert (await admin.post(f"{BASE}/id/shout/toggle/global")).json()["is_global"] is True
    assert (await admin.post(f"{BASE}/id/shout/toggle")).json()["is_active"] is False
    cloned = (await admin.post(f"{BASE}/id/shout/clone")).json()
    assert (cloned["id"], cloned["content"]) == ("shout_clone", updated.json()["content"])
    assert (await admin.delete(f"{BASE}/id/shout/delete")).json() is True
    assert (await admin.get(f"{BASE}/id/shout")).status_code == 404


@pytest.mark.spec("L1")
@pytest.mark.parametrize("bad", ["", "two words", "1a", "a-b"])
async def test_a_bad_id_is_refused_with_the_reason(admin: httpx.AsyncClient, bad: str) -> None:
    answer = await admin.post(f"{BASE}/create", json=form(bad))
    assert answer.status_code == 400
    assert "id" in answer.json()["detail"]
    assert answer.json()["hint"]


@pytest.mark.spec("L1")
async def test_an_id_is_taken_only_once(admin: httpx.AsyncClient) -> None:
    await made(admin, "shout")
    answer = await admin.post(f"{BASE}/create", json=form("SHOUT"))
    assert (answer.status_code, "already" in answer.json()["detail"]) == (400, True)


@pytest.mark.spec("L4")
async def test_broken_source_is_refused_with_line_and_column(admin: httpx.AsyncClient) -> None:
    answer = await admin.post(
        f"{BASE}/create", json=form("bad", "class Action:\n    def action(self, body)\n        1\n")
    )
    body = answer.json()
    assert answer.status_code == 400
    assert body["detail"].startswith("line 2, column 27: ")
    assert (body["code"], body["phase"], body["line"], body["column"]) == ("bad_source", "syntax", 2, 27)
    raising = "class Action:\n    def action(self, body): ...\nx = {}['absent']\n"
    body = (await admin.post(f"{BASE}/create", json=form("bad", raising))).json()
    assert body["detail"].startswith("line 3")
    assert (body["phase"], body["line"], "KeyError" in body["traceback"]) == ("import", 3, True)
    assert (await admin.get(f"{BASE}/")).json() == []


@pytest.mark.spec("L2")
async def test_only_admins_change_functions(
    client: httpx.AsyncClient, user: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    await made(admin, "shout")
    await made(admin, "quiet", "class Filter: ...\n")
    await admin.post(f"{BASE}/id/quiet/toggle")
    for method, path in [
        ("POST", "/create"),
        ("GET", "/list"),
        ("GET", "/export"),
        ("POST", "/sync"),
        ("POST", "/import"),
        ("GET", "/id/shout"),
        ("POST", "/id/shout/update"),
        ("POST", "/id/shout/toggle"),
        ("POST", "/id/shout/toggle/global"),
        ("DELETE", "/id/shout/delete"),
        ("GET", "/id/shout/valves"),
        ("GET", "/id/shout/valves/spec"),
        ("POST", "/id/shout/valves/update"),
        ("GET", "/id/shout/history"),
        ("POST", "/load/url"),
    ]:
        body = {"content": "", "url": "https://example.org"}
        assert (await user.request(method, BASE + path, json=body)).status_code == 403, path
        assert (await client.request(method, BASE + path, json=body)).status_code == 401, path
    seen = (await user.get(f"{BASE}/")).json()
    assert [function["id"] for function in seen] == ["quiet"]
    assert "content" not in seen[0]


@pytest.mark.spec("L5")
async def test_the_history_is_listed_compared_and_rolled_back(admin: httpx.AsyncClient) -> None:
    first = await made(admin, "shout", commit_message="start")
    await admin.post(
        f"{BASE}/id/shout/update", json=form("shout", ACTION.replace('"A"', '"B"'), commit_message="louder")
    )
    entries = (await admin.get(f"{BASE}/id/shout/history?page=1")).json()
    assert [entry["commit_message"] for entry in entries] == ["louder", "start"]
    assert [entry["number"] for entry in entries] == [2, 1]
    assert [entry["is_current"] for entry in entries] == [True, False]
    assert entries[0]["user"]["name"] == "Ada"
    assert "content" not in entries[0]["snapshot"]
    assert (await admin.get(f"{BASE}/id/shout/history?page=2")).json() == []

    newest, oldest = entries
    between = await admin.get(f"{BASE}/id/shout/history/diff?from_id={oldest['id']}&to_id={newest['id']}")
    assert '-        return "A"\n+        return "B"' in between.json()["content_diff"]
    assert (between.json()["from_id"], between.json()["to_id"]) == (oldest["id"], newest["id"])
    assert (await admin.get(f"{BASE}/id/shout/history/{oldest['id']}")).json()["snapshot"]["content"] == ACTION

    back = await admin.post(f"{BASE}/id/shout/update/version", json={"version_id": oldest["id"]})
    assert (back.json()["content"], back.json()["version_id"]) == (ACTION, first["version_id"])
    assert (await admin.delete(f"{BASE}/id/shout/history/{oldest['id']}")).status_code == 409
    assert (await admin.delete(f"{BASE}/id/shout/history/{newest['id']}")).json() is True
    absent = await admin.post(f"{BASE}/id/shout/update/version", json={"version_id": newest["id"]})
    assert absent.status_code == 404


@pytest.mark.spec("V2")
@pytest.mark.spec("V5")
@pytest.mark.spec("L7")
async def test_valves_are_set_read_and_masked(admin: httpx.AsyncClient, server: RunningServer) -> None:
    function = await made(admin, "tuned", CONFIGURED)
    assert (function["state"], function["meta"]["toggle"]) == ("needs_configuration", True)
    valves = f"{BASE}/id/tuned/valves"
    assert (await admin.get(valves)).json() == {}

    spec = (await admin.get(f"{valves}/spec")).json()
    assert spec["required"] == ["url"]
    assert spec["properties"]["api_key"]["input"] == {"type": "password"}
    assert spec["properties"]["api_key"]["writeOnly"] is True
    assert spec["properties"]["flavour"]["input"]["options"] == [{"value": "a", "label": "for Ada"}]
    assert spec["properties"]["broken"]["input"]["options"] == []
    assert "no choices today" in spec["properties"]["broken"]["input"]["error"]

    saved = await admin.post(f"{valves}/update", json={"count": 4, "api_key": "s3cret"})
    assert saved.json() == {"count": 4, "api_key": "********"}
    assert (await admin.get(f"{BASE}/id/tuned")).json()["state"] == "needs_configuration"
    saved = await admin.post(f"{valves}/update", json={"url": "u", "api_key": "********", "count": None})
    assert saved.json() == {"url": "u", "api_key": "********"}
    assert (await admin.get(valves)).json() == {"url": "u", "api_key": "********"}
    assert await server.services.store.valves.get("tuned") == {"url": "u", "api_key": "s3cret"}
    assert (await admin.get(f"{BASE}/id/tuned")).json()["state"] == "ready"
    exported = (await admin.get(f"{BASE}/export?include_valves=true")).json()
    assert exported[0]["valves"] == {"url": "u", "api_key": "********"}
    assert "s3cret" not in (await admin.get(f"{BASE}/export?include_valves=true")).text


@pytest.mark.spec("V3")
async def test_a_bad_value_is_refused_at_its_field_and_nothing_is_stored(admin: httpx.AsyncClient) -> None:
    await made(admin, "tuned", CONFIGURED)
    answer = await admin.post(f"{BASE}/id/tuned/valves/update", json={"url": "u", "count": 10})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "count", "message": "Input should be less than or equal to 9"}]
    assert (await admin.get(f"{BASE}/id/tuned/valves")).json() == {}


@pytest.mark.spec("V2")
@pytest.mark.spec("V4")
async def test_each_user_has_valves_of_their_own(
    admin: httpx.AsyncClient, user: httpx.AsyncClient, other: httpx.AsyncClient
) -> None:
    await made(admin, "tuned", CONFIGURED)
    valves = f"{BASE}/id/tuned/valves/user"
    assert set((await user.get(f"{valves}/spec")).json()["properties"]) == {"nickname", "mood"}
    assert (await user.post(f"{valves}/update", json={"nickname": "U"})).json() == {"nickname": "U"}
    assert (await user.get(valves)).json() == {"nickname": "U"}
    assert (await other.get(valves)).json() == {}
    bad = await other.post(f"{valves}/update", json={"mood": "odd"})
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (422, "mood")


async def test_a_function_without_valves_says_so(admin: httpx.AsyncClient) -> None:
    await made(admin, "shout")
    assert (await admin.get(f"{BASE}/id/shout/valves/spec")).json() is None
    assert (await admin.get(f"{BASE}/id/shout/valves/user/spec")).json() is None
    assert (await admin.post(f"{BASE}/id/shout/valves/update", json={})).status_code == 404
    assert (await admin.get(f"{BASE}/id/absent/valves")).status_code == 404
    assert (await admin.get(f"{BASE}/id/absent/valves/spec")).json()["code"] == "unknown_function"


@pytest.mark.spec("L2")
async def test_an_export_can_be_imported_again(admin: httpx.AsyncClient) -> None:
    await made(admin, "shout")
    await made(admin, "tuned", CONFIGURED)
    await admin.post(f"{BASE}/id/tuned/valves/update", json={"url": "u", "api_key": "s3cret"})
    exported = (await admin.get(f"{BASE}/export?include_valves=true")).json()
    assert {function["id"] for function in exported} == {"shout", "tuned"}
    for function in exported:
        await admin.delete(f"{BASE}/id/{function['id']}/delete")
    answer = await admin.post(f"{BASE}/import", json=exported)
    assert answer.json()["errors"] == []
    assert (await admin.get(f"{BASE}/id/shout")).json()["content"] == ACTION
    assert (await admin.get(f"{BASE}/id/tuned/valves")).json() == {"url": "u"}


@pytest.mark.spec("L2")
async def test_files_are_imported_each_for_itself(admin: httpx.AsyncClient) -> None:
    files = [
        ("files", ("my-shout.py", ACTION.encode(), "text/x-python")),
        ("files", ("broken.py", b"class Action(", "text/x-python")),
    ]
    answer = (await admin.post(f"{BASE}/import", files=files)).json()
    assert [function["id"] for function in answer["functions"]] == ["my_shout"]
    assert [(error["id"], error["line"]) for error in answer["errors"]] == [("broken", 1)]
    alone = await admin.post(f"{BASE}/import", files=files[1:])
    assert (alone.status_code, alone.json()["errors"][0]["id"]) == (400, "broken")
    wrapped = [{"id": "x", "function": {"id": "community", "name": "C", "type": "action", "content": ACTION}}]
    assert (await admin.post(f"{BASE}/import", json=wrapped)).json()["functions"][0]["id"] == "community"
    assert (await admin.post(f"{BASE}/import", json={"a": 1})).status_code == 400


@pytest.mark.spec("L2")
async def test_a_sync_replaces_the_whole_set_or_nothing(admin: httpx.AsyncClient) -> None:
    await made(admin, "keep")
    await made(admin, "drop")
    louder = ACTION.replace('"A"', '"B"')
    wanted = [
        {"id": "keep", "name": "Kept", "content": louder, "meta": {}, "is_active": True, "is_global": True},
        {"id": "fresh", "name": "Fresh", "content": ACTION, "meta": {}},
    ]
    bad = await admin.post(f"{BASE}/sync", json={"functions": [*wanted, {"id": "bad", "content": "x ="}]})
    assert bad.status_code == 400
    assert bad.json()["detail"].startswith("bad: line 1")
    assert {function["id"] for function in (await admin.get(f"{BASE}/")).json()} == {"keep", "drop"}
    assert (await admin.get(f"{BASE}/id/keep")).json()["content"] == ACTION

    answer = await admin.post(f"{BASE}/sync", json={"functions": wanted})
    assert [function["id"] for function in answer.json()] == ["keep", "fresh"]
    assert {function["id"] for function in (await admin.get(f"{BASE}/")).json()} == {"keep", "fresh"}
    kept = (await admin.get(f"{BASE}/id/keep")).json()
    assert (kept["content"], kept["is_active"], kept["is_global"], kept["version_number"]) == (louder, True, True, 2)


@pytest.mark.spec("L3")
@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/a.py", "http://localhost/a.py", "http://[::1]/a.py", "http://10.0.0.1/"]
)
async def test_private_addresses_are_refused(admin: httpx.AsyncClient, url: str) -> None:
    answer = await admin.post(f"{BASE}/load/url", json={"url": url})
    assert (answer.status_code, "private" in answer.json()["detail"]) == (403, True)
    assert (await admin.post(f"{BASE}/load/url", json={"url": "file:///etc/passwd"})).status_code == 400


@pytest.mark.spec("L9")
async def test_simultaneous_creations_make_one_function(admin: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(admin.post(f"{BASE}/create", json=form("same")) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]


async def test_the_examples_are_offered_and_installed(admin: httpx.AsyncClient, user: httpx.AsyncClient) -> None:
    offered = (await admin.get("/api/v1/examples")).json()
    assert {"action", "filter", "pipe"} <= {example["kind"] for example in offered}
    assert not any(example["installed"] for example in offered)
    installed = await admin.post("/api/v1/examples/install", json={"ids": ["calculator"]})
    assert [(each["id"], each["is_active"]) for each in installed.json()] == [("calculator", True)]
    everything = await admin.post("/api/v1/examples/install")
    assert everything.status_code == 200, everything.text
    assert {each["id"] for each in everything.json()} == {example["id"] for example in offered}
    assert all(example["installed"] for example in (await admin.get("/api/v1/examples")).json())
    assert (await admin.post("/api/v1/examples/install", json={"ids": ["absent"]})).status_code == 404
    assert (await user.get("/api/v1/examples")).status_code == 403


@pytest.mark.spec("M1")
async def test_a_source_that_is_no_function_is_told_what_one_is(admin: httpx.AsyncClient) -> None:
    none = (await admin.post(f"{BASE}/create", json=form("none", "x = 1"))).json()
    assert all(name in none["detail"] for name in ("Pipe", "Filter", "Action", "Event"))
    hookless = (await admin.post(f"{BASE}/create", json=form("none", "class Action:\n    pass\n"))).json()
    assert "has no method `action`" in hookless["detail"]
    marker = await made(admin, "marker", "class Filter:\n    pass\n")
    assert (marker["kind"], marker["description"]["hooks"]) == ("filter", {})


@pytest.mark.spec("M2", "M3")
async def test_frontmatter_and_a_newer_demand_are_shown_to_the_admin(admin: httpx.AsyncClient) -> None:
    source = (
        "# a comment first\n\n'''title: Kept\nauthor_url: https://example.com\nmood: odd\nrequirements: None\n"
        "required_open_webui_version: 99.1\n'''\n# /// script\n# requires-python = '>=3.8'\n# ///\nclass Filter: ...\n"
    )
    function = await made(admin, "kept", source)
    manifest = function["meta"]["manifest"]
    assert (manifest["title"], manifest["mood"]) == ("Kept", "odd")
    assert manifest["author_url"] == "https://example.com"
    assert function["requirements"] == []
    (warning,) = function["warnings"]
    assert (warning["code"], "99.1" in warning["message"]) == ("newer_version", True)
    assert (await admin.post(f"{BASE}/id/kept/toggle")).json()["is_active"] is True


@pytest.mark.spec("L9", "L5")
async def test_runs_during_an_update_record_the_version_that_they_had(
    admin: httpx.AsyncClient, server: RunningServer
) -> None:
    def numbered(number: int) -> str:
        return f"class Action:\n    async def action(self, body):\n        return '{number}'\n"

    await made(admin, "counted", numbered(1))
    for way in ("toggle", "toggle/global"):
        await admin.post(f"{BASE}/id/counted/{way}")

    async def answers() -> list[str]:
        asked = [admin.post("/api/v1/actions/counted/run", json={}) for _ in range(4)]
        return [answer.text for answer in await asyncio.gather(*asked)]

    updating = asyncio.ensure_future(admin.post(f"{BASE}/id/counted/update", json=form("counted", numbered(2))))
    seen: list[str] = []
    while not updating.done():
        seen += await answers()
    assert (await updating).status_code == 200
    seen += await answers()
    history = (await admin.get(f"{BASE}/id/counted/history")).json()
    number_of = {each["id"]: each["number"] for each in history}
    runs = (await admin.get("/api/v1/runs", params={"function_id": "counted", "limit": 500})).json()
    assert len(runs) == len(seen)
    recorded = sorted(number_of[run["version_id"]] for run in runs)
    assert recorded == sorted(2 if "2" in text else 1 for text in seen)
    assert recorded[-4:] == [2] * 4
