"""Values of valves for one model, one group or one user, over those of the function; sealed like all (spec V5, V6)."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import delete, select

from penstock.store import tables
from penstock.store.columns import decode_json, encode_json
from penstock.store.database import Database
from penstock.store.keyring import Keyring
from penstock.store.rows import upsert
from penstock.store.warm import Revision, Warm

table = tables.layered_valves
SHARED = ("group", "model")  # layers that are read with the functions; a user's are read for that user
Layer = tuple[str, str]  # the kind and the id of its subject


class LayeredValves:
    """Reads of users' layers are warm until the revision grows; each read gives a dict of its own."""

    def __init__(self, database: Database, keyring: Keyring, revision: Revision) -> None:
        self._database = database
        self._keyring = keyring
        self._revision = revision
        self._warm: Warm[tuple[str, str, str], bytes | None] = Warm()
        revision.watch(self._warm.clear)

    async def shared(self) -> dict[str, dict[Layer, dict[str, Any]]]:
        """The layers of models and groups of all functions that have any, by function; not warm."""
        statement = select(table).where(table.c.layer.in_(SHARED))
        found: dict[str, dict[Layer, dict[str, Any]]] = {}
        for row in await self._database.all(statement):
            values = decode_json(self._keyring.open_sealed(row.sealed))
            found.setdefault(row.function_id, {})[row.layer, row.subject_id] = values
        return found

    async def get(self, function_id: str, layer: str, subject_id: str) -> dict[str, Any] | None:
        key = function_id, layer, subject_id
        content = await self._warm.get(key, lambda: self._load(*key))
        return None if content is None else decode_json(content)

    async def set(self, function_id: str, layer: str, subject_id: str, values: dict[str, Any] | None) -> None:
        """None, or no value at all, takes the layer away."""
        at = _at(function_id, layer, subject_id)
        async with self._database.transaction() as connection:
            if not values:
                await connection.execute(delete(table).where(*at))
            else:
                row = {
                    "function_id": function_id,
                    "layer": layer,
                    "subject_id": subject_id,
                    "sealed": self._keyring.seal(encode_json(values)),
                    "updated_at": time.time(),
                }
                await connection.execute(upsert(self._database.dialect, table), row)
        self._revision.bump()

    async def forget(self, layer: str, subject_id: str) -> None:
        """For a model, group or user that is gone."""
        async with self._database.transaction() as connection:
            await connection.execute(delete(table).where(table.c.layer == layer, table.c.subject_id == subject_id))
        self._revision.bump()

    async def _load(self, function_id: str, layer: str, subject_id: str) -> bytes | None:
        statement = select(table.c.sealed).where(*_at(function_id, layer, subject_id))
        sealed: bytes | None = await self._database.scalar(statement)
        return None if sealed is None else self._keyring.open_sealed(sealed)


def _at(function_id: str, layer: str, subject_id: str) -> tuple[Any, Any, Any]:
    return table.c.function_id == function_id, table.c.layer == layer, table.c.subject_id == subject_id
