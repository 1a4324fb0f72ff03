from __future__ import annotations

import pytest

from penstock.errors import Conflict, NotFound
from penstock.store import Store
from penstock.store.records import User
from tests.store.making import chat, message, question

pytestmark = pytest.mark.anyio


async def test_a_chat_is_created_with_its_messages_or_not_at_all(store: Store, ann: User) -> None:
    made = await store.chats.create(
        chat("c", ann.id, models=["m"], extra={"unknown": 1}), [message("1", ""), message("2", "", "1")]
    )
    assert await store.chats.get("c") == made
    assert [found.id for found in await store.messages.list("c")] == ["1", "2"]
    with pytest.raises(Conflict):
        await store.chats.create(chat("d", ann.id), [message("1", ""), message("1", "")])
    assert await store.chats.get("d") is None
    with pytest.raises(Conflict, match="exists already"):
        await store.chats.create(chat("c", ann.id))
    with pytest.raises(Conflict):
        await store.chats.create(chat("e", "nobody"))


async def test_a_change_moves_a_chat_to_the_top_unless_it_says_when(store: Store, ann: User) -> None:
    for id, time in (("old", 1.0), ("older", 0.5), ("new", 2.0)):
        await store.chats.create(chat(id, ann.id, created_at=time, updated_at=time))
    await store.chats.update("older", pinned=True, updated_at=0.5)
    assert [found.id for found in await store.chats.list(ann.id)] == ["new", "old", "older"]
    await store.chats.update("old", title="Now")
    assert [found.id for found in await store.chats.list(ann.id)] == ["old", "new", "older"]
    with pytest.raises(NotFound, match="This chat does not exist"):
        await store.chats.update("nothing", title="x")


async def test_chats_are_listed_by_what_they_are(store: Store, ann: User) -> None:
    bob = await store.users.create("bob@example.org", "Bob", None, "user")
    await store.chats.create(chat("plain", ann.id, updated_at=4.0))
    await store.chats.create(chat("pinned", ann.id, pinned=True, updated_at=3.0))
    await store.chats.create(chat("archived", ann.id, archived=True, updated_at=2.0))
    await store.chats.create(chat("filed", ann.id, folder_id="f", updated_at=1.0))
    await store.chats.create(chat("other", bob.id))

    async def ids(**which: object) -> list[str]:
        return [found.id for found in await store.chats.list(ann.id, **which)]  # type: ignore[arg-type]

    assert await ids() == ["plain", "pinned", "filed"]
    assert await ids(pinned=True) == ["pinned"]
    assert await ids(pinned=False) == ["plain", "filed"]
    assert await ids(archived=True) == ["archived"]
    assert await ids(archived=None) == ["plain", "pinned", "archived", "filed"]
    assert await ids(folder_id="f") == ["filed"]
    assert await ids(folder_id=None) == ["plain", "pinned"]
    assert await ids(skip=1, limit=1) == ["pinned"]
    assert await store.chats.owner("other") == bob.id
    assert await store.chats.owner("nothing") is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("HELLO", ["title"]),
        ("grüße", ["umlaut"]),
        ("GRÜSSE", []),
        ("привет", ["cyrillic"]),
        ("100%", ["percent"]),
        ("1%0", []),
        ("a_b", ["underscore"]),
        ("axb", []),
        ("back\\slash", ["percent"]),
        ("nowhere", []),
    ],
)
async def test_text_is_found_in_titles_and_messages_in_any_case(
    store: Store, ann: User, text: str, found: list[str]
) -> None:
    await store.chats.create(chat("title", ann.id, title="Well, Hello"))
    await store.chats.create(chat("umlaut", ann.id), [message("1", "", content="Viele GRÜẞE und Grüße")])
    await store.chats.create(chat("cyrillic", ann.id), [message("1", "", content="ПРИВЕТ")])
    await store.chats.create(chat("percent", ann.id), [message("1", "", content="100% of back\\slash")])
    await store.chats.create(chat("underscore", ann.id, title="A_B"))
    assert [hit.id for hit in await store.chats.search(ann.id, text, 0, 10)] == found


async def test_nobody_finds_chats_of_others(store: Store, ann: User) -> None:
    bob = await store.users.create("bob@example.org", "Bob", None, "user")
    await store.chats.create(chat("c", ann.id), [message("1", "", content="secret")])
    assert await store.chats.search(bob.id, "secret") == []
    assert await store.chats.list(bob.id) == []


async def test_a_deleted_chat_takes_its_own_with_it(store: Store, ann: User) -> None:
    await store.chats.create(chat("c", ann.id), [message("1", "")])
    await store.questions.create(question("q", user_id=ann.id, chat_id="c"))
    store.events.append_nowait(ann.id, "c", "1", None, "status", {})
    assert await store.chats.delete("c")
    assert not await store.chats.delete("c")
    assert await store.messages.list("c") == []
    assert await store.questions.open(ann.id) == []
    assert await store.events.after(ann.id, 0) == []


async def test_all_chats_of_a_user_are_deleted_at_once(store: Store, ann: User) -> None:
    bob = await store.users.create("bob@example.org", "Bob", None, "user")
    for id, owner in (("1", ann.id), ("2", ann.id), ("3", bob.id)):
        await store.chats.create(chat(id, owner), [message("m", "")])
    assert await store.chats.delete_all(ann.id) == 2
    assert await store.messages.list("1") == []
    assert len(await store.messages.list("3")) == 1
