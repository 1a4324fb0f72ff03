"""Much that comes in from elsewhere, in one transaction: all of it is there afterwards, or nothing."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from msgspec import structs
from sqlalchemy import Column, Select, Table, delete, insert, select, update
from sqlalchemy.ext.asyncio.engine import AsyncConnection

from penstock.store import tables
from penstock.store.api_keys import digest_of
from penstock.store.columns import encode_json
from penstock.store.database import Database
from penstock.store.function_set import FunctionChange, FunctionSet
from penstock.store.keyring import Keyring
from penstock.store.messages import message_rows
from penstock.store.records import (
    Chat,
    Connection,
    File,
    Folder,
    Group,
    Memory,
    Message,
    Model,
    Record,
    Share,
    User,
)
from penstock.store.rows import stamped, upsert
from penstock.store.users import email_key

PLAIN: dict[type[Record], Table] = {
    Chat: tables.chats,
    File: tables.files,
    Folder: tables.folders,
    Group: tables.groups,
    Memory: tables.memories,
    Model: tables.models,
    Share: tables.shares,
}


class _NothingMeant(Exception):
    """Ends a transaction that was a rehearsal."""


class Arrivals:
    """What comes in. Records replace those with the same key."""

    def __init__(
        self, connection: AsyncConnection, database: Database, keyring: Keyring, functions: FunctionSet
    ) -> None:
        self._connection = connection
        self._dialect = database.dialect
        self._keyring = keyring
        self._functions = functions

    async def ids(self, table: Table) -> set[str]:
        return await self.values(select(table.c.id))

    async def values(self, statement: Select[tuple[str]]) -> set[str]:
        """What stands in the one column of a statement."""
        return set(await self._connection.scalars(statement))

    async def pairs(self, first: Column[str], second: Column[str]) -> set[tuple[str, str]]:
        return {(row[0], row[1]) for row in await self._connection.execute(select(first, second))}

    def digest(self, key: str) -> str:
        """What an API key is found by."""
        return digest_of(key)

    async def put(self, record: Record) -> None:
        """A record without secrets (`PLAIN` lists them)."""
        row = structs.asdict(stamped(record))
        await self._connection.execute(upsert(self._dialect, PLAIN[type(record)]), row)

    async def put_user(self, user: User, password_hash: str | None) -> None:
        row = structs.asdict(stamped(user)) | {"email_key": email_key(user.email), "password_hash": password_hash}
        await self._connection.execute(upsert(self._dialect, tables.users), row)

    async def put_api_key(self, user_id: str, key: str) -> None:
        row = {"user_id": user_id, "digest": digest_of(key), "sealed": self._keyring.seal(key.encode())}
        await self._connection.execute(upsert(self._dialect, tables.api_keys), row | {"created_at": time.time()})

    async def put_connection(self, record: Connection) -> None:
        row = structs.asdict(stamped(record))
        key = row.pop("key")
        row["sealed_key"] = self._keyring.seal(key.encode()) if key else None
        await self._connection.execute(upsert(self._dialect, tables.connections), row)

    async def put_setting(self, key: str, value: Any) -> None:
        row = {"key": key, "value": value, "updated_at": time.time()}
        await self._connection.execute(upsert(self._dialect, tables.settings), row)

    async def put_function(self, change: FunctionChange) -> None:
        await self._functions.apply_on(self._connection, change)

    async def put_user_valves(self, function_id: str, user_id: str, values: dict[str, Any]) -> None:
        sealed = self._keyring.seal(encode_json(values))
        row = {"function_id": function_id, "user_id": user_id, "sealed": sealed, "updated_at": time.time()}
        await self._connection.execute(upsert(self._dialect, tables.valves), row)

    async def put_chat(self, chat: Chat, messages: Sequence[Message]) -> None:
        """The chat with these messages and no others."""
        await self.put(chat)
        await self._connection.execute(delete(tables.messages).where(tables.messages.c.chat_id == chat.id))
        if messages:
            await self._connection.execute(insert(tables.messages), message_rows(messages))

    async def set_members(self, group_id: str, user_ids: list[str]) -> None:
        table = tables.groups
        await self._connection.execute(update(table).where(table.c.id == group_id).values(user_ids=user_ids))


class Intake:
    """For commands that work while no server does: nothing that is warm hears of it."""

    def __init__(self, database: Database, keyring: Keyring, functions: FunctionSet) -> None:
        self._database = database
        self._keyring = keyring
        self._functions = functions

    @asynccontextmanager
    async def open(self, *, rehearsal: bool = False) -> AsyncIterator[Arrivals]:
        """Whatever the block raises undoes all of it; a rehearsal is undone in any case. Raises `Conflict`."""
        try:
            async with self._database.transaction() as connection:
                yield Arrivals(connection, self._database, self._keyring, self._functions)
                if rehearsal:
                    raise _NothingMeant
        except _NothingMeant:
            return
