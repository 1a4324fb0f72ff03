"""Valves of functions: `/api/v1/functions/id/{id}/valves` for admins, `.../valves/user` for each user (spec V2)."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from penstock.api.access import AdminUser, CurrentUser, ServicesDep
from penstock.api.answers.decisions import ValveLayer, ValveOrigin
from penstock.api.documented import documented

router = APIRouter(prefix="/api/v1/functions/id/{function_id}/valves", tags=["functions"])


@router.get("")
@documented("Read valves", dict[str, Any])
async def valves(function_id: str, _: AdminUser, services: ServicesDep) -> dict[str, Any]:
    """Set values; a secret shows as a mask, which stands for "unchanged" when it is sent back (V5)."""
    return await services.valves.read(function_id)


@router.get("/spec")
@documented("The JSON Schema of valves", dict[str, Any] | None)
async def spec(function_id: str, admin: AdminUser, services: ServicesDep) -> dict[str, Any] | None:
    return await services.valves.spec(function_id, admin)


@router.post("/update")
@documented("Set valves", dict[str, Any])
async def update(function_id: str, values: dict[str, Any], admin: AdminUser, services: ServicesDep) -> dict[str, Any]:
    return await services.valves.update(function_id, values, admin)


@router.get("/user")
@documented("Read my own valves", dict[str, Any])
async def user_valves(function_id: str, user: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    return await services.valves.read_user(function_id, user)


@router.get("/user/spec")
@documented("The JSON Schema of my own valves", dict[str, Any] | None)
async def user_spec(function_id: str, user: CurrentUser, services: ServicesDep) -> dict[str, Any] | None:
    return await services.valves.user_spec(function_id, user)


@router.post("/user/update")
@documented("Set my own valves", dict[str, Any])
async def update_user(
    function_id: str, values: dict[str, Any], user: CurrentUser, services: ServicesDep
) -> dict[str, Any]:
    return await services.valves.update_user(function_id, values, user)


@router.get("/layers")
@documented("List values of groups and models", list[ValveLayer])
async def layers(function_id: str, _: AdminUser, services: ServicesDep) -> list[dict[str, Any]]:
    """What is set for single groups and models: `layer`, `subject`, `name`, `values` (V6)."""
    return await services.valves.layers.list(function_id)


@router.get("/layers/{layer}/{subject:path}")
@documented("Read values of a group, model or user", dict[str, Any])
async def layer_values(
    function_id: str, layer: str, subject: str, _: AdminUser, services: ServicesDep
) -> dict[str, Any]:
    return await services.valves.layers.read(function_id, layer, subject)


@router.post("/layers/{layer}/{subject:path}")
@documented("Set values of a group, model or user", dict[str, Any])
async def update_layer(
    function_id: str, layer: str, subject: str, values: dict[str, Any], admin: AdminUser, services: ServicesDep
) -> dict[str, Any]:
    """Replace what one `group`, `model` or `user` has of its own; what is not named is as for all."""
    return await services.valves.layers.update(function_id, layer, subject, values, admin)


@router.delete("/layers/{layer}/{subject:path}")
@documented("Remove values of a group, model or user", bool)
async def remove_layer(function_id: str, layer: str, subject: str, admin: AdminUser, services: ServicesDep) -> bool:
    await services.valves.layers.remove(function_id, layer, subject, admin)
    return True


@router.get("/origin")
@documented("Where each value comes from", dict[str, ValveOrigin])
async def origin(
    function_id: str, _: AdminUser, services: ServicesDep, user_id: str = "", model_id: str = ""
) -> dict[str, dict[str, Any]]:
    """For each field the value that a run would see, and the layer that it comes from (V6)."""
    models: tuple[str, ...] = ()
    if model_id:
        entry = (await services.models.catalog()).models.get(model_id)
        models = entry.lineage if entry else (model_id,)
    return await services.valves.layers.origins(function_id, user_id or None, models)
