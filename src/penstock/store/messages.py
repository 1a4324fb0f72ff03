"""Messages: rows that form a tree in their chat. Their ids are unique per chat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import structs
from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.ext.asyncio.engine import AsyncConnection

from penstock.store import tables
from penstock.store.database import Database
from penstock.store.records import Message
from penstock.store.rows import Rows, stamped, upsert
from penstock.store.writer import Row, RowTarget

table = tables.messages
LONGEST_LIST_OF_IDS = 500
PAGE = 1000


class Messages:
    """Reads see what was queued before them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = Rows(database, table, Message, "message")
        self._upsert = upsert(database.dialect, table, [table.c.chat_id, table.c.id])
        self._target = RowTarget(self._upsert, choose=_of_existing_chats)

    async def get(self, chat_id: str, message_id: str) -> Message | None:
        await self._database.writer.flush()
        return await self._rows.first(*_at(chat_id, message_id))

    async def find(self, message_id: str, user_id: str) -> Message | None:
        """The newest message with that id in the chats of a user."""
        chats = select(tables.chats.c.id).where(tables.chats.c.user_id == user_id)
        wanted = self._rows.select(table.c.id == message_id, table.c.chat_id.in_(chats))
        return next(iter(await self._read(wanted.order_by(table.c.created_at.desc()).limit(1))), None)

    async def put(self, messages: Sequence[Message]) -> None:
        """Insert or replace. Raises `Conflict` when a chat does not exist."""
        if messages:
            async with self._database.transaction() as connection:
                await connection.execute(self._upsert, message_rows(messages))

    def put_nowait(self, message: Message) -> None:
        """Insert or replace soon; of several in one batch the last wins. Nothing happens when its chat is gone."""
        key = (message.chat_id, message.id)
        self._database.writer.put(self._target, structs.asdict(stamped(message)), key)

    async def update(self, chat_id: str, message_id: str, **changes: Any) -> Message:
        """Raises `NotFound`."""
        return await self._rows.update(_at(chat_id, message_id), changes)

    async def delete(self, chat_id: str, message_ids: Sequence[str]) -> int:
        """How many went; their children stay."""
        gone = 0
        for start in range(0, len(message_ids), LONGEST_LIST_OF_IDS):
            some = message_ids[start : start + LONGEST_LIST_OF_IDS]
            gone += await self._rows.delete(table.c.chat_id == chat_id, table.c.id.in_(some))
        return gone

    async def chain(self, chat_id: str, leaf_id: str) -> list[Message]:
        """From the root to the leaf; empty without the leaf. A circle of parents ends where it closes."""
        parent = table.alias()
        line = select(table.c.id, table.c.parent_id).where(*_at(chat_id, leaf_id)).cte("line", recursive=True)
        step = select(parent.c.id, parent.c.parent_id).where(
            parent.c.chat_id == chat_id, parent.c.id == line.c.parent_id
        )
        line = line.union(step)
        wanted = self._rows.select(table.c.chat_id == chat_id, table.c.id.in_(select(line.c.id)))
        return _in_line({message.id: message for message in await self._read(wanted)}, leaf_id)

    async def children(self, chat_id: str, message_id: str | None) -> list[Message]:
        """Answers to a message, in the order in which they came; for None the roots."""
        where = and_(table.c.chat_id == chat_id, table.c.parent_id == message_id)
        return await self._read(self._rows.select(where).order_by(table.c.position))

    async def _read(self, statement: Select[Any]) -> list[Message]:
        await self._database.writer.flush()
        return await self._rows.all(statement)

    async def list(self, chat_id: str) -> list[Message]:
        """In the order in which they came. A long chat is read in pages, so that others have their turn."""
        await self._database.writer.flush()
        found: list[Message] = []
        ordered = self._rows.select(table.c.chat_id == chat_id).add_columns(table.c.position).order_by(table.c.position)
        last = 0
        while True:
            page = await self._database.all(ordered.where(table.c.position > last).limit(PAGE))
            found.extend(map(self._rows.read, page))
            if len(page) < PAGE:
                return found
            last = page[-1].position


def message_rows(messages: Sequence[Message]) -> list[Row]:
    return [structs.asdict(stamped(message)) for message in messages]


def _at(chat_id: str, message_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.chat_id == chat_id, table.c.id == message_id


def _in_line(found: dict[str, Message], leaf_id: str) -> list[Message]:
    line: list[Message] = []
    next_id: str | None = leaf_id
    while next_id is not None and (message := found.pop(next_id, None)) is not None:
        line.append(message)
        next_id = message.parent_id
    return line[::-1]


async def _of_existing_chats(connection: AsyncConnection, rows: Sequence[Row]) -> Sequence[Row]:
    wanted = {row["chat_id"] for row in rows}
    found = await connection.scalars(select(tables.chats.c.id).where(tables.chats.c.id.in_(wanted)))
    existing = set(found)
    return rows if len(existing) == len(wanted) else [row for row in rows if row["chat_id"] in existing]
