"""Tools as a run may call them (`penstock.flows.tools`)."""

from __future__ import annotations

from typing import Any

from penstock.flows import builtin_tools, tools
from penstock.flows.host_asking import Asking


async def list_(asking: Asking, ids: list[str] | None = None) -> dict[str, dict[str, Any]]:
    """The tools of these ids by name; without ids, all that the server has itself."""
    body = asking.order.body
    model_id = body.get("model") if isinstance(body, dict) else None
    found, _ = await tools.offered(
        asking.services, list(builtin_tools.SETS) if ids is None else ids, model_id, asking.user
    )
    return found


async def call(asking: Asking, id: str, name: str, arguments: dict[str, Any]) -> Any:
    return await tools.call(asking, id, name, arguments)


CALLS = {"list": list_, "call": call}
