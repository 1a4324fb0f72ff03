"""People with an account: `/api/v1/users`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from penstock.api import groups
from penstock.api.access import AdminUser, CurrentUser, ServicesDep
from penstock.api.answers.accounts import (
    GroupItem,
    People,
    Permissions,
    Person,
    PersonSeen,
    Presence,
    PublicPeople,
    UserSettings,
)
from penstock.api.documented import documented
from penstock.errors import NotAllowed
from penstock.flows.accounts import permissions_of
from penstock.flows.context import Services
from penstock.flows.people import full, public
from penstock.store.records import User

router = APIRouter(prefix="/api/v1/users", tags=["users"])

PAGE = 30
ALL = 10_000
FURTHEST_PAGE = 1_000_000

Page = Annotated[int, Query(ge=1, le=FURTHEST_PAGE)]


class UserChange(BaseModel):
    role: str | None = None
    name: str | None = None
    email: str | None = None
    profile_image_url: str | None = None
    password: str | None = None


class Role(BaseModel):
    role: str


class RoleChange(BaseModel):
    id: str
    role: str


@router.get("/")
@documented("List accounts", People)
async def users(_: AdminUser, services: ServicesDep, query: str = "", page: Page = 1) -> dict[str, Any]:
    found = await services.store.users.list(query, (page - 1) * PAGE, PAGE)
    return {"users": [full(user) for user in found], "total": await _total(services, query)}


async def _total(services: ServicesDep, query: str) -> int:
    return len(await services.store.users.list(query, 0, ALL)) if query else await services.store.users.count()


@router.get("/all")
@documented("List all accounts", People)
async def all_users(_: AdminUser, services: ServicesDep) -> dict[str, Any]:
    found = await services.store.users.list("", 0, ALL)
    return {"users": [full(user) for user in found], "total": len(found)}


@router.get("/search")
@documented("Find people", PublicPeople)
async def search(_: CurrentUser, services: ServicesDep, query: str = "", page: Page = 1) -> dict[str, Any]:
    found = await services.store.users.list(query, (page - 1) * PAGE, PAGE)
    return {"users": [public(user) for user in found], "total": await _total(services, query)}


@router.get("/user/settings")
@documented("Read my settings", UserSettings)
async def settings(user: CurrentUser) -> dict[str, Any]:
    return user.settings


@router.post("/user/settings/update")
@documented("Change my settings", UserSettings, body=UserSettings)
async def update_settings(body: dict[str, Any], user: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    changed = await services.people.change_settings(user, body)
    services.events.tell("user.settings_updated", user, ("user", user.id), keys=sorted(body))
    return changed


@router.get("/user/info")
@documented("Read what clients keep about me", dict[str, Any])
async def info(user: CurrentUser) -> dict[str, Any]:
    return user.info


@router.post("/user/info/update")
@documented("Change what clients keep about me", dict[str, Any])
async def update_info(body: dict[str, Any], user: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    return await services.people.change_info(user, body)


@router.post("/update/role")
@documented("Change a role", Person)
async def update_role(body: RoleChange, by: AdminUser, services: ServicesDep) -> dict[str, Any]:
    return await _change(body.id, {"role": body.role}, by, services)


@router.post("/{user_id}/update/role", include_in_schema=False)
@documented("Change a role", Person)
async def update_role_of(user_id: str, body: Role, by: AdminUser, services: ServicesDep) -> dict[str, Any]:
    """As `openwebui-chat-client` asks for it."""
    return await _change(user_id, {"role": body.role}, by, services)


@router.get("/permissions")
@documented("What I may do", Permissions)
async def permissions(user: CurrentUser) -> dict[str, Any]:
    """What the caller may do, as in their session."""
    return permissions_of(user)


@router.get("/groups")
@documented("List my groups", list[GroupItem])
async def own_groups(user: CurrentUser, services: ServicesDep) -> list[dict[str, Any]]:
    return [groups.wire(group) for group in await services.store.groups.of(user.id)]


@router.get("/{user_id}")
@router.get("/{user_id}/info", include_in_schema=False)
@documented("Read about a person", PersonSeen)
async def one(user_id: str, asking: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    user = await services.people.get(user_id)
    shown = full(user) if asking.role == "admin" or asking.id == user.id else public(user)
    active = services.hub.watched(user.id)
    return {**shown, "active": active, "is_active": active}


@router.get("/{user_id}/active")
@documented("Whether somebody has a page open", Presence)
async def is_active(user_id: str, _: CurrentUser, services: ServicesDep) -> dict[str, bool]:
    """Whether the user has a page open."""
    return {"active": services.hub.watched((await services.people.get(user_id)).id)}


@router.get("/{user_id}/groups")
@documented("List groups of a person", list[GroupItem])
async def groups_of(user_id: str, _: AdminUser, services: ServicesDep) -> list[dict[str, Any]]:
    return [groups.wire(group) for group in await services.store.groups.of(user_id)]


@router.post("/{user_id}/update")
@documented("Change an account", Person)
async def update(user_id: str, body: UserChange, by: AdminUser, services: ServicesDep) -> dict[str, Any]:
    return await _change(user_id, body.model_dump(exclude_none=True), by, services)


async def _change(user_id: str, given: dict[str, Any], by: User, services: Services) -> dict[str, Any]:
    before = await services.people.get(user_id)
    user = await services.people.change(user_id, given)
    services.events.tell("user.updated", by, ("user", user.id), keys=sorted(given))
    if user.role != before.role:
        services.events.tell("user.role_updated", by, ("user", user.id), role=user.role, before=before.role)
    return full(user)


@router.delete("/{user_id}")
@documented("Delete an account", bool, errors=[NotAllowed])
async def delete(user_id: str, asking: AdminUser, services: ServicesDep) -> bool:
    gone = await services.people.get(user_id)
    await services.people.delete(user_id, by=asking)
    services.events.tell("user.deleted", asking, ("user", gone.id), email=gone.email, name=gone.name)
    return True
