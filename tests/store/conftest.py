"""Every test that takes `store` or `settings` runs on SQLite and on a real Postgres."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
import pytest

from penstock.settings import Settings
from penstock.store import Store
from penstock.store.records import User
from tests.store.postgres import NoPostgres, running_postgres

TEMPLATE = "migrated"
_numbers = itertools.count(1)


class Postgres:
    """Gives a fresh database, already migrated, in a few milliseconds."""

    def __init__(self, address: str, folder: Path) -> None:
        self._address = address
        self._execute(f"CREATE DATABASE {TEMPLATE}")
        asyncio.run(_migrate(self._of(TEMPLATE), folder))

    def fresh(self, template: str = TEMPLATE) -> str:
        name = f"test_{next(_numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self._of(name)

    def _of(self, name: str) -> str:
        return self._address.replace("/postgres?", f"/{name}?")

    def _execute(self, statement: str) -> None:
        async def run() -> None:
            connection = await asyncpg.connect(self._address)
            await connection.execute(statement)
            await connection.close()

        asyncio.run(run())


async def _migrate(address: str, folder: Path) -> None:
    store = await Store.open(Settings(data_dir=folder, database_url=address))
    await store.close()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    try:
        with running_postgres() as address:
            yield Postgres(address, tmp_path_factory.mktemp("template"))
    except NoPostgres as reason:
        if os.environ.get("CI") == "true":
            pytest.fail(f"No Postgres to test with: {reason}")
        pytest.skip(f"NOT TESTED ON POSTGRES: {reason}")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    address = request.getfixturevalue("postgres").fresh() if request.param == "postgres" else ""
    return Settings(data_dir=tmp_path / "data", database_url=address)


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    opened = await Store.open(settings)
    yield opened
    await opened.close()


@pytest.fixture
async def ann(store: Store) -> User:
    return await store.users.create("ann@example.org", "Ann", "hash of ann", "user")
