"""Who may use a function, and why it is (not) here: `/api/v1/functions/id/{id}/access` and `/why` (spec A8, L10)."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from penstock.api.access import AdminUser, CurrentUser, ServicesDep
from penstock.api.answers.decisions import FunctionAccess, Why, WhyEach
from penstock.api.documented import documented
from penstock.errors import Invalid, NotAllowed, NotFound
from penstock.flows import function_access
from penstock.flows.model_access import as_grants, from_grants
from penstock.flows.why import why as explained
from penstock.flows.why import why_all
from penstock.store.records import Function, User

router = APIRouter(prefix="/api/v1/functions/id/{function_id}", tags=["functions"])
everywhere = APIRouter(prefix="/api/v1/functions", tags=["functions"])


class AccessForm(BaseModel):
    access_control: dict[str, Any] | None = None
    access_grants: list[dict[str, Any]] | None = None


@router.get("/access")
@documented("Who may use a function", FunctionAccess)
async def access(function_id: str, _: AdminUser, services: ServicesDep) -> dict[str, Any]:
    return _wire(await services.registry.get(function_id))


@router.post("/access")
@documented("Say who may use a function", FunctionAccess)
async def change_access(function_id: str, form: AccessForm, admin: AdminUser, services: ServicesDep) -> dict[str, Any]:
    """`access_control` as models have it (null: everybody), or `access_grants`, the newer form of the same thing."""
    if form.access_grants is None and "access_control" not in form.model_fields_set:
        problem = {"field": "access_control", "message": "Say who may use it; null is everybody."}
        raise Invalid("`access_control` is missing.", errors=[problem])
    wanted = form.access_control if form.access_grants is None else from_grants(form.access_grants)
    return _wire(await function_access.change(services, function_id, wanted, admin))


@router.get("/why")
@documented("Why a function is here, or not", Why)
async def why(
    function_id: str,
    caller: CurrentUser,
    services: ServicesDep,
    user_id: str = "",
    model_id: str = "",
    message_id: str = "",
) -> dict[str, Any]:
    """Whether the function is here for a user, a model and a message, with the rule that decided and all others.

    Users ask for themselves, administrators for anybody.
    """
    user = caller if user_id in ("", caller.id) else await _other(user_id, caller, services)
    return await explained(services, function_id, user, model_id, message_id)


@everywhere.get("/why")
@documented("Why functions are here, or not", WhyEach)
async def why_each(
    caller: CurrentUser, services: ServicesDep, user_id: str = "", model_id: str = "", message_id: str = ""
) -> dict[str, Any]:
    """Of each action and filter, whether it is here for a user, a model and a message, and what decided.

    Users ask for themselves and read of what they may use; administrators ask for anybody, and read of everything
    when they ask for themselves.
    """
    user = caller if user_id in ("", caller.id) else await _other(user_id, caller, services)
    return await why_all(services, user, model_id, message_id)


async def _other(user_id: str, caller: User, services: ServicesDep) -> User:
    if caller.role != "admin":
        raise NotAllowed("Only an administrator may ask for somebody else.")
    user = await services.store.users.get(user_id)
    if user is None:
        raise NotFound("This user does not exist.")
    return user


def _wire(function: Function) -> dict[str, Any]:
    return {
        "id": function.id,
        "access_control": function.access_control,
        "access_grants": as_grants(function.access_control),
    }
