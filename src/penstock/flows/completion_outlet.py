"""The conversation as outlet filters see it, and what they changed."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from penstock.flows.completion_request import CompletionRequest
from penstock.functions.events import text_of
from penstock.store.records import Message

COMPARED = ("content", "statusHistory", "sources", "files", "embeds", "usage", "followUps", "error", "info")


def outlet_body(
    request: CompletionRequest, messages: Sequence[Mapping[str, Any]], chat_id: str | None, message_id: str
) -> dict[str, Any]:
    return {
        "model": request.model_id,
        "messages": [dict(message) for message in messages],
        "filter_ids": request.filter_ids or [],
        "chat_id": chat_id,
        "session_id": request.session_id,
        "id": message_id,
    }


def stored_wire(message: Message) -> dict[str, Any]:
    """A stored message as an outlet filter reads it."""
    wire: dict[str, Any] = {
        "id": message.id,
        "role": message.role,
        "content": message.content,
        "timestamp": int(message.timestamp),
    }
    rest = {
        "info": message.extra.get("info"),
        "files": message.files,
        "sources": message.sources,
        "statusHistory": message.status_history,
        "embeds": message.embeds,
        "usage": message.usage,
        "model": message.model,
    }
    return wire | {key: value for key, value in rest.items() if value}


def sent_wire(
    messages: Sequence[Mapping[str, Any]], answer: Mapping[str, Any], message_id: str
) -> list[dict[str, Any]]:
    """The messages that a program sent, with the answer to them."""
    last = {**answer, "id": message_id, "timestamp": int(time.time())}
    return [*(dict(message) for message in messages), last]


def differences(before: Sequence[Mapping[str, Any]], after: Any) -> dict[str, dict[str, Any]]:
    """By message id, the fields that an outlet filter changed."""
    known = {message["id"]: message for message in before if message.get("id")}
    changed: dict[str, dict[str, Any]] = {}
    for message in after if isinstance(after, list) else ():
        earlier = known.get(message.get("id")) if isinstance(message, Mapping) else None
        if earlier is None:
            continue
        fields = {key: message[key] for key in COMPARED if key in message and message[key] != earlier.get(key)}
        if fields:
            changed[str(message["id"])] = fields
    return changed


def last_answer(body: Mapping[str, Any]) -> str | None:
    """The text of the last message of the assistant."""
    messages = body.get("messages")
    for message in reversed(messages if isinstance(messages, list) else []):
        if isinstance(message, Mapping) and message.get("role") == "assistant":
            return text_of(message.get("content"))
    return None
