"""People, as functions may see them: oneself whole, others by name, or everybody whole (`host_access`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from penstock.errors import NotAllowed
from penstock.flows import host_functions
from penstock.flows.context_values import user_values
from penstock.flows.host_asking import Asking
from penstock.store.records import User

PUBLIC = ("id", "name", "role", "profile_image_url")
OWN_CHANGES = frozenset({"name", "profile_image_url", "settings", "info"})
MOST = 1000


async def get(asking: Asking, id: str) -> dict[str, Any] | None:
    found = await asking.services.store.users.get(id)
    if asking.access.owns(id):
        found = found or asking.user
    return await _seen_by(asking, found)


async def find(asking: Asking, email: str) -> dict[str, Any] | None:
    found = await asking.services.store.users.get_by_email(email)
    return await _seen_by(asking, found) if found and asking.access.reads(found.id) else None


async def list_(asking: Asking, query: str = "", skip: int = 0, limit: int = 50) -> list[dict[str, Any]]:
    """Everybody, where the rights reach so far; else the user of the run alone."""
    if not asking.access.reads_all:
        return await _whole(asking, [asking.user])
    return await _whole(asking, await asking.services.store.users.list(query, skip, min(limit, MOST)))


async def count(asking: Asking) -> int:
    return await asking.services.store.users.count()


async def first(asking: Asking) -> dict[str, Any] | None:
    """Who set the server up."""
    users = await asking.services.store.users.list("", 0, MOST)
    return await _seen_by(asking, min(users, key=lambda user: user.created_at, default=None))


async def update(asking: Asking, id: str, changes: dict[str, Any]) -> dict[str, Any] | None:
    """Change a name, picture, settings or info. Roles and addresses are changed by people."""
    asking.access.require_changes(id, "the profile")
    if refused := changes.keys() - OWN_CHANGES:
        raise NotAllowed(f"A function may not change {', '.join(sorted(refused))} of a user.")
    user = await asking.owner(id)
    if isinstance(changes.get("settings"), dict):
        changes["settings"] = await _without_valves(asking, user, changes["settings"])
    for key in ("settings", "info"):
        if isinstance(changes.get(key), dict):
            changes[key] = {**getattr(user, key), **changes[key]}
    return await _seen_by(asking, await asking.services.store.users.update(id, **changes))


async def _seen_by(asking: Asking, user: User | None) -> dict[str, Any] | None:
    if user is None:
        return None
    if asking.access.reads(user.id):
        return (await _whole(asking, [user]))[0]
    values = user_values(user)
    return {key: values[key] for key in PUBLIC}


async def _whole(asking: Asking, users: Sequence[User]) -> list[dict[str, Any]]:
    """With `settings.functions.valves`, where functions of Open WebUI look for what users set for them."""
    found = [user_values(user) for user in users]
    given = await _valves_of(asking, [user.id for user in users])
    for values in found:
        if mine := given.get(values["id"]):
            values["settings"] = {**(values["settings"] or {}), "functions": {"valves": mine}}
    return found


async def _valves_of(asking: Asking, user_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What these users set for functions, by user and function; secrets of others than the asking one left out."""
    if len(user_ids) == 1:
        known = await _warm(asking, user_ids[0])
    else:
        known = await asking.services.store.valves.of_users(user_ids)
    return {
        user_id: {
            id: await host_functions.visible(asking, id, values, "user_valves_schema") for id, values in each.items()
        }
        for user_id, each in known.items()
    }


async def _warm(asking: Asking, user_id: str) -> dict[str, dict[str, dict[str, Any]]]:
    """Without a query as long as nothing changes: this is what functions ask for most."""
    servings = (await asking.services.registry.index.current()).servings
    concerned = [id for id, serving in servings.items() if serving.description.user_valves_schema]
    found = {id: await asking.services.store.valves.get_user(id, user_id) for id in concerned}
    return {user_id: {id: values for id, values in found.items() if values is not None}}


async def _without_valves(asking: Asking, user: User, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as they are stored. Changed valves of the asking function are checked and kept; others are refused."""
    given = (settings.get("functions") or {}).get("valves") or {}
    known = (await _valves_of(asking, [user.id])).get(user.id, {}) if given else {}
    changed = {id: values for id, values in given.items() if values != known.get(id)}
    if others := changed.keys() - {asking.function_id}:
        raise NotAllowed(f"A function may not change what a user has set for {', '.join(sorted(others))}.")
    for id, values in changed.items():
        await host_functions.set_user_valves(asking, id, values, user.id)
    return {name: value for name, value in settings.items() if name != "functions"}


CALLS = {"get": get, "find": find, "list": list_, "count": count, "first": first, "update": update}
