"""Who may use a function, and why it is (not) here: what guards the button guards the call (spec A8, L10)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.acting import Person, Theatre
from tests.api.running import running_server

pytestmark = pytest.mark.anyio

PIPE = "class Pipe:\n    def pipe(self, body):\n        return 'x'"
ACTION = """
class Action:
    actions = [{"id": "up", "name": "Up"}, {"id": "down", "name": "Down"}]
    def action(self, body, __id__=None):
        return {"message": "ran"}
"""
FILTER = """
class Filter:
    {attributes}
    def inlet(self, body):
        body["messages"][-1]["content"] += " filtered"
        return body
"""
REPEAT = "class Pipe:\n    def pipe(self, body):\n        return body['messages'][-1]['content']"
CHOOSY = """
from pydantic import BaseModel
class Action:
    class Valves(BaseModel):
        closed: bool = False
    def __init__(self):
        self.valves = self.Valves()
    def available(self, __user__, __model__):
        if __user__["role"] == "admin":
            return True
        if self.valves.closed:
            return False
        return "Only with the model choosy_pipe." if (__model__ or {}).get("id") != "choosy_pipe" else True
    def action(self, body):
        return {"message": "ran"}
"""
BROKEN = """
class Action:
    async def available(self, __user__):
        raise RuntimeError("no answer today")
    def action(self, body):
        return {"message": "ran"}
"""
NOBODY: dict[str, Any] = {"read": {"user_ids": [], "group_ids": []}}


async def buttons(person: Person, model: str) -> list[str] | None:
    """Ids of the buttons of a model, or None where the person does not see it."""
    models = (await person.http.get("/api/models")).json()["data"]
    found = [each for each in models if each["id"] == model]
    return [action["id"] for action in found[0]["actions"]] if found else None


async def allow(theatre: Theatre, function: str, access: Any) -> None:
    answer = await theatre.admin.http.post(f"/api/v1/functions/id/{function}/access", json={"access_control": access})
    assert answer.status_code == 200, answer.text
    assert answer.json()["access_control"] == (access and {"read": {"role_ids": [], **access["read"]}})


async def why(person: Person, function: str, **about: str) -> dict[str, Any]:
    answer = await person.http.get(f"/api/v1/functions/id/{function}/why", params=about)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.fixture
async def pipe(theatre: Theatre) -> AsyncIterator[str]:
    yield await theatre.install(PIPE, "access_pipe")
    await theatre.services.registry.delete("access_pipe", theatre.admin.user)
    await theatre.services.store.models.delete_all()


@pytest.mark.spec("A8")
async def test_what_is_not_on_the_list_cannot_be_called(theatre: Theatre, pipe: str) -> None:
    """By user, by group and by role; administrators always."""
    user, admin = theatre.user, theatre.admin
    form = {"name": "Clickers", "user_ids": [user.user.id]}
    group = (await admin.http.post("/api/v1/groups/create", json=form)).json()["id"]
    action = await theatre.install(ACTION)
    both = [f"{action}.up", f"{action}.down"]
    cases: list[tuple[Any, bool]] = [
        (None, True),
        (NOBODY, False),
        ({"read": {"user_ids": [user.user.id], "group_ids": []}}, True),
        ({"read": {"user_ids": [], "group_ids": [group]}}, True),
        ({"read": {"user_ids": [admin.user.id], "group_ids": []}}, False),
        ({"read": {"user_ids": [], "group_ids": [], "role_ids": ["user"]}}, True),
        ({"read": {"user_ids": [], "group_ids": [], "role_ids": ["moderator"]}}, False),
    ]
    for access, may in cases:
        await allow(theatre, action, access)
        assert (
            set(both) <= set(await buttons(user, pipe) or [])
            if may
            else not set(both) & set(await buttons(user, pipe) or [])
        )
        calls = [await user.click(f"{action}.up", None, model=pipe), await user.run(action, {})]
        assert [call.status_code for call in calls] == ([200, 200] if may else [403, 403])
        assert set(both) <= set(await buttons(admin, pipe) or [])
        assert (await admin.click(both[0], None, model=pipe)).status_code == 200
        answer = await why(user, action, model_id=pipe)
        assert (answer["here"], answer["rule"]) == ((True, None) if may else (False, "allowed"))
        if not may:
            assert {call.json()["detail"] for call in calls} == {answer["said"]}
            assert {call.json()["code"] for call in calls} == {"not_allowed"}
    await admin.http.delete(f"/api/v1/groups/id/{group}/delete")


@pytest.mark.spec("A8")
@pytest.mark.spec("L10")
async def test_every_rule_says_why_and_is_the_one_that_refuses(theatre: Theatre, pipe: str) -> None:
    user, admin = theatre.user, theatre.admin
    action = await theatre.install(ACTION, is_global=False, is_active=False)

    async def refused() -> tuple[str, str, int]:
        answer = await why(user, action, model_id=pipe)
        called = await user.click(f"{action}.up", None, model=pipe)
        assert f"{action}.up" not in (await buttons(user, pipe) or [])
        assert called.json()["detail"] == answer["said"]
        assert answer == await why(admin, action, model_id=pipe, user_id=user.user.id)
        (failed,) = [rule for rule in answer["rules"] if not rule["passed"]][:1]
        assert failed == {"code": answer["rule"], "passed": False, "said": answer["said"]}
        return answer["rule"], called.json()["code"], called.status_code

    assert await refused() == ("active", "function_inactive", 409)
    await admin.http.post(f"/api/v1/functions/id/{action}/toggle")
    assert await refused() == ("bound", "not_bound", 403)
    record = {"id": pipe, "meta": {"actionIds": [action]}, "access_control": NOBODY}
    await admin.http.post("/api/v1/models/create", json=record)
    assert await refused() == ("model", "not_found", 404)
    await admin.http.post("/api/v1/models/model/update", json={**record, "access_control": None})
    await allow(theatre, action, NOBODY)
    assert await refused() == ("allowed", "not_allowed", 403)
    await allow(theatre, action, None)
    answer = await why(user, action, model_id=pipe)
    assert (answer["here"], answer["rule"]) == (True, None)
    assert [rule["code"] for rule in answer["rules"]] == ["active", "model", "bound", "allowed"]
    assert (await user.click(f"{action}.up", None, model=pipe)).status_code == 200


@pytest.mark.spec("L10")
async def test_why_knows_the_model_of_a_message(theatre: Theatre, pipe: str) -> None:
    user = theatre.user
    action = await theatre.install(ACTION, is_global=False)
    await user.chat(model=pipe)
    answer = await why(user, action, message_id="b")
    assert (answer["model_id"], answer["rule"]) == (pipe, "bound")
    absent = await user.http.get(f"/api/v1/functions/id/{action}/why", params={"message_id": "nowhere"})
    assert absent.status_code == 404
    others = await user.http.get(f"/api/v1/functions/id/{action}/why", params={"user_id": theatre.admin.user.id})
    assert others.status_code == 403
    assert (await user.http.get("/api/v1/functions/id/nowhere/why")).status_code == 404
    unknown = await why(user, action, model_id="no-model")
    assert (unknown["rule"], unknown["said"]) == ("model", "Model 'no-model' was not found.")


@pytest.mark.spec("L10")
async def test_why_of_all_tells_users_only_of_what_they_may_use(theatre: Theatre, pipe: str) -> None:
    user, admin = theatre.user, theatre.admin
    here = await theatre.install(ACTION)
    elsewhere = await theatre.install(ACTION, is_global=False)
    off = await theatre.install(ACTION, is_active=False)
    others = await theatre.install(ACTION)
    await allow(theatre, others, NOBODY)
    picky = await theatre.install(FILTER.replace("{attributes}", "toggle = True"))
    await user.chat(model=pipe)

    async def told(person: Person, **about: str) -> dict[str, tuple[bool, str | None]]:
        answer = await person.http.get("/api/v1/functions/why", params=about)
        assert answer.status_code == 200, answer.text
        assert answer.json()["model_id"] == pipe
        assert all(bool(entry["rules"]) is (person is admin) for entry in answer.json()["functions"])
        return {entry["id"]: (entry["here"], entry["rule"]) for entry in answer.json()["functions"]}

    known = {here: (True, None), elsewhere: (False, "bound"), picky: (False, "switched_on")}
    said = await told(user, message_id="b")
    assert {name: said.get(name) for name in (*known, off, others)} == {**known, off: None, others: None}
    said = await told(admin, model_id=pipe)
    assert {name: said.get(name) for name in (*known, off, others)} == {
        **known, off: (False, "active"), others: (True, None),
    }  # fmt: skip
    refused = await user.http.get("/api/v1/functions/why", params={"user_id": admin.user.id})
    assert refused.status_code == 403


@pytest.mark.spec("A8")
async def test_an_action_may_say_itself_for_whom_it_is(theatre: Theatre, pipe: str) -> None:
    user, admin = theatre.user, theatre.admin
    await theatre.install(PIPE, "choosy_pipe")
    action = await theatre.install(CHOOSY)
    assert action in (await buttons(user, "choosy_pipe") or [])
    assert action not in (await buttons(user, pipe) or [])
    assert action in (await buttons(admin, pipe) or [])
    assert (await user.click(action, None, model="choosy_pipe")).status_code == 200
    refused = await user.click(action, None, model=pipe)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert refused.json()["detail"] == "Only with the model choosy_pipe."
    answer = await why(user, action, model_id=pipe)
    assert (answer["rule"], answer["said"]) == ("available", "Only with the model choosy_pipe.")
    assert (await admin.click(action, None, model=pipe)).status_code == 200
    assert (await user.run(action, {})).status_code == 403
    await admin.http.post(f"/api/v1/functions/id/{action}/valves/update", json={"closed": True})
    closed = await user.click(action, None, model="choosy_pipe")  # the call asks anew, whatever the list remembers
    assert (closed.status_code, closed.json()["detail"]) == (403, f"{action.title()} is not available here.")
    await theatre.services.registry.delete("choosy_pipe", admin.user)


@pytest.mark.spec("A8")
async def test_a_predicate_that_fails_refuses_and_says_so(theatre: Theatre, pipe: str) -> None:
    action = await theatre.install(BROKEN)
    assert action not in (await buttons(theatre.user, pipe) or [])
    refused = await theatre.user.click(action, None, model=pipe)
    assert refused.status_code == 403
    assert "could not say whether it is available: " in refused.json()["detail"]
    assert "no answer today" in refused.json()["detail"]


@pytest.mark.spec("A8")
async def test_filters_and_pipes_are_for_chosen_people_too(theatre: Theatre) -> None:
    user, admin = theatre.user, theatre.admin
    await theatre.install(REPEAT, "repeat_pipe")
    await theatre.install(FILTER.format(attributes=""), "choice_filter")

    async def answer(person: Person) -> Any:
        body = {"model": "repeat_pipe", "messages": [{"role": "user", "content": "Hi"}]}
        said = await person.http.post("/api/chat/completions", json=body)
        return said.json()["choices"][0]["message"]["content"] if said.status_code == 200 else said.status_code

    assert [await answer(user), await answer(admin)] == ["Hi filtered", "Hi filtered"]
    await allow(theatre, "choice_filter", NOBODY)
    assert [await answer(user), await answer(admin)] == ["Hi", "Hi filtered"]
    assert (await why(user, "choice_filter", model_id="repeat_pipe"))["rule"] == "allowed"
    await allow(theatre, "repeat_pipe", NOBODY)
    assert [await answer(user), await answer(admin)] == [404, "Hi filtered"]
    assert await buttons(user, "repeat_pipe") is None
    assert (await why(user, "repeat_pipe", model_id="repeat_pipe"))["rule"] == "model"
    for function in ("repeat_pipe", "choice_filter"):
        await theatre.services.registry.delete(function, admin.user)


@pytest.mark.spec("L10")
async def test_a_switch_that_is_off_is_the_reason(theatre: Theatre, pipe: str) -> None:
    await theatre.install(FILTER.format(attributes="toggle = True"), "switched")
    answer = await why(theatre.user, "switched", model_id=pipe)
    assert (answer["here"], answer["rule"]) == (False, "switched_on")
    record = {"id": pipe, "meta": {"defaultFilterIds": ["switched"]}}
    await theatre.admin.http.post("/api/v1/models/create", json=record)
    assert (await why(theatre.user, "switched", model_id=pipe))["here"] is True
    await theatre.services.registry.delete("switched", theatre.admin.user)


@pytest.mark.spec("A8")
async def test_access_is_checked_before_it_is_stored(theatre: Theatre) -> None:
    action = await theatre.install(ACTION)
    path = f"/api/v1/functions/id/{action}/access"
    http = theatre.admin.http
    bad: list[tuple[Any, str]] = [
        ({}, "access_control"),
        ({"access_control": {}}, "read"),
        ({"access_control": {"read": {"user_ids": ["nobody"]}}}, "read.user_ids"),
        ({"access_control": {"read": {"group_ids": ["none"]}}}, "read.group_ids"),
        ({"access_control": {"read": {"group_ids": "none"}}}, "read.group_ids"),
        ({"access_control": {"read": {"role_ids": ["king"]}}}, "read.role_ids"),
    ]
    for body, field in bad:
        answer = await http.post(path, json=body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert (await http.get(path)).json()["access_control"] is None
    grants = [{"principal_type": "user", "principal_id": theatre.user.user.id, "permission": "read"}]
    saved = (await http.post(path, json={"access_grants": grants})).json()
    assert saved["access_control"]["read"]["user_ids"] == [theatre.user.user.id]
    assert saved["access_grants"] == grants
    everybody = [{"principal_type": "user", "principal_id": "*", "permission": "read"}]
    assert (await http.post(path, json={"access_grants": everybody})).json()["access_control"] is None
    assert (await theatre.user.http.post(path, json={"access_control": None})).status_code == 403


@pytest.mark.spec("A8")
async def test_models_without_a_record_may_be_for_admins_only(theatre: Theatre, pipe: str) -> None:
    user, admin = theatre.user, theatre.admin
    assert (await admin.http.get("/api/v1/models/public")).json() == {"public": True}
    assert await buttons(user, pipe) is not None
    await admin.http.post("/api/v1/models/public", json={"public": False})
    try:
        assert await buttons(user, pipe) is None
        assert await buttons(admin, pipe) is not None
        assert (await user.http.get(f"/api/models/{pipe}")).status_code == 404
        await admin.http.post("/api/v1/models/create", json={"id": pipe})
        assert await buttons(user, pipe) is not None
    finally:
        await admin.http.post("/api/v1/models/public", json={"public": True})
    assert (await user.http.post("/api/v1/models/public", json={"public": True})).status_code == 403


@pytest.mark.spec("A8")
async def test_the_setting_says_what_holds_until_somebody_decides(tmp_path: Any) -> None:
    async with running_server(tmp_path, models_public=False, examples=False) as server:
        _, token = await server.sign_up("ada", role="admin")
        async with server.client(token) as http:
            assert (await http.get("/api/v1/models/public")).json() == {"public": False}
