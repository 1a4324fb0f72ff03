"""What admins allow functions beyond, or short of, the server's defaults."""

from __future__ import annotations

from penstock.store import tables
from penstock.store.database import Database
from penstock.store.records import GivenRights
from penstock.store.rows import Rows
from penstock.store.warm import Revision, Warm

table = tables.rights


class RightsRecords:
    """Reads are warm until the revision grows. What they return is shared: do not change it."""

    def __init__(self, database: Database, revision: Revision) -> None:
        self._rows = Rows(database, table, GivenRights, "decision about rights")
        self._revision = revision
        self._warm: Warm[None, dict[str, GivenRights]] = Warm()
        revision.watch(self._warm.clear)

    async def all(self) -> dict[str, GivenRights]:
        """By function, of those about which there is a decision."""
        return await self._warm.get(None, self._load)

    async def get(self, function_id: str) -> GivenRights | None:
        return (await self.all()).get(function_id)

    async def save(self, given: GivenRights) -> GivenRights:
        """Raises `Conflict` without its function."""
        given = await self._rows.save(given)
        self._revision.bump()
        return given

    async def _load(self) -> dict[str, GivenRights]:
        return {given.function_id: given for given in await self._rows.all(self._rows.select())}
