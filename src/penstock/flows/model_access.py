"""Who may use a model or a function: nobody is left out without an access record, and admins never are.

An access record is `{"read": {"user_ids": [], "group_ids": [], "role_ids": []}, "write": ...}`; None is everybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from penstock.store import Store
from penstock.store.records import Model, User


def may_read(record: Model | None, user: User, group_ids: frozenset[str]) -> bool:
    """Whether that user may use the model with this record."""
    return record is None or allows(record.access_control, record.user_id, user, group_ids)


def allows(access: Mapping[str, Any] | None, owner_id: str, user: User, group_ids: frozenset[str]) -> bool:
    """Whether an access record lets that user use what it is about: a model or a function."""
    if access is None or user.role == "admin" or owner_id == user.id:
        return True
    read = access.get("read")
    if not isinstance(read, Mapping):
        return False
    by_name = user.id in (read.get("user_ids") or ()) or user.role in (read.get("role_ids") or ())
    return by_name or not group_ids.isdisjoint(read.get("group_ids") or ())


async def group_ids_of(store: Store, user: User) -> frozenset[str]:
    return frozenset(group.id for group in await store.groups.of(user.id))


def from_grants(grants: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """An access record from a list of grants, the newer form of the same thing."""
    access: dict[str, Any] = {
        "read": {"user_ids": [], "group_ids": [], "role_ids": []},
        "write": {"user_ids": [], "group_ids": [], "role_ids": []},
    }
    for grant in grants:
        permission, principal = grant.get("permission"), grant.get("principal_id")
        if permission == "read" and principal == "*":
            return None
        ids = access.get(str(permission), {}).get(f"{grant.get('principal_type')}_ids")
        if isinstance(ids, list):
            ids.append(principal)
    return access


def as_grants(access: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The same access as a list of grants."""
    if access is None:
        return [{"principal_type": "user", "principal_id": "*", "permission": "read"}]
    return [
        {"principal_type": kind, "principal_id": principal, "permission": permission}
        for permission in ("read", "write")
        for kind in ("user", "group", "role")
        for principal in (access.get(permission) or {}).get(f"{kind}_ids") or ()
    ]
