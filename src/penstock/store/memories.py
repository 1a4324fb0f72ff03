"""What users want models to know."""

from __future__ import annotations

from typing import Any

from penstock.store import tables
from penstock.store.database import Database
from penstock.store.records import Memory
from penstock.store.rows import Rows

table = tables.memories


class Memories:
    def __init__(self, database: Database) -> None:
        self._rows = Rows(database, table, Memory, "memory")

    async def create(self, memory: Memory) -> Memory:
        return await self._rows.insert(memory)

    async def get(self, memory_id: str) -> Memory | None:
        return await self._rows.first(table.c.id == memory_id)

    async def update(self, memory_id: str, **changes: Any) -> Memory:
        """Raises `NotFound`."""
        return await self._rows.update([table.c.id == memory_id], changes)

    async def delete(self, memory_id: str) -> bool:
        return bool(await self._rows.delete(table.c.id == memory_id))

    async def delete_all(self, user_id: str) -> int:
        """How many went."""
        return await self._rows.delete(table.c.user_id == user_id)

    async def list(self, user_id: str) -> list[Memory]:
        """Oldest first."""
        own = self._rows.select(table.c.user_id == user_id)
        return await self._rows.all(own.order_by(table.c.created_at, table.c.id))
