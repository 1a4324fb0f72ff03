"""Whether an action may be run, and by whom (spec A8): the same rule guards the button and the call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from penstock.errors import NotAllowed, NotFound
from penstock.flows.context import Services
from penstock.store.records import User

if TYPE_CHECKING:
    from penstock.flows.models import ResolvedModel
    from penstock.flows.registry import Serving


async def action_serving(services: Services, action_id: str) -> tuple[Serving, str]:
    """The action of a wire id `function` or `function.sub` (spec A2), and the sub-id.

    Raises `NotFound` for an unknown action or sub-action, and what the registry says of one that is switched off.
    """
    function_id, _, sub_id = action_id.partition(".")
    serving = await services.registry.serving(function_id)
    if serving.description.kind != "action":
        raise NotFound(f"'{function_id}' is not an action but a function of kind {serving.description.kind}.")
    if sub_id and sub_id not in (button.id for button in serving.description.actions):
        offered = ", ".join(button.id for button in serving.description.actions)
        raise NotFound(
            f"Action '{function_id}' has no sub-action '{sub_id}'.",
            hint=f"It has: {offered}." if offered else "It has no sub-actions at all.",
        )
    return serving, sub_id


async def model_for(
    services: Services, serving: Serving, action_id: str, model_id: Any, user: User
) -> ResolvedModel | None:
    """The model under whose message the action acts. Raises `NotFound` (model) or `NotAllowed` (not bound to it)."""
    function_id = serving.function.id
    if isinstance(model_id, str) and model_id:
        model = await services.models.resolve(model_id, user)
        if not serving.function.is_global and not is_bound(model, function_id, action_id):
            raise NotAllowed(
                f"Action '{function_id}' is not available for model '{model_id}'.",
                hint="An admin can make it global, or add it to the actions of this model.",
            )
        return model
    if not serving.function.is_global and user.role != "admin" and not await _is_offered(services, action_id, user):
        raise NotAllowed(
            f"Action '{function_id}' is not available for any model that you may use.",
            hint="An admin can make it global, or add it to the actions of a model.",
        )
    return None


def is_bound(model: ResolvedModel, function_id: str, action_id: str) -> bool:
    """Whether an admin has given this action to the model."""
    bound = model.meta.get("actionIds")
    return isinstance(bound, list) and (function_id in bound or action_id in bound)


async def _is_offered(services: Services, action_id: str, user: User) -> bool:
    function_id = action_id.partition(".")[0]
    models = await services.models.list(user)
    return any(
        action.get("id") == action_id or str(action.get("id")).partition(".")[0] == function_id
        for model in models
        for action in model.get("actions", ())
    )
