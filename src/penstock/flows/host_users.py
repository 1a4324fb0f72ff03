"""People, as functions may see them: oneself whole, others by name, or everybody whole (`host_access`)."""

from __future__ import annotations

from typing import Any

from penstock.errors import NotAllowed
from penstock.flows.context_values import user_values
from penstock.flows.host_asking import Asking
from penstock.store.records import User

PUBLIC = ("id", "name", "role", "profile_image_url")
OWN_CHANGES = frozenset({"name", "profile_image_url", "settings", "info"})
MOST = 1000


async def get(asking: Asking, id: str) -> dict[str, Any] | None:
    if asking.access.owns(id):
        return user_values(await asking.services.store.users.get(id) or asking.user)
    return _seen_by(asking, await asking.services.store.users.get(id))


async def find(asking: Asking, email: str) -> dict[str, Any] | None:
    found = await asking.services.store.users.get_by_email(email)
    return _seen_by(asking, found) if found and asking.access.reads(found.id) else None


async def list_(asking: Asking, query: str = "", skip: int = 0, limit: int = 50) -> list[dict[str, Any]]:
    """Everybody, where the rights reach so far; else the user of the run alone."""
    if not asking.access.reads_all:
        return [user_values(asking.user)]
    return [user_values(user) for user in await asking.services.store.users.list(query, skip, min(limit, MOST))]


async def count(asking: Asking) -> int:
    return await asking.services.store.users.count()


async def first(asking: Asking) -> dict[str, Any] | None:
    """Who set the server up."""
    users = await asking.services.store.users.list("", 0, MOST)
    return _seen_by(asking, min(users, key=lambda user: user.created_at, default=None))


async def update(asking: Asking, id: str, changes: dict[str, Any]) -> dict[str, Any] | None:
    """Change a name, picture, settings or info. Roles and addresses are changed by people."""
    asking.access.require_changes(id, "the profile")
    if refused := changes.keys() - OWN_CHANGES:
        raise NotAllowed(f"A function may not change {', '.join(sorted(refused))} of a user.")
    user = await asking.owner(id)
    for key in ("settings", "info"):
        if isinstance(changes.get(key), dict):
            changes[key] = {**getattr(user, key), **changes[key]}
    return user_values(await asking.services.store.users.update(id, **changes))


def _seen_by(asking: Asking, user: User | None) -> dict[str, Any] | None:
    if user is None:
        return None
    values = user_values(user)
    if asking.access.reads(user.id):
        return values
    return {key: values[key] for key in PUBLIC}


CALLS = {"get": get, "find": find, "list": list_, "count": count, "first": first, "update": update}
