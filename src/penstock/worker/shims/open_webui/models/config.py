"""Settings of the server by their dotted name: those that functions may know."""

from __future__ import annotations

from typing import Any

from open_webui._missing import Table, any_shape, refuse
from open_webui._settings import settings

NAMES = {
    "webui.name": "WEBUI_NAME",
    "webui.url": "WEBUI_URL",
    "task.model.default": "TASK_MODEL",
    "task.model.external": "TASK_MODEL_EXTERNAL",
    "task.title.enable": "ENABLE_TITLE_GENERATION",
    "task.tags.enable": "ENABLE_TAGS_GENERATION",
    "task.follow_up.enable": "ENABLE_FOLLOW_UP_GENERATION",
    "ui.default_models": "DEFAULT_MODELS",
    "ui.default_user_role": "DEFAULT_USER_ROLE",
    "ui.enable_signup": "ENABLE_SIGNUP",
    "openai.enable": "ENABLE_OPENAI_API",
    "ollama.enable": "ENABLE_OLLAMA_API",
    "web.search.enable": "ENABLE_WEB_SEARCH",
    "image_generation.enable": "ENABLE_IMAGE_GENERATION",
    "code_execution.enable": "ENABLE_CODE_EXECUTION",
    "code_interpreter.enable": "ENABLE_CODE_INTERPRETER",
}


class ConfigTable(Table):
    """What is not known, or is a secret, gives the default."""

    def get(self, key: str, default: Any = None) -> Any:
        value = settings().get(NAMES.get(key, key))
        return default if value is None else value

    def get_many(self, *keys: str) -> dict[str, Any]:
        return {key: self.get(key) for key in keys}

    def get_all(self) -> dict[str, Any]:
        return self.get_many(*NAMES)

    def get_namespace(self, namespace: str) -> dict[str, Any]:
        return self.get_many(*(key for key in NAMES if key.startswith(f"{namespace.rstrip('.')}.")))

    def upsert(self, *_: Any, **__: Any) -> None:
        refuse(
            "open_webui.models.config.Config.upsert", "settings that functions change", "Set them in the admin page."
        )


Config = ConfigTable()
__getattr__ = any_shape("models.config")
