"""Who may use a function: changing it (spec A8). Who may at a call is decided in `penstock.flows.availability`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.errors import Invalid
from penstock.flows.context import Services
from penstock.store.records import Function, User

KINDS = ("user_ids", "group_ids", "role_ids")
ROLES = ("user", "moderator", "admin")


async def change(services: Services, function_id: str, access: Mapping[str, Any] | None, author: User) -> Function:
    """None is everybody. Holds from the next call on. Raises `Invalid` for people and groups that do not exist."""
    wanted = None if access is None else await _checked(services, access)
    async with services.registry.turn(function_id):
        await services.registry.get(function_id)
        function = await services.store.functions.update(function_id, access_control=wanted)
    services.registry.record("function.access_changed", function_id, author, access_control=wanted)
    return function


async def _checked(services: Services, access: Mapping[str, Any]) -> dict[str, Any]:
    read = access.get("read")
    if not isinstance(read, Mapping):
        raise _invalid("read", "`read` is an object with `user_ids`, `group_ids` and `role_ids`.")
    chosen = {kind: _ids(read, kind) for kind in KINDS}
    for user_id in chosen["user_ids"]:
        if await services.store.users.get(user_id) is None:
            raise _invalid("read.user_ids", f"There is no user with the id '{user_id}'.")
    for group_id in chosen["group_ids"]:
        if await services.store.groups.get(group_id) is None:
            raise _invalid("read.group_ids", f"There is no group with the id '{group_id}'.")
    for role in chosen["role_ids"]:
        if role not in ROLES:
            raise _invalid("read.role_ids", f"There is no role '{role}': there are {', '.join(ROLES)}.")
    return {"read": chosen}


def _ids(read: Mapping[str, Any], kind: str) -> list[str]:
    given = read.get(kind) or []
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise _invalid(f"read.{kind}", "This is a list of ids.")
    return list(dict.fromkeys(given))


def _invalid(field: str, message: str) -> Invalid:
    return Invalid(message, hint="Nothing was stored.", errors=[{"field": field, "message": message}])
