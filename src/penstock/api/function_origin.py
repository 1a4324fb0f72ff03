"""Updates of functions that came from an address: `/api/v1/functions/id/{id}/origin` (spec L3)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from penstock.api.access import AdminUser, ServicesDep
from penstock.api.answers.functions import FunctionSource, OriginCheck
from penstock.api.documented import documented
from penstock.api.function_wire import with_source
from penstock.api.progress_stream import EVENTS, WithProgress
from penstock.environments import Progress
from penstock.errors import Conflict, SourceError
from penstock.flows.context import Services
from penstock.flows.origins import Origins

router = APIRouter(prefix="/api/v1/functions/id/{function_id}/origin", tags=["functions"])


class SeenOrigin(BaseModel):
    sha256: str  # of what was looked at


@router.get("")
@documented("Look for an update at its address", OriginCheck)
async def check(function_id: str, _: AdminUser, services: ServicesDep) -> dict[str, Any]:
    """What its address holds now, and what taking it would change; nothing is changed."""
    found = await _origins(services).check(function_id)
    return {**asdict(found), "checked_at": int(found.checked_at)}


@router.post("/update", response_model=None)
@documented(
    "Take the update",
    FunctionSource,
    errors=[Conflict, SourceError],
    streams=EVENTS,
)
async def update(
    function_id: str, seen: SeenOrigin, admin: AdminUser, services: ServicesDep, answer: WithProgress
) -> dict[str, Any] | Response:
    """Make what was looked at a new version. 409 where the address holds something else by now."""

    async def take(progress: Progress) -> dict[str, Any]:
        function = await _origins(services).take(function_id, seen.sha256, admin, progress)
        snapshot = await services.registry.index.current()
        return with_source(function, snapshot.servings.get(function_id))

    return await answer(take)


def _origins(services: Services) -> Origins:
    return Origins(services.registry, services.settings)
