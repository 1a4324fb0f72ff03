"""Finding text in columns, whatever its case."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, collate, func, literal, select
from sqlalchemy.exc import DBAPIError

from penstock.store.database import Database

ESCAPE = "\\"
COLLATIONS = ("pg_c_utf8", "und-x-icu", "C.utf8", "C.UTF-8", "en_US.utf8", "en_US.UTF-8")


def contains(column: ColumnElement[Any], text: str, database: Database) -> ColumnElement[bool]:
    """Whether the column holds `text`; `%` and `_` stand for themselves.

    SQLite's LIKE folds ASCII only, which is right as long as what is looked for is ASCII, and much quicker.
    """
    pattern = f"%{_escaped(text)}%"
    if database.dialect == "postgresql":
        return _folding(column, database.collation).ilike(pattern, escape=ESCAPE)
    if text.isascii():
        return column.like(pattern, escape=ESCAPE)
    return func.lower_all(column).like(pattern.lower(), escape=ESCAPE)


async def find_collation(database: Database) -> str | None:
    """A collation that knows the case of all letters, where that of the Postgres database does not."""
    if database.dialect != "postgresql":
        return None
    for name in (None, *COLLATIONS):
        try:
            if await database.scalar(select(_folding(literal("Ä"), name).ilike("ä"))):
                return name
        except DBAPIError:
            continue  # not on this server
    return None


def _folding(column: ColumnElement[Any], collation: str | None) -> ColumnElement[Any]:
    return column if collation is None else collate(column, collation)


def _escaped(text: str) -> str:
    for special in (ESCAPE, "%", "_"):
        text = text.replace(special, ESCAPE + special)
    return text
