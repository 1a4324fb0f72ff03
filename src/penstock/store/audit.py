"""Who did what, when."""

from __future__ import annotations

from msgspec import structs

from penstock.store import tables
from penstock.store.database import Database
from penstock.store.records import Audit
from penstock.store.rows import Rows
from penstock.store.writer import RowTarget

table = tables.audits


class Audits:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = Rows(database, table, Audit, "audit")
        self._target = RowTarget(table.insert())

    def add_nowait(self, audit: Audit) -> None:
        self._database.writer.put(self._target, structs.asdict(audit))

    async def list(
        self,
        what: str | None = None,
        subject: str | None = None,
        user_id: str | None = None,
        skip: int = 0,
        limit: int = 50,
    ) -> list[Audit]:
        """Newest first."""
        await self._database.writer.flush()
        given = {"what": what, "subject": subject, "user_id": user_id}
        where = [table.c[name] == value for name, value in given.items() if value is not None]
        newest = self._rows.select(*where).order_by(table.c.position.desc())
        return await self._rows.all(newest.offset(skip).limit(limit))
