"""Connections to SQLite or Postgres: how reads and writes get one, and what they may rely on."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Executable, Row, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import ArgumentError, IntegrityError, OperationalError
from sqlalchemy.ext.asyncio.engine import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from penstock.errors import Conflict, StoreError
from penstock.settings import Settings
from penstock.store.writer import GroupWriter

DATABASE_FILE = "penstock.db"
POOL_WAIT = 30.0
READERS = 4
POSTGRES_POOL = 8
BUSY_TIMEOUT = 30.0


class Database:
    """Reads run at once, each on a connection of its own; writes run one transaction at a time.

    A write sees, and is seen after, whatever was queued in `writer` before it.
    """

    def __init__(self, dialect: str, readers: AsyncEngine, writers: AsyncEngine) -> None:
        self.dialect = dialect
        self.collation: str | None = None  # for text whose case does not matter, where it takes one
        self._readers = readers
        self._writers = writers
        self.writer = GroupWriter(writers.begin)

    async def close(self) -> None:
        await self.writer.close()
        await self._readers.dispose()
        await self._writers.dispose()

    async def all(self, statement: Executable, parameters: dict[str, Any] | None = None) -> Sequence[Row[Any]]:
        async with self._readers.connect() as connection:
            return (await connection.execute(statement, parameters)).all()

    async def first(self, statement: Executable) -> Row[Any] | None:
        async with self._readers.connect() as connection:
            return (await connection.execute(statement)).first()

    async def scalar(self, statement: Executable) -> Any:
        async with self._readers.connect() as connection:
            return (await connection.execute(statement)).scalar()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """All or nothing; what was queued before is committed first. Raises `Conflict` where a constraint breaks."""
        await self.writer.flush()
        async with self.begin() as connection:
            yield connection

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._writers.begin() as connection:
                yield connection
        except IntegrityError as error:
            raise Conflict("The change does not fit what is stored: something is missing or exists already.") from error

    async def lock(self, connection: AsyncConnection, name: str) -> None:
        """Let nobody else hold `name` until this transaction ends. SQLite has one writer anyway."""
        if self.dialect == "postgresql":
            await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": name})


def connect(settings: Settings) -> Database:
    """The database that the settings name; nothing is opened yet."""
    address = settings.database_url
    if not address:
        return _sqlite(settings.data_dir / DATABASE_FILE)
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise StoreError(
            "PENSTOCK_DATABASE_URL is not an address.", hint="postgresql://user:password@host/name"
        ) from error
    kind = url.get_backend_name()
    if kind in ("postgres", "postgresql"):
        return _postgres(url)
    if kind == "sqlite" and url.database:
        return _sqlite(Path(url.database))
    raise StoreError(
        f"Penstock cannot keep its data in `{kind}`.", hint="Use postgresql://... or leave it empty for SQLite."
    )


def _sqlite(path: Path) -> Database:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"The data folder {path.parent} cannot be made: {error.strerror}.") from error
    url = URL.create("sqlite+aiosqlite", database=str(path))
    options: dict[str, Any] = {
        "connect_args": {"isolation_level": None, "timeout": BUSY_TIMEOUT},
        "max_overflow": 0,
        "pool_timeout": POOL_WAIT,
        "pool_reset_on_return": None,
    }
    readers = create_async_engine(
        url, pool_size=READERS, isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True, **options
    )
    writers = create_async_engine(url, pool_size=1, **options)
    for engine in (readers, writers):
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(writers.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return Database("sqlite", readers, writers)


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    _use_wal(cursor)
    for pragma in (
        "synchronous = NORMAL",
        "foreign_keys = ON",
        f"busy_timeout = {int(BUSY_TIMEOUT * 1000)}",
        "temp_store = MEMORY",
        "cache_size = -16000",
        "case_sensitive_like = OFF",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    connection.create_function("lower_all", 1, _lower, deterministic=True)


def _use_wal(cursor: DBAPICursor) -> None:
    """Of several that make a new database, SQLite lets all but one fail here at once, whatever their timeout."""
    give_up = time.monotonic() + BUSY_TIMEOUT
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > give_up:
                raise
            await_only(asyncio.sleep(0.01))


def _lower(value: str | None) -> str | None:
    return None if value is None else value.lower()


def _postgres(url: URL) -> Database:
    query = dict(url.query)
    if sslmode := query.pop("sslmode", None):
        query["ssl"] = sslmode
    url = url.set(drivername="postgresql+asyncpg", query=query)
    options: dict[str, Any] = {
        "pool_size": POSTGRES_POOL,
        "max_overflow": 0,
        "pool_timeout": POOL_WAIT,
        "pool_pre_ping": False,
        "connect_args": {"server_settings": {"application_name": "penstock", "jit": "off"}},
    }
    readers = create_async_engine(url, isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True, **options)
    return Database("postgresql", readers, create_async_engine(url, **options))


def unreachable(error: Exception, settings: Settings) -> StoreError:
    """What to say when the first connection fails."""
    if settings.database_url:
        shown = make_url(settings.database_url).render_as_string(hide_password=True)
        return StoreError(f"The database {shown} cannot be opened: {_reason(error)}")
    return StoreError(f"The database in {settings.data_dir} cannot be opened: {_reason(error)}")


def _reason(error: Exception) -> str:
    return str(error.orig if isinstance(error, OperationalError) else error)
