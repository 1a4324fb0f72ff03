"""Whether an action may be run, and by whom (spec A8): the same rule guards the button and the call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from penstock.errors import NotBound
from penstock.flows.context import Services
from penstock.store.records import User

if TYPE_CHECKING:
    from penstock.flows.models import ResolvedModel
    from penstock.flows.registry import Serving


async def model_for(
    services: Services, serving: Serving, action_id: str, model_id: Any, user: User
) -> ResolvedModel | None:
    """The model under whose message the action acts, or None where the caller names none.

    Raises `NotFound` for a model that the user does not have, `NotBound` for an action that does not belong to it.
    """
    if isinstance(model_id, str) and model_id:
        model = await services.models.resolve(model_id, user)
        if not serving.function.is_global:
            bound = model.meta.get("actionIds")
            await services.registry.action(action_id, bound if isinstance(bound, list) else ())
        return model
    if not serving.function.is_global and user.role != "admin" and not await _is_offered(services, serving.id, user):
        raise NotBound(
            f"The action `{serving.id}` is not chosen for any model that you may use.",
            hint="An administrator makes it global, or chooses it for a model.",
        )
    return None


async def _is_offered(services: Services, function_id: str, user: User) -> bool:
    """Whether any model of this user has a button of the action."""
    models = await services.models.list(user)
    buttons = [str(action.get("id")) for model in models for action in model.get("actions", ())]
    return any(button.partition(".")[0] == function_id for button in buttons)
