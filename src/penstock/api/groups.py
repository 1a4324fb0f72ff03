"""Users who share rights: `/api/v1/groups`."""

from __future__ import annotations

import uuid
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from penstock.api.access import AdminUser, CurrentUser, ServicesDep
from penstock.api.answers.accounts import GroupItem
from penstock.api.documented import documented
from penstock.errors import NotFound
from penstock.store.records import Group

router = APIRouter(prefix="/api/v1/groups", tags=["groups"])


class GroupForm(BaseModel):
    name: str = Field(min_length=1, max_length=200)
    description: str = ""
    permissions: dict[str, Any] | None = None
    user_ids: list[str] | None = None


class GroupMembers(BaseModel):
    user_ids: list[str]


@router.get("/")
@documented("List groups", list[GroupItem])
async def groups(user: CurrentUser, services: ServicesDep) -> list[dict[str, Any]]:
    """All for an admin, one's own for everybody else."""
    found = await (services.store.groups.list() if user.role == "admin" else services.store.groups.of(user.id))
    return [wire(group) for group in found]


@router.post("/create")
@documented("Make a group", GroupItem)
async def create(body: GroupForm, admin: AdminUser, services: ServicesDep) -> dict[str, Any]:
    group = Group(
        id=str(uuid.uuid4()),
        name=body.name,
        description=body.description,
        permissions=body.permissions or {},
        user_ids=list(dict.fromkeys(body.user_ids or [])),
        meta={"created_by": admin.id},
    )
    return wire(await services.store.groups.create(group))


@router.get("/id/{group_id}")
@documented("Read a group", GroupItem)
async def one(group_id: str, _: AdminUser, services: ServicesDep) -> dict[str, Any]:
    return wire(await _found(group_id, services))


@router.post("/id/{group_id}/update")
@documented("Change a group", GroupItem)
async def update(group_id: str, body: GroupForm, _: AdminUser, services: ServicesDep) -> dict[str, Any]:
    return wire(await services.store.groups.update(group_id, **body.model_dump(exclude_none=True)))


@router.post("/id/{group_id}/users/add")
@documented("Add members", GroupItem)
async def add_users(group_id: str, body: GroupMembers, _: AdminUser, services: ServicesDep) -> dict[str, Any]:
    members = dict.fromkeys([*(await _found(group_id, services)).user_ids, *body.user_ids])
    return wire(await services.store.groups.update(group_id, user_ids=list(members)))


@router.post("/id/{group_id}/users/remove")
@documented("Remove members", GroupItem)
async def remove_users(group_id: str, body: GroupMembers, _: AdminUser, services: ServicesDep) -> dict[str, Any]:
    left = [member for member in (await _found(group_id, services)).user_ids if member not in set(body.user_ids)]
    return wire(await services.store.groups.update(group_id, user_ids=left))


@router.delete("/id/{group_id}/delete")
@documented("Delete a group", bool)
async def delete(group_id: str, _: AdminUser, services: ServicesDep) -> bool:
    if not await services.store.groups.delete(group_id):
        raise _missing()
    await services.store.layered_valves.forget("group", group_id)
    return True


async def _found(group_id: str, services: ServicesDep) -> Group:
    if (group := await services.store.groups.get(group_id)) is None:
        raise _missing()
    return group


def _missing() -> NotFound:
    return NotFound("This group does not exist.")


def wire(group: Group) -> dict[str, Any]:
    return {
        "id": group.id,
        "user_id": group.meta.get("created_by", ""),
        "name": group.name,
        "description": group.description,
        "permissions": group.permissions,
        "data": None,
        "meta": group.meta,
        "user_ids": group.user_ids,
        "member_count": len(group.user_ids),
        "created_at": int(group.created_at),
        "updated_at": int(group.updated_at),
    }
