"""Groups of users."""

from __future__ import annotations

from typing import Any

from penstock.store import tables
from penstock.store.database import Database
from penstock.store.records import Group
from penstock.store.rows import Rows
from penstock.store.warm import Warm

table = tables.groups


class Groups:
    """Reads are warm until the next write. What they return is shared: do not change it."""

    def __init__(self, database: Database) -> None:
        self._rows = Rows(database, table, Group, "group")
        self._warm: Warm[None, dict[str, Group]] = Warm()

    async def create(self, group: Group) -> Group:
        try:
            return await self._rows.insert(group)
        finally:
            self._warm.clear()

    async def get(self, group_id: str) -> Group | None:
        return (await self._warm.get(None, self._load)).get(group_id)

    async def of(self, user_id: str) -> list[Group]:
        """The groups that a user belongs to."""
        return [group for group in (await self._warm.get(None, self._load)).values() if user_id in group.user_ids]

    async def update(self, group_id: str, **changes: Any) -> Group:
        """Raises `NotFound`."""
        try:
            return await self._rows.update([table.c.id == group_id], changes)
        finally:
            self._warm.clear()

    async def delete(self, group_id: str) -> bool:
        try:
            return bool(await self._rows.delete(table.c.id == group_id))
        finally:
            self._warm.clear()

    async def list(self) -> list[Group]:
        """By name."""
        return [*(await self._warm.get(None, self._load)).values()]

    async def _load(self) -> dict[str, Group]:
        by_name = self._rows.select().order_by(table.c.name, table.c.id)
        return {group.id: group for group in await self._rows.all(by_name)}
