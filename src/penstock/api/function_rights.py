"""Rights of functions: `/api/v1/functions/id/{id}/rights`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from penstock.api.access import AdminUser, ServicesDep
from penstock.api.answers.decisions import Rights, RightsChange
from penstock.api.documented import documented
from penstock.errors import Invalid, NeedsConfirmation

router = APIRouter(prefix="/api/v1/functions/id/{function_id}/rights", tags=["functions"])


@router.get("")
@documented("Read rights and budgets", Rights)
async def rights(function_id: str, _: AdminUser, services: ServicesDep) -> dict[str, Any]:
    """What is in force, with `defaults`, `effective` and what a budget may be; `budget` has what is set, or null."""
    return await services.rights.read(function_id)


@router.post("")
@documented("Change rights and budgets", Rights, body=RightsChange, errors=[NeedsConfirmation])
async def change(function_id: str, given: dict[str, Any], admin: AdminUser, services: ServicesDep) -> dict[str, Any]:
    """Change what is named; null goes back to the default. Holds from the next run on.

    `trusted`, `data: all` and `page_script` need `"confirm": true`; the answer 409 says what each of them means.
    """
    confirm = given.pop("confirm", False)
    if not isinstance(confirm, bool):
        problem = {"field": "confirm", "message": "`confirm` is true or false."}
        raise Invalid("`confirm` is true or false.", errors=[problem])
    return await services.rights.change(function_id, given, admin, confirmed=confirm)
