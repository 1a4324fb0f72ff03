"""One table, read and written as records."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any, Generic, TypeVar

from msgspec import structs
from sqlalchemy import Column, ColumnElement, Delete, Insert, Row, Select, Table, Update, delete, insert, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio.engine import AsyncConnection

from penstock.errors import NotFound
from penstock.store.database import Database
from penstock.store.records import Record

R = TypeVar("R", bound=Record)


class Rows(Generic[R]):
    """`record` names the columns that are read; `noun` is what errors call it."""

    def __init__(self, database: Database, table: Table, record: type[R], noun: str) -> None:
        self.database = database
        self.table = table
        self.noun = noun
        self._record = record
        self._fields = record.__struct_fields__
        self.columns = [table.c[name] for name in self._fields]

    def select(self, *where: ColumnElement[bool]) -> Select[Any]:
        return select(*self.columns).where(*where)

    def read(self, row: Row[Any]) -> R:
        """The record of a row that begins with `columns`."""
        return self._record(**dict(zip(self._fields, row, strict=False)))

    async def first(self, *where: ColumnElement[bool]) -> R | None:
        row = await self.database.first(self.select(*where))
        return None if row is None else self.read(row)

    async def all(self, statement: Select[Any]) -> list[R]:
        return [self.read(row) for row in await self.database.all(statement)]

    async def insert(self, record: R, **more: Any) -> R:
        async with self.database.transaction() as connection:
            return await self.insert_on(connection, record, **more)

    async def insert_on(self, connection: AsyncConnection, record: R, **more: Any) -> R:
        record = stamped(record)
        await connection.execute(insert(self.table), {**structs.asdict(record), **more})
        return record

    async def save(self, record: R, **more: Any) -> R:
        """Insert, or replace what stands under the same key."""
        record = stamped(record)
        async with self.database.transaction() as connection:
            await connection.execute(upsert(self.database.dialect, self.table), {**structs.asdict(record), **more})
        return record

    async def update(self, where: Sequence[ColumnElement[bool]], changes: dict[str, Any]) -> R:
        """Change one row. Raises `NotFound`."""
        async with self.database.transaction() as connection:
            return await self.update_on(connection, where, changes)

    async def update_on(
        self, connection: AsyncConnection, where: Sequence[ColumnElement[bool]], changes: dict[str, Any]
    ) -> R:
        values = dict(changes)
        if "updated_at" in self.table.c:
            values.setdefault("updated_at", time.time())
        statement: Update = update(self.table).where(*where).values(values)
        row = (await connection.execute(statement.returning(*self.columns))).first()
        if row is None:
            raise NotFound(f"This {self.noun} does not exist.")
        return self.read(row)

    async def delete(self, *where: ColumnElement[bool]) -> int:
        """How many rows went."""
        async with self.database.transaction() as connection:
            return await rows_gone(connection, delete(self.table).where(*where))


async def rows_gone(connection: AsyncConnection, statement: Delete) -> int:
    return (await connection.execute(statement)).rowcount


def stamped(record: R) -> R:
    """The record with its times set, where they are not."""
    now = time.time()
    unset = {name: now for name in ("created_at", "updated_at") if getattr(record, name, None) == 0}
    return structs.replace(record, **unset) if unset else record


def upsert(dialect: str, table: Table, key: Iterable[Column[Any]] | None = None) -> Insert:
    """Insert a row; where its key exists, replace the other columns, but for when and where it was first put."""
    keys = list(key or table.primary_key.columns)
    names = {column.name for column in keys}
    statement = _postgres_insert(table) if dialect == "postgresql" else sqlite.insert(table)
    excluded = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if column.name not in names and column.name not in ("created_at", "position")
    }
    return statement.on_conflict_do_update(index_elements=keys, set_=excluded)


def _postgres_insert(table: Table) -> Any:
    from sqlalchemy.dialects import postgresql  # a server with SQLite starts faster without it

    return postgresql.insert(table)
