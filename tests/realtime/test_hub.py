"""Events into messages: stored in order, shown verbatim, together with changes from elsewhere."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import msgspec
import pytest
import sqlalchemy.event

from penstock.errors import NotFound
from penstock.realtime.hub import Hub, Published, Target
from penstock.store import Store
from penstock.store.records import Message, User

pytestmark = pytest.mark.anyio


async def stored(store: Store, message_id: str = "b") -> Message:
    message = await store.messages.get("c", message_id)
    assert message is not None
    return message


@pytest.mark.spec("E2")
async def test_events_are_applied_in_order_and_stored(store: Store, hub: Hub, target: Target) -> None:
    hub.emit(target, "message", {"content": " 1"})
    hub.emit(target, "status", {"description": "working", "done": False})
    hub.emit(target, "message", {"content": " 2"})
    hub.emit(target, "replace", {"content": "new"})
    hub.emit(target, "message", {"content": "er"})
    await hub.settle()
    message = await stored(store)
    assert message.content == "newer"
    assert message.status_history == [{"description": "working", "done": False}]
    assert [event.type for event in await store.events.after(target.user_id, 0)] == [
        "message",
        "status",
        "message",
        "replace",
        "message",
    ]


@pytest.mark.spec("E2")
async def test_listeners_get_events_verbatim_with_their_number(hub: Hub, target: Target) -> None:
    seen: list[Published] = []
    leave = hub.subscribe(target.user_id, seen.append)
    hub.emit(target, "weather:changed", {"any": ["thing"]}, "run")
    leave()
    hub.emit(target, "weather:changed", {})
    (event,) = seen
    assert event.wire() == {
        "chat_id": "c",
        "message_id": "b",
        "data": {"type": "weather:changed", "data": {"any": ["thing"]}},
        "seq": event.seq,
    }
    assert event.seq is not None
    assert event.run_id == "run"
    assert not hub.watched(target.user_id)


@pytest.mark.spec("E6")
@pytest.mark.parametrize("chat_id", ["local:abc", "temporary:abc", None])
async def test_chats_that_are_not_saved_are_only_shown(store: Store, hub: Hub, ada: User, chat_id: str | None) -> None:
    seen: list[Published] = []
    hub.subscribe(ada.id, seen.append)
    hub.emit(Target.of(ada.id, chat_id, "b"), "message", {"content": "x"})
    await hub.settle()
    assert [event.seq for event in seen] == [None]
    assert await store.events.after(ada.id, 0) == []


async def test_what_is_not_kept_leaves_nothing(store: Store, hub: Hub, target: Target) -> None:
    hub.emit(target, "message", {"content": "x"}, keep=False)
    await hub.settle()
    assert (await stored(store)).content == "hello"


async def test_a_change_from_elsewhere_and_events_do_not_lose_each_other(
    store: Store, hub: Hub, target: Target
) -> None:
    hub.emit(target, "message", {"content": "!"})
    changed = await hub.change("c", "b", extra={"edited": True})
    assert (changed.content, changed.extra) == ("hello!", {"edited": True})
    hub.emit(target, "message", {"content": "!"})
    await hub.put([msgspec.structs.replace(changed, content="rewritten")])
    hub.emit(target, "message", {"content": "?"})
    await hub.settle()
    message = await stored(store)
    assert (message.content, message.extra) == ("rewritten?", {"edited": True})


async def test_a_message_that_does_not_exist(store: Store, hub: Hub, target: Target) -> None:
    nowhere = replace(target, message_id="nowhere")
    hub.emit(nowhere, "message", {"content": "x"})
    await hub.settle()
    assert await hub.message("c", "nowhere") is None
    with pytest.raises(NotFound):
        await hub.change("c", "nowhere", content="x")
    await hub.put([Message(id="nowhere", chat_id="c", user_id=target.user_id, parent_id="b", role="user")])
    hub.emit(nowhere, "message", {"content": "y"})
    await hub.settle()
    assert (await stored(store, "nowhere")).content == "y"


async def test_a_deleted_message_is_not_written_again(store: Store, hub: Hub, target: Target) -> None:
    hub.emit(target, "message", {"content": "x"})
    await hub.message("c", "b")
    hub.emit(target, "message", {"content": "x"})
    hub.forget("c", ["b"])
    await store.messages.delete("c", ["b"])
    hub.emit(target, "message", {"content": "x"})
    await hub.settle()
    assert await store.messages.get("c", "b") is None


@pytest.mark.spec("E1")
async def test_title_and_tags_change_the_chat(store: Store, hub: Hub, target: Target) -> None:
    hub.emit(target, "chat:title", "New title")
    hub.emit(target, "chat:tags", ["a"])
    await hub.close()
    chat = await store.chats.get("c")
    assert chat is not None
    assert (chat.title, chat.tags) == ("New title", ["a"])


async def test_memory_is_bounded_and_what_leaves_it_is_written(store: Store, target: Target) -> None:
    hub = Hub(store, live_messages=3)
    await hub.put(
        [Message(id=f"m{n}", chat_id="c", user_id=target.user_id, parent_id=None, role="user") for n in range(10)]
    )
    for n in range(10):
        hub.emit(replace(target, message_id=f"m{n}"), "message", {"content": f"text {n}"})
        await hub.message("c", f"m{n}")
    assert sum(hub.live("c", f"m{n}") is not None for n in range(10)) == 3
    await hub.settle()
    assert [(await stored(store, f"m{n}")).content for n in range(10)] == [f"text {n}" for n in range(10)]


async def test_many_events_cost_few_writes(store: Store, hub: Hub, target: Target) -> None:
    """The figure to design for is 5,000 a second; here only that it is far from one transaction each."""
    commits: list[object] = []
    sqlalchemy.event.listen(store._database._writers.sync_engine, "commit", commits.append)
    for n in range(5000):
        hub.emit(target, "status", {"description": str(n), "done": False})
        if n % 100 == 0:
            await asyncio.sleep(0)
    await hub.settle()
    assert len((await stored(store)).status_history) == 5000
    assert 0 < len(commits) < 500
