"""Functions, without their sources."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete

from penstock.errors import Conflict, NotFound
from penstock.store import tables
from penstock.store.database import Database
from penstock.store.records import Function
from penstock.store.rows import Rows, rows_gone
from penstock.store.warm import Revision, Warm

table = tables.functions


class Functions:
    """Reads are warm until the revision grows. What they return is shared: do not change it."""

    def __init__(self, database: Database, revision: Revision) -> None:
        self._database = database
        self._rows = Rows(database, table, Function, "function")
        self._revision = revision
        self._warm: Warm[str, Function | None] = Warm()
        self._warm_list: Warm[None, list[Function]] = Warm()
        revision.watch(self._warm.clear)
        revision.watch(self._warm_list.clear)

    @property
    def revision(self) -> int:
        """Grows with every write to functions, versions, valves, rights, models and connections."""
        return self._revision.number

    async def get(self, function_id: str) -> Function | None:
        return await self._warm.get(function_id, lambda: self._rows.first(table.c.id == function_id))

    async def list(self) -> list[Function]:
        statement = self._rows.select().order_by(table.c.id)
        return [*await self._warm_list.get(None, lambda: self._rows.all(statement))]

    async def create(self, function: Function) -> Function:
        """Raises `Conflict` when the id is taken."""
        try:
            function = await self._rows.insert(function)
        except Conflict as error:
            raise Conflict(f"There is already a function with the id {function.id}.") from error
        self._revision.bump()
        return function

    async def update(self, function_id: str, **changes: Any) -> Function:
        function = await self._rows.update([table.c.id == function_id], changes)
        self._revision.bump()
        return function

    async def delete(self, function_id: str) -> None:
        """With its versions, valves and what it stored. Raises `NotFound`."""
        async with self._database.transaction() as connection:
            await connection.execute(delete(tables.kv).where(tables.kv.c.function_id == function_id))
            gone = await rows_gone(connection, delete(table).where(table.c.id == function_id))
        self._revision.bump()
        if not gone:
            raise NotFound("This function does not exist.")
