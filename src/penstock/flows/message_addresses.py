"""Addresses under which other programs emit into one message for a while (spec E7)."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from penstock.errors import BadRequest, NotAllowed, NotFound, NotSignedIn, TooMany
from penstock.flows.context import Services
from penstock.flows.run_order import RunOrder
from penstock.flows.tokens import Tokens
from penstock.functions import answers
from penstock.realtime.hub import is_saved
from penstock.store.records import Chat, User

DEFAULT_SECONDS, MOST_SECONDS = 3600.0, 24 * 3600.0
MOST_PER_SECOND = 50  # events into one message; as many may come at once
REMEMBERED = 10_000
RESERVED = frozenset({"events:gap", "request:interaction:done", "action:started", "action:finished"})
"""What the server itself says to pages: from elsewhere it would tell them what is not so."""


@dataclass(frozen=True, slots=True)
class MessageAddress:
    """`token` lets its bearer emit into that message until `expires_at` (epoch seconds), and do nothing else."""

    url: str
    token: str
    expires_at: int

    def wire(self) -> dict[str, Any]:
        return {"url": self.url, "token": self.token, "expires_at": self.expires_at}


class MessageAddresses:
    """Issues tokens for single messages, and takes what comes with them."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._tokens = Tokens(services.store.keyring, "message-events")
        self._allowances: OrderedDict[tuple[str, str], _Allowance] = OrderedDict()

    async def issue(self, chat: Chat, message_id: str, expires_in: Any, base_url: str = "") -> MessageAddress:
        """Raises `NotFound` for a message that is not in the chat, `BadRequest` for a time that is no time."""
        seconds = _seconds(expires_in)
        await self._services.chats.message(chat, message_id)
        expires_at = int(time.time() + seconds)
        token = self._tokens.issue(
            {"user": chat.user_id, "chat": chat.id, "message": message_id, "exp": expires_at, "jti": str(uuid4())}
        )
        base = (self._services.settings.public_url or base_url or self._own_address()).rstrip("/")
        return MessageAddress(f"{base}/api/v1/chats/{chat.id}/messages/{message_id}/event", token, expires_at)

    async def issue_for_run(self, order: RunOrder, data: Any) -> dict[str, Any]:
        """The address of the message that a run works at. Raises `BadRequest` where it has none that is stored."""
        target = order.target
        if not target.chat_id or not is_saved(target.chat_id) or not target.message_id:
            raise BadRequest(
                "This run has no message of a saved chat, so there is no address to emit to.",
                hint="Call the function from a chat that is saved.",
            )
        chat = await self._services.store.chats.get(target.chat_id)
        if chat is None or chat.user_id != order.user.id:
            raise NotFound("This chat does not exist.")
        fields = data if isinstance(data, Mapping) else {}
        return (await self.issue(chat, target.message_id, fields.get("expires_in"))).wire()

    async def emit_as(self, token: str, chat_id: str, message_id: str, type: str, data: Any) -> bool:
        """Take an event that came with a token. False where it is no token of this kind.

        Raises `NotSignedIn` when its time is over, `NotAllowed` for another message.
        """
        claims = self._tokens.read(token)
        if claims is None:
            if self._tokens.is_ours(token):
                raise NotSignedIn("The time of this token is over.", hint="Ask for a new one.")
            return False
        if (claims["chat"], claims["message"]) != (chat_id, message_id):
            raise NotAllowed("This token is for another message.")
        user = await self._services.store.users.get(str(claims["user"]))
        if user is None or user.role == "pending":
            raise NotSignedIn("The account behind this token may not sign in.")
        await self.emit(user, chat_id, message_id, type, data)
        return True

    async def emit(self, user: User, chat_id: str, message_id: str, type: str, data: Any) -> None:
        """Let an event happen to a message of that user. Raises `NotFound`, `BadRequest` and `TooMany`."""
        checked_type(type)
        chat = await self._services.chats.own(chat_id, user)
        self._allow(chat.id, message_id)
        await self._services.store.writer.room()
        await self._services.chats.emit(chat, message_id, type, data)

    def _allow(self, chat_id: str, message_id: str) -> None:
        key = (chat_id, message_id)
        allowance = self._allowances.get(key)
        if allowance is None:
            allowance = self._allowances[key] = _Allowance()
        self._allowances.move_to_end(key)
        while len(self._allowances) > REMEMBERED:
            self._allowances.popitem(last=False)
        allowance.take()

    def _own_address(self) -> str:
        settings = self._services.settings
        return f"http://{settings.host}:{settings.port}"


class _Allowance:
    """A bucket that fills with `MOST_PER_SECOND` each second."""

    __slots__ = ("_at", "_left")

    def __init__(self) -> None:
        self._left = float(MOST_PER_SECOND)
        self._at = time.monotonic()

    def take(self) -> None:
        now = time.monotonic()
        self._left = min(MOST_PER_SECOND, self._left + (now - self._at) * MOST_PER_SECOND)
        self._at = now
        if self._left < 1:
            raise TooMany(
                f"More than {MOST_PER_SECOND} events in a second came for this message.",
                hint="Send fewer: put several texts into one event.",
                retry_after=1,
            )
        self._left -= 1


def checked_type(type: str) -> None:
    """Raises `BadRequest` for what only a run may do, or only the server."""
    if type in answers.CALLED:
        raise BadRequest(
            f"`{type}` asks a person or acts in the page; only a function may do that, with `__event_call__`.",
            hint="Send what shows something: status, message, replace, files, embeds, source, notification ...",
        )
    if type in RESERVED:
        raise BadRequest(f"`{type}` is what the server itself tells pages.", hint="Use a type of your own.")


def _seconds(value: Any) -> float:
    if value is None:
        return DEFAULT_SECONDS
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 1 <= value <= MOST_SECONDS:
        raise BadRequest(
            f"`expires_in` is a number of seconds from 1 to {MOST_SECONDS:.0f}.", hint="Leave it out for an hour."
        )
    return float(value)
