"""Installed packages, for admins: `/api/v1/environments`."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter

from penstock.api.access import AdminUser, ServicesDep
from penstock.api.answers.server import Collected, EnvironmentItem
from penstock.api.documented import documented
from penstock.environments import Installed
from penstock.flows.collecting import in_workers

router = APIRouter(prefix="/api/v1/environments", tags=["environments"])


@router.get("")
@documented("List installed packages", list[EnvironmentItem])
async def environments(_: AdminUser, services: ServicesDep) -> list[dict[str, Any]]:
    """Every set of packages on this machine, the largest first, with the functions whose versions name it."""
    installed = await asyncio.to_thread(services.environments.installed)
    used = await services.store.versions.environments()
    running = in_workers(services.engine)
    return [_wire(each, sorted(used.get(each.id, ())), each.id in running) for each in installed]


@router.post("/collect")
@documented("Remove packages that nobody needs", Collected)
async def collect(_: AdminUser, services: ServicesDep) -> dict[str, Any]:
    """Remove what no version names, no worker uses and nobody has asked for since yesterday."""
    gone = await services.collecting.collect()
    return {"removed": [_wire(each, [], False) for each in gone], "bytes": sum(each.size for each in gone)}


def _wire(environment: Installed, function_ids: list[str], in_use: bool) -> dict[str, Any]:
    return {
        "id": environment.id,
        "packages": list(environment.pins),
        "size": environment.size,
        "function_ids": function_ids,
        "in_use": in_use,
        "created_at": environment.created_at,
        "wanted_at": environment.wanted_at,
    }
