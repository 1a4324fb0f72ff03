"""What is kept of the rights of functions, also in a database that knew none."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from penstock.errors import Conflict
from penstock.settings import Settings
from penstock.store import Store, database
from penstock.store.migrate import MIGRATIONS
from penstock.store.records import GivenRights
from tests.store.making import function
from tests.store.test_opening import empty

pytestmark = pytest.mark.anyio
__all__ = ["empty"]


async def test_a_decision_is_kept_replaced_and_gone_with_its_function(store: Store) -> None:
    await store.functions.create(function())
    assert await store.rights.get("greet") is None
    before = store.revision
    made = await store.rights.save(GivenRights(function_id="greet", data={"profile": "closed"}, updated_by="ada"))
    assert store.revision > before
    assert await store.rights.get("greet") == made
    assert made.updated_at > 0
    changed = GivenRights(function_id="greet", data={"budget": {"cpu": 1.5}}, updated_at=5, updated_by="otto")
    await store.rights.save(changed)
    assert await store.rights.all() == {"greet": changed}
    await store.functions.delete("greet")
    assert await store.rights.all() == {}
    await store.functions.create(function())
    assert await store.rights.get("greet") is None


async def test_a_function_that_is_removed_by_a_sync_takes_its_rights_along(store: Store) -> None:
    await store.functions.create(function())
    await store.rights.save(GivenRights(function_id="greet", data={"profile": "trusted"}))
    await store.function_set.apply([], removed=["greet"])
    assert await store.rights.all() == {}


async def test_nothing_is_decided_about_a_function_that_is_not_there(store: Store) -> None:
    with pytest.raises(Conflict):
        await store.rights.save(GivenRights(function_id="nobody"))


async def test_a_database_of_the_first_release_gets_the_table(empty: Settings) -> None:
    def first_release(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")

    old = database.connect(empty)
    async with old.begin() as connection:
        await connection.run_sync(first_release)
    await old.close()
    store = await Store.open(empty)
    await store.functions.create(function())
    await store.rights.save(GivenRights(function_id="greet", data={"page_script": True}))
    assert (await store.rights.all())["greet"].data == {"page_script": True}
    await store.close()
