"""Bringing the schema up to date when the server starts."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from penstock.errors import StoreError
from penstock.store.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0003"  # the newest migration; named here so that a start without one need not load Alembic


async def migrate(database: Database) -> None:
    """All of it or nothing; of several servers that start at once, one does it."""
    async with database.begin() as connection:
        await database.lock(connection, "penstock schema")
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    present = _present(connection)
    if present == HEAD:
        return
    if present is not None and present > HEAD:
        raise StoreError(
            "The database was written by a newer Penstock.", hint="Start the newer version, or restore a backup."
        )
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)


def _present(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found
