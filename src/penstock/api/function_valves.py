"""Valves of functions: `/api/v1/functions/id/{id}/valves` for admins, `.../valves/user` for each user (spec V2)."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from penstock.api.access import AdminUser, CurrentUser, ServicesDep

router = APIRouter(prefix="/api/v1/functions/id/{function_id}/valves", tags=["functions"])


@router.get("")
async def valves(function_id: str, _: AdminUser, services: ServicesDep) -> dict[str, Any]:
    """Set values; a secret shows as a mask, which stands for "unchanged" when it is sent back (V5)."""
    return await services.valves.read(function_id)


@router.get("/spec")
async def spec(function_id: str, admin: AdminUser, services: ServicesDep) -> dict[str, Any] | None:
    return await services.valves.spec(function_id, admin)


@router.post("/update")
async def update(function_id: str, values: dict[str, Any], admin: AdminUser, services: ServicesDep) -> dict[str, Any]:
    return await services.valves.update(function_id, values, admin)


@router.get("/user")
async def user_valves(function_id: str, user: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    return await services.valves.read_user(function_id, user)


@router.get("/user/spec")
async def user_spec(function_id: str, user: CurrentUser, services: ServicesDep) -> dict[str, Any] | None:
    return await services.valves.user_spec(function_id, user)


@router.post("/user/update")
async def update_user(
    function_id: str, values: dict[str, Any], user: CurrentUser, services: ServicesDep
) -> dict[str, Any]:
    return await services.valves.update_user(function_id, values, user)
