"""The server's side of what functions ask it for (spec H1): each call checked against the rights of its run."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from penstock.errors import BadRequest, NotFound
from penstock.flows import (
    host_chats,
    host_completions,
    host_events,
    host_files,
    host_folders,
    host_functions,
    host_groups,
    host_kv,
    host_memories,
    host_models,
    host_settings,
    host_tools,
    host_users,
)
from penstock.flows.context import Services
from penstock.flows.host_asking import Asking, Handler
from penstock.flows.run_order import RunOrder
from penstock.flows.system_events import caused_by

CALLS: Mapping[str, Handler] = {
    f"{noun}.{verb}": handler
    for noun, module in {
        "chats": host_chats,
        "completions": host_completions,
        "config": host_settings,
        "events": host_events,
        "files": host_files,
        "folders": host_folders,
        "functions": host_functions,
        "groups": host_groups,
        "kv": host_kv,
        "memories": host_memories,
        "models": host_models,
        "tools": host_tools,
        "users": host_users,
    }.items()
    for verb, handler in module.CALLS.items()
}
_SIGNATURES = {name: inspect.signature(handler) for name, handler in CALLS.items()}


class Host:
    """Answers `noun.verb` with the rights of the user on whose behalf a function runs."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._runs: dict[str, Asking] = {}

    async def call(self, run: RunOrder, name: str, arguments: dict[str, Any]) -> Any:
        """The answer as plain values. Raises a `PenstockError` that the function sees as its own exception."""
        handler = CALLS.get(name)
        if handler is None:
            raise NotFound(f"The server has no call `{name}` for functions.")
        asking = self._runs.get(run.id)
        if asking is None:
            asking = self._runs[run.id] = Asking(self._services, run)
        try:
            _SIGNATURES[name].bind(asking, **arguments)
        except TypeError as error:
            raise BadRequest(f"`{name}` cannot be called so: {error}.") from None
        caused_by(run)
        return await handler(asking, **arguments)

    def run_ended(self, run_id: str) -> None:
        """Let go of what a run left open."""
        if asking := self._runs.pop(run_id, None):
            asking.close()
