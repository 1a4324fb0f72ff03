"""The application object, and the calls that authors import from here."""

from __future__ import annotations

from typing import Any

from open_webui._application import app
from open_webui.utils.chat import chat_completion, generate_chat_completion

generate_chat_completions = generate_chat_completion


async def get_all_models(request: Any = None, user: Any = None, **_: Any) -> list[dict[str, Any]]:
    """The models that the calling user may use."""
    from open_webui.utils.models import get_all_models as find

    return await find(request, user=user)


async def get_models(request: Any = None, user: Any = None, **_: Any) -> dict[str, Any]:
    return {"data": await get_all_models(request, user=user)}


__all__ = ["app", "chat_completion", "generate_chat_completion", "generate_chat_completions", "get_models"]
