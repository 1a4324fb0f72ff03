"""Sealing anew what was sealed with an older key."""

from __future__ import annotations

from sqlalchemy import Column, select, update
from sqlalchemy.ext.asyncio.engine import AsyncConnection

from penstock.store import tables
from penstock.store.database import Database
from penstock.store.keyring import Keyring

SEALED: tuple[Column[bytes], ...] = (
    tables.valves.c.sealed,
    tables.layered_valves.c.sealed,
    tables.connections.c.sealed_key,
    tables.api_keys.c.sealed,
)


async def rotate(database: Database, keyring: Keyring) -> int:
    """Put a new key in front and seal everything with it: all of it or nothing. How many values that were.

    Older keys stay in the ring, so that a backup can still be opened.
    """
    keyring.rotate()
    async with database.transaction() as connection:
        return sum([await _reseal(connection, keyring, column) for column in SEALED])


async def _reseal(connection: AsyncConnection, keyring: Keyring, column: Column[bytes]) -> int:
    table = column.table
    keys = list(table.primary_key)
    rows = (await connection.execute(select(column, *keys).where(column.is_not(None)).with_for_update())).all()
    for sealed, *key in rows:
        at = [part == value for part, value in zip(keys, key, strict=True)]
        await connection.execute(update(table).where(*at).values({column.name: keyring.reseal(sealed)}))
    return len(rows)
