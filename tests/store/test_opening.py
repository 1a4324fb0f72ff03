from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from penstock.errors import Conflict, StoreError
from penstock.settings import Settings
from penstock.store import Store
from penstock.store.migrate import HEAD, MIGRATIONS
from penstock.store.records import User
from penstock.store.tables import metadata
from tests.store.conftest import Postgres
from tests.store.making import chat, message, run

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a database without any table."""
    if request.param == "sqlite":
        return Settings(data_dir=tmp_path / "new" / "data")
    postgres: Postgres = request.getfixturevalue("postgres")
    return Settings(data_dir=tmp_path, database_url=postgres.fresh("template0"))


async def test_an_empty_database_is_brought_up_to_date_by_one_of_many(empty: Settings) -> None:
    stores = await asyncio.gather(*(Store.open(empty) for _ in range(4)))
    await stores[0].settings.set("name", "kept")
    assert await stores[1].settings.get("name") == "kept"
    for store in stores:
        await store.close()


async def test_the_migrations_make_what_the_tables_say(store: Store) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with store._database.begin() as connection:
        assert await connection.run_sync(differences) == []


def test_the_newest_migration_is_named_in_the_code() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


async def test_a_database_of_a_newer_server_is_left_alone(settings: Settings) -> None:
    store = await Store.open(settings)
    async with store._database.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await store.close()
    with pytest.raises(StoreError, match="newer Penstock"):
        await Store.open(settings)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("not an address", "not an address"),
        ("mysql://localhost/x", "cannot keep its data in `mysql`"),
        ("postgresql://me:secret@127.0.0.1:9/x", r"postgresql://me:\*\*\*@127\.0\.0\.1:9/x cannot be opened"),
    ],
)
async def test_an_address_that_does_not_work_is_said_without_its_password(
    tmp_path: Path, address: str, message: str
) -> None:
    with pytest.raises(StoreError, match=message) as caught:
        await Store.open(Settings(data_dir=tmp_path, database_url=address))
    assert "secret" not in caught.value.message


async def test_a_data_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="file"):
        await Store.open(Settings(data_dir=tmp_path / "file"))
    (tmp_path / "penstock.db").write_text("this is no database, and long enough to be seen as none" * 20)
    with pytest.raises(StoreError, match="cannot be opened"):
        await Store.open(Settings(data_dir=tmp_path))


async def test_closing_writes_all_that_is_queued(settings: Settings) -> None:
    store = await Store.open(settings)
    for number in range(500):
        store.runs.put_nowait(run(str(number)))
    await store.close()
    store = await Store.open(settings)
    assert len(await store.runs.list(limit=1000)) == 500
    await store.close()


async def test_a_crash_leaves_nothing_half(settings: Settings) -> None:
    """A process that dies inside a transaction, and between queueing and writing."""
    script = """
import asyncio, os, sys
from penstock.settings import Settings
from penstock.store import Store
from penstock.store.tables import chats
from tests.store.making import chat, message

async def main():
    store = await Store.open(Settings())
    user = await store.users.create("ann@example.org", "Ann", None, "user")
    await store.chats.create(chat("whole", user.id), [message("1", "")])
    async with store._database.transaction() as connection:
        await connection.execute(chats.delete())
        store.events.append_nowait(user.id, "whole", "1", None, "status", "lost")
        os._exit(9)

asyncio.run(main())
"""
    environment = {"PENSTOCK_DATA_DIR": str(settings.data_dir), "PENSTOCK_DATABASE_URL": settings.database_url}
    root = Path(__file__).parents[2]
    died = subprocess.run([sys.executable, "-c", script], env=environment, cwd=root, capture_output=True, text=True)  # noqa: ASYNC221
    assert died.returncode == 9, died.stderr
    store = await Store.open(settings)
    user = await store.users.get_by_email("ann@example.org")
    assert user is not None
    assert [found.id for found in await store.chats.list(user.id)] == ["whole"]
    assert [found.id for found in await store.messages.list("whole")] == ["1"]
    assert await store.events.after(user.id, 0) == []
    await store.close()


async def test_a_caller_who_is_cancelled_inside_a_write_leaves_nothing_half(store: Store, ann: User) -> None:
    inside = asyncio.Event()

    async def write() -> None:
        async with store._database.transaction() as connection:
            await connection.execute(text("DELETE FROM users"))
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await store.chats.create(chat("c", ann.id), [message("1", "")])
    assert await store.users.count() == 1


async def test_reads_do_not_wait_for_a_write(store: Store, ann: User) -> None:
    async with store._database.transaction() as connection:
        await connection.execute(text("UPDATE users SET name = 'Changed'"))
        async with asyncio.timeout(30):
            seen = await store.users.get_by_email(ann.email)
        assert seen == ann


async def test_writes_of_many_at_once_are_all_kept(store: Store, ann: User) -> None:
    await store.chats.create(chat("c", ann.id))
    await asyncio.gather(*(store.messages.put([message(str(number), "c")]) for number in range(50)))
    assert len(await store.messages.list("c")) == 50
    with pytest.raises(Conflict):
        await store.chats.create(chat("c", ann.id))
