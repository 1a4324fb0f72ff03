"""Folders of chats."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update

from penstock.store import tables
from penstock.store.database import Database
from penstock.store.records import Folder
from penstock.store.rows import Rows, rows_gone

table = tables.folders


class Folders:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = Rows(database, table, Folder, "folder")

    async def create(self, folder: Folder) -> Folder:
        return await self._rows.insert(folder)

    async def get(self, folder_id: str) -> Folder | None:
        return await self._rows.first(table.c.id == folder_id)

    async def update(self, folder_id: str, **changes: Any) -> Folder:
        """Raises `NotFound`."""
        return await self._rows.update([table.c.id == folder_id], changes)

    async def delete(self, folder_id: str) -> bool:
        """Its chats and folders move up to where it was."""
        chats = tables.chats
        async with self._database.transaction() as connection:
            parent = await connection.scalar(select(table.c.parent_id).where(table.c.id == folder_id))
            await connection.execute(update(chats).where(chats.c.folder_id == folder_id).values(folder_id=parent))
            await connection.execute(update(table).where(table.c.parent_id == folder_id).values(parent_id=parent))
            return bool(await rows_gone(connection, delete(table).where(table.c.id == folder_id)))

    async def list(self, user_id: str) -> list[Folder]:
        """By name."""
        own = self._rows.select(table.c.user_id == user_id)
        return await self._rows.all(own.order_by(table.c.name, table.c.id))
