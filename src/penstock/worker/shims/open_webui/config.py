"""Settings that functions read. Unset ones are None; folders are this function's own."""

from __future__ import annotations

from typing import Any

from open_webui import env
from open_webui._missing import missing
from open_webui._settings import LISTS, settings

DEFAULT_LOCALE = "en-US"
RAG_EMBEDDING_CONTENT_PREFIX = None
BYPASS_ADMIN_ACCESS_CONTROL = True
ENABLE_ADMIN_CHAT_ACCESS = False
STORAGE_PROVIDER = "local"
PERSISTENT_CONFIG_REGISTRY: list[Any] = []


class PersistentConfig:
    """A setting with its `value`, as the server's own code has them; changes stay in this process."""

    def __init__(self, env_name: str, config_path: str, env_value: Any) -> None:
        self.env_name, self.config_path, self.env_value = env_name, config_path, env_value

    @property
    def value(self) -> Any:
        """As the server has it now; what was set here stays in this process."""
        if "_value" in self.__dict__:
            return self._value
        known = settings().get(self.env_name)
        return self.env_value if known is None else known

    @value.setter
    def value(self, value: Any) -> None:
        self._value = value

    def __str__(self) -> str:
        return str(self.value)

    def save(self) -> None:
        """Nothing to keep: the server's settings are changed in the admin page."""


class AppConfig(dict[str, Any]):
    """A set of settings read by attribute."""

    def __getattr__(self, name: str) -> Any:
        return self.get(name)

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value


def get_config() -> dict[str, Any]:
    """The settings a function may see, as one mapping."""
    return dict(settings())


def get_config_value(config_path: str) -> Any:
    """One of them, by its dotted path."""
    value: Any = get_config()
    for part in config_path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def save_config(config: dict[str, Any]) -> bool:
    """The server's settings are changed in the admin page, never by a function."""
    return False


def __getattr__(name: str) -> Any:
    if name in ("DATA_DIR", "CACHE_DIR", "UPLOAD_DIR", "STATIC_DIR", "WEBUI_NAME", "WEBUI_AUTH", "WEBUI_SECRET_KEY"):
        return getattr(env, name)
    if not name.isupper():
        if name == "BannerModel":
            return missing("config.BannerModel", "banners that functions make")
        raise AttributeError(f"module 'open_webui.config' has no attribute {name!r}")
    value = [] if name in LISTS else None
    return PersistentConfig(name, name.lower(), value)
