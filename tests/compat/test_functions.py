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
            "    async def action(self, body, __user__, __id__):",
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


@pytest.mark.parametrize(
    ("values", "says"),
    [("{'size': 'many'}", "size: Input should be a valid integer"), ("{'size': [1]}", "size: Input")],
)
async def test_what_does_not_fit_the_class_is_not_stored(stage: Stage, values: str, says: str) -> None:
    code = f"return Functions.update_function_valves_by_id(__id__, {values})"
    serving = await stage.save(action(code), valves={"size": 4})
    with pytest.raises(Exception, match=says):
        await stage.run(serving)
    assert await stage.services.store.valves.get(serving.id) == {"size": 4}


async def test_what_a_class_does_not_know_is_left_out(stage: Stage) -> None:
    code = """
made = Functions.update_function_valves_by_id(__id__, {"size": "6", "counter": 1})
return [made.valves, made.id == __id__, made.type]
"""
    assert await stage.run(action(code)) == [{"size": 6}, True, "action"]


SETTING = """
    from pydantic import BaseModel
    from open_webui.models.functions import Functions
    from open_webui.models.users import Users
    class Action:
        class UserValves(BaseModel):
            ENABLED: bool = False
            token: str = ""
        async def action(self, body, __user__, __id__):
            id = body.get("id", __id__)
            if "set" in body:
                Functions.update_user_valves_by_id_and_user_id(id, __user__["id"], body["set"])
            users = Users.get_users()
            users = users.get("users", []) if isinstance(users, dict) else users
            settings = [user.settings.model_dump() if user.settings else {} for user in users]
            valves = [each.get("functions", {}).get("valves", {}).get(id) for each in settings]
            own = Users.get_user_by_id(__user__["id"]).settings.functions["valves"].get(id)
            return [own, [each for each in valves if each]]
"""


async def test_what_users_set_stands_in_their_settings(stage: Stage) -> None:
    serving = await stage.save(SETTING, rights={"data": "all"})
    una, ada = {"ENABLED": True, "token": "una-1"}, {"ENABLED": True}
    assert await stage.run(serving, {"set": una}) == [una, [una]]
    assert await stage.run(serving, {"set": ada}, user=stage.admin) == [ada, [ada, una]]
    other = await stage.save(SETTING)
    own = {"ENABLED": False}
    answer = await stage.run(other, {"set": own})
    assert answer == [own, [own]]
    assert await stage.run(other, {"id": serving.id}) == [{"ENABLED": True}, [{"ENABLED": True}]]
    with pytest.raises(Exception, match="Input should be a valid boolean"):
        await stage.run(serving, {"set": {"ENABLED": "perhaps"}})


async def test_settings_are_written_back_whole(stage: Stage) -> None:
    source = SETTING.replace(
        "            users = Users.get_users()\n",
        "            settings = Users.get_user_by_id(__user__['id']).settings.model_dump()\n"
        "            settings['functions']['valves'][id] = body['by_settings']\n"
        "            settings['ui'] = {'theme': 'dark'}\n"
        "            Users.update_user_settings_by_id(__user__['id'], settings)\n"
        "            users = Users.get_users()\n",
    )
    serving = await stage.save(source)
    changed = {"ENABLED": True}
    assert (await stage.run(serving, {"set": {"token": "x"}, "by_settings": changed}))[0] == changed
    user = await stage.services.store.users.get(stage.user.id)
    assert user is not None
    assert user.settings == {"ui": {"theme": "dark"}}
    with pytest.raises(Exception, match="may not change what a user has set for"):
        await stage.run(source, {"id": serving.id, "set": {}, "by_settings": {"ENABLED": False}})


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
