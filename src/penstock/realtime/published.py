"""What the hub hands to those who listen: one event for one user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from penstock.functions.answers import IN_ONE_TAB

UNSAVED = ("local:", "temporary:")


@dataclass(frozen=True, slots=True)
class Author:
    """The function that an event comes from, as a page needs to know it. `page_script` is its right of that name."""

    id: str
    name: str
    page_script: bool = False
    button: str = ""  # what the pressed button of an action says

    def wire(self) -> dict[str, Any]:
        wire: dict[str, Any] = {"id": self.id, "name": self.name, "page_script": self.page_script}
        return {**wire, "button": self.button} if self.button else wire


@dataclass(frozen=True, slots=True)
class Target:
    """Where events go: to a user, in a chat, at a message. `stored` says whether the message is a row."""

    user_id: str
    chat_id: str | None = None
    message_id: str | None = None
    stored: bool = False
    session_id: str | None = None
    author: Author | None = None

    @classmethod
    def of(
        cls, user_id: str, chat_id: str | None, message_id: str | None = None, session_id: str | None = None
    ) -> Target:
        """A target in that chat; chats that are not saved are never stored."""
        return cls(user_id, chat_id, message_id, is_saved(chat_id), session_id)


def is_saved(chat_id: str | None) -> bool:
    """Whether a chat id can name a stored chat."""
    return bool(chat_id) and not str(chat_id).startswith(UNSAVED)


class Published(Struct, frozen=True):
    """One event. `seq` is None for what is not stored; `question_id` marks a call that wants an answer."""

    user_id: str
    chat_id: str | None
    message_id: str | None
    type: str
    data: Any
    seq: int | None = None
    run_id: str | None = None
    session_id: str | None = None
    question_id: str | None = None
    author: Author | None = None

    def wire(self) -> dict[str, Any]:
        """The event as clients read it. `function` says who asks or whose script it is, beside the data of authors."""
        wire: dict[str, Any] = {
            "chat_id": self.chat_id,
            "message_id": self.message_id,
            "data": {"type": self.type, "data": self.data},
            "seq": self.seq,
        }
        if self.author is not None and (self.question_id is not None or self.type in IN_ONE_TAB):
            wire["function"] = self.author.wire()
        return wire
