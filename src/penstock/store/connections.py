"""OpenAI-compatible servers; their keys are sealed."""

from __future__ import annotations

from msgspec import structs
from sqlalchemy import Row, delete, select

from penstock.store import tables
from penstock.store.database import Database
from penstock.store.keyring import Keyring
from penstock.store.records import Connection
from penstock.store.rows import stamped, upsert
from penstock.store.warm import Revision, Warm

table = tables.connections


class Connections:
    """Reads are warm until the revision grows. What they return is shared: do not change it."""

    def __init__(self, database: Database, keyring: Keyring, revision: Revision) -> None:
        self._database = database
        self._keyring = keyring
        self._revision = revision
        self._warm: Warm[None, dict[str, Connection]] = Warm()
        revision.watch(self._warm.clear)

    async def get(self, connection_id: str) -> Connection | None:
        return (await self._warm.get(None, self._load)).get(connection_id)

    async def list(self) -> list[Connection]:
        return [*(await self._warm.get(None, self._load)).values()]

    async def save(self, record: Connection) -> Connection:
        """Insert or replace."""
        record = stamped(record)
        row = structs.asdict(record)
        key = row.pop("key")
        row["sealed_key"] = self._keyring.seal(key.encode()) if key else None
        async with self._database.transaction() as connection:
            await connection.execute(upsert(self._database.dialect, table), row)
        self._revision.bump()
        return record

    async def delete(self, connection_id: str) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(delete(table).where(table.c.id == connection_id))
        self._revision.bump()

    async def _load(self) -> dict[str, Connection]:
        rows = await self._database.all(select(table).order_by(table.c.created_at, table.c.id))
        return {row.id: self._read(row) for row in rows}

    def _read(self, row: Row[tuple[object, ...]]) -> Connection:
        values = row._asdict()
        sealed = values.pop("sealed_key")
        key = "" if sealed is None else self._keyring.open_sealed(sealed).decode()
        return Connection(**values, key=key)
