"""What is known of uploaded and produced files; their content lies in the data folder."""

from __future__ import annotations

from typing import Any

from penstock.store import tables
from penstock.store.database import Database
from penstock.store.records import File
from penstock.store.rows import Rows

table = tables.files


class Files:
    def __init__(self, database: Database) -> None:
        self._rows = Rows(database, table, File, "file")

    async def create(self, file: File) -> File:
        return await self._rows.insert(file)

    async def get(self, file_id: str) -> File | None:
        return await self._rows.first(table.c.id == file_id)

    async def update(self, file_id: str, **changes: Any) -> File:
        """Raises `NotFound`."""
        return await self._rows.update([table.c.id == file_id], changes)

    async def delete(self, file_id: str) -> bool:
        return bool(await self._rows.delete(table.c.id == file_id))

    async def list(self, user_id: str | None = None) -> list[File]:
        """Newest first; without a user everybody's."""
        where = [] if user_id is None else [table.c.user_id == user_id]
        return await self._rows.all(self._rows.select(*where).order_by(table.c.created_at.desc(), table.c.id))
