"""Events as they went to the sockets, so that a client can ask for what it missed."""

from __future__ import annotations

import time
from typing import Any

import msgspec
from sqlalchemy import delete, func, select

from penstock.store import tables
from penstock.store.columns import encode_json
from penstock.store.database import Database
from penstock.store.records import MessageEvent
from penstock.store.rows import Rows, rows_gone
from penstock.store.writer import RowTarget

table = tables.events
GAP_AFTER_START = 100_000  # more than a crash can have lost: a client never saw a number that is given again


class Events:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = Rows(database, table, MessageEvent, "event")
        self._target = RowTarget(table.insert())
        self._last = 0

    async def open(self) -> None:
        """Go on numbering where the last start ended."""
        newest: int | None = await self._database.scalar(select(func.max(table.c.id)))
        self._last = 0 if newest is None else newest + GAP_AFTER_START

    def append_nowait(
        self, user_id: str, chat_id: str, message_id: str, run_id: str | None, type: str, data: Any
    ) -> int:
        """The id of the event, which is written soon. `data` is taken as it is now.

        Raises `TypeError` for data that is not plain.
        """
        row = {
            "id": self._last + 1,
            "user_id": user_id,
            "chat_id": chat_id,
            "message_id": message_id,
            "run_id": run_id,
            "type": type,
            "data": None if data is None else msgspec.Raw(encode_json(data)),
            "created_at": time.time(),
        }
        self._database.writer.put(self._target, row)
        self._last += 1
        return self._last

    def last_id(self) -> int:
        return self._last

    async def after(self, user_id: str, event_id: int, limit: int = 1000) -> list[MessageEvent]:
        """What came for the user after that event, oldest first."""
        await self._database.writer.flush()
        statement = self._rows.select(table.c.user_id == user_id, table.c.id > event_id)
        return await self._rows.all(statement.order_by(table.c.id).limit(limit))

    async def of_run(self, user_id: str, run_id: str, limit: int) -> list[MessageEvent]:
        """What a run of that user emitted, oldest first; what is older than a while has been forgotten."""
        await self._database.writer.flush()
        statement = self._rows.select(table.c.user_id == user_id, table.c.run_id == run_id)
        return await self._rows.all(statement.order_by(table.c.id).limit(limit))

    async def prune(self, before: float) -> int:
        """Forget events that are older than that; the newest stays, since it holds the numbering. How many went."""
        newest = select(func.max(table.c.id)).scalar_subquery()
        async with self._database.transaction() as connection:
            return await rows_gone(connection, delete(table).where(table.c.created_at < before, table.c.id < newest))
