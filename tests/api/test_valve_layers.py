"""Values of valves for one group, model or user over those for all (spec V6)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from tests.acting import Theatre

pytestmark = pytest.mark.anyio

MASK = "********"
TUNED = """
from pydantic import BaseModel, Field
from typing import Optional

class Action:
    class Valves(BaseModel):
        priority: int = 0
        tone: str = "plain"
        size: int = Field(default=1, le=9)
        api_key: str = ""
        motto: str = Field(default="none", max_length=5, json_schema_extra={"per_user": True})

    class UserValves(BaseModel):
        nickname: str = ""

    def __init__(self):
        self.valves = self.Valves()

    async def action(self, body, __user__):
        valves = self.valves
        return {"seen": [valves.tone, valves.size, valves.api_key, valves.motto, __user__["valves"].nickname]}
"""
PIPE = "class Pipe:\n    def pipe(self, body):\n        return 'x'"
NEEDY = """
from pydantic import BaseModel, Field
class Action:
    class Valves(BaseModel):
        url: str = Field(...)
    def __init__(self):
        self.valves = self.Valves()
    def action(self, body):
        return {"seen": self.valves.url}
"""


class Tuned:
    """An action with layers, and a group that the user belongs to."""

    def __init__(self, theatre: Theatre, action: str, group: str) -> None:
        self.theatre, self.action, self.group = theatre, action, group
        self.admin, self.user = theatre.admin.http, theatre.user
        self.valves = f"/api/v1/functions/id/{action}/valves"

    async def set(self, layer: str, subject: str, **values: Any) -> httpx.Response:
        return await self.admin.post(f"{self.valves}/layers/{layer}/{subject}", json=values)

    async def seen(self, **body: Any) -> Any:
        return (await self.user.clicked(self.action, None, **body))["seen"]

    async def origin(self, **about: str) -> dict[str, Any]:
        answer = await self.admin.get(f"{self.valves}/origin", params=about)
        assert answer.status_code == 200, answer.text
        return {name: (found["value"], found["layer"], found["name"]) for name, found in answer.json().items()}


@pytest.fixture
async def tuned(theatre: Theatre) -> AsyncIterator[Tuned]:
    action = await theatre.install(TUNED)
    form = {"name": "Writers", "user_ids": [theatre.user.user.id]}
    group = (await theatre.admin.http.post("/api/v1/groups/create", json=form)).json()["id"]
    yield Tuned(theatre, action, group)
    await theatre.admin.http.delete(f"/api/v1/groups/id/{group}/delete")
    await theatre.services.registry.delete(action, theatre.admin.user)


@pytest.mark.spec("V6")
async def test_all_then_group_then_model_then_user(tuned: Tuned) -> None:
    await tuned.theatre.install(PIPE, "layer_pipe")
    assert await tuned.seen() == ["plain", 1, "", "none", ""]
    await tuned.admin.post(f"{tuned.valves}/update", json={"tone": "all", "size": 2, "motto": "all"})
    assert await tuned.seen() == ["all", 2, "", "all", ""]
    assert (await tuned.set("group", tuned.group, tone="group", size=3)).json() == {"tone": "group", "size": 3}
    assert await tuned.seen() == ["group", 3, "", "all", ""]
    assert (await tuned.set("model", "layer_pipe", size=4)).status_code == 200
    assert await tuned.seen(model="layer_pipe") == ["group", 4, "", "all", ""]
    assert await tuned.seen() == ["group", 3, "", "all", ""]
    admin = await tuned.theatre.admin.clicked(tuned.action)
    assert admin["seen"] == ["all", 2, "", "all", ""]

    mine = {"motto": "mine", "nickname": "Una"}
    assert (await tuned.user.http.post(f"{tuned.valves}/user/update", json=mine)).json() == mine
    assert (await tuned.user.http.get(f"{tuned.valves}/user")).json() == mine
    assert await tuned.seen(model="layer_pipe") == ["group", 4, "", "mine", "Una"]
    user = tuned.user.user
    assert await tuned.origin(user_id=user.id, model_id="layer_pipe") == {
        "priority": (0, "default", ""),
        "tone": ("group", "group", "Writers"),
        "size": (4, "model", "layer_pipe"),
        "api_key": ("", "default", ""),
        "motto": ("mine", "user", user.id),
    }
    assert (await tuned.origin())["size"] == (2, "global", "")

    assert (await tuned.admin.delete(f"{tuned.valves}/layers/group/{tuned.group}")).json() is True
    assert await tuned.seen(model="layer_pipe") == ["all", 4, "", "mine", "Una"]
    assert (await tuned.set("model", "layer_pipe")).json() == {}
    assert (await tuned.admin.get(f"{tuned.valves}/layers")).json() == []
    assert (await tuned.admin.delete(f"{tuned.valves}/layers/group/{tuned.group}")).status_code == 404


@pytest.mark.spec("V6")
async def test_a_model_built_on_another_inherits_its_layer(tuned: Tuned) -> None:
    await tuned.theatre.install(PIPE, "under_pipe")
    form = {"id": "on-top", "name": "On top", "base_model_id": "under_pipe"}
    await tuned.admin.post("/api/v1/models/create", json=form)
    await tuned.set("model", "under_pipe", tone="under", size=5)
    await tuned.set("model", "on-top", size=6)
    assert await tuned.seen(model="on-top") == ["under", 6, "", "none", ""]
    assert await tuned.seen(model="under_pipe") == ["under", 5, "", "none", ""]
    assert (await tuned.origin(model_id="on-top"))["tone"] == ("under", "model", "under_pipe")
    names = [(each["layer"], each["name"]) for each in (await tuned.admin.get(f"{tuned.valves}/layers")).json()]
    assert names == [("model", "On top"), ("model", "under_pipe")]
    await tuned.admin.post("/api/v1/models/model/delete", json={"id": "on-top"})


@pytest.mark.spec("V3")
@pytest.mark.spec("V6")
@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"size": 10}, "size", "Input should be less than or equal to 9"),
        ({"size": "many"}, "size", "valid integer"),
        ({"colour": "red"}, "colour", "There is no such field."),
        ({"priority": 5}, "priority", "same for everybody"),
    ],
)
async def test_a_bad_layer_is_refused_at_its_field(tuned: Tuned, values: Any, field: str, said: str) -> None:
    await tuned.set("group", tuned.group, tone="kept")
    answer = await tuned.set("group", tuned.group, **values)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], said in error["message"]) == (field, True)
    kept = await tuned.admin.get(f"{tuned.valves}/layers/group/{tuned.group}")
    assert kept.json() == {"tone": "kept"}


@pytest.mark.spec("V6")
async def test_users_set_only_what_is_left_to_them(tuned: Tuned) -> None:
    http = tuned.user.http
    spec = (await http.get(f"{tuned.valves}/user/spec")).json()
    assert set(spec["properties"]) == {"nickname", "motto"}
    assert spec["properties"]["motto"]["default"] == "none"
    await tuned.set("group", tuned.group, motto="ours")
    spec = (await http.get(f"{tuned.valves}/user/spec")).json()
    assert spec["properties"]["motto"]["default"] == "ours"
    same = await http.post(f"{tuned.valves}/user/update", json={"motto": "ours"})  # as a form sends what it shows
    assert same.json() == {}
    await tuned.set("group", tuned.group, motto="later")
    assert (await tuned.seen())[3] == "later"
    await tuned.set("group", tuned.group)
    bad = await http.post(f"{tuned.valves}/user/update", json={"motto": "far too long"})
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (422, "motto")
    await http.post(f"{tuned.valves}/user/update", json={"nickname": "U", "tone": "mine", "size": 9})
    assert await tuned.seen() == ["plain", 1, "", "none", "U"]
    for method, path in (("GET", "layers"), ("GET", "origin"), ("POST", f"layers/group/{tuned.group}")):
        assert (await http.request(method, f"{tuned.valves}/{path}", json={})).status_code == 403
    other = await tuned.admin.post(f"{tuned.valves}/layers/user/{tuned.user.user.id}", json={"tone": "theirs"})
    assert other.json()["errors"] == [{"field": "tone", "message": "Only administrators set this field."}]
    assert (await tuned.set("user", "nobody", motto="x")).status_code == 404
    assert (await tuned.set("group", "nothing", tone="x")).status_code == 404
    assert (await tuned.set("planet", "mars", tone="x")).status_code == 400


@pytest.mark.spec("V5")
@pytest.mark.spec("V6")
async def test_secrets_of_layers_are_sealed_masked_and_kept(tuned: Tuned) -> None:
    saved = await tuned.set("group", tuned.group, api_key="sesame-of-a-group", tone="t")
    assert saved.json() == {"api_key": MASK, "tone": "t"}
    assert (await tuned.set("group", tuned.group, api_key=MASK, tone="u")).json()["tone"] == "u"
    assert await tuned.seen() == ["u", 1, "sesame-of-a-group", "none", ""]
    listed = await tuned.admin.get(f"{tuned.valves}/layers")
    origin = await tuned.admin.get(f"{tuned.valves}/origin", params={"user_id": tuned.user.user.id})
    run = await tuned.theatre.admin.last_run(tuned.action)
    assert origin.json()["api_key"] == {
        "value": MASK,
        "layer": "group",
        "subject": tuned.group,
        "name": "Writers",
    }
    assert "sesame" not in listed.text + origin.text + str(run)
    store = tuned.theatre.services.store
    rows = str(await store._database.all(text("SELECT * FROM layered_valves")))
    assert tuned.group in rows
    assert "sesame" not in rows
    before = await store._database.all(text("SELECT sealed FROM layered_valves"))
    assert (await tuned.user.http.post("/api/v1/system/keys/rotate")).status_code == 403
    rotated = (await tuned.admin.post("/api/v1/system/keys/rotate")).json()
    assert rotated["sealed"] >= 1
    assert rotated["keys"] >= 2
    assert await store._database.all(text("SELECT sealed FROM layered_valves")) != before
    assert await tuned.seen() == ["u", 1, "sesame-of-a-group", "none", ""]


@pytest.mark.spec("V6")
async def test_a_layer_goes_with_its_group(tuned: Tuned) -> None:
    group = (await tuned.admin.post("/api/v1/groups/create", json={"name": "Short-lived"})).json()["id"]
    await tuned.set("group", group, tone="x")
    assert len((await tuned.admin.get(f"{tuned.valves}/layers")).json()) == 1
    await tuned.admin.delete(f"/api/v1/groups/id/{group}/delete")
    assert (await tuned.admin.get(f"{tuned.valves}/layers")).json() == []


@pytest.mark.spec("L7")
@pytest.mark.spec("V6")
async def test_a_required_value_may_come_from_a_layer(theatre: Theatre) -> None:
    action = await theatre.install(NEEDY)
    refused = await theatre.user.click(action)
    assert (refused.status_code, refused.json()["code"]) == (409, "needs_configuration")
    assert "`url`" in refused.json()["detail"]
    form = {"name": "Have it", "user_ids": [theatre.user.user.id]}
    group = (await theatre.admin.http.post("/api/v1/groups/create", json=form)).json()["id"]
    layer = f"/api/v1/functions/id/{action}/valves/layers/group/{group}"
    assert (await theatre.admin.http.post(layer, json={"url": "u"})).status_code == 200
    assert (await theatre.user.clicked(action))["seen"] == "u"
    assert (await theatre.admin.click(action)).json()["code"] == "needs_configuration"
    await theatre.admin.http.delete(f"/api/v1/groups/id/{group}/delete")


ECHO = """
import asyncio
from pydantic import BaseModel

class Action:
    class Valves(BaseModel):
        tone: str = "0"
        own: str = ""

    class UserValves(BaseModel):
        token: str = ""

    def __init__(self):
        self.valves = self.Valves()
        self.user_valves = self.UserValves()

    async def action(self, body, __user__):
        self.user_valves = __user__["valves"]
        before = [__user__["valves"].token, self.user_valves["token"], self.valves.tone, id(self.valves)]
        await asyncio.sleep(0.002 * (body["n"] % 4))
        after = [__user__["valves"].token, self.user_valves["token"], self.valves.tone, id(self.valves)]
        return {"user": __user__["id"], "before": before, "after": after}
"""


@pytest.mark.spec("V4")
async def test_a_thousand_interleaved_runs_of_two_users_never_see_each_others(theatre: Theatre) -> None:
    """Valves of both and of the function change all the time; each run sees its user's, and one state of them."""
    action = await theatre.install(ECHO, "interleaved")
    valves = "/api/v1/functions/id/interleaved/valves"
    people = {person.user.id: person for person in (theatre.user, theatre.admin)}
    left = iter(range(1000))
    seen: list[dict[str, Any]] = []

    async def click(person: Any) -> None:
        for number in left:
            answer = await person.http.post(f"/api/chat/actions/{action}", json={"n": number})
            assert answer.status_code == 200, answer.text
            seen.append({**answer.json(), "asked": person.user.id})

    async def change(person: Any) -> None:
        number = 0
        while len(seen) < 1000:
            number += 1
            await person.http.post(f"{valves}/user/update", json={"token": f"{person.user.id}#{number}"})
            if person is theatre.admin:
                await person.http.post(f"{valves}/update", json={"tone": str(number)})
            await asyncio.sleep(0.02)

    for person in people.values():
        await person.http.post(f"{valves}/user/update", json={"token": f"{person.user.id}#0"})
    clicking = [click(person) for person in people.values() for _ in range(4)]
    async with asyncio.timeout(120):
        await asyncio.gather(*clicking, *map(change, people.values()))
    assert len(seen) == 1000
    assert {run["asked"] for run in seen} == set(people)
    for run in seen:
        assert run["user"] == run["asked"]
        assert run["before"] == run["after"]
        owner, _, _ = run["before"][0].partition("#")
        assert owner == run["asked"]
        assert run["before"][0] == run["before"][1]
    assert len({run["before"][0] for run in seen}) > 4
    assert len({run["before"][2] for run in seen}) > 2
