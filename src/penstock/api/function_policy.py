"""Policies of filters: `/api/v1/functions/id/{id}/policy`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from penstock.api.access import AdminUser, ServicesDep
from penstock.api.answers.decisions import Policy, PolicyChange
from penstock.api.documented import documented
from penstock.flows import filter_policies

router = APIRouter(prefix="/api/v1/functions/id/{function_id}/policy", tags=["functions"])


@router.get("")
@documented("Read the policy of a filter", Policy)
async def policy(function_id: str, _: AdminUser, services: ServicesDep) -> dict[str, Any]:
    """What is decided (null: left to the author), with `proposed` and `effective`."""
    return await filter_policies.read(services, function_id)


@router.post("")
@documented("Change the policy of a filter", Policy, body=PolicyChange)
async def change(function_id: str, given: dict[str, Any], admin: AdminUser, services: ServicesDep) -> dict[str, Any]:
    """`stream` and `outlet`: `skip`, `fail` or `block` where the filter raises; `tasks`: whether tasks pass it.

    Changes what is named; null goes back to what the author proposes. Holds from the next answer on.
    """
    return await filter_policies.change(services, function_id, given, admin)
