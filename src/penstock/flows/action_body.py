"""The body that an action reads (spec A3): what the caller sent, with what both generations of authors expect."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from penstock.errors import NotFound
from penstock.flows.context import Services
from penstock.functions.events import text_of
from penstock.realtime.hub import is_saved
from penstock.store.records import Message, User


async def clicked_message(services: Services, sent: Mapping[str, Any], user: User) -> Message | None:
    """The row of the clicked message. Raises `NotFound` for a chat or message that this user does not have."""
    chat_id, message_id = sent.get("chat_id"), sent.get("id")
    if not isinstance(chat_id, str) or not is_saved(chat_id):
        return None
    message = await services.hub.message(chat_id, message_id) if isinstance(message_id, str) and message_id else None
    if message is not None and message.user_id == user.id:
        return message
    if await services.store.chats.owner(chat_id) != user.id:
        raise NotFound("This chat was not found.", hint="Save the chat first, or leave `chat_id` out.")
    if message_id:
        raise NotFound("This message was not found in the chat.", hint="Save the message before an action acts on it.")
    return None


async def full_body(services: Services, sent: Mapping[str, Any], message: Message | None, model: Any) -> dict[str, Any]:
    """What the hook gets. Nothing that the caller sent is changed."""
    body = dict(sent)
    if message is not None and not isinstance(body.get("messages"), list):
        chain = await services.store.messages.chain(message.chat_id, message.id)
        body["messages"] = [_message_wire(item) for item in chain]
    clicked = _clicked(body, message)
    if model is not None:
        body.setdefault("model", model.id)
        body.setdefault("model_item", model.wire)
    defaults = {
        "model": message.model if message else None,
        "messages": [],
        "chat_id": None,
        "session_id": None,
        "id": clicked.get("id"),
        "content": text_of(clicked.get("content")),
        "message_id": body.get("id") or clicked.get("id"),
        "timestamp": _iso(clicked.get("timestamp")),
        "files": clicked.get("files") or [],
    }
    for name, value in defaults.items():
        body.setdefault(name, value)
    body.setdefault("metadata", _metadata(body))
    return body


def _clicked(body: Mapping[str, Any], message: Message | None) -> Mapping[str, Any]:
    """The clicked message as it was sent, else as it is stored, else the last one that was sent."""
    given = body.get("messages")
    sent = [item for item in given if isinstance(item, Mapping)] if isinstance(given, list) else []
    wanted = body.get("id")
    found = next((item for item in reversed(sent) if wanted and item.get("id") == wanted), None)
    stored = _message_wire(message) if message else {}
    if found is not None:
        return {**stored, **found}
    return stored or (sent[-1] if sent else {})


def _message_wire(message: Message) -> dict[str, Any]:
    wire: dict[str, Any] = {
        "id": message.id,
        "role": message.role,
        "content": message.content,
        "timestamp": int(message.timestamp),
    }
    for name in ("files", "sources"):
        if value := getattr(message, name):
            wire[name] = value
    if info := message.extra.get("info"):
        wire["info"] = info
    return wire


def _metadata(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: body.get(name) for name in ("chat_id", "session_id", "message_id", "model")}


def _iso(timestamp: Any) -> str:
    """Epoch seconds (or milliseconds, which some clients send) as ISO 8601; now where there is none."""
    is_number = isinstance(timestamp, int | float) and not isinstance(timestamp, bool) and timestamp > 0
    seconds = (timestamp / 1000 if timestamp > 1e11 else timestamp) if is_number else None
    try:
        moment = datetime.now(UTC) if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        moment = datetime.now(UTC)
    return moment.isoformat()
