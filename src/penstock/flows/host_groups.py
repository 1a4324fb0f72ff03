"""Groups: those of the user of a run, or all of them (`host_access`)."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from penstock.flows.host_asking import Asking
from penstock.store.records import Group


async def list_(asking: Asking, user_id: str | None = None) -> list[dict[str, Any]]:
    """Groups of that user, or without one all that may be seen."""
    groups = asking.services.store.groups
    if asking.access.reads_all:
        found = await groups.list() if user_id is None else await groups.of(user_id)
    else:
        found = await groups.of(asking.user.id) if asking.access.owns(user_id) else []
    return [_wire(asking, group) for group in found]


async def get(asking: Asking, id: str) -> dict[str, Any] | None:
    group = await asking.services.store.groups.get(id)
    if group is None or not (asking.access.reads_all or asking.user.id in group.user_ids):
        return None
    return _wire(asking, group)


def _wire(asking: Asking, group: Group) -> dict[str, Any]:
    members = group.user_ids if asking.access.reads_all else [asking.user.id]
    values = structs.asdict(group)
    return {
        **values,
        "user_ids": list(members),
        "created_at": int(group.created_at),
        "updated_at": int(group.updated_at),
    }


CALLS = {"list": list_, "get": get}
