from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from penstock.errors import Unavailable
from penstock.store import Store, tables
from penstock.store.rows import upsert
from penstock.store.writer import GroupWriter, RowTarget
from tests.waiting import eventually

pytestmark = pytest.mark.anyio


def setting(key: str, value: object) -> dict[str, object]:
    return {"key": key, "value": value, "updated_at": 0.0}


@pytest.fixture
def target(store: Store) -> RowTarget:
    return RowTarget(upsert(store._database.dialect, tables.settings))


@asynccontextmanager
async def writing(writer: GroupWriter) -> AsyncIterator[GroupWriter]:
    writer.start()
    try:
        yield writer
    finally:
        await writer.close()


class Moody:
    """A database that can be out of reach."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reachable = True
        self.transactions = 0

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        if not self.reachable:
            raise OperationalError("BEGIN", {}, OSError("the disk is on holiday"))
        self.transactions += 1
        async with self._store._database.begin() as connection:
            yield connection


async def stored(store: Store) -> dict[str, object]:
    rows = await store._database.all(tables.settings.select())
    return {row.key: row.value for row in rows}


async def test_what_is_queued_together_is_written_in_one_transaction(store: Store, target: RowTarget) -> None:
    moody = Moody(store)
    async with writing(GroupWriter(moody.begin)) as writer:
        for number in range(1000):
            writer.put(target, setting("same", number), "same")
        writer.put(target, setting("other", 1), "other")
        await writer.flush()
        assert await stored(store) == {"same": 999, "other": 1}
        assert moody.transactions == 1
        await writer.flush()
        assert moody.transactions == 1


async def test_what_nobody_waits_for_is_written_soon(store: Store, target: RowTarget) -> None:
    store.writer.put(target, setting("a", 1))
    async with asyncio.timeout(30):
        while not await stored(store):  # noqa: ASYNC110 - only the database knows
            await asyncio.sleep(0.001)


async def test_submitted_work_keeps_its_place(store: Store, target: RowTarget) -> None:
    async def forget_all(connection: AsyncConnection) -> None:
        await connection.execute(tables.settings.delete())

    store.writer.put(target, setting("before", 1), "before")
    store.writer.submit(forget_all)
    store.writer.put(target, setting("after", 1), "after")
    await store.writer.flush()
    assert await stored(store) == {"after": 1}


async def test_a_refused_row_takes_no_other_with_it(
    store: Store, target: RowTarget, caplog: pytest.LogCaptureFixture
) -> None:
    async def wrong(connection: AsyncConnection) -> None:
        await connection.execute(text("INSERT INTO nowhere VALUES (1)"))

    store.writer.put(target, setting("first", 1), "first")
    store.writer.put(target, setting("not plain", object()), "not plain")
    store.writer.put(target, {"key": None, "value": 1, "updated_at": 0.0}, "no key")
    store.writer.submit(wrong)
    store.writer.put(target, setting("last", 1), "last")
    with caplog.at_level(logging.ERROR):
        await store.writer.flush()
    assert await stored(store) == {"first": 1, "last": 1}
    assert len([record for record in caplog.records if "refused and left out" in record.message]) == 3


async def test_rows_wait_while_the_database_is_out_of_reach(store: Store, target: RowTarget) -> None:
    moody = Moody(store)
    async with writing(GroupWriter(moody.begin)) as writer:
        moody.reachable = False
        writer.put(target, setting("a", 1), "a")
        with pytest.raises(Unavailable, match="cannot be written to just now"):
            await writer.flush()
        writer.put(target, setting("a", 2), "a")
        moody.reachable = True
        await writer.flush()
        assert await stored(store) == {"a": 2}


async def test_a_full_queue_makes_callers_wait_and_an_overfull_one_refuses(store: Store, target: RowTarget) -> None:
    moody = Moody(store)
    async with writing(GroupWriter(moody.begin, limit=10)) as writer:
        moody.reachable = False
        writer.put(target, setting("first", 1))
        with pytest.raises(Unavailable):
            await writer.flush()
        for number in range(100):
            writer.put(target, setting(str(number), 1))
        with pytest.raises(Unavailable, match="does not keep up"):
            writer.put(target, setting("too much", 1))
        waiting = asyncio.create_task(writer.room())
        await asyncio.sleep(0)
        assert not waiting.done()
        moody.reachable = True
        async with asyncio.timeout(30):
            await waiting
        await writer.flush()
        assert len(await stored(store)) == 101


async def test_a_closed_writer_takes_nothing(store: Store, target: RowTarget) -> None:
    writer = GroupWriter(store._database.begin)
    async with writing(writer):
        writer.put(target, setting("a", 1))
    assert await stored(store) == {"a": 1}
    with pytest.raises(Unavailable, match="stopping"):
        writer.put(target, setting("b", 1))
    await writer.flush()


async def test_rows_for_later_are_written_by_themselves_and_before_whoever_flushes(
    store: Store, target: RowTarget
) -> None:
    async with writing(GroupWriter(store._database.begin)) as writer:
        writer.put_later(target, setting("by itself", 1))
        assert await eventually(lambda: stored(store)) == {"by itself": 1}
        writer.put_later(target, setting("flushed", 2))
        await writer.flush()
        assert await stored(store) == {"by itself": 1, "flushed": 2}
        writer.put_later(target, setting("at the end", 3))
    assert await stored(store) == {"by itself": 1, "flushed": 2, "at the end": 3}
