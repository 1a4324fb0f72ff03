"""How the latest runs of each function ended."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ScalarSelect, func, select

from penstock.store import tables
from penstock.store.database import Database

runs, functions = tables.runs, tables.functions
ENDED = ("done", "failed")


class Tally(NamedTuple):
    """Of the latest runs that came to an end by themselves: how many, and how many of them failed."""

    ended: int
    failed: int
    last_run_at: float | None  # of any run, also of one that goes on


class RunTallies:
    """Reads see what was queued before them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_functions(self, recent: int) -> dict[str, Tally]:
        """All functions in one query, each at the cost of its `recent` latest runs, however many there are."""
        await self._database.writer.flush()
        newest = select(func.max(runs.c.started_at)).where(runs.c.function_id == functions.c.id).scalar_subquery()
        query = select(
            functions.c.id,
            _count(recent).label("ended"),
            _count(recent, "failed").label("failed"),
            newest.label("last"),
        )
        found = await self._database.all(query)
        return {row.id: Tally(row.ended, row.failed, row.last) for row in found}


def _count(recent: int, state: str | None = None) -> ScalarSelect[int]:
    """How many of the latest runs of the function of the outer query have ended (in that state)."""
    latest = (
        select(runs.c.state)
        .where(runs.c.function_id == functions.c.id)
        .where(runs.c.state.in_(ENDED))
        .order_by(runs.c.started_at.desc())
        .limit(recent)
        .correlate(functions)
        .subquery()
    )
    counted = select(func.count()).select_from(latest)
    return (counted.where(latest.c.state == state) if state else counted).scalar_subquery()
