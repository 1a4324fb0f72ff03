"""Emitters and callers for a message of the calling user."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from open_webui._absent import PROCESSING
from open_webui._bridge import acall
from open_webui._missing import any_name

Event = dict[str, Any]


def _target(info: dict[str, Any] | None) -> dict[str, Any]:
    return {key: (info or {}).get(key) for key in ("chat_id", "message_id", "session_id")}


def get_event_emitter(
    request_info: dict[str, Any] | None = None, update_db: bool = True
) -> Callable[[Event], Awaitable[None]]:
    """An emitter for the message that `chat_id` and `message_id` name."""

    async def emit(event: Event) -> None:
        await acall("events.emit", **_target(request_info), event=event)

    return emit


def get_event_call(request_info: dict[str, Any] | None = None) -> Callable[[Event], Awaitable[Any]]:
    """A caller for that message; it answers as `__event_call__` does."""

    async def ask(event: Event) -> Any:
        return await acall("events.ask", **_target(request_info), event=event)

    return ask


get_event_caller = get_event_call
__getattr__ = any_name("socket.main", PROCESSING, "Use __event_emitter__.")
