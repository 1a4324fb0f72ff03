"""Users, groups, folders, memories and settings over HTTP."""

from __future__ import annotations

import httpx
import pytest

from tests.api.running import RunningServer

pytestmark = pytest.mark.anyio


async def test_admins_see_and_change_users(server: RunningServer, admin: httpx.AsyncClient) -> None:
    user_id, _ = await server.sign_up("carla")
    listed = (await admin.get("/api/v1/users/", params={"query": "carla"})).json()
    assert (listed["total"], listed["users"][0]["email"]) == (1, "carla@example.com")
    path = f"/api/v1/users/{user_id}"
    changed = (await admin.post(f"{path}/update", json={"role": "user", "name": "Carla C."})).json()
    assert (changed["role"], changed["name"]) == ("user", "Carla C.")
    assert (await admin.post(f"{path}/update", json={"role": "queen"})).status_code == 400
    taken = await admin.post(f"{path}/update", json={"email": "ada@example.com"})
    assert (taken.status_code, taken.json()["code"]) == (400, "email_taken")
    assert (await admin.post("/api/v1/users/nobody/update", json={"name": "x"})).status_code == 404


async def test_there_is_always_an_admin(server: RunningServer, admin: httpx.AsyncClient) -> None:
    ada = (await admin.get("/api/v1/auths/")).json()["id"]
    for demoted in [user for user in (await admin.get("/api/v1/users/all")).json()["users"] if user["id"] != ada]:
        if demoted["role"] == "admin":
            await admin.post(f"/api/v1/users/{demoted['id']}/update", json={"role": "user"})
    assert (await admin.post(f"/api/v1/users/{ada}/update", json={"role": "user"})).status_code == 403
    assert (await admin.delete(f"/api/v1/users/{ada}")).status_code == 403


async def test_users_see_little_of_each_other(user: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    otto = (await other.get("/api/v1/auths/")).json()["id"]
    seen = (await user.get(f"/api/v1/users/{otto}")).json()
    assert set(seen) == {"id", "name", "role", "profile_image_url", "active", "is_active"}
    assert (await user.get("/api/v1/users/all")).status_code == 403
    assert "email" not in (await user.get("/api/v1/users/search", params={"query": "otto"})).json()["users"][0]


async def test_whether_somebody_is_here_and_what_they_may_do(user: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    una = (await user.get("/api/v1/auths/")).json()
    assert (await other.get(f"/api/v1/users/{una['id']}/active")).json() == {"active": False}
    assert (await other.get(f"/api/v1/users/{una['id']}/info")).json()["name"] == una["name"]
    assert (await user.get("/api/v1/users/permissions")).json() == una["permissions"]


async def test_own_settings_and_info(user: httpx.AsyncClient) -> None:
    for noun in ("settings", "info"):
        path = f"/api/v1/users/user/{noun}"
        await user.post(f"{path}/update", json={"ui": {"theme": "dark"}})
        assert (await user.post(f"{path}/update", json={"more": 1})).json() == {"ui": {"theme": "dark"}, "more": 1}
        assert (await user.get(path)).json()["ui"] == {"theme": "dark"}


async def test_profile(user: httpx.AsyncClient) -> None:
    image = "data:image/svg+xml,<svg onload=alert(1)>"
    body = {"name": "Una", "profile_image_url": image}
    changed = (await user.post("/api/v1/auths/update/profile", json=body)).json()
    assert changed["profile_image_url"] == "/user.png"


async def test_the_picture_of_a_person(user: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    una = (await user.get("/api/v1/auths/")).json()["id"]
    path = f"/api/v1/users/{una}/profile/image"
    body = {"name": "Una", "profile_image_url": "data:image/png;base64,aGVsbG8="}
    assert (await user.post("/api/v1/auths/update/profile", json=body)).json()["email"] == "una@example.com"
    assert (await other.get(path)).content == b"hello"
    await user.post("/api/v1/auths/update/profile", json={"name": "Una", "profile_image_url": "/user.png"})
    assert (await other.get(path)).headers["location"] == "/user.png"


async def test_groups(admin: httpx.AsyncClient, user: httpx.AsyncClient) -> None:
    una = (await user.get("/api/v1/auths/")).json()["id"]
    group = (await admin.post("/api/v1/groups/create", json={"name": "Writers", "description": "d"})).json()
    path = f"/api/v1/groups/id/{group['id']}"
    assert (await user.get("/api/v1/groups/")).json() == []
    assert (await admin.post(f"{path}/users/add", json={"user_ids": [una, una]})).json()["user_ids"] == [una]
    for own in ("/api/v1/groups/", "/api/v1/users/groups"):
        assert [each["name"] for each in (await user.get(own)).json()] == ["Writers"]
    assert [each["id"] for each in (await admin.get(f"/api/v1/users/{una}/groups")).json()] == [group["id"]]
    assert (await user.get(f"/api/v1/users/{una}/groups")).status_code == 403
    assert (await admin.post(f"{path}/update", json={"name": "Poets"})).json()["description"] == ""
    assert (await admin.post(f"{path}/users/remove", json={"user_ids": [una]})).json()["member_count"] == 0
    assert (await user.post("/api/v1/groups/create", json={"name": "x"})).status_code == 403
    assert (await admin.delete(f"{path}/delete")).json() is True
    assert (await admin.get(path)).status_code == 404


async def test_folders(user: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    outer = (await user.post("/api/v1/folders/", json={"name": "Outer"})).json()
    inner = (await user.post("/api/v1/folders/", json={"name": "Inner", "parent_id": outer["id"]})).json()
    second = (await user.post("/api/v1/folders/", json={"name": "Inner"})).json()
    path = f"/api/v1/folders/{outer['id']}"
    for taken in (
        await user.post("/api/v1/folders/", json={"name": "outer"}),
        await user.post(f"/api/v1/folders/{inner['id']}/update/parent", json={"parent_id": None}),
        await user.post(f"/api/v1/folders/{second['id']}/update", json={"name": "Outer"}),
    ):
        assert (taken.status_code, taken.json()["field"]) == (400, "name")
    assert (await user.post(f"{path}/update", json={"name": "Renamed"})).json()["name"] == "Renamed"
    assert (await user.post(f"{path}/update/expanded", json={"is_expanded": True})).json()["is_expanded"] is True
    circle = await user.post(f"{path}/update/parent", json={"parent_id": inner["id"]})
    assert circle.status_code == 400
    assert (await other.get(path)).status_code == 404
    assert (await user.delete(path)).json() is True
    assert (await user.get(f"/api/v1/folders/{inner['id']}")).json()["parent_id"] is None


async def test_memories(user: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    tea = (await user.post("/api/v1/memories/add", json={"content": "I like green tea"})).json()
    await user.post("/api/v1/memories/add", json={"content": "My dog is called Rex"})
    found = (await user.post("/api/v1/memories/query", json={"content": "Which tea do I like?", "k": 1})).json()
    assert found["documents"] == [["I like green tea"]]
    path = f"/api/v1/memories/{tea['id']}"
    assert (await other.post(f"{path}/update", json={"content": "x"})).status_code == 404
    assert (await user.post(f"{path}/update", json={"content": "I like coffee"})).json()["content"] == "I like coffee"
    assert (await user.delete(path)).json() is True
    assert len((await user.get("/api/v1/memories/")).json()) == 1


async def test_configs(admin: httpx.AsyncClient, user: httpx.AsyncClient) -> None:
    banners = [{"id": "1", "type": "info", "content": "Hello"}]
    assert (await admin.post("/api/v1/configs/banners", json={"banners": banners})).json() == banners
    assert (await user.get("/api/v1/configs/banners")).json() == banners
    assert (await user.get("/api/config")).json()["banners"] == banners
    assert (await user.get("/api/v1/configs/export")).status_code == 403
    exported = (await admin.get("/api/v1/configs/export")).json()
    imported = await admin.post("/api/v1/configs/import", json={"config": {**exported, "ui.banners": []}})
    assert imported.json()["ui.banners"] == []


async def test_system(admin: httpx.AsyncClient, user: httpx.AsyncClient) -> None:
    shown = (await admin.get("/api/v1/system")).json()
    assert shown["version"]
    settings = {each["name"]: each["value"] for each in shown["settings"]}
    assert settings["secret_key"] is False
    assert settings["stop_grace"] == 2
    assert (await user.get("/api/v1/system")).status_code == 403
