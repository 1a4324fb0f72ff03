"""`/api/models` and what admins record about models."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from penstock.flows import refreshed
from penstock.store.records import Group
from tests.provider import KEY, fake_provider
from tests.stage import Stage, stage

pytestmark = pytest.mark.anyio

ACTION = "class Action:\n    {attributes}\n    def action(self, body):\n        return None"
FILTER = "class Filter:\n    def __init__(self):\n        self.toggle = {toggle}\n        self.icon = 'data:i'"
PIPE = "class Pipe:\n    def pipe(self, body):\n        return body['model']"


@pytest.fixture(scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> AsyncIterator[Stage]:
    async with stage(tmp_path_factory.mktemp("models"), pipes_deadline=2, models_refresh=0.2) as made:
        yield made


@pytest.fixture
async def play(shared: Stage) -> AsyncIterator[Stage]:
    yield shared
    await shared.clear()


@pytest.fixture(scope="module")
async def una(shared: Stage) -> AsyncIterator[httpx.AsyncClient]:
    """A user who is no admin."""
    _, token = await shared.server.sign_up("una", role="user")
    async with shared.server.client(token) as client:
        yield client


async def listed(client: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    answer = await client.get("/api/models")
    assert answer.status_code == 200, answer.text
    return {model["id"]: model for model in answer.json()["data"]}


async def record(play: Stage, model_id: str, **fields: Any) -> None:
    answer = await play.client.post("/api/v1/models/create", json={"id": model_id, "name": "", **fields})
    assert answer.status_code == 200, answer.text


# Pipes


@pytest.mark.spec("P1")
async def test_a_pipe_is_a_model(play: Stage) -> None:
    await play.install(PIPE, "plain", name="Plain")
    model = (await listed(play.client))["plain"]
    assert model["name"] == "Plain"
    assert (model["object"], model["pipe"], model["has_user_valves"]) == ("model", {"type": "pipe"}, False)
    assert model["actions"] == model["filters"] == model["tags"] == []
    assert isinstance(model["created"], int)
    assert await play.text("plain") == "plain"


MANIFOLDS = {
    "list": 'pipes = [{"id": "a", "name": "A"}, {"id": "b.c", "name": "B"}]',
    "def": 'def pipes(self):\n        return [{"id": "a", "name": "A"}, {"id": "b.c", "name": "B"}]',
    "async def": 'async def pipes(self):\n        return [{"id": "a", "name": "A"}, {"id": "b.c", "name": "B"}]',
    "property": "@property\n    def pipes(self):\n"
    '        return [{"id": "a", "name": "A"}, {"id": "b.c", "name": "B"}]',
    "attribute": 'def __init__(self):\n        self.name = "M/"\n        self.pipes = [{"id": "a", "name": "A"}, '
    '{"id": "b.c", "name": "B"}]',
}


@pytest.mark.spec("P1")
@pytest.mark.parametrize("form", MANIFOLDS)
async def test_a_manifold_is_a_model_for_each_entry(play: Stage, form: str) -> None:
    source = (
        f'class Pipe:\n    name = "M/"\n    {MANIFOLDS[form]}\n    def pipe(self, body):\n        return body["model"]'
    )
    function_id = await play.install(source)
    models = await listed(play.client)
    assert [models[f"{function_id}.{sub}"]["name"] for sub in ("a", "b.c")] == ["M/A", "M/B"]
    assert function_id not in models
    assert await play.text(f"{function_id}.b.c") == f"{function_id}.b.c"
    assert (await play.ask(f"{function_id}.x")).status_code == 404


@pytest.mark.spec("P1")
async def test_a_failing_manifold_serves_its_last_good_list(play: Stage) -> None:
    source = """
        from pydantic import BaseModel
        class Pipe:
            class Valves(BaseModel):
                mood: str = "good"
            def __init__(self):
                self.valves = self.Valves()
            def pipes(self):
                if self.valves.mood == "bad":
                    raise ValueError("no list today")
                if self.valves.mood == "slow":
                    import time
                    time.sleep(60)
                return [{"id": self.valves.mood, "name": self.valves.mood}]
            def pipe(self, body):
                return "still here"
    """
    function_id = await play.install(source)
    assert f"{function_id}.good" in await listed(play.client)
    for mood in ("bad", "slow"):
        await play.server.services.store.valves.set(function_id, {"mood": mood})
        models = await listed(play.client)
        async with asyncio.timeout(30):
            while not models[f"{function_id}.good"].get("stale"):
                models = await listed(play.client)
        assert await play.text(f"{function_id}.good") == "still here"
    await play.server.services.store.valves.set(function_id, {"mood": "fine"})
    models = await listed(play.client)
    assert f"{function_id}.fine" in models
    assert "stale" not in models[f"{function_id}.fine"]


@pytest.mark.spec("P1")
async def test_a_property_is_read_again_when_valves_change(play: Stage) -> None:
    source = """
        from pydantic import BaseModel
        class Pipe:
            class Valves(BaseModel):
                models: str = "a"
            def __init__(self):
                self.valves = self.Valves()
            @property
            def pipes(self):
                return [{"id": each, "name": each} for each in self.valves.models.split(",")]
            def pipe(self, body):
                return body["model"]
    """
    function_id = await play.install(source)
    assert f"{function_id}.a" in await listed(play.client)
    await play.server.services.store.valves.set(function_id, {"models": "b,c"})
    assert {f"{function_id}.b", f"{function_id}.c"} <= set(await listed(play.client))
    assert await play.text(f"{function_id}.c") == f"{function_id}.c"


@pytest.mark.spec("P1")
async def test_a_manifold_that_never_listed_says_why(play: Stage) -> None:
    source = (
        'class Pipe:\n    def pipes(self):\n        raise ValueError("no key")\n    def pipe(self, body):\n        pass'
    )
    function_id = await play.install(source)
    await listed(play.client)
    answer = await play.ask(f"{function_id}.any")
    assert answer.status_code == 404
    assert "no key" in answer.json()["hint"]


@pytest.mark.spec("L9")
async def test_models_follow_functions_at_once(play: Stage) -> None:
    function_id = await play.install(PIPE)
    assert function_id in await listed(play.client)
    await play.server.services.registry.toggle(function_id, play.admin)
    assert function_id not in await listed(play.client)
    answer = await play.ask(function_id)
    assert (answer.status_code, answer.json()["detail"]) == (404, f"Model '{function_id}' was not found.")


# Servers


async def test_models_of_a_server(play: Stage) -> None:
    model = (await listed(play.client))["echo"]
    assert (model["name"], model["owned_by"], model["created"]) == ("echo", "fake", 1)
    assert model["openai"] == {"id": "echo"}
    assert "pipe" not in model
    for path in ("/api/v1/models", "/api/models"):
        assert "echo" in {found["id"] for found in (await play.client.get(path)).json()["data"]}


async def test_a_list_is_asked_for_again_in_the_background(play: Stage) -> None:
    play.provider.models.append("new")
    try:
        async with asyncio.timeout(30):
            while "new" not in await listed(play.client):
                pass
    finally:
        play.provider.models.remove("new")
    play.provider.list_status = 500
    try:
        async with asyncio.timeout(30):
            while not (await listed(play.client))["echo"].get("stale"):
                pass
        (connection,) = (await play.client.get("/api/v1/connections")).json()
        assert "no list today" in connection["error"]
        assert "echo" in connection["models"]
    finally:
        play.provider.list_status = 200
        await play.refresh_provider()


async def test_connections_of_an_admin(play: Stage, una: httpx.AsyncClient) -> None:
    async with fake_provider() as second:
        body = {"url": second.url + "/", "key": KEY, "prefix": "two", "name": "Second"}
        made = (await play.client.post("/api/v1/connections", json=body)).json()
        assert (made["url"], made["has_key"], made["source"]) == (second.url, True, "admin")
        assert KEY not in str(made)
        assert "two.echo" in await listed(play.client)
        assert await play.text("two.echo") == "echo: Hi"
        assert second.requests[-1]["model"] == "echo"

        path = f"/api/v1/connections/{made['id']}"
        changed = (await play.client.post(path, json={"model_ids": ["slow"], "prefix": "zwei"})).json()
        assert (changed["has_key"], changed["models"]) == (True, ["slow"])
        assert {"zwei.slow"} == {model for model in await listed(play.client) if "." in model}
        await play.client.post(path, json={"key": "wrong", "model_ids": []})
        tested = (await play.client.post(f"{path}/test")).json()
        assert tested == {"ok": False, "models": [], "error": tested["error"], "hint": tested["hint"]}
        assert "Incorrect API key" in tested["error"]
        assert (await play.client.post(path, json={"enabled": False})).json()["enabled"] is False
        assert not any("." in model for model in await listed(play.client))
        assert (await play.client.delete(path)).json() is True
        assert (await play.client.delete(path)).status_code == 404
    assert (await play.client.post("/api/v1/connections", json={"url": "nowhere"})).status_code == 422
    assert (await una.get("/api/v1/connections")).status_code == 403
    (fixed,) = (await play.client.get("/api/v1/connections")).json()
    assert fixed["source"] == "settings"
    answer = await play.client.post(f"/api/v1/connections/{fixed['id']}", json={"name": "x"})
    assert answer.status_code == 409
    assert "PENSTOCK_CONNECTIONS" in answer.json()["hint"]


async def test_a_slow_server_delays_nobody(play: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshed, "FIRST_WAIT", 0.1)
    async with fake_provider() as second:
        second.list_delay = 60
        body = {"url": second.url, "key": KEY, "prefix": "slow"}
        made = (await play.client.post("/api/v1/connections", json=body)).json()
        async with asyncio.timeout(30):
            assert "echo" in await listed(play.client)
        await play.client.delete(f"/api/v1/connections/{made['id']}")


# Records


async def test_a_model_built_on_another(play: Stage, una: httpx.AsyncClient) -> None:
    function_id = await play.install(
        "class Pipe:\n    def pipe(self, body):\n        return str([body['model'], body.get('temperature'), "
        "body['messages'][0]['content']])"
    )
    params = {"system": "You are {{USER_NAME}}'s.", "temperature": 0.3}
    await record(play, "mine", base_model_id=function_id, name="Mine", params=params, meta={"tags": [{"name": "t"}]})
    model = (await listed(play.client))["mine"]
    assert (model["name"], model["tags"], model["pipe"]) == ("Mine", [{"name": "t"}], {"type": "pipe"})
    assert model["info"]["params"] == params
    assert await play.text("mine") == str([function_id, 0.3, "You are Ada's."])
    assert await play.text("mine", temperature=1) == str([function_id, 1, "You are Ada's."])
    seen = (await listed(una))["mine"]["info"]
    assert "params" not in seen
    assert seen["base_model_id"] == function_id

    await record(play, "second", base_model_id="mine", params={"temperature": 0.4})
    assert await play.text("second") == str([function_id, 0.4, "You are Ada's."])
    answer = await play.client.post("/api/v1/models/model/toggle?id=mine")
    assert answer.json()["is_active"] is False
    assert "mine" not in await listed(play.client)
    assert (await play.ask("mine")).json()["detail"] == "Model 'mine' is switched off."


async def test_a_changed_name_and_a_base_that_is_gone(play: Stage) -> None:
    await record(play, "echo", name="Echo!")
    assert (await listed(play.client))["echo"]["name"] == "Echo!"
    await record(play, "lost", base_model_id="gone")
    assert "lost" not in await listed(play.client)
    assert "'gone', which was not found" in (await play.ask("lost")).json()["detail"]


async def test_who_may_use_a_model(play: Stage, una: httpx.AsyncClient) -> None:
    store = play.server.services.store
    una_id = (await una.get("/api/v1/auths/")).json()["id"]
    nobody: dict[str, Any] = {"read": {"user_ids": [], "group_ids": []}}
    await record(play, "echo", access_control=nobody)
    await record(play, "slow", access_control={"read": {"user_ids": [una_id]}})
    await record(play, "whole", access_grants=[{"principal_type": "user", "principal_id": "*", "permission": "read"}])
    assert {"slow", "whole"} == set(await listed(una)) & {"echo", "slow", "whole"}
    assert {"echo", "slow", "whole"} <= set(await listed(play.client))
    answer = await una.post("/api/chat/completions", json={"model": "echo", "messages": [{"role": "user"}]})
    assert (answer.status_code, answer.json()["detail"]) == (404, "Model 'echo' was not found.")

    group = await store.groups.create(Group(id="readers", name="Readers", user_ids=[una_id]))
    grants = [{"principal_type": "group", "principal_id": group.id, "permission": "read"}]
    changed = await play.client.post("/api/v1/models/model/update", json={"id": "echo", "access_grants": grants})
    assert changed.json()["access_grants"] == grants
    assert "echo" in await listed(una)
    await store.groups.update(group.id, user_ids=[])
    assert "echo" not in await listed(una)
    await store.groups.delete(group.id)


async def test_pending_users_see_nothing(play: Stage) -> None:
    _, token = await play.server.sign_up("penny")
    async with play.server.client(token) as client:
        assert (await client.get("/api/models")).status_code == 403
        assert (await client.post("/api/chat/completions", json={})).status_code == 403
    async with play.server.client() as client:
        assert (await client.get("/api/models")).status_code == 401


async def test_records_are_made_changed_moved_and_deleted(play: Stage, una: httpx.AsyncClient) -> None:
    await record(play, "one", base_model_id="echo", meta={"description": "d"})
    again = await play.client.post("/api/v1/models/create", json={"id": "one", "name": "x"})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert (await play.client.get("/api/v1/models/list")).json()["total"] == 1
    assert (await play.client.get("/api/v1/models/base")).json() == []
    shown = (await una.get("/api/v1/models/model?id=one")).json()
    assert (shown["meta"], shown["write_access"]) == ({"description": "d"}, False)

    exported = (await play.client.get("/api/v1/models/export")).json()
    two = {**exported[0], "id": "two"}
    assert (await play.client.post("/api/v1/models/import", json={"models": [two]})).json() is True
    synced = await play.client.post("/api/v1/models/sync", json={"models": [two]})
    assert [model["id"] for model in synced.json()] == ["two"]
    assert (await play.client.post("/api/v1/models/model/delete", json={"id": "two"})).json() is True
    assert (await play.client.post("/api/v1/models/model/delete", json={"id": "two"})).status_code == 404
    for bad in ({"name": "x"}, {"id": "x", "params": 3}, {"id": "x", "base_model_id": "x"}):
        assert (await play.client.post("/api/v1/models/create", json=bad)).status_code == 422
    assert (await una.post("/api/v1/models/create", json={"id": "x", "name": "x"})).status_code == 403


async def test_lists_of_clients_that_manage_models(play: Stage, una: httpx.AsyncClient) -> None:
    await record(play, "mine", base_model_id="echo", meta={"tags": [{"name": "b"}]}, access_control={})
    await record(play, "yours", base_model_id="echo", meta={"tags": [{"name": "a"}]})
    [mine, _] = (await play.client.get("/api/v1/models/list")).json()["items"]
    assert (mine["user"]["id"], mine["write_access"]) == (play.admin.id, True)
    bases = {model["id"] for model in (await play.client.get("/api/models/base")).json()["data"]}
    assert "echo" in bases
    assert "mine" not in bases
    assert (await una.get("/api/models/base")).status_code == 403
    assert (await play.client.get("/api/v1/models/tags")).json() == ["a", "b"]
    assert (await una.get("/api/v1/models/tags")).json() == ["a"]

    grants = [{"principal_type": "user", "principal_id": "*", "permission": "read"}]
    body = {"id": "mine", "access_grants": grants}
    assert (await una.post("/api/v1/models/model/access/update", json=body)).status_code == 403
    changed = (await play.client.post("/api/v1/models/model/access/update", json=body)).json()
    assert (changed["access_grants"], changed["meta"]["tags"]) == (grants, [{"name": "b"}])
    assert "mine" in await listed(una)


PIXEL = "data:image/png;base64,aGVsbG8="


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (PIXEL, b"hello"),
        ("https://example.com/a.png", "https://example.com/a.png"),
        ("/static/a.png", "/static/a.png"),
        ("//elsewhere.example/a.png", "/favicon.png"),
        ("javascript:alert(1)", "/favicon.png"),
        ("data:text/html;base64,aGVsbG8=", "/favicon.png"),
        ("data:image/png;base64,%", "/favicon.png"),
        (None, "/favicon.png"),
    ],
)
async def test_the_picture_of_a_model(play: Stage, address: str | None, shown: str | bytes) -> None:
    await record(play, "seen", base_model_id="echo", meta={"profile_image_url": address})
    answer = await play.client.get("/api/v1/models/model/profile/image?id=seen")
    if isinstance(shown, bytes):
        assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, shown, "image/png")
        assert "sandbox" in answer.headers["content-security-policy"]
    else:
        assert (answer.status_code, answer.headers["location"]) == (302, shown)


VECTOR = "data:image/svg+xml;base64," + base64.b64encode(b"<svg>" + b"x" * 300 + b"</svg>").decode()


async def test_icons_have_an_address_that_browsers_keep(play: Stage, una: httpx.AsyncClient) -> None:
    await play.install(PIPE, "echoing")
    action = await play.install(ACTION.format(attributes=f"icon_url = '{VECTOR}'"), "pictured")
    await play.install(FILTER.format(toggle=True).replace("data:i", VECTOR), "switched")
    await record(play, "echoing", meta={"profile_image_url": VECTOR, "description": "d"})
    for client in (play.client, una):
        answer = await client.get("/api/models")
        assert "base64" not in answer.text
        [model] = [model for model in answer.json()["data"] if model["id"] == "echoing"]
        [button] = [button for button in model["actions"] if button["id"] == action]
        [switch] = [switch for switch in model["filters"] if switch["id"] == "switched"]
        assert button["icon"] == switch["icon"] == model["info"]["meta"]["profile_image_url"]
        assert button["icon"].endswith(".svg")
    async with play.server.client("") as stranger:
        icon = await stranger.get(button["icon"])
        assert (await stranger.get("/api/v1/pictures/0.svg")).status_code == 404
    assert (icon.content[:5], icon.headers["content-type"]) == (b"<svg>", "image/svg+xml")
    assert "immutable" in icon.headers["cache-control"]
    assert "sandbox" in icon.headers["content-security-policy"]
    picture = await play.client.get("/api/v1/models/model/profile/image?id=echoing")
    assert picture.content == icon.content

    body = {"id": "echoing", "name": "Echoing", "meta": {**model["info"]["meta"], "description": "new"}}
    saved = await play.client.post("/api/v1/models/model/update", json=body)
    assert saved.json()["meta"] == {"profile_image_url": VECTOR, "description": "new"}


@pytest.mark.spec("P1")
async def test_pipes_see_the_record_of_their_model_whole(play: Stage) -> None:
    seen = "__model__['info']['meta']['profile_image_url']"
    source = f"class Pipe:\n    def pipe(self, body, __model__):\n        return {seen}"
    await play.install(source, "looking")
    await record(play, "looking", meta={"profile_image_url": VECTOR})
    body = {"model": "looking", "messages": [{"role": "user", "content": "?"}]}
    answer = (await play.client.post("/api/chat/completions", json=body)).json()
    assert answer["choices"][0]["message"]["content"] == VECTOR


async def test_the_list_follows_every_change(play: Stage, una: httpx.AsyncClient) -> None:
    await play.install(PIPE, "one")
    await record(play, "two", base_model_id="one", access_control={"read": {"user_ids": []}})
    assert {"one", "two"} <= set(await listed(play.client))
    assert "two" not in await listed(una)
    grants = [{"principal_type": "user", "principal_id": "*", "permission": "read"}]
    await play.client.post("/api/v1/models/model/access/update", json={"id": "two", "access_grants": grants})
    assert "two" in await listed(una)
    action = await play.install(ACTION.format(attributes="icon_url = 'data:x'"), "later")
    assert action in {button["id"] for button in (await listed(una))["two"]["actions"]}
    await play.client.post(f"/api/v1/functions/id/{action}/toggle")
    assert action not in {button["id"] for button in (await listed(una))["two"]["actions"]}


async def test_the_order_and_the_default(play: Stage) -> None:
    settings = play.server.services.store.settings
    models = play.server.services.models
    await settings.set("models.order", ["slow", "echo"])
    assert list(await listed(play.client))[:2] == ["slow", "echo"]
    assert await models.default_id(play.admin) == "slow"
    await settings.set("models.default", "gone,echo")
    assert await models.default_id(play.admin) == "echo"
    await settings.set("models.order", [])
    await settings.set("models.default", None)


# Buttons and switches


@pytest.mark.spec("L10")
@pytest.mark.spec("A2")
async def test_actions_and_filters_of_a_model(play: Stage) -> None:
    pipe = await play.install(PIPE)
    prioritised = (
        "from pydantic import BaseModel\nclass Action:\n    class Valves(BaseModel):\n        priority: int = 5\n"
        "    def __init__(self):\n        self.valves = self.Valves()\n    def action(self, body):\n        pass"
    )
    last = await play.install(prioritised, "a_last", name="Last")
    first = await play.install(ACTION.format(attributes="icon_url = 'data:x'"), "b_first", name="First")
    buttons = "actions = [{'id': 'x', 'name': 'X', 'icon_url': 'data:y'}, {'id': 'y.z', 'name': 'Y'}]"
    multi = await play.install(ACTION.format(attributes=buttons), "c_multi", is_global=False)
    await play.install(FILTER.format(toggle=True), "switch", name="Switch")
    await play.install(FILTER.format(toggle=False), "always")
    bound = await play.install(FILTER.format(toggle=True), "bound", is_global=False)

    model = (await listed(play.client))[pipe]
    assert [action["id"] for action in model["actions"]] == [first, last]
    assert model["actions"][0] == {"id": first, "name": "First", "description": "", "icon": "data:x"}
    assert model["actions"][1]["icon"] is None
    assert model["filters"] == [
        {"id": "switch", "name": "Switch", "description": "", "icon": "data:i", "has_user_valves": False}
    ]

    await record(play, pipe, meta={"actionIds": [multi], "filterIds": [bound]})
    model = (await listed(play.client))[pipe]
    assert [action["id"] for action in model["actions"]] == [first, f"{multi}.x", f"{multi}.y.z", last]
    assert [action["icon"] for action in model["actions"]] == ["data:x", "data:y", None, None]
    assert [found["id"] for found in model["filters"]] == ["bound", "switch"]
    await play.server.services.store.valves.set(last, {"priority": -1})
    assert (await listed(play.client))[pipe]["actions"][0]["id"] == last
