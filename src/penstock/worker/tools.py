"""`__tools__`: the tools that a request offers, each with something to call (spec P3)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from penstock.worker import host


def add_callables(values: Mapping[str, Any]) -> None:
    """Give the tools among the values for a hook their callables; also those in the metadata."""
    metadata = values.get("metadata")
    for tools in (values.get("tools"), metadata.get("tools") if isinstance(metadata, dict) else None):
        if isinstance(tools, dict):
            for entry in tools.values():
                if isinstance(entry, dict) and isinstance(entry.get("spec"), dict) and "tool_id" in entry:
                    entry["callable"] = made_callable(entry)


def made_callable(entry: Mapping[str, Any]) -> Callable[..., Awaitable[Any]]:
    """The tool as a coroutine function of its parameters; it raises what the server says of a call."""
    spec, tool_id = entry["spec"], str(entry["tool_id"])

    async def tool(**arguments: Any) -> Any:
        return await host.call("tools.call", id=tool_id, name=spec["name"], arguments=arguments)

    tool.__name__ = tool.__qualname__ = str(spec["name"])
    tool.__doc__ = str(spec.get("description") or "")
    return tool
