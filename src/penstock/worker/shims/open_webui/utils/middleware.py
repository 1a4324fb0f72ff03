"""Parts of the server's own processing that functions import."""

from __future__ import annotations

import json
from typing import Any

from open_webui._missing import any_name


def process_tool_result(
    request: Any, tool_function_name: str, tool_result: Any, tool_type: str = "", *_: Any, **__: Any
) -> tuple[Any, list[Any], list[Any]]:
    """What a tool gave, as text, with the files and embeds that came with it."""
    embeds: list[Any] = []
    if isinstance(tool_result, tuple) and len(tool_result) == 2:
        tool_result, _headers = tool_result
    body = getattr(tool_result, "body", None)
    if isinstance(body, bytes):
        embeds.append(body.decode("utf-8", "replace"))
        tool_result = {"status": "success", "message": f"{tool_function_name}: shown to the user."}
    if isinstance(tool_result, dict | list):
        tool_result = json.dumps(tool_result, indent=2, ensure_ascii=False, default=str)
    return tool_result, [], embeds


__getattr__ = any_name("utils.middleware", "the server's own processing", "Filters change requests and answers.")
