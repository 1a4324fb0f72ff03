"""Chats as they were when their owners shared them."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import delete, update

from penstock.errors import Conflict
from penstock.store import tables
from penstock.store.database import Database
from penstock.store.records import Share
from penstock.store.rows import Rows

table = tables.shares
chats = tables.chats


class Shares:
    """A chat has at most one share; sharing again replaces what it shows and keeps its address."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = Rows(database, table, Share, "shared chat")

    async def get(self, share_id: str) -> Share | None:
        return await self._rows.first(table.c.id == share_id)

    async def of(self, user_id: str) -> list[Share]:
        """Those of one user, newest first."""
        own = self._rows.select(table.c.user_id == user_id)
        return await self._rows.all(own.order_by(table.c.updated_at.desc(), table.c.id))

    async def put(self, chat_id: str, user_id: str, title: str, chat: dict[str, Any]) -> Share:
        """Share a chat as it is now. Raises `Conflict` where it is gone."""
        async with self._database.transaction() as connection:
            known = (await connection.execute(self._rows.select(table.c.chat_id == chat_id))).first()
            if known is not None:
                changes = {"title": title, "chat": chat}
                return await self._rows.update_on(connection, [table.c.chat_id == chat_id], changes)
            share = Share(id=str(uuid.uuid4()), chat_id=chat_id, user_id=user_id, title=title, chat=chat)
            share = await self._rows.insert_on(connection, share)
            at = chats.c.id == chat_id
            if not (await connection.execute(update(chats).where(at).values(share_id=share.id))).rowcount:
                raise Conflict("This chat was deleted meanwhile.")
            return share

    async def end(self, chat_id: str) -> bool:
        """Take a share back. False where there was none."""
        async with self._database.transaction() as connection:
            gone = (await connection.execute(delete(table).where(table.c.chat_id == chat_id))).rowcount
            await connection.execute(update(chats).where(chats.c.id == chat_id).values(share_id=None))
            return bool(gone)
