"""Whether the database that the settings name can be reached, without changing anything in it."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from penstock.settings import Settings
from penstock.store import database as databases

VERSION = {"sqlite": "SELECT sqlite_version()", "postgresql": "SHOW server_version"}
NAMES = {"sqlite": "SQLite", "postgresql": "Postgres"}


async def reach(settings: Settings) -> str:
    """Name and version of what answers. Raises `StoreError`."""
    database = databases.connect(settings)
    try:
        version = await database.scalar(text(VERSION[database.dialect]))
    except (SQLAlchemyError, OSError) as error:
        raise databases.unreachable(error, settings) from error
    finally:
        await database.close()
    return f"{NAMES[database.dialect]} {version}"
