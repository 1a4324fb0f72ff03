"""Rights of functions over HTTP: read, changed in parts, checked field by field, confirmed and written down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from penstock.functions.rights import Budget
from tests.api.running import RunningServer
from tests.api.test_functions import ACTION, BASE, form, made

pytestmark = [pytest.mark.anyio, pytest.mark.spec("H3")]
ADDRESS = f"{BASE}/id/shout/rights"


@pytest.fixture(autouse=True)
async def shout(admin: httpx.AsyncClient) -> AsyncIterator[dict[str, Any]]:
    yield await made(admin, "shout")
    for function in (await admin.get(f"{BASE}/")).json():
        await admin.delete(f"{BASE}/id/{function['id']}/delete")


async def changed(admin: httpx.AsyncClient, **given: Any) -> dict[str, Any]:
    answer = await admin.post(ADDRESS, json=given)
    assert answer.status_code == 200, answer.text
    rights: dict[str, Any] = answer.json()
    return rights


async def test_a_function_begins_with_the_defaults(server: RunningServer, admin: httpx.AsyncClient) -> None:
    rights = (await admin.get(ADDRESS)).json()
    assert (rights["profile"], rights["hosts"], rights["data"], rights["page_script"]) == (
        "standard",
        [],
        "user",
        False,
    )
    assert set(rights["budget"]) == set(Budget.__struct_fields__)
    assert set(rights["budget"].values()) == {None}
    assert rights["effective"] == rights["defaults"]
    assert rights["defaults"]["budget"]["deadline"] == server.settings.run_deadline
    assert rights["bounds"]["memory"] == {"least": 64 * 2**20, "most": 2**40, "unit": "bytes"}
    assert rights["bounds"]["output"]["most"] == server.settings.output_limit
    assert (rights["updated_at"], rights["updated_by"]) == (None, None)


async def test_parts_are_merged_and_null_goes_back(admin: httpx.AsyncClient) -> None:
    await changed(admin, profile="closed", budget={"memory": 512 * 2**20, "deadline": 5})
    await changed(admin, hosts=["127.0.0.1:11434", "*.Example.com", "*.example.com"])
    rights = await changed(admin, budget={"memory": None, "cpu": 2.5})
    assert (rights["profile"], rights["hosts"]) == ("closed", ["127.0.0.1:11434", "*.example.com"])
    assert {name: value for name, value in rights["budget"].items() if value is not None} == {"deadline": 5, "cpu": 2.5}
    assert rights["effective"]["budget"]["memory"] == rights["defaults"]["budget"]["memory"]
    assert rights["effective"]["budget"]["deadline"] == 5
    assert rights["updated_by"]["name"] == "Ada"
    assert (await admin.get(ADDRESS)).json() == rights
    assert (await changed(admin, **rights)) == rights  # what was answered may be sent back
    rights = await changed(admin, profile=None, hosts=None, budget=None)
    assert rights["effective"] == rights["defaults"]


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({"profile": "open"}, {"profile": "There is no profile 'open'"}),
        ({"profile": []}, {"profile": "There is no profile"}),
        ({"data": "mine"}, {"data": "`user` or `all`"}),
        ({"page_script": 1}, {"page_script": "true or false"}),
        ({"hosts": "example.com"}, {"hosts": "list of texts"}),
        ({"hosts": ["fine.example", "http://x/", "a b"]}, {"hosts.1": "not a host", "hosts.2": "no name"}),
        ({"walls": "none"}, {"walls": "There is no right `walls`"}),
        ({"budget": 5}, {"budget": "JSON object"}),
        ({"budget": {"fuel": 1}}, {"budget.fuel": "There is no budget `fuel`"}),
        (
            {"budget": {"memory": 1, "cpu": "much", "events": 1.5, "queue": True, "deadline": 1e9}},
            {
                "budget.memory": "from 64 MiB (67,108,864 bytes) to 1,024 GiB (1,099,511,627,776 bytes)",
                "budget.cpu": "a number of seconds",
                "budget.events": "a whole number",
                "budget.queue": "a whole number",
                "budget.deadline": "from 0.1 seconds to 86,400 seconds",
            },
        ),
        ({"confirm": "yes", "profile": "trusted"}, {"confirm": "true or false"}),
    ],
)
async def test_what_cannot_be_used_is_said_at_its_field(
    admin: httpx.AsyncClient, given: dict[str, Any], errors: dict[str, str]
) -> None:
    answer = await admin.post(ADDRESS, json=given)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    said = {each["field"]: each["message"] for each in answer.json()["errors"]}
    assert said.keys() == errors.keys()
    assert all(errors[field] in said[field] for field in errors), said
    assert (await admin.get(ADDRESS)).json()["updated_at"] is None


@pytest.mark.parametrize(
    ("given", "means"),
    [
        ({"profile": "trusted"}, "takes away all walls"),
        ({"data": "all"}, "of everybody"),
        ({"page_script": True}, "in the page itself"),
    ],
)
async def test_what_is_dangerous_is_confirmed(admin: httpx.AsyncClient, given: dict[str, Any], means: str) -> None:
    answer = await admin.post(ADDRESS, json=given)
    body = answer.json()
    assert (answer.status_code, body["code"]) == (409, "needs_confirmation")
    assert [danger["field"] for danger in body["dangers"]] == list(given)
    assert means in body["dangers"][0]["message"]
    rights = await changed(admin, **given, confirm=True)
    assert rights["effective"].items() >= given.items()
    await changed(admin, **given, budget={"cpu": 1})  # it is no news any more
    await changed(admin, **dict.fromkeys(given))
    assert (await admin.post(ADDRESS, json=given)).status_code == 409


async def test_a_change_is_written_down_with_who_and_what(server: RunningServer, admin: httpx.AsyncClient) -> None:
    await changed(admin, profile="trusted", budget={"cpu": 7}, confirm=True)
    await changed(admin, profile="trusted")  # changes nothing
    audits = await server.services.store.audit.list("function.rights_updated", "shout")
    user = await server.services.store.users.get_by_email("ada@example.com")
    assert user is not None
    audit = audits[0]
    assert audit.user_id == user.id
    assert audit.data == {
        "before": {"profile": "standard", "budget": {"cpu": 300}},
        "after": {"profile": "trusted", "budget": {"cpu": 7}},
    }
    await changed(admin, profile="closed")
    audits = await server.services.store.audit.list("function.rights_updated", "shout")
    assert audits[0].data["before"] == {"profile": "trusted"}


async def test_only_admins_read_and_change_them(user: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    assert (await user.get(ADDRESS)).status_code == 403
    assert (await user.post(ADDRESS, json={"profile": "closed"})).status_code == 403
    for answer in (await admin.get(f"{BASE}/id/nobody/rights"), await admin.post(f"{BASE}/id/nobody/rights", json={})):
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_function")


async def test_they_stay_with_the_function_and_go_nowhere_else(admin: httpx.AsyncClient) -> None:
    rights = await changed(admin, profile="trusted", page_script=True, confirm=True)
    updated = await admin.post(f"{BASE}/id/shout/update", json=form("shout", ACTION.replace('"A"', '"B"')))
    assert updated.status_code == 200
    assert (await admin.get(ADDRESS)).json() == rights
    await admin.post(f"{BASE}/id/shout/clone", json={"id": "copy"})
    assert (await admin.get(f"{BASE}/id/copy/rights")).json()["effective"]["profile"] == "standard"
    (exported,) = (await admin.get(f"{BASE}/id/shout/export")).json()
    assert "trusted" not in str(exported)
    assert "page_script" not in exported
    await admin.delete(f"{BASE}/id/shout/delete")
    wishes = {**exported, "rights": {"profile": "trusted"}, "profile": "trusted", "page_script": True}
    assert (await admin.post(f"{BASE}/import", json=[wishes])).status_code == 200
    assert (await admin.get(ADDRESS)).json()["effective"]["profile"] == "standard"


async def test_the_list_says_what_was_granted(admin: httpx.AsyncClient, user: httpx.AsyncClient) -> None:
    await admin.post(f"{BASE}/id/shout/toggle")
    await changed(admin, profile="trusted", page_script=True, confirm=True)
    (listed,) = (await admin.get(f"{BASE}/list")).json()
    assert (listed["profile"], listed["data"], listed["page_script"]) == ("trusted", "user", True)
    (seen,) = (await user.get(f"{BASE}/")).json()
    assert seen["page_script"] is True
    assert "profile" not in seen
    assert "data" not in seen
