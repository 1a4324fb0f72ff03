"""What admins have recorded about models."""

from __future__ import annotations

from penstock.store import tables
from penstock.store.database import Database
from penstock.store.records import Model
from penstock.store.rows import Rows
from penstock.store.warm import Revision, Warm

table = tables.models


class ModelRecords:
    """Reads are warm until the revision grows. What they return is shared: do not change it."""

    def __init__(self, database: Database, revision: Revision) -> None:
        self._rows = Rows(database, table, Model, "model")
        self._revision = revision
        self._warm: Warm[None, dict[str, Model]] = Warm()
        revision.watch(self._warm.clear)

    async def get(self, model_id: str) -> Model | None:
        return (await self._all()).get(model_id)

    async def list(self) -> list[Model]:
        return [*(await self._all()).values()]

    async def save(self, model: Model) -> Model:
        """Insert or replace."""
        model = await self._rows.save(model)
        self._revision.bump()
        return model

    async def delete(self, model_id: str) -> None:
        await self._rows.delete(table.c.id == model_id)
        self._revision.bump()

    async def delete_all(self) -> None:
        await self._rows.delete()
        self._revision.bump()

    async def _all(self) -> dict[str, Model]:
        return await self._warm.get(None, self._load)

    async def _load(self) -> dict[str, Model]:
        return {model.id: model for model in await self._rows.all(self._rows.select().order_by(table.c.id))}
