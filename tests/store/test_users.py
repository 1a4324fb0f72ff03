from __future__ import annotations

import asyncio

import pytest

from penstock.errors import Conflict, NotFound
from penstock.settings import Settings
from penstock.store import Store
from penstock.store.records import Chat, Memory, User

pytestmark = pytest.mark.anyio


async def test_an_account_is_found_by_id_and_by_address_in_any_case(store: Store) -> None:
    ann = await store.users.create("Ann@Example.org", "Ann", None, "user")
    assert await store.users.get(ann.id) == ann
    assert await store.users.get_by_email("aNN@example.ORG ") == ann
    assert await store.users.get("nobody") is None
    assert await store.users.count() == 1


async def test_an_address_has_one_account(store: Store, ann: User) -> None:
    with pytest.raises(Conflict, match=r"ANN@example\.org already has an account"):
        await store.users.create("ANN@example.org", "Another", None, "user")
    bob = await store.users.create("bob@example.org", "Bob", None, "user")
    with pytest.raises(Conflict):
        await store.users.update(bob.id, email="Ann@Example.org")
    assert await store.users.get(bob.id) == bob


async def test_only_one_of_many_becomes_the_first(store: Store) -> None:
    made = await asyncio.gather(
        *(store.users.create_first(f"{number}@example.org", "First", None, "admin") for number in range(8))
    )
    assert len([user for user in made if user is not None]) == 1
    assert await store.users.count() == 1


async def test_a_change_is_seen_at_once(store: Store, ann: User) -> None:
    await store.users.get(ann.id)
    changed = await store.users.update(ann.id, role="admin", settings={"ui": {"theme": "dark"}})
    assert await store.users.get(ann.id) == changed
    assert (changed.role, changed.settings, changed.name) == ("admin", {"ui": {"theme": "dark"}}, "Ann")
    assert changed.updated_at >= ann.updated_at
    with pytest.raises(NotFound):
        await store.users.update("nobody", role="admin")


async def test_passwords_stay_beside_the_record(store: Store, ann: User) -> None:
    assert await store.users.password_hash(ann.id) == "hash of ann"
    await store.users.set_password(ann.id, "another")
    assert await store.users.password_hash(ann.id) == "another"
    assert await store.users.password_hash("nobody") is None


@pytest.mark.parametrize(
    ("query", "names"),
    [("", ["Ann", "Élodie", "100%"]), ("NN", ["Ann"]), ("éLO", ["Élodie"]), ("ÉLO", ["Élodie"]), ("%", ["100%"])],
)
async def test_users_are_searched_in_any_case(store: Store, ann: User, query: str, names: list[str]) -> None:
    await store.users.create("elodie@example.org", "Élodie", None, "user")
    await store.users.create("x@example.org", "100%", None, "user")
    assert [user.name for user in await store.users.list(query)] == names


async def test_lists_come_in_pages(store: Store) -> None:
    for number in range(5):
        await store.users.create(f"{number}@example.org", f"User {number}", None, "user")
    assert [user.name for user in await store.users.list(skip=3, limit=10)] == ["User 3", "User 4"]


async def test_presence_is_noted_soon(store: Store, settings: Settings, ann: User) -> None:
    store.users.touch(ann.id)
    await store.writer.flush()
    seen = await store.users.get_by_email(ann.email)
    assert seen is not None
    assert seen.last_active_at > ann.last_active_at


async def test_who_is_deleted_leaves_nothing(store: Store, ann: User) -> None:
    await store.chats.create(Chat(id="c", user_id=ann.id, title="Hello"))
    await store.memories.create(Memory(id="m", user_id=ann.id, content="likes tea"))
    session = await store.sessions.create(ann.id, days=1)
    key = await store.api_keys.set(ann.id)
    assert await store.sessions.get(session.id)
    assert await store.api_keys.find_user_id(key) == ann.id

    await store.users.delete(ann.id)

    assert await store.users.get(ann.id) is None
    assert await store.sessions.get(session.id) is None
    assert await store.api_keys.find_user_id(key) is None
    assert await store.chats.get("c") is None
    assert await store.memories.list(ann.id) == []
    with pytest.raises(NotFound):
        await store.users.delete(ann.id)
