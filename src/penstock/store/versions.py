"""Versions of functions: sources that never change."""

from __future__ import annotations

from typing import Any

from msgspec import structs
from sqlalchemy import func, select

from penstock.errors import NotFound
from penstock.store import tables
from penstock.store.database import Database
from penstock.store.records import FunctionVersion
from penstock.store.rows import Rows
from penstock.store.warm import Revision, Warm

table = tables.versions


class Versions:
    """`get` is warm until the revision grows. What it returns is shared: do not change it."""

    def __init__(self, database: Database, revision: Revision) -> None:
        self._database = database
        self._rows = Rows(database, table, FunctionVersion, "version")
        self._revision = revision
        self._warm: Warm[str, FunctionVersion | None] = Warm()
        revision.watch(self._warm.clear)

    async def add(self, version: FunctionVersion) -> FunctionVersion:
        """The version with its number, one more than the newest. Raises `NotFound` without its function."""
        functions = tables.functions
        async with self._database.transaction() as connection:
            found = select(functions.c.id).where(functions.c.id == version.function_id).with_for_update()
            if await connection.scalar(found) is None:
                raise NotFound("This function does not exist.")
            newest = select(func.max(table.c.number)).where(table.c.function_id == version.function_id)
            number = (await connection.scalar(newest) or 0) + 1
            version = await self._rows.insert_on(connection, structs.replace(version, number=number))
        self._revision.bump()
        return version

    async def get(self, version_id: str) -> FunctionVersion | None:
        return await self._warm.get(version_id, lambda: self._rows.first(table.c.id == version_id))

    async def list(self, function_id: str, skip: int = 0, limit: int = 50) -> list[FunctionVersion]:
        """Newest first."""
        statement = self._rows.select(table.c.function_id == function_id).order_by(table.c.number.desc())
        return await self._rows.all(statement.offset(skip).limit(limit))

    async def update(self, version_id: str, **changes: Any) -> FunctionVersion:
        version = await self._rows.update([table.c.id == version_id], changes)
        self._revision.bump()
        return version

    async def delete(self, version_id: str) -> None:
        await self._rows.delete(table.c.id == version_id)
        self._revision.bump()

    async def environments(self) -> dict[str, set[str]]:
        """The environments that versions name, each with the functions of those versions."""
        columns = (table.c.environment_id, table.c.function_id)
        statement = select(*columns).where(table.c.environment_id.is_not(None)).distinct()
        used: dict[str, set[str]] = {}
        for row in await self._database.all(statement):
            used.setdefault(row.environment_id, set()).add(row.function_id)
        return used

    async def last_good(self, function_id: str, before: str | None = None) -> FunctionVersion | None:
        """The newest good version; with `before`, the newest that is older than that one."""
        statement = self._rows.select(table.c.function_id == function_id, table.c.state == "good")
        if before is not None:
            number = select(table.c.number).where(table.c.id == before).scalar_subquery()
            statement = statement.where(table.c.number < number)
        found = await self._rows.all(statement.order_by(table.c.number.desc()).limit(1))
        return found[0] if found else None
