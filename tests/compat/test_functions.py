"""Functions, valves, people and settings as one function sees them of the others (spec H1)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.compat.conftest import Stage

pytestmark = [pytest.mark.anyio, pytest.mark.spec("H1")]


def action(code: str, head: str = "") -> str:
    lines = code.strip().splitlines()
    return "\n".join(
        [
            "from pydantic import BaseModel, Field",
            "from open_webui.models.functions import Functions, FunctionForm, FunctionMeta",
            "from open_webui.models.users import Users",
            "class Action:",
            "    class Valves(BaseModel):",
            "        size: int = 3",
            "        api_key: str = ''",
            *(f"    {line}" for line in head.strip().splitlines()),
            "    async def action(self, body, __user__, __id__=None):",
            *(f"        {line}" for line in lines),
        ]
    )


async def test_valves_are_kept_and_read(stage: Stage) -> None:
    code = """
before = Functions.get_function_valves_by_id(body["id"])
Functions.update_function_valves_by_id(body["id"], {**(before or {}), "size": 5})
return await Functions.get_function_valves_by_id(body["id"])
"""
    serving = await stage.save(action(code), id="keeps_valves")
    assert await stage.run(serving, {"id": "keeps_valves"}) == {"size": 5}
    assert await stage.services.store.valves.get("keeps_valves") == {"size": 5}


async def test_the_constructor_reads_its_own_valves(stage: Stage) -> None:
    head = """
def __init__(self):
    valves = Functions.get_function_valves_by_id("reads_valves")
    self.valves = self.Valves(**(valves if valves else {}))
"""
    serving = await stage.save(action("return self.valves.size", head), id="reads_valves", valves={"size": 8})
    assert await stage.run(serving) == 8


async def test_secrets_of_other_functions_stay_hidden(stage: Stage) -> None:
    await stage.save(action("return 1"), id="has_a_secret", valves={"size": 9, "api_key": "sk-very-secret"})
    code = """
other = Functions.get_function_by_id("has_a_secret")
return [Functions.get_function_valves_by_id("has_a_secret"), other.type, other.is_active, bool(other.content)]
"""
    assert await stage.run(action(code)) == [{"size": 9}, "action", True, False]


@pytest.mark.parametrize(
    "call",
    [
        'Functions.update_function_valves_by_id("guarded", {"size": 1})',
        'Functions.update_function_by_id("guarded", {"is_active": False})',
        'Functions.delete_function_by_id("guarded")',
        'Functions.insert_new_function(__user__["id"], "action", FunctionForm(id="new", name="N", content="x",'
        " meta=FunctionMeta()))",
    ],
)
@pytest.mark.parametrize(("as_admin", "data"), [(False, "all"), (True, "user")])
async def test_only_an_admins_run_with_the_right_changes_functions(
    stage: Stage, call: str, as_admin: bool, data: str
) -> None:
    if await stage.services.store.functions.get("guarded") is None:
        await stage.save(action("return 1"), id="guarded")
    with pytest.raises(Exception, match="Only where an admin started it"):
        await stage.run(action(f"return {call}"), user=stage.admin if as_admin else stage.user, rights={"data": data})


async def test_an_admins_run_installs_and_switches(stage: Stage) -> None:
    code = '''
source = """class Filter:
    def inlet(self, body):
        return body
"""
form = FunctionForm(id="installed", name="Installed", content=source, meta=FunctionMeta(description="d"))
made = Functions.insert_new_function(__user__["id"], "filter", form)
on = await Functions.update_function_by_id("installed", {"is_active": True, "is_global": True})
return [made.type, on.is_active, on.is_global, [each.id for each in Functions.get_global_filter_functions()]]
'''
    made = await stage.run(action(code), user=stage.admin, rights={"data": "all"})
    assert made == ["filter", True, True, ["installed"]]
    await stage.services.registry.delete("installed", stage.admin)


PEOPLE = """
def seen(user):
    return user and {key: value for key, value in user.model_dump().items() if key in ("name", "email", "role")}
return {"value": %s}
"""


@pytest.mark.parametrize(
    ("asked", "reads_all", "expected"),
    [
        ("seen(Users.get_user_by_id(body['admin']))", False, {"name": "Ada", "email": "", "role": "admin"}),
        (
            "seen(Users.get_user_by_id(body['admin']))",
            True,
            {"name": "Ada", "email": "ada@example.com", "role": "admin"},
        ),
        ("seen(Users.get_user_by_email('ada@example.com'))", False, None),
        ("seen(Users.get_user_by_email('una@example.com'))['name']", False, "Una"),
        ("[user.name for user in Users.get_users()]", False, ["Una"]),
        ("sorted(user.name for user in Users.get_users()['users'])", True, ["Ada", "Una"]),
        ("Users.get_num_users()", False, 2),
        ("Users.get_first_user().name", False, "Ada"),
    ],
)
async def test_what_is_seen_of_people(stage: Stage, asked: str, reads_all: bool, expected: Any) -> None:
    body = {"admin": stage.admin.id, "user": stage.user.id}
    rights = {"data": "all"} if reads_all else None
    assert await stage.run(action(PEOPLE % asked), body, rights=rights) == {"value": expected}


async def test_a_user_changes_only_a_profile_of_their_own(stage: Stage) -> None:
    code = "return (await Users.update_user_by_id(body['id'], {'info': {'city': 'Bern'}})).info"
    assert await stage.run(action(code), {"id": stage.user.id}) == {"city": "Bern"}
    with pytest.raises(Exception, match="nobody else"):
        await stage.run(action(code), {"id": stage.admin.id})
    with pytest.raises(Exception, match="may not change role"):
        await stage.run(action("return Users.update_user_role_by_id(__user__['id'], 'admin')"))
