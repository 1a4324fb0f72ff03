from __future__ import annotations

from typing import Any

import pytest

from penstock.settings import Settings
from penstock.store import Store
from penstock.store.records import User
from tests.store.making import chat, message

pytestmark = [pytest.mark.anyio, pytest.mark.spec("E2")]


def emit(store: Store, data: Any = None, user_id: str = "ann") -> int:
    return store.events.append_nowait(user_id, "c", "m", "r", "status", data)


async def test_who_was_away_gets_what_came_since_in_order(store: Store) -> None:
    first = emit(store, {"description": "one"})
    emit(store, user_id="bob")
    third = emit(store, {"description": "three"})
    assert third == first + 2 == store.events.last_id()
    missed = await store.events.after("ann", first)
    assert [(event.id, event.data, event.run_id) for event in missed] == [(third, {"description": "three"}, "r")]
    assert len(await store.events.after("ann", 0, limit=1)) == 1


async def test_data_is_taken_as_it_is_when_it_comes(store: Store) -> None:
    data = {"items": ["one"], "odd": float("nan"), "nul": "a\x00b", "half": "\ud800"}
    emit(store, data)
    data["items"] = ["changed"]
    (event,) = await store.events.after("ann", 0)
    assert event.data == {"items": ["one"], "odd": None, "nul": "a\x00b", "half": "\ufffd"}


@pytest.mark.spec("E5")
async def test_data_that_is_not_plain_is_refused_at_the_call_and_loses_nothing_else(store: Store) -> None:
    before = emit(store, "kept")
    with pytest.raises(TypeError):
        emit(store, object())
    assert emit(store, "also kept") == before + 1
    assert [event.data for event in await store.events.after("ann", 0)] == ["kept", "also kept"]


async def test_numbers_are_never_given_twice(settings: Settings) -> None:
    store = await Store.open(settings)
    last = [emit(store) for _ in range(3)][-1]
    await store.close()
    store = await Store.open(settings)
    assert emit(store) > last
    assert len(await store.events.after("ann", 0)) == 4
    await store.close()


async def test_old_events_are_pruned_but_for_the_newest(settings: Settings) -> None:
    store = await Store.open(settings)
    last = [emit(store) for _ in range(3)][-1]
    assert await store.events.prune(before=float("inf")) == 2
    await store.close()
    store = await Store.open(settings)
    assert emit(store) > last
    await store.close()


async def test_many_events_and_a_growing_message_end_up_whole(store: Store, ann: User) -> None:
    await store.chats.create(chat("c", ann.id), [message("m", "")])
    for number in range(3000):
        emit(store, number, ann.id)
        store.messages.put_nowait(message("m", "c", content="x" * number))
        if number % 100 == 0:
            await store.writer.room()
    events = await store.events.after(ann.id, 0, limit=5000)
    assert [event.data for event in events] == list(range(3000))
    found = await store.messages.get("c", "m")
    assert found is not None
    assert len(found.content) == 2999
