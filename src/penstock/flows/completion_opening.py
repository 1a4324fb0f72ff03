"""The first steps of every completion: find the model, make the body that it gets."""

from __future__ import annotations

from typing import Any

from penstock.flows import tools
from penstock.flows.completion_answer import label
from penstock.flows.completion_prompt import with_params
from penstock.flows.completion_request import Asker, CompletionRequest
from penstock.flows.context import Services
from penstock.flows.exchange import Exchange, metadata_of
from penstock.flows.filters import Filters
from penstock.realtime.hub import Target


async def open_exchange(services: Services, asked: CompletionRequest, asker: Asker, target: Target) -> Exchange:
    """Find the model. Raises `NotFound` where there is none for that user."""
    model = await services.models.resolve(asked.model_id, asker.user)
    metadata = metadata_of(asked, asker, model, target)
    exchange = Exchange(services, asked, asker, model, target, label(asked.model_id), metadata)
    await _offer_tools(exchange)
    return exchange


async def _offer_tools(exchange: Exchange) -> None:
    """Those that the request names, or else those that the admin chose for the model."""
    asked, model = exchange.request, exchange.model
    chosen = model.meta.get("toolIds")
    defaults = list(map(str, chosen)) if isinstance(chosen, list) else []
    tool_ids = defaults if asked.tool_ids is None else asked.tool_ids
    if not tool_ids or exchange.asker.is_task:
        return
    if model.pipe is None:
        if asked.tool_ids:
            exchange.warn(f"{model.name} cannot use the tools of this server; only models of pipes can.")
        return
    exchange.metadata["tool_ids"] = tool_ids
    exchange.tools, problems = await tools.offered(exchange.services, tool_ids, model.id, exchange.asker.user)
    for sentence in problems:
        exchange.warn(sentence)


async def prepare(exchange: Exchange, filters: Filters, messages: list[dict[str, Any]]) -> dict[str, Any]:
    """The body for the model: parameters and system prompt of its record, then the inlet filters.

    A filter may choose another model by changing `model`.
    """
    asked, user = exchange.request, exchange.asker.user
    body = {**asked.body, "messages": messages, "stream": asked.stream}
    params = exchange.model.params
    if exchange.asker.bypass_system_prompt:
        params = {key: value for key, value in params.items() if key != "system"}
    body = with_params(body, params, asked.params, user, asked.variables)
    if filters.any:
        body = await filters.inlet(body)
        chosen = body.get("model")
        if isinstance(chosen, str) and chosen != asked.model_id:
            exchange.model = await exchange.services.models.resolve(chosen, user)
    else:
        body = filters.for_model(body)
    body["model"] = exchange.model.answering_id
    return body
