"""Secrets of a function's valves, and how they are kept out of logs, tracebacks and results (spec V5, I7).

Which fields are secret is decided by `penstock.functions.valves.is_secret` alone, so that what the API masks and what
logs hide is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from penstock.functions import valves

HIDDEN = "[hidden]"
SHORTEST = 4  # shorter values would blacken half of every text
SHORTEST_DEFAULT = 8  # what stands in the class is more often a placeholder, such as "none"


def secret_values(schema: Mapping[str, Any] | None, values: Mapping[str, Any] | None) -> list[str]:
    """The values of secret fields that are in force, longest first."""
    found = {text for text in valves.secret_texts(schema, values) if len(text) >= SHORTEST} if values else set()
    return sorted(found | default_values(schema), key=len, reverse=True)


def default_values(schema: Mapping[str, Any] | None) -> set[str]:
    """Secrets that a class of valves has as its defaults, such as those of the environment."""
    return {text for text in valves.default_secrets(schema) if len(text) >= SHORTEST_DEFAULT}


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` without any of `secrets`."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text
