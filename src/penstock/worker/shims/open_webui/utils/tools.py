"""Tools of the server. Penstock has none of this kind, so that every answer is empty."""

from __future__ import annotations

from typing import Any

from open_webui._missing import any_name


def get_tools(*_: Any, **__: Any) -> dict[str, Any]:
    return {}


get_builtin_tools = get_terminal_tools = get_attached_tools = get_tools


async def get_tool_servers(*_: Any, **__: Any) -> list[Any]:
    return []


__getattr__ = any_name("utils.tools", "tools kept by the server", "Call your tool from the function itself.")
