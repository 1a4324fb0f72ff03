"""Tools for pipes: `/api/v1/tools`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from penstock.api.access import CurrentUser, ServicesDep
from penstock.api.answers.models import ToolItem
from penstock.api.documented import documented
from penstock.flows import tools

router = APIRouter(prefix="/api/v1/tools", tags=["tools"])


@router.get("/")
@router.get("/list")
@documented("List tools for completions", list[ToolItem])
async def listed(user: CurrentUser, services: ServicesDep) -> list[dict[str, Any]]:
    """What a completion may name in `tool_ids`, with the specifications of the tools behind each."""
    return await tools.listed(services, user)
