"""Installed functions, as one of them may see them. Secrets of others stay hidden; changes are for admins' runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.errors import NotAllowed
from penstock.flows.host_asking import Asking
from penstock.functions.rights import Rights, beyond
from penstock.functions.valves import is_secret, masked
from penstock.store.records import Function

FORM = frozenset({"name", "content", "meta", "is_active", "is_global"})


async def get(asking: Asking, id: str) -> dict[str, Any] | None:
    function = await asking.services.store.functions.get(id)
    return await _wire(asking, function) if function else None


async def list_(asking: Asking, type: str | None = None, active_only: bool = False) -> list[dict[str, Any]]:
    """Without their sources."""
    return [
        await _wire(asking, function, with_source=False)
        for function in await asking.services.store.functions.list()
        if (type is None or function.kind == type) and (function.is_active or not active_only)
    ]


async def values_of(asking: Asking, id: str, defaults: bool = False) -> dict[str, Any] | None:
    """What is set; with `defaults`, also what the class says where nothing is."""
    values = await asking.services.store.valves.get(id)
    if defaults:
        serving = (await asking.services.registry.index.current()).servings.get(id)
        fields = ((serving.description.valves_schema if serving else None) or {}).get("properties", {})
        values = {name: field["default"] for name, field in fields.items() if "default" in field} | (values or {})
    return await visible(asking, id, values, "valves_schema")


async def set_valves(asking: Asking, id: str, valves: dict[str, Any]) -> dict[str, Any]:
    """Replace the set valves of this function; of another where it may administer. Raises `Invalid`.

    The answer is the function, with its valves as it may see them.
    """
    if id != asking.function_id:
        asking.access.require_admin("change another function's valves")
        await _require_no_more_rights(asking, id)
    await asking.services.valves.update(id, valves, asking.user)
    function = await asking.services.registry.get(id)
    return {**await _wire(asking, function), "valves": await values_of(asking, id)}


async def user_valves(asking: Asking, id: str, user_id: str | None = None) -> dict[str, Any] | None:
    asking.access.require_reads(user_id, "the settings")
    values = await asking.services.store.valves.get_user(id, user_id or asking.user.id)
    return await visible(asking, id, values, "user_valves_schema")


async def set_user_valves(
    asking: Asking, id: str, valves: dict[str, Any], user_id: str | None = None
) -> dict[str, Any]:
    """Replace what a user has set for a function. Raises `Invalid`."""
    asking.access.require_changes(user_id, "the settings")
    owner = await asking.owner(user_id)
    await asking.services.valves.update_user(id, valves, owner)
    return await user_valves(asking, id, owner.id) or {}


async def create(
    asking: Asking, id: str, name: str, content: str, meta: dict[str, Any] | None = None
) -> dict[str, Any]:
    asking.access.require_admin("install functions")
    await _require_no_more_rights(asking, id)
    message = f"Installed by {asking.order.serving.function.name}"
    made = await asking.services.registry.save(id, name, content, meta or {}, asking.user, message)
    return await _wire(asking, made)


async def update(asking: Asking, id: str, changes: dict[str, Any]) -> dict[str, Any] | None:
    """Its source, name, meta and switches."""
    asking.access.require_admin("change functions")
    await _require_no_more_rights(asking, id)
    registry, user = asking.services.registry, asking.user
    function = await asking.services.store.functions.get(id)
    if function is None:
        return None
    given = {key: value for key, value in changes.items() if key in FORM}
    if not given.keys().isdisjoint({"name", "content", "meta"}):
        source = given.get("content") or await _source(asking, function)
        message = f"Changed by {asking.order.serving.function.name}"
        function = await registry.update(
            id, given.get("name") or function.name, source, given.get("meta") or {}, user, message, keep_files=True
        )
    if given.get("is_active", function.is_active) != function.is_active:
        function = await registry.toggle(id, user)
    if given.get("is_global", function.is_global) != function.is_global:
        function = await registry.toggle_global(id, user)
    return await _wire(asking, function)


async def delete(asking: Asking, id: str) -> bool:
    asking.access.require_admin("delete functions")
    if await asking.services.store.functions.get(id) is None:
        return False
    await asking.services.registry.delete(id, asking.user)
    return True


async def _require_no_more_rights(asking: Asking, id: str) -> None:
    """Code must not lend itself the rights of another function by writing that function."""
    own: Rights = asking.order.serving.source.rights
    if beyond(await asking.services.registry.rights.of(id), own):
        raise NotAllowed(
            f"`{id}` has rights that this function has not, so that only a person may change it.",
            hint="An administrator can change it on its page.",
        )


async def visible(asking: Asking, id: str, values: Mapping[str, Any] | None, schema: str) -> dict[str, Any] | None:
    """All values of the asking function; of others those that are no secret."""
    if values is None or id == asking.function_id:
        return None if values is None else dict(values)
    snapshot = await asking.services.registry.index.current()
    serving = snapshot.servings.get(id)
    described: Mapping[str, Any] = (getattr(serving.description, schema) if serving else None) or {}
    fields = described.get("properties", {})
    shown = masked(described, values)
    return {name: value for name, value in shown.items() if not is_secret(name, fields.get(name, {}))}


async def _wire(asking: Asking, function: Function, *, with_source: bool = True) -> dict[str, Any]:
    shows_source = with_source and (asking.access.administers or function.id == asking.function_id)
    return {
        "id": function.id,
        "user_id": function.user_id,
        "name": function.name,
        "type": function.kind,
        "content": await _source(asking, function) if shows_source else "",
        "meta": function.meta,
        "is_active": function.is_active,
        "is_global": function.is_global,
        "created_at": int(function.created_at),
        "updated_at": int(function.updated_at),
    }


async def _source(asking: Asking, function: Function) -> str:
    version = await asking.services.store.versions.get(function.version_id) if function.version_id else None
    return version.source if version else ""


CALLS = {
    "get": get,
    "list": list_,
    "valves": values_of,
    "set_valves": set_valves,
    "user_valves": user_valves,
    "set_user_valves": set_user_valves,
    "create": create,
    "update": update,
    "delete": delete,
}
