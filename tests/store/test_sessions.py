from __future__ import annotations

import pytest

from penstock.errors import Conflict
from penstock.store import Store
from penstock.store.records import User

pytestmark = pytest.mark.anyio


async def test_a_session_lasts_until_it_is_ended(store: Store, ann: User) -> None:
    session = await store.sessions.create(ann.id, days=30)
    assert await store.sessions.get(session.id) == session
    assert session.expires_at - session.created_at == pytest.approx(30 * 86400)
    await store.sessions.delete(session.id)
    assert await store.sessions.get(session.id) is None


async def test_an_expired_session_is_none(store: Store, ann: User) -> None:
    session = await store.sessions.create(ann.id, days=-1)
    assert await store.sessions.get(session.id) is None


async def test_all_sessions_of_a_user_end_together(store: Store, ann: User) -> None:
    bob = await store.users.create("bob@example.org", "Bob", None, "user")
    mine = [await store.sessions.create(ann.id, days=1) for _ in range(2)]
    other = await store.sessions.create(bob.id, days=1)
    await store.sessions.delete_all(ann.id)
    assert [await store.sessions.get(session.id) for session in mine] == [None, None]
    assert await store.sessions.get(other.id) == other


async def test_a_session_needs_its_user(store: Store) -> None:
    with pytest.raises(Conflict):
        await store.sessions.create("nobody", days=1)


async def test_an_api_key_is_found_until_it_is_replaced_or_deleted(store: Store, ann: User) -> None:
    assert await store.api_keys.get(ann.id) is None
    first = await store.api_keys.set(ann.id)
    assert first.startswith("sk-")
    assert len(first) == 35
    assert await store.api_keys.find_user_id(first) == ann.id

    second = await store.api_keys.set(ann.id)
    assert await store.api_keys.get(ann.id) == second
    assert await store.api_keys.find_user_id(first) is None
    assert await store.api_keys.find_user_id(second) == ann.id

    await store.api_keys.delete(ann.id)
    assert await store.api_keys.find_user_id(second) is None
    assert await store.api_keys.get(ann.id) is None
