"""Parts of the server's own processing that functions import."""

from __future__ import annotations

import json
from typing import Any

from open_webui._absent import RETRIEVAL
from open_webui._missing import any_name, refuse


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


async def get_system_oauth_token(request: Any = None, user: Any = None, *_: Any, **__: Any) -> None:
    """None: people do not sign in through OAuth here."""


async def add_file_context(messages: list[Any], chat_id: Any = None, user: Any = None, *_: Any, **__: Any) -> list[Any]:
    """The messages as they are: there are no tools here that would open files by their id."""
    return messages


async def chat_completion_files_handler(
    request: Any, body: dict[str, Any], extra_params: Any = None, user: Any = None, *_: Any, **__: Any
) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """The request as it is, where no files are attached; searching in files needs a vector store."""
    if (body.get("metadata") or {}).get("files"):
        refuse("open_webui.utils.middleware.chat_completion_files_handler", *RETRIEVAL)
    return body, {"sources": []}


__getattr__ = any_name("utils.middleware", "the server's own processing", "Filters change requests and answers.")
