"""Sign-ins."""

from __future__ import annotations

import time
import uuid

from sqlalchemy import delete

from penstock.store import tables
from penstock.store.database import Database
from penstock.store.records import Session
from penstock.store.rows import Rows
from penstock.store.warm import Warm

table = tables.sessions
DAY = 86400.0


class Sessions:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = Rows(database, table, Session, "session")
        self._warm: Warm[str, Session | None] = Warm()

    async def create(self, user_id: str, days: float) -> Session:
        now = time.time()
        session = Session(id=uuid.uuid4().hex, user_id=user_id, created_at=now, expires_at=now + days * DAY)
        async with self._database.transaction() as connection:
            await connection.execute(delete(table).where(table.c.expires_at < now))
            await self._rows.insert_on(connection, session)
        return session

    async def get(self, session_id: str) -> Session | None:
        """The session, unless it has ended or expired."""
        session = await self._warm.get(session_id, lambda: self._rows.first(table.c.id == session_id))
        return session if session is not None and session.expires_at > time.time() else None

    async def delete(self, session_id: str) -> None:
        await self._rows.delete(table.c.id == session_id)
        self._warm.drop(session_id)

    async def delete_all(self, user_id: str, keep: str | None = None) -> None:
        """End every sign-in of a user, but for the one to keep."""
        await self._rows.delete(table.c.user_id == user_id, table.c.id != (keep or ""))
        self._warm.clear()

    def forget(self) -> None:
        """Read anew: users with their sessions are gone."""
        self._warm.clear()
