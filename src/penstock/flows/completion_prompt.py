"""What an admin's record about a model adds to a request: its system prompt and its parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from penstock.store.records import User

VARIABLE = re.compile(r"\{\{\s*([A-Z_]+)\s*\}\}")
ONLY_PENSTOCK = frozenset({"system", "function_calling", "stream_response", "stream_delta_chunk_size", "custom_params"})


def with_params(
    body: dict[str, Any], record: Mapping[str, Any], caller: Mapping[str, Any], user: User, variables: Mapping[str, Any]
) -> dict[str, Any]:
    """The body with the record's parameters where neither the caller's nor the body itself says otherwise."""
    added: dict[str, Any] = {}
    for params in (record, caller):
        custom = params.get("custom_params")
        added.update(custom if isinstance(custom, dict) else {})
        added.update({key: value for key, value in params.items() if key not in ONLY_PENSTOCK and value is not None})
    body = {**added, **body}
    for system in (caller.get("system"), record.get("system")):
        if isinstance(system, str) and system.strip():
            body = with_system(body, fill(system, user, variables))
    return body


def with_system(body: dict[str, Any], text: str) -> dict[str, Any]:
    """The body with `text` in front of its system message, or as a new one."""
    messages = body.get("messages") or []
    first = messages[0] if messages and isinstance(messages[0], dict) else {}
    if first.get("role") != "system":
        return {**body, "messages": [{"role": "system", "content": text}, *messages]}
    content = first.get("content")
    if isinstance(content, list):
        merged: Any = [{"type": "text", "text": text}, *content]
    else:
        merged = f"{text}\n{content}" if content else text
    return {**body, "messages": [{**first, "content": merged}, *messages[1:]]}


def fill(text: str, user: User, variables: Mapping[str, Any]) -> str:
    """Replace `{{USER_NAME}}` and its like; what nobody knows stays as it stands."""
    if "{{" not in text:
        return text
    known = _known(user) | {key.strip("{} "): str(value) for key, value in variables.items() if value is not None}
    return VARIABLE.sub(lambda found: known.get(found[1], found[0]), text)


def _known(user: User) -> dict[str, str]:
    now = datetime.now().astimezone()
    return {
        "USER_NAME": user.name,
        "USER_EMAIL": user.email,
        "USER_LOCATION": str(user.info.get("location") or "Unknown"),
        "USER_BIO": str(user.info.get("bio") or ""),
        "CURRENT_DATE": now.strftime("%Y-%m-%d"),
        "CURRENT_TIME": now.strftime("%H:%M:%S"),
        "CURRENT_DATETIME": now.strftime("%Y-%m-%d %H:%M:%S"),
        "CURRENT_WEEKDAY": now.strftime("%A"),
        "CURRENT_TIMEZONE": str(now.tzinfo or "UTC"),
    }
