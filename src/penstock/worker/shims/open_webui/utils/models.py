"""The models that the calling user may use."""

from __future__ import annotations

from typing import Any

from open_webui._bridge import acall


async def get_all_models(
    request: Any = None, refresh: bool = False, user: Any = None, **_: Any
) -> list[dict[str, Any]]:
    return await acall("models.list")


async def get_all_base_models(request: Any = None, user: Any = None, **_: Any) -> list[dict[str, Any]]:
    return [model for model in await get_all_models() if not (model.get("info") or {}).get("base_model_id")]


def get_filtered_models(models: list[dict[str, Any]], user: Any = None, **_: Any) -> list[dict[str, Any]]:
    """All of them: the server lists only what the user may use."""
    return models


def check_model_access(user: Any = None, model: Any = None, **_: Any) -> None:
    """Nothing to check here: the server does at the call."""
