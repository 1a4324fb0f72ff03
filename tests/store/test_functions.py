from __future__ import annotations

import asyncio

import pytest

from penstock.errors import Conflict, NotFound
from penstock.store import Store
from tests.store.making import function, version

pytestmark = pytest.mark.anyio


async def test_a_function_is_kept_changed_and_deleted(store: Store) -> None:
    made = await store.functions.create(function(meta={"description": "says hello"}))
    assert await store.functions.get("greet") == made
    changed = await store.functions.update("greet", is_active=True, name="Hello")
    assert (changed.is_active, changed.name, changed.meta) == (True, "Hello", {"description": "says hello"})
    assert await store.functions.list() == [changed]
    await store.functions.delete("greet")
    assert await store.functions.get("greet") is None
    assert await store.functions.list() == []


async def test_ids_are_taken_once(store: Store) -> None:
    await store.functions.create(function())
    with pytest.raises(Conflict, match="already a function with the id greet"):
        await store.functions.create(function())


async def test_what_does_not_exist_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="This function does not exist"):
        await store.functions.update("nothing", name="x")
    with pytest.raises(NotFound):
        await store.functions.delete("nothing")
    with pytest.raises(NotFound):
        await store.versions.add(version("v1", "nothing"))


@pytest.mark.spec("L5")
async def test_versions_are_numbered_per_function_whoever_saves_at_once(store: Store) -> None:
    await store.functions.create(function("one"))
    await store.functions.create(function("two"))
    await asyncio.gather(
        *(store.versions.add(version(f"{name}{n}", name)) for name in ("one", "two") for n in range(5))
    )
    assert [made.number for made in await store.versions.list("one")] == [5, 4, 3, 2, 1]
    assert [made.number for made in await store.versions.list("two", skip=3)] == [2, 1]


@pytest.mark.spec("L6")
async def test_the_last_good_version_is_found(store: Store) -> None:
    await store.functions.create(function())
    assert await store.versions.last_good("greet") is None
    for id, state in (("a", "good"), ("b", "good"), ("c", "quarantined")):
        await store.versions.add(version(id, state=state))
    assert [found.id for found in (await store.versions.last_good("greet"),) if found] == ["b"]
    assert [found.id for found in (await store.versions.last_good("greet", before="b"),) if found] == ["a"]
    assert await store.versions.last_good("greet", before="a") is None


async def test_a_version_is_changed_and_deleted(store: Store) -> None:
    await store.functions.create(function())
    await store.versions.add(version("a", requirements=["httpx"], description={"kind": "action"}))
    changed = await store.versions.update("a", state="quarantined", reason="does not load")
    assert await store.versions.get("a") == changed
    assert (changed.requirements, changed.description) == (["httpx"], {"kind": "action"})
    await store.versions.delete("a")
    assert await store.versions.get("a") is None


async def test_a_deleted_function_takes_its_own_with_it(store: Store) -> None:
    await store.functions.create(function())
    await store.versions.add(version("a"))
    await store.valves.set("greet", {"tone": "warm"})
    await store.kv.set("greet", None, "count", 3)
    await store.functions.delete("greet")
    await store.functions.create(function())
    assert await store.versions.list("greet") == []
    assert await store.valves.get("greet") is None
    assert await store.kv.get("greet", None, "count") is None


async def test_every_write_that_matters_to_runs_is_a_new_revision(store: Store) -> None:
    seen = [store.functions.revision]

    def grew() -> bool:
        seen.append(store.functions.revision)
        return seen[-1] > seen[-2]

    await store.functions.create(function())
    assert grew()
    await store.functions.update("greet", is_active=True)
    assert grew()
    await store.versions.add(version("a"))
    assert grew()
    await store.valves.set("greet", {"tone": "warm"})
    assert grew()
    await store.valves.set_user("greet", "ann", {"tone": "cold"})
    assert grew()
    await store.functions.get("greet")
    assert not grew()
    await store.functions.delete("greet")
    assert grew()
