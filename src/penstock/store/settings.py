"""Settings that admins change while the server runs."""

from __future__ import annotations

import copy
import time
from typing import Any

from sqlalchemy import delete, select

from penstock.store import tables
from penstock.store.database import Database
from penstock.store.rows import upsert
from penstock.store.warm import Warm

table = tables.settings


class StoredSettings:
    """Reads are warm until the next write; each gives a value of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._warm: Warm[None, dict[str, Any]] = Warm()

    async def get(self, key: str, default: Any = None) -> Any:
        values = await self._warm.get(None, self._load)
        return copy.deepcopy(values[key]) if key in values else default

    async def set(self, key: str, value: Any) -> None:
        row = {"key": key, "value": value, "updated_at": time.time()}
        async with self._database.transaction() as connection:
            await connection.execute(upsert(self._database.dialect, table), row)
        self._warm.clear()

    async def forget(self, key: str) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(delete(table).where(table.c.key == key))
        self._warm.clear()

    async def all(self) -> dict[str, Any]:
        return copy.deepcopy(await self._warm.get(None, self._load))

    async def _load(self) -> dict[str, Any]:
        return {row.key: row.value for row in await self._database.all(select(table.c.key, table.c.value))}
