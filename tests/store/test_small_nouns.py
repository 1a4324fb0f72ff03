from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from penstock.errors import NotFound
from penstock.store import Store
from penstock.store.records import Audit, File, Folder, Group, Memory, Model, User
from tests.store.making import chat

pytestmark = pytest.mark.anyio


async def test_settings_are_set_and_read_as_values_of_their_own(store: Store) -> None:
    assert await store.settings.get("banner", "none") == "none"
    await store.settings.set("banner", {"lines": ["a"]})
    (await store.settings.get("banner"))["lines"].append("mine")
    assert await store.settings.get("banner") == {"lines": ["a"]}
    await store.settings.set("banner", None)
    assert await store.settings.get("banner", "none") is None
    assert await store.settings.all() == {"banner": None}


async def test_models_are_saved_replaced_and_deleted(store: Store) -> None:
    made = await store.models.save(Model(id="m", user_id="ann", base_model_id=None, name="M", meta={"a": 1}))
    changed = await store.models.save(structs.replace(made, name="N", access_control={"read": {}}))
    assert await store.models.get("m") == changed
    await store.models.save(Model(id="a", user_id="ann", base_model_id="m", name="A"))
    assert [model.id for model in await store.models.list()] == ["a", "m"]
    await store.models.delete("a")
    assert await store.models.list() == [changed]
    await store.models.delete_all()
    assert await store.models.list() == []


@pytest.mark.spec("H2")
async def test_functions_keep_values_per_user_or_for_all(store: Store) -> None:
    await store.kv.set("greet", None, "count", 1)
    await store.kv.set("greet", "ann", "count", {"mine": [2]})
    await store.kv.set("greet", "ann", "a%b", None)
    assert await store.kv.get("greet", None, "count") == 1
    assert await store.kv.get("greet", "ann", "count") == {"mine": [2]}
    assert await store.kv.get("greet", "ann", "a%b", "default") is None
    assert await store.kv.get("greet", "bob", "count", "default") == "default"
    assert await store.kv.keys("greet", "ann") == ["a%b", "count"]
    assert await store.kv.keys("greet", "ann", "a%") == ["a%b"]
    assert await store.kv.keys("greet", "ann", "c%") == []
    await store.kv.set("greet", None, "count", 2)
    assert await store.kv.get("greet", None, "count") == 2
    assert await store.kv.delete("greet", None, "count")
    assert not await store.kv.delete("greet", None, "count")


async def test_files_are_kept_listed_and_deleted(store: Store) -> None:
    known: dict[str, Any] = {"filename": "a.txt", "path": "files/a", "content_type": "text/plain", "hash": "x"}
    old = await store.files.create(File(id="1", user_id="ann", size=2**40, created_at=1.0, **known))
    new = await store.files.create(File(id="2", user_id="ann", size=1, **known))
    assert await store.files.get("1") == old
    assert await store.files.list("ann") == [new, old]
    assert await store.files.list("bob") == []
    changed = await store.files.update("1", data={"content": "text"})
    assert await store.files.get("1") == changed
    assert await store.files.delete("1")
    assert not await store.files.delete("1")
    with pytest.raises(NotFound, match="This file does not exist"):
        await store.files.update("1", data={})


async def test_memories_belong_to_their_user(store: Store, ann: User) -> None:
    made = await store.memories.create(Memory(id="1", user_id=ann.id, content="likes tea"))
    assert await store.memories.list(ann.id) == [made]
    changed = await store.memories.update("1", content="likes coffee")
    assert await store.memories.get("1") == changed
    assert await store.memories.delete("1")
    await store.memories.create(made)
    assert await store.memories.delete_all(ann.id) == 1


async def test_what_lies_in_a_deleted_folder_moves_up(store: Store, ann: User) -> None:
    top = await store.folders.create(Folder(id="top", user_id=ann.id, parent_id=None, name="Top"))
    await store.folders.create(Folder(id="mid", user_id=ann.id, parent_id="top", name="Mid"))
    low = await store.folders.create(Folder(id="low", user_id=ann.id, parent_id="mid", name="Low"))
    await store.chats.create(chat("c", ann.id, folder_id="mid"))
    assert await store.folders.update("low", is_expanded=True) != low
    assert await store.folders.delete("mid")
    assert [(folder.name, folder.parent_id) for folder in await store.folders.list(ann.id)] == [
        ("Low", "top"),
        ("Top", None),
    ]
    assert [found.id for found in await store.chats.list(ann.id, folder_id="top")] == ["c"]
    assert await store.folders.get("top") == top


async def test_groups_know_their_members(store: Store) -> None:
    made = await store.groups.create(Group(id="g", name="Readers", user_ids=["ann"]))
    assert await store.groups.of("ann") == [made]
    changed = await store.groups.update("g", user_ids=["bob"], permissions={"chat": {"delete": False}})
    assert await store.groups.of("ann") == []
    assert await store.groups.get("g") == changed
    assert await store.groups.list() == [changed]
    assert await store.groups.delete("g")
    assert await store.groups.list() == []


async def test_who_did_what_is_listed_newest_first(store: Store) -> None:
    for number, what in enumerate(("created", "enabled", "created")):
        store.audit.add_nowait(Audit(time=float(number), user_id="ann", what=what, subject=f"f{number}", data={"n": 1}))
    assert [audit.subject for audit in await store.audit.list()] == ["f2", "f1", "f0"]
    assert [audit.subject for audit in await store.audit.list(what="created", limit=1)] == ["f2"]
    assert [audit.what for audit in await store.audit.list(subject="f1")] == ["enabled"]
