"""Events and questions for a message of the user, where a function has no emitter at hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.errors import BadRequest
from penstock.flows.host_asking import Asking
from penstock.realtime.hub import Target


async def emit(
    asking: Asking,
    event: Mapping[str, Any],
    chat_id: str | None = None,
    message_id: str | None = None,
    session_id: str | None = None,
) -> None:
    kind, data = _read(event)
    target = await _target(asking, chat_id, message_id, session_id)
    asking.services.hub.emit(target, kind, data, asking.order.id)


async def ask(
    asking: Asking,
    event: Mapping[str, Any],
    chat_id: str | None = None,
    message_id: str | None = None,
    session_id: str | None = None,
) -> Any:
    kind, data = _read(event)
    target = await _target(asking, chat_id, message_id, session_id)
    return await asking.services.questions.ask(target, asking.order.id, kind, data)


def _read(event: Mapping[str, Any]) -> tuple[str, Any]:
    kind = event.get("type") if isinstance(event, Mapping) else None
    if not isinstance(kind, str) or not kind:
        raise BadRequest('An event is a mapping such as {"type": "status", "data": {...}}.')
    return kind, event.get("data")


async def _target(asking: Asking, chat_id: str | None, message_id: str | None, session_id: str | None) -> Target:
    """The run's own target where none is named; a chat that it may not change is refused."""
    own = asking.order.target
    if chat_id is None or (chat_id == own.chat_id and message_id in (None, own.message_id)):
        return own
    target = Target.of(asking.user.id, chat_id, message_id, session_id)
    if target.stored:
        owner = await asking.services.store.chats.owner(chat_id)
        if owner is None:
            raise BadRequest("There is no such chat.")
        asking.access.require_changes(owner, "chats")
        return Target.of(owner, chat_id, message_id, session_id)
    return target


CALLS = {"emit": emit, "ask": ask}
