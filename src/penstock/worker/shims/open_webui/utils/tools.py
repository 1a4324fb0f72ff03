"""Tools that a function may call itself: those of the server, and actions that say what they take (spec P3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from open_webui._bridge import call
from open_webui._missing import any_name
from penstock.worker.tools import made_callable

_SETS_OF_FEATURES = {"memory": "builtin:memories"}


def get_tools(
    request: Any = None, tool_ids: Iterable[str] | None = None, user: Any = None, extra_params: Any = None, **_: Any
) -> dict[str, dict[str, Any]]:
    """By name, with a spec and something to call. Ids that are no tool of this server give none."""
    ids = [str(each) for each in tool_ids or ()]
    return _callable(call("tools.list", ids=ids)) if ids else {}


def get_builtin_tools(
    request: Any = None,
    extra_params: Any = None,
    features: Mapping[str, Any] | None = None,
    model: Any = None,
    *_: Any,
    **__: Any,
) -> dict[str, dict[str, Any]]:
    """All that the server has itself, but those of a feature that is switched off."""
    off = {tools for feature, tools in _SETS_OF_FEATURES.items() if (features or {}).get(feature) is False}
    tools = call("tools.list", ids=None)
    return _callable({name: entry for name, entry in tools.items() if entry["tool_id"] not in off})


def get_terminal_tools(*_: Any, **__: Any) -> dict[str, Any]:
    """None: there are no terminals."""
    return {}


get_attached_tools = get_terminal_tools


async def get_tool_servers(*_: Any, **__: Any) -> list[Any]:
    return []


def _callable(tools: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {name: {**entry, "callable": made_callable(entry)} for name, entry in tools.items()}


__getattr__ = any_name("utils.tools", "tools kept by the server", "Call your tool from the function itself.")
