"""Sharing a chat with everybody who is signed in."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio


async def made(http: httpx.AsyncClient, title: str = "Worth showing") -> str:
    messages = {
        "a": {"id": "a", "parentId": None, "childrenIds": ["b"], "role": "user", "content": "hi", "timestamp": 1},
        "b": {"id": "b", "parentId": "a", "childrenIds": [], "role": "assistant", "content": "hello", "timestamp": 2},
    }
    history = {"currentId": "b", "messages": messages}
    chat = {"title": title, "models": ["m"], "params": {"system": "a secret"}, "history": history}
    answer = await http.post("/api/v1/chats/new", json={"chat": chat})
    return str(ok(answer)["id"])


def ok(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_shared_chat_can_be_read_and_continued_by_others(
    user: httpx.AsyncClient, other: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    chat_id = await made(user)
    assert (await other.get(f"/api/v1/chats/{chat_id}")).status_code == 404
    share_id = ok(await user.post(f"/api/v1/chats/{chat_id}/share"))["share_id"]
    seen = ok(await other.get(f"/api/v1/chats/share/{share_id}"))
    assert seen["title"] == "Worth showing"
    assert seen["chat"]["history"]["messages"]["b"]["content"] == "hello"
    assert "a secret" not in str(seen)
    assert (await client.get(f"/api/v1/chats/share/{share_id}")).status_code == 401
    own = ok(await other.post(f"/api/v1/chats/{share_id}/clone/shared"))
    assert own["title"] == "Clone of Worth showing"
    assert set(own["chat"]["history"]["messages"]) == {"a", "b"}
    assert (await other.post(f"/api/v1/chats/{chat_id}/share")).status_code == 404


async def test_sharing_again_shows_the_chat_as_it_is_then(user: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    chat_id = await made(user)
    share_id = ok(await user.post(f"/api/v1/chats/{chat_id}/share"))["share_id"]
    ok(await user.post(f"/api/v1/chats/{chat_id}/messages/b", json={"content": "changed"}))
    path = f"/api/v1/chats/share/{share_id}"
    assert ok(await other.get(path))["chat"]["history"]["messages"]["b"]["content"] == "hello"
    assert ok(await user.post(f"/api/v1/chats/{chat_id}/share"))["share_id"] == share_id
    assert ok(await other.get(path))["chat"]["history"]["messages"]["b"]["content"] == "changed"


async def test_taking_a_share_back(user: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    chat_id, second = await made(user), await made(user, "Second")
    share_id = ok(await user.post(f"/api/v1/chats/{chat_id}/share"))["share_id"]
    listed = ok(await user.get("/api/v1/chats/shared"))
    assert (share_id, chat_id) in [(each["share_id"], each["id"]) for each in listed]
    assert ok(await user.delete(f"/api/v1/chats/{chat_id}/share")) is True
    assert ok(await user.delete(f"/api/v1/chats/{chat_id}/share")) is False
    gone = await other.get(f"/api/v1/chats/share/{share_id}")
    assert (gone.status_code, gone.json()["code"]) == (404, "not_found")
    assert ok(await user.get(f"/api/v1/chats/{chat_id}"))["share_id"] is None
    again = ok(await user.post(f"/api/v1/chats/{second}/share"))["share_id"]
    ok(await user.delete("/api/v1/chats/share/all"))
    assert (await other.get(f"/api/v1/chats/share/{again}")).status_code == 404


async def test_a_share_goes_with_its_chat(user: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    chat_id = await made(user)
    share_id = ok(await user.post(f"/api/v1/chats/{chat_id}/share"))["share_id"]
    ok(await user.delete(f"/api/v1/chats/{chat_id}"))
    assert (await other.get(f"/api/v1/chats/share/{share_id}")).status_code == 404
