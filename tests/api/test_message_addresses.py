"""Other programs emit into a message, with a token for that message alone (spec E7)."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from penstock.flows.message_addresses import MOST_PER_SECOND
from tests.acting import Theatre
from tests.realtime.joined import joined

pytestmark = [pytest.mark.anyio, pytest.mark.spec("E7")]

STATUS = {"type": "status", "data": {"description": "From elsewhere", "done": True}}


@pytest.fixture
async def program(theatre: Theatre) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=30) as client:
        yield client


async def address(theatre: Theatre, chat: str, **body: Any) -> dict[str, Any]:
    answer = await theatre.user.http.post(f"/api/v1/chats/{chat}/messages/b/event/token", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def bearing(found: dict[str, Any]) -> dict[str, str]:
    return {"authorization": f"Bearer {found['token']}"}


async def test_a_program_shows_its_progress_in_a_message(theatre: Theatre, program: httpx.AsyncClient) -> None:
    chat = await theatre.user.chat()
    found = await address(theatre, chat, expires_in=60)
    assert found["url"] == f"{theatre.server.url}/api/v1/chats/{chat}/messages/b/event"
    assert 0 < found["expires_at"] - time.time() <= 60
    async with joined(theatre.server.url, theatre.user.token) as tab:
        answer = await program.post(found["url"], json=STATUS, headers=bearing(found))
        assert (answer.status_code, answer.json()) == (200, True)
        assert (await tab.saw("status"))["data"] == STATUS
    for event in ({"type": "message", "data": {"content": "!"}}, {"type": "made:up", "data": [1]}):
        assert (await program.post(found["url"], json=event, headers=bearing(found))).status_code == 200
    stored = await theatre.user.message(chat)
    assert (stored["content"], stored["statusHistory"]) == ("hello!", [STATUS["data"]])


async def test_the_token_opens_that_one_door(theatre: Theatre, program: httpx.AsyncClient) -> None:
    chat, other = await theatre.user.chat(), await theatre.user.chat()
    headers = bearing(await address(theatre, chat))
    base = f"{theatre.server.url}/api/v1"
    for path in (f"{chat}/messages/a", f"{other}/messages/b"):
        refused = await program.post(f"{base}/chats/{path}/event", json=STATUS, headers=headers)
        assert (refused.status_code, refused.json()["detail"]) == (403, "This token is for another message.")
    for method, path in (
        ("GET", "/chats/"),
        ("GET", f"/chats/{chat}"),
        ("POST", f"/chats/{chat}/messages/b"),
        ("POST", f"/chats/{chat}/messages/b/event/token"),
        ("GET", "/events"),
    ):
        refused = await program.request(method, base + path, json={"content": "x"}, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (401, "not_signed_in"), path
    assert (await theatre.user.message(chat))["content"] == "hello"


async def test_it_ends_with_its_time_and_with_its_chat(theatre: Theatre, program: httpx.AsyncClient) -> None:
    chat = await theatre.user.chat()
    found = await address(theatre, chat)
    claims = {"user": theatre.user.user.id, "chat": chat, "message": "b", "exp": int(time.time()) - 1}
    late = {"authorization": f"Bearer {theatre.services.addresses._tokens.issue(claims)}"}
    over = await program.post(found["url"], json=STATUS, headers=late)
    assert (over.status_code, over.json()["detail"]) == (401, "The time of this token is over.")
    assert (await theatre.user.http.delete(f"/api/v1/chats/{chat}")).status_code == 200
    gone = await program.post(found["url"], json=STATUS, headers=bearing(found))
    assert (gone.status_code, gone.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "kind", ["confirmation", "input", "select", "form", "file", "request:user_input", "execute", "open", "action"]
)
async def test_questions_are_for_functions(theatre: Theatre, program: httpx.AsyncClient, kind: str) -> None:
    found = await address(theatre, await theatre.user.chat())
    refused = await program.post(found["url"], json={"type": kind, "data": {}}, headers=bearing(found))
    assert refused.status_code == 400
    assert f"`{kind}`" in refused.json()["detail"]
    assert "__event_call__" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"type": "action:finished", "data": {}}, 400),
        ({"type": "", "data": {}}, 422),
        ({"data": {}}, 422),
        ([], 422),
        ("{", 400),
    ],
)
async def test_what_is_no_event_is_refused(
    theatre: Theatre, program: httpx.AsyncClient, body: Any, status: int
) -> None:
    found = await address(theatre, await theatre.user.chat())
    sent = {"content": body} if isinstance(body, str) else {"json": body}
    refused = await program.post(found["url"], headers={**bearing(found), "content-type": "application/json"}, **sent)
    assert refused.status_code == status, refused.text


async def test_no_more_than_a_page_can_follow(theatre: Theatre, program: httpx.AsyncClient) -> None:
    found = await address(theatre, await theatre.user.chat())
    answers = [await program.post(found["url"], json=STATUS, headers=bearing(found)) for _ in range(MOST_PER_SECOND)]
    assert {answer.status_code for answer in answers} == {200}
    allowance = theatre.services.addresses._allowances[tuple(found["url"].split("/")[-4:-1:2])]
    allowance._left = -30.0 * MOST_PER_SECOND  # as after far more than that
    refused = await program.post(found["url"], json=STATUS, headers=bearing(found))
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")


async def test_only_the_owner_of_a_chat_gives_it_away(theatre: Theatre) -> None:
    chat = await theatre.user.chat()
    path = f"/api/v1/chats/{chat}/messages/{{}}/event/token"
    assert (await theatre.admin.http.post(path.format("b"), json={})).status_code == 404
    assert (await theatre.user.http.post(path.format("nowhere"), json={})).status_code == 404
    for seconds in (0, -1, 10**9, "soon"):
        assert (await theatre.user.http.post(path.format("b"), json={"expires_in": seconds})).status_code == 422


async def test_a_function_hands_its_message_to_another_program(theatre: Theatre, program: httpx.AsyncClient) -> None:
    action = await theatre.install("""
        class Action:
            async def action(self, body, __event_call__=None):
                try:
                    return await __event_call__({"type": "event:address", "data": {"expires_in": body.get("for", 60)}})
                except Exception as error:
                    return {"said": str(error)}
    """)
    chat = await theatre.user.chat()
    found = await theatre.user.clicked(action, chat)
    assert (await program.post(found["url"], json=STATUS, headers=bearing(found))).status_code == 200
    assert (await theatre.user.message(chat))["statusHistory"] == [STATUS["data"]]
    assert "expires_in" in (await theatre.user.clicked(action, chat, **{"for": "ever"}))["said"]
    assert "no message of a saved chat" in (await theatre.user.clicked(action))["said"]
