from __future__ import annotations

import time

import pytest
from msgspec import structs

from penstock.errors import Conflict, NotFound
from penstock.store import Store
from penstock.store.records import Message, User
from tests.store.making import chat, message

pytestmark = pytest.mark.anyio

EVERYTHING = Message(
    id="all",
    chat_id="c",
    user_id="ann",
    parent_id=None,
    role="assistant",
    content="text with NUL \x00 and half a \ud83d pair",
    model="m",
    timestamp=12.5,
    done=False,
    error={"content": "broken"},
    status_history=[{"description": "thinking", "done": 0.5}],
    files=[{"id": "f"}],
    embeds=["<b>hi</b>"],
    sources=[{"name": "s", "odd": "\ud800"}],
    follow_ups=["and?"],
    output=[{"id": "t", "kind": "table", "data": [[1, None]]}],
    usage={"total_tokens": 3},
    original_content="before",
    extra={"modelName": "M", "deep": {"nul": "\x00"}},
    created_at=1.0,
    updated_at=2.0,
)


@pytest.fixture
async def tree(store: Store, ann: User) -> None:
    """1 - 2 - 3, and 2 - 4 - 5 beside it."""
    parents = {"1": None, "2": "1", "3": "2", "4": "2", "5": "4"}
    await store.chats.create(chat("c", ann.id), [message(id, "", parent) for id, parent in parents.items()])


def ids(messages: list[Message]) -> list[str]:
    return [found.id for found in messages]


async def test_all_that_a_message_has_is_kept_but_for_what_no_database_takes(store: Store, ann: User) -> None:
    await store.chats.create(chat("c", ann.id))
    await store.messages.put([EVERYTHING])
    found = await store.messages.get("c", "all")
    assert found == structs.replace(
        EVERYTHING,
        content="text with NUL \ufffd and half a \ufffd pair",
        sources=[{"name": "s", "odd": "\ufffd"}],
    )


async def test_messages_keep_the_order_in_which_they_came(store: Store, tree: None) -> None:
    await store.messages.put([message("0", "c"), message("2", "c", "1", content="changed")])
    assert ids(await store.messages.list("c")) == ["1", "2", "3", "4", "5", "0"]


@pytest.mark.parametrize(
    ("leaf", "line"), [("3", ["1", "2", "3"]), ("5", ["1", "2", "4", "5"]), ("1", ["1"]), ("none", [])]
)
async def test_a_branch_is_read_from_root_to_leaf(store: Store, tree: None, leaf: str, line: list[str]) -> None:
    assert ids(await store.messages.chain("c", leaf)) == line


async def test_branches_are_the_children_of_a_message(store: Store, tree: None) -> None:
    assert ids(await store.messages.children("c", "2")) == ["3", "4"]
    assert ids(await store.messages.children("c", None)) == ["1"]
    assert ids(await store.messages.children("c", "5")) == []


async def test_a_circle_of_parents_has_an_end(store: Store, ann: User) -> None:
    await store.chats.create(chat("c", ann.id), [message("1", "", "2"), message("2", "", "1"), message("3", "", "2")])
    assert ids(await store.messages.chain("c", "3")) == ["1", "2", "3"]


async def test_ids_are_of_their_chat_alone(store: Store, ann: User, tree: None) -> None:
    await store.chats.create(chat("d", ann.id), [message("3", "", "9")])
    assert ids(await store.messages.chain("d", "3")) == ["3"]
    await store.messages.update("d", "3", content="other")
    found = await store.messages.get("c", "3")
    assert found is not None
    assert found.content == ""


async def test_a_message_is_changed_where_it_exists(store: Store, tree: None) -> None:
    changed = await store.messages.update("c", "3", content="new", done=False)
    assert await store.messages.get("c", "3") == changed
    assert (changed.content, changed.done, changed.parent_id) == ("new", False, "2")
    with pytest.raises(NotFound, match="This message does not exist"):
        await store.messages.update("c", "nothing", content="x")
    with pytest.raises(Conflict):
        await store.messages.put([message("1", "no such chat")])


async def test_messages_are_deleted_by_id(store: Store, tree: None) -> None:
    many = [f"absent {number}" for number in range(1200)]
    assert await store.messages.delete("c", [*many, "3", "5"]) == 2
    assert ids(await store.messages.list("c")) == ["1", "2", "4"]
    assert await store.messages.delete("c", []) == 0


async def test_a_read_sees_what_was_queued_before_it(store: Store, tree: None) -> None:
    for length in range(1, 50):
        store.messages.put_nowait(message("3", "c", "2", content="x" * length, updated_at=float(length)))
    found = await store.messages.get("c", "3")
    assert found is not None
    assert (found.content, found.updated_at) == ("x" * 49, 49.0)


async def test_a_write_comes_after_what_was_queued_before_it(store: Store, tree: None) -> None:
    store.messages.put_nowait(message("3", "c", "2", content="queued"))
    await store.messages.update("c", "3", content="later")
    await store.writer.flush()
    assert [found.content for found in await store.messages.list("c") if found.id == "3"] == ["later"]


async def test_a_message_of_a_chat_that_went_meanwhile_takes_no_other_with_it(store: Store, tree: None) -> None:
    store.messages.put_nowait(message("6", "no such chat"))
    store.messages.put_nowait(message("6", "c", "5"))
    await store.writer.flush()
    assert ids(await store.messages.list("c")) == ["1", "2", "3", "4", "5", "6"]
    assert await store.messages.list("no such chat") == []


async def test_a_long_chat_costs_no_more_per_event_than_a_short_one(store: Store, ann: User) -> None:
    """Seconds of the processor are compared, and loosely: the point is that nothing grows with the chat."""
    await store.chats.create(chat("long", ann.id), [message(str(number), "") for number in range(10_000)])
    await store.chats.create(chat("short", ann.id), [message(str(number), "") for number in range(10)])

    async def cost(chat_id: str) -> float:
        started = time.process_time()
        for number in range(20):
            store.events.append_nowait(ann.id, chat_id, "5", None, "status", {"description": str(number)})
            store.messages.put_nowait(message("5", chat_id, content=str(number)))
            await store.writer.flush()
        return time.process_time() - started

    costs = [(await cost("short"), await cost("long")) for _ in range(3)]
    short, long = map(min, zip(*costs, strict=True))
    assert long < 3 * short + 0.1
