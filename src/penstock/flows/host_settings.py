"""What a function may know of the server's settings. Addresses and keys of providers are not among it."""

from __future__ import annotations

from typing import Any

from penstock.flows.host_asking import Asking

TASK_MODEL = "task_model"


async def get(asking: Asking) -> dict[str, Any]:
    """Names as functions of Open WebUI read them from `__request__.app.state.config`."""
    store = asking.services.store.settings
    task_model = await store.get(TASK_MODEL)
    default_models = await store.get("default_models")
    return {
        "WEBUI_NAME": asking.services.settings.name,
        "WEBUI_URL": await store.get("webui_url") or "",
        "TASK_MODEL": task_model or "",
        "TASK_MODEL_EXTERNAL": await store.get("task_model_external") or task_model or "",
        "DEFAULT_MODELS": ",".join(default_models) if isinstance(default_models, list) else default_models or "",
        "DEFAULT_USER_ROLE": asking.services.settings.default_role,
        "ENABLE_SIGNUP": asking.services.settings.signup,
        "ENABLE_OPENAI_API": True,
        "ENABLE_OLLAMA_API": False,
        "ENABLE_DIRECT_CONNECTIONS": False,
        "ENABLE_TITLE_GENERATION": True,
        "ENABLE_TAGS_GENERATION": True,
        "ENABLE_FOLLOW_UP_GENERATION": True,
        "ENABLE_WEB_SEARCH": False,
        "ENABLE_IMAGE_GENERATION": False,
        "ENABLE_CODE_EXECUTION": False,
        "ENABLE_CODE_INTERPRETER": False,
    }


CALLS = {"get": get}
