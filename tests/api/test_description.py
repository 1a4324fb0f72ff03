"""The description of the API: complete, reachable, and what the page's types are made from."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from typing import Any

import httpx
import pytest

from penstock.cli.reference import openapi_description
from tests.api.running import RunningServer
from tests.described import Described, differences

WEB = Path(__file__).parents[2] / "web"


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return openapi_description()


def test_every_operation_says_what_it_is_for_and_what_it_answers(described: dict[str, Any]) -> None:
    operations = [(path, each) for path, item in described["paths"].items() for each in item.values()]
    ids = [each["operationId"] for _, each in operations]
    assert len(set(ids)) == len(ids) > 150
    known = {tag["name"] for tag in described["tags"]}
    for path, each in operations:
        assert set(each["tags"]) <= known, path
        assert each["responses"]["200"]["description"] == "It worked.", f"{path}: say it with @documented"
        assert each["summary"][0].isupper(), path
        assert len(each["summary"]) < 60, path


def test_errors_are_documented_by_what_leads_to_them(described: dict[str, Any]) -> None:
    update = described["paths"]["/api/v1/functions/id/{function_id}/update"]["post"]["responses"]
    assert {status: each.get("$ref", "").rpartition("/")[2] for status, each in update.items() if status != "200"} == {
        "400": "SourceError",
        "401": "NotSignedIn",
        "403": "NotAllowed",
        "404": "NotFound",
        "409": "ChangedMeanwhile",
        "422": "Invalid",
    }
    assert described["paths"]["/health"]["get"]["security"] == []
    assert "bad_source" in described["components"]["responses"]["SourceError"]["description"]


def test_the_types_of_the_page_are_up_to_date(described: dict[str, Any]) -> None:
    written = runpy.run_path(str(WEB / "api_types.py"))["written"](described)
    assert (WEB / "src/lib/api/schema.d.ts").read_text("utf-8") == written, "run: make api-types"


async def test_the_description_is_where_people_look_for_it(client: httpx.AsyncClient) -> None:
    found = await client.get("/api/openapi.json")
    assert found.json()["info"]["version"]
    assert (await client.get("/openapi.json")).json() == found.json()


async def test_people_read_it_as_a_page(client: httpx.AsyncClient, described: dict[str, Any]) -> None:
    found = await client.get("/docs")
    assert found.headers["content-type"].startswith("text/html")
    assert "script" not in found.headers["content-security-policy"]
    assert "<script" not in found.text
    for item in described["paths"].values():
        for operation in item.values():
            assert f'id="{operation["operationId"]}"' in found.text
    linked = set(re.findall(r'href="#([^"]+)"', found.text))
    assert linked <= set(re.findall(r'id="([^"]+)"', found.text))


async def test_an_answer_that_is_not_as_described_is_noticed(
    server: RunningServer, user: httpx.AsyncClient, described: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What all tests of the API rest on."""
    wrong = json.loads(json.dumps(described))
    del wrong["components"]["schemas"]["FolderItem"]["properties"]["name"]
    monkeypatch.setattr(server.app, "openapi", lambda: wrong)
    transport = httpx.ASGITransport(Described(server.app))
    async with httpx.AsyncClient(transport=transport, base_url=server.url, headers=user.headers) as same:
        await same.post("/api/v1/folders/", json={"name": "Described"})
    assert "POST /api/v1/folders/ 200" in differences.pop()
    differences.clear()
