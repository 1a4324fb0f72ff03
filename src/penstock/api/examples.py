"""The functions that come with Penstock: `/api/v1/examples`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from penstock.api.access import AdminUser, ServicesDep
from penstock.api.answers.functions import ExampleItem, FunctionItem
from penstock.api.documented import documented
from penstock.api.function_wire import function_wire

router = APIRouter(prefix="/api/v1/examples", tags=["functions"])


class ChosenExamples(BaseModel):
    ids: list[str] | None = None


@router.get("")
@documented("List functions that come with Penstock", list[ExampleItem])
async def examples(_: AdminUser, services: ServicesDep) -> list[dict[str, Any]]:
    """What can be installed with one click; nothing where the setting `examples` is off."""
    if not services.settings.examples:
        return []
    return [
        {
            "id": example.id,
            "name": example.name,
            "kind": example.kind,
            "description": example.description,
            "icon_url": example.icon_url,
            "installed": installed,
        }
        for example, installed in await services.examples.offered()
    ]


@router.post("/install")
@documented("Install functions that come with Penstock", list[FunctionItem])
async def install(
    admin: AdminUser, services: ServicesDep, chosen: ChosenExamples | None = None
) -> list[dict[str, Any]]:
    """Save and switch on the chosen ones, or all."""
    functions = await services.examples.install(chosen.ids if chosen else None, admin)
    snapshot = await services.registry.index.current()
    return [function_wire(function, snapshot.servings.get(function.id)) for function in functions]
