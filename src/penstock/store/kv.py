"""What functions keep for themselves (H2)."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import ColumnElement, delete, select

from penstock.store import tables
from penstock.store.database import Database
from penstock.store.rows import rows_gone, upsert

table = tables.kv
SHARED = ""  # stands for the user id where a value belongs to all users of the function


class KeyValues:
    """Values by function, user and key. None for the user: shared by all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, function_id: str, user_id: str | None, key: str, default: Any = None) -> Any:
        row = await self._database.first(select(table.c.value).where(*_of(function_id, user_id), table.c.key == key))
        return default if row is None else row.value

    async def set(self, function_id: str, user_id: str | None, key: str, value: Any) -> None:
        row = {
            "function_id": function_id,
            "user_id": user_id or SHARED,
            "key": key,
            "value": value,
            "updated_at": time.time(),
        }
        async with self._database.transaction() as connection:
            await connection.execute(upsert(self._database.dialect, table), row)

    async def delete(self, function_id: str, user_id: str | None, key: str) -> bool:
        statement = delete(table).where(*_of(function_id, user_id), table.c.key == key)
        async with self._database.transaction() as connection:
            return bool(await rows_gone(connection, statement))

    async def clear(self, function_id: str) -> None:
        """Everything of that function."""
        async with self._database.transaction() as connection:
            await connection.execute(delete(table).where(table.c.function_id == function_id))

    async def keys(self, function_id: str, user_id: str | None, prefix: str = "") -> list[str]:
        """Sorted."""
        statement = select(table.c.key).where(*_of(function_id, user_id))
        if prefix:
            statement = statement.where(table.c.key.startswith(prefix, autoescape=True))
        found = [row.key for row in await self._database.all(statement)]
        return sorted(key for key in found if key.startswith(prefix))


def _of(function_id: str, user_id: str | None) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.function_id == function_id, table.c.user_id == (user_id or SHARED)
