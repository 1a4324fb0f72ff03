"""Finding text in columns, whatever its case."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func

ESCAPE = "\\"


def contains(column: ColumnElement[Any], text: str, dialect: str) -> ColumnElement[bool]:
    """Whether the column holds `text`; `%` and `_` stand for themselves.

    SQLite's LIKE folds ASCII only, which is right as long as what is looked for is ASCII, and much quicker.
    """
    pattern = f"%{_escaped(text)}%"
    if dialect == "postgresql":
        return column.ilike(pattern, escape=ESCAPE)
    if text.isascii():
        return column.like(pattern, escape=ESCAPE)
    return func.casefold(column).like(pattern.casefold(), escape=ESCAPE)


def _escaped(text: str) -> str:
    for special in (ESCAPE, "%", "_"):
        text = text.replace(special, ESCAPE + special)
    return text
