"""Values for valves that nobody set: enough to start; addresses of language models lead to the doctor's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from penstock.cli.doctoring.person import valid_value
from penstock.cli.doctoring.provider import MODEL
from penstock.functions.valves import is_secret

KEY = "sk-test"
_ADDRESS = re.compile(r"(?:url|uri|endpoint|base|host|address|server)s?$", re.IGNORECASE)
_OF_A_MODEL = re.compile(
    r"base_?url|api_?(?:url|base|endpoint)|(?:llm|model|openai|gateway)_?(?:url|host|endpoint)", re.I
)
_MODEL_NAME = re.compile(r"(?:^|_)models?(?:_?(?:id|name))?s?$", re.IGNORECASE)
_SPEAKS_OPENAI = re.compile(
    r"(?:/v1/?$|/v1/chat/completions/?$|/openai/?$|api\.openai\.com|openrouter\.ai|:11434|:1234|:8000|host\.docker)"
)
_OLLAMA = re.compile(r":11434/?$")
_ENDS = ("/v1/chat/completions", "/chat/completions", "/v1/embeddings", "/v1/models", "/embeddings")


def filled(schema: Mapping[str, Any] | None, required: list[str], provider: str) -> dict[str, Any]:
    """Values for what is required, for keys, for empty names of models, and for addresses of language models.

    `provider` is the address of the local server, without `/v1`.
    """
    properties = (schema or {}).get("properties")
    values: dict[str, Any] = {}
    for name, field in properties.items() if isinstance(properties, Mapping) else ():
        if not isinstance(field, Mapping):
            continue
        default = field.get("default")
        if (address := _address(name, default, name in required, provider)) is not None:
            values[name] = address
        elif name in required:
            values[name] = _plausible(name, field, schema or {})
        elif is_secret(name, field) and _is_text(field):  # also where a placeholder stands: "your-api-key"
            values[name] = KEY
        elif _MODEL_NAME.search(name) and default in (None, "") and _is_text(field) and "enum" not in field:
            values[name] = MODEL
    return values


def _address(name: str, default: Any, required: bool, provider: str) -> str | None:
    if not _ADDRESS.search(name):
        return None
    if not isinstance(default, str) or not default:
        return f"{provider}/v1" if required or _OF_A_MODEL.search(name) else None
    if not default.startswith("http") or not _SPEAKS_OPENAI.search(default):
        return None
    if _OLLAMA.search(default):
        return provider
    return next((f"{provider}{end}" for end in _ENDS if default.rstrip("/").endswith(end)), f"{provider}/v1")


def _plausible(name: str, field: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    if _is_text(field) and "enum" not in field:
        if is_secret(name, field):
            return KEY
        if _MODEL_NAME.search(name):
            return MODEL
    return valid_value(field, root)


def _is_text(field: Mapping[str, Any]) -> bool:
    kinds = [field.get("type"), *(each.get("type") for each in field.get("anyOf", []) if isinstance(each, Mapping))]
    return "string" in kinds
