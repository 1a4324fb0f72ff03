"""Changes to several functions, with their versions and valves, that happen together or not at all."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from msgspec import structs
from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio.engine import AsyncConnection

from penstock.errors import Conflict
from penstock.store import tables
from penstock.store.columns import encode_json
from penstock.store.database import Database
from penstock.store.keyring import Keyring
from penstock.store.records import Function, FunctionVersion, Record
from penstock.store.rows import Rows, stamped, upsert
from penstock.store.valves import ITS_OWN
from penstock.store.warm import Revision


class FunctionChange(Record, frozen=True, kw_only=True):
    """One function as it shall be; `version` is added with the next number, `valves` replace the function's own."""

    function: Function
    version: FunctionVersion | None = None
    valves: dict[str, Any] | None = None
    is_new: bool = False  # then its id must be free


class FunctionSet:
    """Writes that touch more than one table."""

    def __init__(self, database: Database, keyring: Keyring, revision: Revision) -> None:
        self._database = database
        self._keyring = keyring
        self._revision = revision
        self._functions = Rows(database, tables.functions, Function, "function")
        self._versions = Rows(database, tables.versions, FunctionVersion, "version")

    async def apply(self, changes: Sequence[FunctionChange], removed: Sequence[str] = ()) -> None:
        """All changes and removals in one transaction. Raises `Conflict` when a new function's id is taken."""
        async with self._database.transaction() as connection:
            for function_id in removed:
                await connection.execute(delete(tables.kv).where(tables.kv.c.function_id == function_id))
                await connection.execute(delete(tables.functions).where(tables.functions.c.id == function_id))
            for change in changes:
                await self.apply_on(connection, change)
        self._revision.bump()

    async def apply_on(self, connection: AsyncConnection, change: FunctionChange) -> None:
        """One change within a transaction of the caller's, who bumps the revision."""
        if change.is_new:
            await self._require_free(connection, change.function.id)
        row = structs.asdict(stamped(change.function))
        await connection.execute(upsert(self._database.dialect, tables.functions), row)
        if change.version is not None:
            await self._add(connection, change.version)
        if change.valves is not None:
            await self._set(connection, change.function.id, change.valves)

    async def _require_free(self, connection: AsyncConnection, function_id: str) -> None:
        table = tables.functions
        if await connection.scalar(select(table.c.id).where(table.c.id == function_id)) is not None:
            raise Conflict(f"There is already a function with the id {function_id}.")

    async def _add(self, connection: AsyncConnection, version: FunctionVersion) -> None:
        table = tables.versions
        newest = select(func.max(table.c.number)).where(table.c.function_id == version.function_id)
        number = (await connection.scalar(newest) or 0) + 1
        await connection.execute(insert(table), structs.asdict(stamped(structs.replace(version, number=number))))

    async def _set(self, connection: AsyncConnection, function_id: str, values: dict[str, Any]) -> None:
        sealed = self._keyring.seal(encode_json(values))
        row = {"function_id": function_id, "user_id": ITS_OWN, "sealed": sealed, "updated_at": time.time()}
        await connection.execute(upsert(self._database.dialect, tables.valves), row)
