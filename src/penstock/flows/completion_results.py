"""What a pipe returned as a whole, as text or as an answer in the shape of OpenAI."""

from __future__ import annotations

from typing import Any

import msgspec

from penstock.errors import ProviderError
from penstock.flows.provider import error_sentence
from penstock.protocol.frames import Result


def returned(result: Result) -> Any:
    """The piece that stands for what a hook returned: a text, a dict, or nothing."""
    value = result.value
    if result.form == "html":
        return str(value.get("html", "")) if isinstance(value, dict) else str(value)
    if result.form == "opaque":
        return str(value.get("text", "")) if isinstance(value, dict) else str(value)
    if result.form == "stream":
        return None
    if result.form == "response":
        value = value["body"]
        if int(result.value["status"]) >= 400 and not (isinstance(value, dict) and "error" in value):
            return {"error": value or f"status {result.value['status']}"}
    return value if isinstance(value, dict | str) or value is None else tabled(value)


def tabled(value: Any) -> str:
    """A plain value as text: bytes as UTF-8, the rest as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else msgspec.json.encode(value).decode()


def model_error(error: Any) -> ProviderError:
    """The error for `{"error": ...}`, whoever said it: a pipe or a server."""
    return ProviderError(error_sentence(error) or "The model answered with an error.", error=error)
