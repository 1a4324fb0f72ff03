"""Keys for the API, one per user: found by their digest, shown to their owner."""

from __future__ import annotations

import hashlib
import secrets
import time

from sqlalchemy import select

from penstock.store import tables
from penstock.store.database import Database
from penstock.store.keyring import Keyring
from penstock.store.rows import upsert
from penstock.store.warm import Warm

table = tables.api_keys


class ApiKeys:
    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring
        self._warm: Warm[str, str | None] = Warm()

    async def set(self, user_id: str) -> str:
        """A new key; the one before is void."""
        key = "sk-" + secrets.token_hex(16)
        row = {
            "user_id": user_id,
            "digest": digest_of(key),
            "sealed": self._keyring.seal(key.encode()),
            "created_at": time.time(),
        }
        async with self._database.transaction() as connection:
            await connection.execute(upsert(self._database.dialect, table), row)
        self._warm.clear()
        return key

    async def get(self, user_id: str) -> str | None:
        sealed: bytes | None = await self._database.scalar(select(table.c.sealed).where(table.c.user_id == user_id))
        return None if sealed is None else self._keyring.open_sealed(sealed).decode()

    async def find_user_id(self, key: str) -> str | None:
        digest = digest_of(key)

        async def load() -> str | None:
            found: str | None = await self._database.scalar(select(table.c.user_id).where(table.c.digest == digest))
            return found

        return await self._warm.get(digest, load)

    async def delete(self, user_id: str) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(table.delete().where(table.c.user_id == user_id))
        self._warm.clear()

    def forget(self) -> None:
        """Read anew: users with their keys are gone."""
        self._warm.clear()


def digest_of(key: str) -> str:
    """What keys are found by."""
    return hashlib.sha256(key.encode()).hexdigest()
