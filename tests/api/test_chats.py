"""Chats over HTTP, as the clients of Open WebUI use them."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from penstock.realtime.published import Target
from tests.api.running import RunningServer

pytestmark = pytest.mark.anyio

CHATS = "/api/v1/chats"


def message(id: str, parent: str | None, role: str, content: str, *children: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "parentId": parent, "childrenIds": list(children), "role": role, "content": content, **more}


def document(**more: Any) -> dict[str, Any]:
    """Two answers to one question, the second one shown."""
    tree = [
        message("q", None, "user", "Why?", "b", "a", timestamp=1700000000, models=["m"]),
        message("a", "q", "assistant", "First.", model="m", modelName="M", done=True, usage={"total": 3}),
        message("b", "q", "assistant", "Second.", statusHistory=[{"description": "thought", "done": True}]),
    ]
    history = {"currentId": "a", "messages": {each["id"]: each for each in tree}}
    return {"title": "Reasons", "models": ["m"], "history": history, **more}


async def new(client: httpx.AsyncClient, given: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = await client.post(f"{CHATS}/new", json={"chat": given or document()})
    assert answer.status_code == 200, answer.text
    chat: dict[str, Any] = answer.json()
    return chat


async def read(client: httpx.AsyncClient, chat: dict[str, Any]) -> dict[str, Any]:
    answer = await client.get(f"{CHATS}/{chat['id']}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_chat_comes_back_as_it_was_sent(user: httpx.AsyncClient) -> None:
    made = await new(user, document(params={"temperature": 0.5}, tags=["x"], files=[{"id": "f"}], odd={"kept": [1]}))
    assert set(made) >= {"id", "user_id", "title", "chat", "updated_at", "created_at", "share_id", "archived"}
    assert set(made) >= {"pinned", "meta", "folder_id", "active"}
    assert made["active"] == {"task_ids": [], "runs": []}
    found = (await read(user, made))["chat"]
    assert [message["id"] for message in found["messages"]] == ["q", "a"]
    slim = await user.get(f"{CHATS}/{made['id']}", params={"branch": "false"})
    assert slim.json()["chat"] == made["chat"]
    assert (found["title"], found["params"], found["odd"]) == ("Reasons", {"temperature": 0.5}, {"kept": [1]})
    messages = found["history"]["messages"]
    assert found["history"]["currentId"] == "a"
    assert messages["q"]["childrenIds"] == ["b", "a"]
    assert messages["q"]["models"] == ["m"]
    assert messages["q"]["timestamp"] == 1700000000
    assert messages["a"] | {"timestamp": 0} == {
        **message("a", "q", "assistant", "First.", model="m", modelName="M", done=True, usage={"total": 3}),
        "timestamp": 0,
    }
    assert messages["b"]["statusHistory"] == [{"description": "thought", "done": True}]


async def test_a_plain_list_of_messages_becomes_one_branch(user: httpx.AsyncClient) -> None:
    listed = [{"role": "user", "content": "Hi"}, {"id": "2", "role": "assistant", "content": "Hello"}]
    chat = (await new(user, {"messages": listed}))["chat"]
    assert [each["content"] for each in chat["messages"]] == ["Hi", "Hello"]
    assert chat["history"]["currentId"] == "2"
    assert chat["history"]["messages"]["2"]["parentId"] == chat["messages"][0]["id"]
    assert chat["title"] == "New Chat"


async def test_an_update_adds_and_changes_messages(user: httpx.AsyncClient) -> None:
    chat = await new(user)
    tree = document()["history"]["messages"]
    tree["a"] |= {"content": "First, edited.", "childrenIds": ["q2"]}
    tree["q2"] = message("q2", "a", "user", "And then?")
    history = {"currentId": "q2", "messages": tree}
    changed = (await user.post(f"{CHATS}/{chat['id']}", json={"chat": {"history": history}})).json()["chat"]
    assert set(changed["history"]["messages"]) == {"q", "a", "b", "q2"}
    assert changed["history"]["messages"]["a"]["content"] == "First, edited."
    assert changed["history"]["messages"]["a"]["modelName"] == "M"
    assert changed["history"]["messages"]["a"]["childrenIds"] == ["q2"]
    assert changed["title"] == "Reasons"


@pytest.mark.parametrize(
    "stale",
    [
        {"history": {"messages": {}}},
        {"history": {"currentId": "elsewhere", "messages": {"q": message("q", None, "user", "Why?")}}},
        {"history": {"currentId": None, "messages": {}}},
        {"messages": [{"id": "z", "role": "user", "content": "Only this"}]},
    ],
)
async def test_what_an_update_leaves_out_stays(user: httpx.AsyncClient, stale: dict[str, Any]) -> None:
    chat = await new(user)
    changed = (await user.post(f"{CHATS}/{chat['id']}", json={"chat": stale})).json()["chat"]["history"]
    assert set(changed["messages"]) == {"q", "a", "b"}
    assert changed["messages"]["q"]["childrenIds"] == ["b", "a"]
    assert changed["currentId"] == "a"


async def test_a_new_title_leaves_the_messages_alone(user: httpx.AsyncClient) -> None:
    chat = await new(user)
    changed = (await user.post(f"{CHATS}/{chat['id']}", json={"chat": {"title": "Other"}})).json()
    assert changed["title"] == changed["chat"]["title"] == "Other"
    assert changed["chat"]["history"] == chat["chat"]["history"]


@pytest.mark.spec("E2")
async def test_a_page_does_not_overwrite_what_is_being_generated(
    server: RunningServer, user: httpx.AsyncClient
) -> None:
    given = document()
    given["history"]["messages"]["a"] |= {"content": "", "done": False}
    chat = await new(user, given)
    target = Target.of(chat["user_id"], chat["id"], "a")
    server.services.hub.emit(target, "chat:message:delta", {"content": "half an ans"})
    server.services.hub.emit(target, "status", {"description": "thinking", "done": False})
    await server.services.hub.message(chat["id"], "a")
    stale = {**given["history"]["messages"], "a": message("a", "q", "assistant", "", done=False)}
    await user.post(f"{CHATS}/{chat['id']}", json={"chat": {"history": {"messages": stale, "currentId": "a"}}})
    del stale["a"]
    await user.post(f"{CHATS}/{chat['id']}", json={"chat": {"history": {"messages": stale, "currentId": "q"}}})
    server.services.hub.emit(target, "chat:message:delta", {"content": "wer"})
    found = (await read(user, chat))["chat"]["history"]["messages"]["a"]
    assert found["content"] == "half an answer"
    assert found["statusHistory"] == [{"description": "thinking", "done": False}]


async def test_keys_that_a_page_does_not_send_stay(server: RunningServer, user: httpx.AsyncClient) -> None:
    chat = await new(user)
    target = Target.of(chat["user_id"], chat["id"], "a")
    server.services.hub.emit(target, "chat:message:embeds", {"embeds": ["<b>hi</b>"]})
    await user.post(f"{CHATS}/{chat['id']}", json={"chat": document()})
    assert (await read(user, chat))["chat"]["history"]["messages"]["a"]["embeds"] == ["<b>hi</b>"]


async def test_lists(server: RunningServer, admin: httpx.AsyncClient) -> None:
    _, token = await server.sign_up("lista", role="user")
    async with server.client(token) as client:
        ids = [(await new(client, {"title": f"Chat {n}"}))["id"] for n in range(63)]
        pinned, archived = ids[0], ids[1]
        assert (await client.post(f"{CHATS}/{pinned}/pin")).json()["pinned"] is True
        assert (await client.post(f"{CHATS}/{archived}/archive")).json()["archived"] is True
        everything = (await client.get(f"{CHATS}/")).json()
        assert [each["id"] for each in everything] == ids[:1:-1]
        first, second = [(await client.get(f"{CHATS}/", params={"page": n})).json() for n in (1, 2)]
        assert (len(first), len(second)) == (60, 1)
        assert first + second == everything
        assert set(first[0]) >= {"id", "title", "updated_at", "created_at"}
        assert [each["id"] for each in (await client.get(f"{CHATS}/pinned")).json()] == [pinned]
        assert [each["id"] for each in (await client.get(f"{CHATS}/archived")).json()] == [archived]
        assert (await client.get(f"{CHATS}/{pinned}/pinned")).json() is True
        assert len((await client.get(f"{CHATS}/all")).json()) == 62
        assert (await client.post(f"{CHATS}/{pinned}/pin")).json()["pinned"] is False
        assert (await client.delete(f"{CHATS}/")).json() is True
        assert (await client.get(f"{CHATS}/all")).json() == []


async def test_archive_all_and_back(server: RunningServer, admin: httpx.AsyncClient) -> None:
    _, token = await server.sign_up("arda", role="user")
    async with server.client(token) as client:
        ids = {(await new(client, {"title": f"Chat {n}"}))["id"] for n in range(3)}
        for path, shown, archived in (("archive", set(), ids), ("unarchive", ids, set())):
            assert (await client.post(f"{CHATS}/{path}/all")).json() is True
            assert {each["id"] for each in (await client.get(f"{CHATS}/")).json()} == shown
            assert {each["id"] for each in (await client.get(f"{CHATS}/archived")).json()} == archived


@pytest.mark.parametrize("name", ["Long Read", "long_read"])
async def test_chats_of_a_tag(user: httpx.AsyncClient, name: str) -> None:
    tagged = await new(user, document(tags=["Long Read"]))
    await new(user)
    found = (await user.post(f"{CHATS}/tags", json={"name": name, "limit": 1})).json()
    assert [each["id"] for each in found] == [tagged["id"]]
    assert (await user.post(f"{CHATS}/tags", json={"name": "no such tag"})).json() == []


async def test_search_looks_into_titles_and_messages(user: httpx.AsyncClient) -> None:
    by_title = await new(user, {"title": "About Zebras"})
    by_text = await new(user, {"messages": [{"role": "user", "content": "a zebra crossing"}]})
    found = (await user.get(f"{CHATS}/search", params={"text": "ZEBRA"})).json()
    assert {each["id"] for each in found} == {by_title["id"], by_text["id"]}


async def test_clone_import_and_folder(user: httpx.AsyncClient) -> None:
    chat = await new(user)
    copy = (await user.post(f"{CHATS}/{chat['id']}/clone", json={})).json()
    assert copy["id"] != chat["id"]
    assert copy["title"] == "Clone of Reasons"
    assert copy["chat"]["history"] == chat["chat"]["history"]
    sent = {"chats": [{"chat": chat["chat"], "pinned": True, "created_at": 1600000000}]}
    imported = (await user.post(f"{CHATS}/import", json=sent)).json()
    assert (imported[0]["pinned"], imported[0]["created_at"]) == (True, 1600000000)
    folder = (await user.post("/api/v1/folders/", json={"name": "Work"})).json()
    moved = (await user.post(f"{CHATS}/{chat['id']}/folder", json={"folder_id": folder["id"]})).json()
    assert moved["folder_id"] == folder["id"]
    for path in (f"folder/{folder['id']}", f"folder/{folder['id']}/list"):
        assert [each["id"] for each in (await user.get(f"{CHATS}/{path}")).json()] == [chat["id"]]
    assert (await user.post(f"{CHATS}/{chat['id']}/folder", json={"folder_id": "nowhere"})).status_code == 400


async def test_tags(user: httpx.AsyncClient) -> None:
    chat = await new(user)
    path = f"{CHATS}/{chat['id']}/tags"
    await user.post(path, json={"name": "Important"})
    assert [tag["name"] for tag in (await user.post(path, json={"name": "Important"})).json()] == ["Important"]
    assert "Important" in [tag["name"] for tag in (await user.get(f"{CHATS}/all/tags")).json()]
    assert (await user.request("DELETE", path, json={"name": "Important"})).json() == []


async def test_single_messages(user: httpx.AsyncClient) -> None:
    chat = await new(user)
    messages = f"{CHATS}/{chat['id']}/messages"
    edited = (await user.post(f"{messages}/a", json={"content": "New text"})).json()
    assert edited["chat"]["history"]["messages"]["a"]["content"] == "New text"
    event = {"type": "status", "data": {"description": "checked", "done": True}}
    assert (await user.post(f"{messages}/a/event", json=event)).json() is True
    found = (await read(user, chat))["chat"]["history"]["messages"]["a"]
    assert found["statusHistory"] == [{"description": "checked", "done": True}]
    selected = await user.post(f"{CHATS}/{chat['id']}/current", json={"currentId": "b"})
    assert selected.json() == {"currentId": "b"}
    assert (await user.post(f"{CHATS}/{chat['id']}/current", json={"currentId": "zz"})).status_code == 404
    assert (await user.post(f"{messages}/zz", json={"content": "x"})).status_code == 404


async def test_deleting_a_question_takes_its_answers_and_keeps_what_follows(user: httpx.AsyncClient) -> None:
    given = document()
    tree = given["history"]["messages"]
    tree["a"]["childrenIds"] = ["q2"]
    tree["q2"] = message("q2", "a", "user", "And then?", "a2")
    tree["a2"] = message("a2", "q2", "assistant", "Then this.")
    chat = await new(user, given)
    left = (await user.delete(f"{CHATS}/{chat['id']}/messages/q")).json()["chat"]["history"]
    assert {id: each["parentId"] for id, each in left["messages"].items()} == {"q2": None, "a2": "q2"}
    assert left["currentId"] == "a2"


async def test_undo_puts_the_text_back_that_an_action_replaced(server: RunningServer, user: httpx.AsyncClient) -> None:
    chat = await new(user)
    target = Target.of(chat["user_id"], chat["id"], "a")
    server.services.hub.emit(target, "chat:message", {"content": "Better.", "originalContent": "First."})
    assert (await read(user, chat))["chat"]["history"]["messages"]["a"]["originalContent"] == "First."
    undone = (await user.post(f"{CHATS}/{chat['id']}/messages/a/undo")).json()
    assert undone["content"] == "First."
    found = (await read(user, chat))["chat"]["history"]["messages"]["a"]
    assert (found["content"], found.get("originalContent")) == ("First.", None)
    again = await user.post(f"{CHATS}/{chat['id']}/messages/a/undo")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


async def test_nobody_else_sees_a_chat(
    user: httpx.AsyncClient, other: httpx.AsyncClient, admin: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    path = f"{CHATS}/{(await new(user))['id']}"
    for stranger in (other, admin):
        assert (await stranger.get(path)).status_code == 404
        assert (await stranger.post(path, json={"chat": {"title": "Mine"}})).status_code == 404
        assert (await stranger.delete(path)).status_code == 404
        event = {"type": "status", "data": {}}
        assert (await stranger.post(f"{path}/messages/a/event", json=event)).status_code == 404
    assert (await client.get(path)).status_code == 401
    assert (await user.get(path)).status_code == 200


async def test_delete(user: httpx.AsyncClient) -> None:
    chat = await new(user)
    assert (await user.delete(f"{CHATS}/{chat['id']}")).json() is True
    assert (await user.get(f"{CHATS}/{chat['id']}")).status_code == 404


@pytest.mark.parametrize(
    "chat",
    [
        {"history": "text"},
        {"history": {"messages": []}},
        {"history": {"messages": {"a": "text"}}},
        {"history": {"messages": {"": {}}}},
        {"history": {"messages": {"a": {"id": "a", "parentId": ["x"]}}}},
        {"history": {"messages": {}, "currentId": 5}},
        {"messages": ["text"]},
    ],
)
async def test_documents_that_make_no_sense(user: httpx.AsyncClient, chat: dict[str, Any]) -> None:
    answer = await user.post(f"{CHATS}/new", json={"chat": chat})
    assert answer.status_code == 400, answer.text
    assert set(answer.json()) >= {"detail", "code", "hint"}


@pytest.mark.parametrize(
    "odd",
    [
        {"a": {"parentId": "b"}, "b": {"parentId": "a"}},
        {"a": {"parentId": "a", "childrenIds": ["a"]}},
        {"a": {"childrenIds": "text", "role": 5, "content": None, "model": 7, "usage": [], "timestamp": "now"}},
        {"a": {"parentId": "gone", "error": True, "done": "yes", "files": {}, "followUps": [1], "originalContent": 1}},
        {"a": {"content": [{"type": "text", "text": "hi"}], "timestamp": -1e300, "\x00": "\ud800"}},
    ],
)
async def test_odd_trees_are_survived(user: httpx.AsyncClient, odd: dict[str, Any]) -> None:
    body = {"chat": {"history": {"messages": odd, "currentId": "a"}, "messages": [{}]}}
    headers = {"content-type": "application/json"}
    made = await user.post(f"{CHATS}/new", content=json.dumps(body), headers=headers)
    assert made.status_code == 200, made.text
    path = f"{CHATS}/{made.json()['id']}"
    assert (await user.get(path)).status_code == 200
    assert (await user.post(path, content=json.dumps(body), headers=headers)).status_code == 200
    assert (await user.delete(f"{path}/messages/a")).status_code == 200
