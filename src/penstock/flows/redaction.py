"""Secrets of a function's valves, and how they are kept out of logs, tracebacks and results (spec V5, I7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

HIDDEN = "[hidden]"
SHORTEST = 4  # shorter values would blacken half of every text
_SECRET_NAME = re.compile(r"(?:^|_)(?:key|token|secret|password|passwd|credential)s?(?:$|_)", re.IGNORECASE)


def secret_values(schema: Mapping[str, Any] | None, values: Mapping[str, Any] | None) -> list[str]:
    """The set values of fields that are marked as secret or named like one, longest first."""
    if not values:
        return []
    properties = (schema or {}).get("properties", {})
    found = {
        text
        for name, value in values.items()
        if is_secret(name, properties.get(name, {}))
        for text in _texts(value)
        if len(text) >= SHORTEST
    }
    return sorted(found, key=len, reverse=True)


def is_secret(name: str, field: Mapping[str, Any]) -> bool:
    """Whether a field of a valves schema holds a secret."""
    hint = field.get("input")
    marked = isinstance(hint, Mapping) and hint.get("type") == "password"
    return (
        marked or field.get("format") == "password" or bool(field.get("writeOnly")) or bool(_SECRET_NAME.search(name))
    )


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` without any of `secrets`."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return []
