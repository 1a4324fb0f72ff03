"""The server's settings as a function sees them: asked for once per run, unknown ones None."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from open_webui._bridge import call
from penstock.worker.runs import Run, current

LISTS = frozenset(
    {
        "TOOL_SERVER_CONNECTIONS",
        "TERMINAL_SERVER_CONNECTIONS",
        "DEFAULT_PROMPT_SUGGESTIONS",
        "OPENAI_API_BASE_URLS",
        "OPENAI_API_KEYS",
        "OLLAMA_BASE_URLS",
        "MODEL_ORDER_LIST",
        "WEB_SEARCH_DOMAIN_FILTER_LIST",
        "WEBUI_BANNERS",
        "ALLOWED_FILE_EXTENSIONS",
    }
)
MAPPINGS = frozenset(
    {"OPENAI_API_CONFIGS", "OLLAMA_API_CONFIGS", "USER_PERMISSIONS", "DEFAULT_MODEL_PARAMS", "DEFAULT_MODEL_METADATA"}
)
_known: WeakKeyDictionary[Run, dict[str, Any]] = WeakKeyDictionary()


def settings() -> dict[str, Any]:
    """What the server tells of its settings; nothing outside of a run."""
    run = current.get()
    if run is None:
        return {}
    if run not in _known:
        _known[run] = call("config.get")
    return _known[run]


def setting(name: str) -> Any:
    """One setting; None, or an empty list or mapping, where it is not set."""
    value = settings().get(name)
    if value is not None:
        return value
    return [] if name in LISTS else {} if name in MAPPINGS else None
