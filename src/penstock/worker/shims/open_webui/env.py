"""Values of the environment that functions read. Folders and keys are this function's own."""

from __future__ import annotations

import os
from typing import Any

from open_webui import __version__, _bridge


class _LevelOfAnything(dict[str, str]):
    """A log level for whichever part of the server is asked about."""

    def __missing__(self, key: str) -> str:
        return GLOBAL_LOG_LEVEL

    def get(self, key: str, default: Any = None) -> str:
        return self[key]


VERSION = __version__
GLOBAL_LOG_LEVEL = os.environ.get("GLOBAL_LOG_LEVEL", "INFO").upper()
SRC_LOG_LEVELS = _LevelOfAnything()
WEBUI_NAME = "Penstock"
WEBUI_FAVICON_URL = "/static/favicon.png"
WEBUI_BUILD_HASH = ""
WEBUI_AUTH = True
ENV = "prod"
DOCKER = False
OFFLINE_MODE = False
SAFE_MODE = False
DEVICE_TYPE = "cpu"
FORWARD_SESSION_INFO_HEADER_CHAT_ID = "X-OpenWebUI-Chat-Id"
FORWARD_SESSION_INFO_HEADER_MESSAGE_ID = "X-OpenWebUI-Message-Id"
FORWARD_USER_INFO_HEADER_USER_NAME = "X-OpenWebUI-User-Name"
FORWARD_USER_INFO_HEADER_USER_ID = "X-OpenWebUI-User-Id"
FORWARD_USER_INFO_HEADER_USER_EMAIL = "X-OpenWebUI-User-Email"
FORWARD_USER_INFO_HEADER_USER_ROLE = "X-OpenWebUI-User-Role"
DATABASE_SCHEMA = None
REDIS_URL = ""
ENABLE_FORWARD_USER_INFO_HEADERS = False
BYPASS_MODEL_ACCESS_CONTROL = False
ENABLE_REALTIME_CHAT_SAVE = False
CHAT_RESPONSE_STREAM_DELTA_CHUNK_SIZE = 1
CHAT_RESPONSE_MAX_TOOL_CALL_RETRIES = 30
WEBUI_SESSION_COOKIE_SAME_SITE = "lax"
WEBUI_AUTH_COOKIE_SAME_SITE = "lax"
AIOHTTP_CLIENT_SESSION_SSL = True
AIOHTTP_CLIENT_SESSION_TOOL_SERVER_SSL = True
AIOHTTP_CLIENT_TIMEOUT: int | None = int(os.environ.get("AIOHTTP_CLIENT_TIMEOUT") or 0) or None
AIOHTTP_CLIENT_TIMEOUT_MODEL_LIST = AIOHTTP_CLIENT_TIMEOUT_OPENAI_MODEL_LIST = 10
AIOHTTP_CLIENT_TIMEOUT_TOOL_SERVER = AIOHTTP_CLIENT_TIMEOUT


def __getattr__(name: str) -> Any:
    if name in ("DATA_DIR", "BACKEND_DIR", "BASE_DIR", "OPEN_WEBUI_DIR"):
        return _bridge.data_folder()
    if name in ("CACHE_DIR", "UPLOAD_DIR", "STATIC_DIR"):
        return _bridge.folder(name.removesuffix("_DIR").lower().replace("upload", "uploads"))
    if name == "WEBUI_SECRET_KEY":
        return _bridge.secret_key()
    if name == "DATABASE_URL":
        return f"sqlite:///{_bridge.data_folder() / 'webui.db'}"
    if name == "log":
        import logging

        return logging.getLogger("open_webui")
    if name.isupper():
        return os.environ.get(name)
    raise AttributeError(f"module 'open_webui.env' has no attribute {name!r}")
