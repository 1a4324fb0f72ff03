"""Chats that their owners show to everybody who is signed in: a copy of that moment, under an address of its own."""

from __future__ import annotations

from typing import Any

from penstock.errors import NotFound
from penstock.flows.context import Services
from penstock.store.records import Chat, Share, User

NOT_SHARED = frozenset({"params", "files"})  # the system prompt, and files that only their owner may read


class Sharing:
    """Sharing again shows the chat as it is then; taking the share back, or deleting the chat, ends the address."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def share(self, chat: Chat, user: User) -> Share:
        whole = await self._services.chats.json(chat)
        shown = {name: value for name, value in whole["chat"].items() if name not in NOT_SHARED}
        share = await self._services.store.shares.put(chat.id, user.id, chat.title, shown)
        self._services.events.tell("chat.shared", user, ("chat", chat.id), share_id=share.id)
        return share

    async def end(self, chat: Chat, user: User) -> bool:
        """False where the chat is not shared."""
        ended = await self._services.store.shares.end(chat.id)
        if ended:
            self._services.events.tell("chat.unshared", user, ("chat", chat.id))
        return ended

    async def end_all(self, user: User) -> None:
        for share in await self._services.store.shares.of(user.id):
            await self._services.store.shares.end(share.chat_id)

    async def find(self, share_id: str) -> Share:
        """Raises `NotFound`."""
        share = await self._services.store.shares.get(share_id)
        if share is None:
            raise NotFound("This chat is not shared, or not any more.", hint="Ask whoever gave you the address.")
        return share

    async def clone(self, share_id: str, user: User) -> Chat:
        """A chat of one's own that begins where the shared one stood."""
        share = await self.find(share_id)
        return await self._services.chats.create(user, {**share.chat, "title": f"Clone of {share.title}"})


def share_json(share: Share) -> dict[str, Any]:
    """A shared chat in the shape of a chat."""
    return {
        "id": share.id,
        "user_id": share.user_id,
        "title": share.title,
        "chat": share.chat,
        "share_id": share.id,
        "archived": False,
        "pinned": False,
        "meta": {},
        "folder_id": None,
        "created_at": int(share.created_at),
        "updated_at": int(share.updated_at),
    }


def listed_json(share: Share) -> dict[str, Any]:
    """A share in its owner's list."""
    return {
        "id": share.chat_id,
        "share_id": share.id,
        "title": share.title,
        "created_at": int(share.created_at),
        "updated_at": int(share.updated_at),
    }
