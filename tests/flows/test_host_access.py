"""`data: user` and `data: all`: whose data the calls of a run reach, for users and for administrators (spec H3)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec import structs

from penstock.api.compose import StopClock, running
from penstock.errors import NotAllowed, PenstockError
from penstock.flows.context import Services
from penstock.flows.run_order import RunOrder
from penstock.functions.rights import Rights
from penstock.realtime.hub import Target
from penstock.settings import Settings
from penstock.store.records import Chat, Folder, Memory, Message, Model, User
from penstock.testing.stub import StubEngine
from tests.acting import Theatre

pytestmark = [pytest.mark.anyio, pytest.mark.spec("H3")]

SOURCE = """from pydantic import BaseModel

class Action:
    class Valves(BaseModel):
        size: int = 0
    class UserValves(BaseModel):
        nickname: str = ""
    def action(self, body):
        pass
"""
ADMIN_ALL, ADMIN_USER, USER_ALL, USER_USER = ("admin", "all"), ("admin", "user"), ("user", "all"), ("user", "user")


@dataclass
class House:
    """A server with an admin, a user, and somebody whose data it is about."""

    services: Services
    admin: User
    user: User
    owner: User
    file_id: str = ""

    async def ask(self, who: tuple[str, str], name: str, /, **arguments: Any) -> Any:
        """A call of a run: `who` is whose run it is, and the right that its function has."""
        role, data = who
        serving = await self.services.registry.serving("own")
        rights = structs.replace(serving.source.rights, data=data)
        serving = replace(serving, source=replace(serving.source, rights=rights))
        user = self.admin if role == "admin" else self.user
        order = RunOrder(serving, "action", {}, {}, user, Target(user.id), "test")
        return await self.services.host.call(order, name, arguments)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    settings = Settings(data_dir=tmp_path, environments=False)
    async with running(settings, StubEngine(), StopClock(1)) as services:
        store, now = services.store, time.time()
        admin = await store.users.create("ada@example.com", "Ada", None, "admin")
        user = await store.users.create("una@example.com", "Una", None, "user")
        owner = await store.users.create("otto@example.com", "Otto", None, "user")
        house = House(services, admin, user, owner)
        for function_id in ("own", "other"):
            await services.registry.save(function_id, "Own", SOURCE, {}, admin, is_active=True)
        await store.valves.set("other", {"size": 1})
        await store.valves.set_user("own", owner.id, {"nickname": "O"})
        message = Message(id="m", chat_id="chat", user_id=owner.id, parent_id=None, role="user", content="private")
        await store.chats.create(Chat(id="chat", user_id=owner.id, title="Private", current_id="m"), [message])
        times: dict[str, Any] = {"user_id": owner.id, "created_at": now, "updated_at": now}
        await store.memories.create(Memory(id="memory", content="likes tea", **times))
        await store.folders.create(Folder(id="folder", parent_id=None, name="Mine", **times))
        house.file_id = (await services.files.store(owner, "a.txt", "text/plain", b"private")).id
        hidden: dict[str, Any] = {"read": {"user_ids": [], "group_ids": []}}
        await store.models.save(
            Model(id="model", user_id=owner.id, base_model_id=None, name="M", access_control=hidden)
        )
        yield house


READS: dict[str, dict[str, Any]] = {
    "chats.get": {"id": "chat"},
    "chats.title": {"id": "chat"},
    "chats.messages": {"id": "chat"},
    "chats.message": {"id": "chat", "message_id": "m"},
    "chats.list": {"user_id": "{owner}"},
    "chats.search": {"user_id": "{owner}", "text": "private"},
    "files.get": {"id": "{file}"},
    "files.content": {"id": "{file}"},
    "files.list": {"user_id": "{owner}"},
    "folders.get": {"id": "folder"},
    "folders.list": {"user_id": "{owner}"},
    "memories.get": {"id": "memory"},
    "memories.list": {"user_id": "{owner}"},
    "users.find": {"email": "otto@example.com"},
    "functions.user_valves": {"id": "own", "user_id": "{owner}"},
}
CHANGES: dict[str, dict[str, Any]] = {
    "chats.update": {"id": "chat", "chat": {"title": "Changed"}},
    "chats.change": {"id": "chat", "changes": {"title": "Changed"}},
    "chats.put_message": {"id": "chat", "message_id": "m", "message": {"role": "user", "content": "changed"}},
    "chats.append": {"id": "chat", "message_id": "m", "key": "files", "items": [{"id": "x"}]},
    "chats.delete": {"id": "chat"},
    "files.update": {"id": "{file}", "changes": {"meta": {"a": 1}}},
    "files.delete": {"id": "{file}"},
    "folders.create": {"form": {"name": "New"}, "user_id": "{owner}"},
    "folders.update": {"id": "folder", "changes": {"name": "New"}},
    "folders.delete": {"id": "folder"},
    "memories.create": {"content": "new", "user_id": "{owner}"},
    "memories.update": {"id": "memory", "content": "new"},
    "memories.delete": {"id": "memory"},
    "users.update": {"id": "{owner}", "changes": {"info": {"a": 1}}},
    "functions.set_user_valves": {"id": "own", "user_id": "{owner}", "valves": {"nickname": "X"}},
    "events.emit": {"event": {"type": "status", "data": {"description": "x"}}, "chat_id": "chat", "message_id": "m"},
}
ADMINISTERS: dict[str, dict[str, Any]] = {
    "functions.set_valves": {"id": "other", "valves": {"size": 2}},
    "functions.create": {"id": "new", "name": "New", "content": SOURCE},
    "functions.update": {"id": "other", "changes": {"content": SOURCE + "# changed\n"}},
    "functions.delete": {"id": "other"},
    "models.save": {"id": "model", "changes": {"name": "N"}},
    "models.delete": {"id": "model"},
}


def filled(house: House, arguments: dict[str, Any]) -> dict[str, Any]:
    known = {"{owner}": house.owner.id, "{file}": house.file_id}
    return {name: known.get(value, value) if isinstance(value, str) else value for name, value in arguments.items()}


async def outcome(house: House, who: tuple[str, str], name: str, arguments: dict[str, Any]) -> bool:
    """Whether the call got, or did, anything."""
    try:
        found = await house.ask(who, name, **filled(house, arguments))
    except PenstockError:
        return False
    return found is None if name == "events.emit" else bool(found)


@pytest.mark.parametrize("name", READS)
async def test_what_is_somebody_elses_is_read_with_all_alone(house: House, name: str) -> None:
    seen = {who: await outcome(house, who, name, READS[name]) for who in (USER_USER, ADMIN_USER, USER_ALL, ADMIN_ALL)}
    assert seen == {USER_USER: False, ADMIN_USER: False, USER_ALL: True, ADMIN_ALL: True}


@pytest.mark.parametrize("name", CHANGES)
async def test_what_is_somebody_elses_is_changed_with_all_and_an_administrator(house: House, name: str) -> None:
    for who in (USER_USER, ADMIN_USER, USER_ALL):
        assert not await outcome(house, who, name, CHANGES[name]), who
    assert await outcome(house, ADMIN_ALL, name, CHANGES[name])


@pytest.mark.parametrize("name", ADMINISTERS)
async def test_administering_takes_all_and_an_administrator(house: House, name: str) -> None:
    for who in (USER_USER, ADMIN_USER, USER_ALL):
        with pytest.raises(NotAllowed, match="Only where an admin started it and its rights have `data: all`") as error:
            await house.ask(who, name, **filled(house, ADMINISTERS[name]))
        assert error.value.hint
    assert await outcome(house, ADMIN_ALL, name, ADMINISTERS[name])


async def test_what_may_be_read_and_not_changed_says_so(house: House) -> None:
    with pytest.raises(NotAllowed, match="may change chats of the user for whom it runs") as error:
        await house.ask(USER_ALL, "chats.delete", id="chat")
    assert "started by an administrator" in error.value.hint


@pytest.mark.parametrize("name", ["chats.delete", "memories.delete", "folders.delete"])
async def test_who_names_an_owner_changes_nothing_of_others(house: House, name: str) -> None:
    id = {"chats.delete": "chat", "memories.delete": "memory", "folders.delete": "folder"}[name]
    assert await house.ask(ADMIN_ALL, name, id=id, user_id=house.admin.id) is False
    assert await house.ask(ADMIN_ALL, name, id=id, user_id=house.owner.id) is True


@pytest.mark.parametrize(
    ("who", "sees"), [(USER_USER, ["Una"]), (ADMIN_USER, ["Ada"]), (USER_ALL, ["Ada", "Otto", "Una"])]
)
async def test_who_is_seen(house: House, who: tuple[str, str], sees: list[str]) -> None:
    assert sorted(user["name"] for user in await house.ask(who, "users.list")) == sees
    other = await house.ask(who, "users.get", id=house.owner.id)
    assert ("email" in other) is (who == USER_ALL)


async def test_nobody_acts_in_the_name_of_others(house: House) -> None:
    with pytest.raises(NotAllowed, match="nobody else"):
        await house.ask(ADMIN_ALL, "completions.create", body={}, user_id=house.owner.id)
    with pytest.raises(NotAllowed, match="may not change role"):
        await house.ask(ADMIN_ALL, "users.update", id=house.owner.id, changes={"role": "admin"})


async def test_sources_are_for_those_who_administer(house: House) -> None:
    for who in (USER_ALL, ADMIN_USER):
        assert (await house.ask(who, "functions.get", id="other"))["content"] == ""
    assert (await house.ask(ADMIN_ALL, "functions.get", id="other"))["content"] == SOURCE


@pytest.mark.parametrize(
    "more", [{"profile": "trusted"}, {"hosts": ["10.0.0.1"]}, {"page_script": True}], ids=["trusted", "host", "script"]
)
async def test_code_does_not_lend_itself_the_rights_of_another_function(house: House, more: dict[str, Any]) -> None:
    await house.services.rights.change("other", more, house.admin, confirmed=True)
    for name in ("functions.update", "functions.set_valves"):
        with pytest.raises(NotAllowed, match="has rights that this function has not"):
            await house.ask(ADMIN_ALL, name, **ADMINISTERS[name])


async def test_a_new_function_is_not_installed_where_new_ones_may_more(house: House) -> None:
    house.services.registry.rights.defaults = Rights(profile="trusted")
    await house.services.rights.change("own", {"profile": "standard"}, house.admin)
    with pytest.raises(NotAllowed, match="has rights that this function has not"):
        await house.ask(ADMIN_ALL, "functions.create", **ADMINISTERS["functions.create"])


# The same over HTTP, with the token that `__request__` carries

TOKEN = """
    import asyncio

    class Action:
        async def action(self, body, __request__, __event_call__):
            await __event_call__({"type": "input", "data": {"title": __request__.cookies["token"]}})
"""


@pytest.mark.parametrize("data", ["user", "all"])
async def test_the_token_of_a_run_is_an_administrators_for_reading_with_all_alone(theatre: Theatre, data: str) -> None:
    action = await theatre.install(TOKEN)
    await theatre.services.rights.change(action, {"data": data}, theatre.admin.user, confirmed=True)
    run = asyncio.create_task(theatre.admin.run(action))
    token = (await theatre.admin.question())["data"]["title"]
    async with httpx.AsyncClient(base_url=theatre.server.url, headers={"authorization": f"Bearer {token}"}) as http:
        me = (await http.get("/api/v1/auths/")).json()
        assert (me["id"], me["role"]) == (theatre.admin.user.id, "admin" if data == "all" else "user")
        listed = await http.get("/api/v1/functions/list")
        assert listed.status_code == (200 if data == "all" else 403)
        if data == "user":
            assert "`data: all`" in listed.json()["hint"]
        address = f"/api/v1/functions/id/{action}"
        for path, body in (
            (f"{address}/rights", {"profile": "trusted", "confirm": True}),
            (f"{address}/toggle", {}),
            ("/api/v1/auths/add", {"name": "Eve", "email": "eve@example.com", "password": "12345678", "role": "admin"}),
            (f"/api/v1/users/{theatre.user.user.id}/update", {"role": "admin"}),
        ):
            assert (await http.post(path, json=body)).status_code == 403, path
    await theatre.admin.answer("done")
    assert (await run).status_code == 200
