"""A store with one user and one chat, and the parts of realtime on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from penstock.realtime.hub import Hub, Target
from penstock.realtime.questions import Questions
from penstock.settings import Settings
from penstock.store import Store
from penstock.store.records import Chat, Message, User


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(Settings(data_dir=tmp_path))
    yield opened
    await opened.close()


@pytest.fixture
async def ada(store: Store) -> User:
    return await store.users.create("ada@example.com", "Ada", None, "admin")


@pytest.fixture
async def bob(store: Store) -> User:
    return await store.users.create("bob@example.com", "Bob", None, "user")


@pytest.fixture
async def hub(store: Store) -> AsyncIterator[Hub]:
    made = Hub(store)
    yield made
    await made.close()


@pytest.fixture
async def questions(store: Store, hub: Hub) -> Questions:
    return Questions(store, hub, deadline=30)


@pytest.fixture
async def target(store: Store, ada: User) -> Target:
    """A stored answer `b` in a stored chat `c`."""
    message = Message(id="b", chat_id="c", user_id=ada.id, parent_id=None, role="assistant", content="hello")
    await store.chats.create(Chat(id="c", user_id=ada.id, title="A chat"), [message])
    return Target.of(ada.id, "c", "b")
