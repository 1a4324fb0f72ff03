"""Whether an action may be run, and by whom (spec A8): the rules that guard the button guard the call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from penstock.errors import NotBound
from penstock.flows import availability
from penstock.flows.availability import Viewer
from penstock.flows.context import Services
from penstock.store.records import User

if TYPE_CHECKING:
    from penstock.flows.models import ResolvedModel
    from penstock.flows.registry import Serving


async def model_for(
    services: Services, serving: Serving, action_id: str, model_id: Any, user: User
) -> ResolvedModel | None:
    """The model under whose message the action acts, or None where the caller names none.

    Raises `NotFound` for a model that the user does not have, `NotBound` for an action that does not belong to it,
    `NotAllowed` where the action is not for this user, or says so itself.
    """
    if isinstance(model_id, str) and model_id:
        model = await services.models.resolve(model_id, user)
        availability.require(availability.button(serving, model.id, model.meta, action_id, model.viewer))
        await _require_own_word(services, serving, model.viewer, model)
        return model
    viewer = await services.models.viewer(user)
    availability.require([availability.allowed(serving.function, viewer)])
    if not serving.function.is_global and user.role != "admin" and not await _is_offered(services, serving.id, user):
        raise NotBound(
            f"The action `{serving.id}` is not chosen for any model that you may use.",
            hint="An administrator makes it global, or chooses it for a model.",
        )
    await _require_own_word(services, serving, viewer, None)
    return None


async def _require_own_word(services: Services, serving: Serving, viewer: Viewer, model: ResolvedModel | None) -> None:
    """Let the action itself have a say, last of all."""
    if "available" not in serving.description.hooks or viewer.user is None:
        return
    entry = model.entry if model else None
    catalog = await services.models.catalog()
    said = await services.models.predicates.ask(serving, viewer.user, entry, catalog)
    model_id = entry.id if entry else None
    asked = replace(viewer, unavailable={} if said is None else {(serving.id, model_id): said})
    availability.require(availability.available(serving, model_id, asked))


async def _is_offered(services: Services, function_id: str, user: User) -> bool:
    """Whether any model of this user has a button of the action."""
    models = await services.models.list(user)
    buttons = [str(action.get("id")) for model in models for action in model.get("actions", ())]
    return any(button.partition(".")[0] == function_id for button in buttons)
