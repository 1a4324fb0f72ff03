"""Policies of filters: what their authors propose, and what admins decided (spec F2, F5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.errors import BadRequest
from penstock.flows.context import Services
from penstock.flows.registry import Serving
from penstock.functions import filter_policy
from penstock.functions.filter_policy import FilterPolicy
from penstock.store.records import User


def policy_of(serving: Serving) -> FilterPolicy:
    """What is in force for a filter."""
    return filter_policy.in_force(serving.description.attributes, serving.function.policy)


async def read(services: Services, function_id: str) -> dict[str, Any]:
    """The policy as the API shows it. Raises `UnknownFunction`, and `BadRequest` for what is no filter."""
    serving = await _filter(services, function_id)
    return filter_policy.wire(serving.description.attributes, serving.function.policy)


async def change(services: Services, function_id: str, given: Mapping[str, Any], author: User) -> dict[str, Any]:
    """Decide what is named; null leaves it to the author again. Raises `Invalid`, and then nothing has changed."""
    registry = services.registry
    async with registry.turn(function_id):
        await _filter(services, function_id)
        present = (await registry.get(function_id)).policy
        decided = filter_policy.changed(present, given)
        if decided != present:
            await services.store.functions.update(function_id, policy=decided)
            registry.record("function.policy_updated", function_id, author, before=present, after=decided)
    return await read(services, function_id)


async def _filter(services: Services, function_id: str) -> Serving:
    serving = await services.registry.version_of(function_id)
    if serving.function.kind != "filter":
        raise BadRequest(f"`{function_id}` is no filter; only filters have a policy.")
    return serving
