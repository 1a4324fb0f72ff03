"""Chats, without their messages."""

from __future__ import annotations

from collections.abc import Sequence
from types import EllipsisType
from typing import Any

from msgspec import structs
from sqlalchemy import delete, exists, or_, select

from penstock.errors import Conflict
from penstock.store import tables
from penstock.store.database import Database
from penstock.store.messages import message_rows
from penstock.store.records import Chat, Message
from penstock.store.rows import Rows, rows_gone
from penstock.store.search import contains

table = tables.chats


class Chats:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = Rows(database, table, Chat, "chat")

    async def get(self, chat_id: str) -> Chat | None:
        return await self._rows.first(table.c.id == chat_id)

    async def owner(self, chat_id: str) -> str | None:
        """The id of the chat's user."""
        found: str | None = await self._database.scalar(select(table.c.user_id).where(table.c.id == chat_id))
        return found

    async def create(self, chat: Chat, messages: Sequence[Message] = ()) -> Chat:
        """The chat with its messages, or nothing. Raises `Conflict` when the id is taken."""
        try:
            async with self._database.transaction() as connection:
                chat = await self._rows.insert_on(connection, chat)
                if messages:
                    rows = message_rows([structs.replace(message, chat_id=chat.id) for message in messages])
                    await connection.execute(tables.messages.insert(), rows)
        except Conflict as error:
            raise Conflict(f"The chat {chat.id} exists already, or its user does not.") from error
        return chat

    async def update(self, chat_id: str, **changes: Any) -> Chat:
        """Also moves the chat to the top of its list, unless `updated_at` is given. Raises `NotFound`."""
        return await self._rows.update([table.c.id == chat_id], changes)

    async def delete(self, chat_id: str) -> bool:
        """With its messages, events and open questions."""
        async with self._database.transaction() as connection:
            for part in (tables.events, tables.questions):
                await connection.execute(delete(part).where(part.c.chat_id == chat_id))
            return bool(await rows_gone(connection, delete(table).where(table.c.id == chat_id)))

    async def delete_all(self, user_id: str) -> int:
        """How many chats went."""
        own = select(table.c.id).where(table.c.user_id == user_id)
        async with self._database.transaction() as connection:
            for part in (tables.events, tables.questions):
                await connection.execute(delete(part).where(part.c.chat_id.in_(own)))
            return await rows_gone(connection, delete(table).where(table.c.user_id == user_id))

    async def search(self, user_id: str, text: str, skip: int = 0, limit: int = 60) -> list[Chat]:
        """Chats with the text in their title or in a message, in whatever case, newest first."""
        await self._database.writer.flush()
        messages, database = tables.messages, self._database
        said = exists().where(messages.c.chat_id == table.c.id, contains(messages.c.content, text, database))
        statement = self._rows.select(table.c.user_id == user_id, or_(contains(table.c.title, text, database), said))
        newest = statement.order_by(table.c.updated_at.desc(), table.c.id)
        return await self._rows.all(newest.offset(skip).limit(limit))

    async def list(
        self,
        user_id: str,
        *,
        archived: bool | None = False,
        pinned: bool | None = None,
        folder_id: str | EllipsisType | None = ...,
        skip: int = 0,
        limit: int = 60,
    ) -> list[Chat]:
        """Newest first. None for `archived` or `pinned` means both; `...` for `folder_id` means wherever."""
        statement = self._rows.select(table.c.user_id == user_id)
        if archived is not None:
            statement = statement.where(table.c.archived == archived)
        if pinned is not None:
            statement = statement.where(table.c.pinned == pinned)
        if folder_id is not ...:
            statement = statement.where(table.c.folder_id == folder_id)
        newest = statement.order_by(table.c.updated_at.desc(), table.c.id)
        return await self._rows.all(newest.offset(skip).limit(limit))
