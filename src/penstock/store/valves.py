"""Values of valves, sealed: those of a function and those of each user."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select

from penstock.store import tables
from penstock.store.columns import decode_json, encode_json
from penstock.store.database import Database
from penstock.store.keyring import Keyring
from penstock.store.rows import upsert
from penstock.store.warm import Revision, Warm

table = tables.valves
ITS_OWN = ""  # stands for the user id where the values are the function's


class Valves:
    """Reads are warm until the revision grows; each gives a dict of its own."""

    def __init__(self, database: Database, keyring: Keyring, revision: Revision) -> None:
        self._database = database
        self._keyring = keyring
        self._revision = revision
        self._warm: Warm[tuple[str, str], bytes | None] = Warm()
        revision.watch(self._warm.clear)

    async def get(self, function_id: str) -> dict[str, Any] | None:
        return await self._read(function_id, ITS_OWN)

    async def set(self, function_id: str, values: dict[str, Any] | None) -> None:
        """None forgets them."""
        await self._write(function_id, ITS_OWN, values)

    async def own(self) -> dict[str, dict[str, Any]]:
        """Those of all functions that have any, by id; not warm."""
        rows = await self._database.all(select(table.c.function_id, table.c.sealed).where(table.c.user_id == ITS_OWN))
        return {row.function_id: decode_json(self._keyring.open_sealed(row.sealed)) for row in rows}

    async def get_user(self, function_id: str, user_id: str) -> dict[str, Any] | None:
        return await self._read(function_id, user_id)

    async def of_users(self, user_ids: Sequence[str]) -> dict[str, dict[str, dict[str, Any]]]:
        """All that these users have set, by user and function; not warm."""
        columns = select(table.c.user_id, table.c.function_id, table.c.sealed)
        rows = await self._database.all(columns.where(table.c.user_id.in_(user_ids), table.c.user_id != ITS_OWN))
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for row in rows:
            found.setdefault(row.user_id, {})[row.function_id] = decode_json(self._keyring.open_sealed(row.sealed))
        return found

    async def set_user(self, function_id: str, user_id: str, values: dict[str, Any] | None) -> None:
        await self._write(function_id, user_id, values)

    async def _read(self, function_id: str, user_id: str) -> dict[str, Any] | None:
        content = await self._warm.get((function_id, user_id), lambda: self._load(function_id, user_id))
        return None if content is None else decode_json(content)

    async def _load(self, function_id: str, user_id: str) -> bytes | None:
        sealed: bytes | None = await self._database.scalar(select(table.c.sealed).where(*_at(function_id, user_id)))
        return None if sealed is None else self._keyring.open_sealed(sealed)

    async def _write(self, function_id: str, user_id: str, values: dict[str, Any] | None) -> None:
        async with self._database.transaction() as connection:
            if values is None:
                await connection.execute(delete(table).where(*_at(function_id, user_id)))
            else:
                row = {
                    "function_id": function_id,
                    "user_id": user_id,
                    "sealed": self._keyring.seal(encode_json(values)),
                    "updated_at": time.time(),
                }
                await connection.execute(upsert(self._database.dialect, table), row)
        self._revision.bump()


def _at(function_id: str, user_id: str) -> tuple[Any, Any]:
    return table.c.function_id == function_id, table.c.user_id == user_id
