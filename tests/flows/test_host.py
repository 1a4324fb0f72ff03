"""What the server answers to functions, and with which rights (spec H1)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from penstock.errors import BadRequest, Conflict, NotAllowed, NotFound
from penstock.flows.completion import EventStream
from penstock.flows.context import Services
from penstock.flows.files import FileKeeper
from penstock.flows.host import CALLS, Host
from penstock.flows.run_order import RunOrder
from penstock.flows.system_events import SystemEvents
from penstock.functions.rights import STANDARD, Rights
from penstock.realtime.hub import Target
from penstock.settings import Settings
from penstock.store import Store
from penstock.store.records import User

pytestmark = [pytest.mark.anyio, pytest.mark.spec("H1")]


@dataclass
class Asked:
    """A host, and a run of a user's function that asks it."""

    host: Host
    services: Services
    user: User
    order: RunOrder

    async def __call__(self, name: str, **arguments: Any) -> Any:
        return await self.host.call(self.order, name, arguments)


def order_of(user: User, function_id: str = "own", rights: Rights = STANDARD) -> RunOrder:
    function = SimpleNamespace(id=function_id, name="Own")
    serving: Any = SimpleNamespace(
        id=function_id, function=function, source=SimpleNamespace(function_id=function_id, rights=rights)
    )
    return RunOrder(serving, "action", {}, {}, user, Target(user.id), "test")


@pytest.fixture
async def ask(tmp_path: Path) -> AsyncIterator[Asked]:
    settings = Settings(data_dir=tmp_path, upload_limit=3000)
    store = await Store.open(settings)
    services = Services(settings=settings, store=store)
    services.events = SystemEvents(services)
    services.files = FileKeeper(store, settings)
    host = Host(services)
    user = await store.users.create("una@example.com", "Una", None, "user")
    asked = Asked(host, services, user, order_of(user))
    yield asked
    host.run_ended(asked.order.id)
    await store.close()


async def test_unknown_calls_and_arguments_are_named(ask: Asked) -> None:
    with pytest.raises(NotFound, match=r"no call `users\.eat`"):
        await ask("users.eat")
    with pytest.raises(BadRequest, match=r"`users\.get` cannot be called so: missing a required argument: 'id'"):
        await ask("users.get")
    with pytest.raises(BadRequest, match="multiple values"):
        await ask("users.get", id="x", asking="y")


def test_every_call_has_a_noun_and_a_verb() -> None:
    assert all(name.count(".") == 1 for name in CALLS)


async def test_a_function_has_a_store_of_its_own(ask: Asked) -> None:
    await ask("kv.set", key="colour", value={"is": "blue"})
    await ask("kv.set", key="all", value=1, shared=True)
    assert await ask("kv.get", key="colour") == {"is": "blue"}
    assert await ask("kv.keys") == ["colour"]
    assert await ask("kv.keys", shared=True) == ["all"]
    other_function = order_of(ask.user, "other")
    assert await ask.host.call(other_function, "kv.get", {"key": "all", "shared": True}) is None
    assert await ask("kv.delete", key="colour") is True
    assert await ask("kv.get", key="colour", default="none") == "none"


async def test_files_come_in_pieces_under_the_chosen_id(ask: Asked) -> None:
    begun = await ask("files.create", id="chosen-id", filename="a.txt", content=b"one ", more=True, data={"k": 1})
    assert begun == {"id": "chosen-id"}
    assert await ask("files.get", id="chosen-id") is None
    made = await ask("files.append", id="chosen-id", content=b"two", last=True)
    assert (made["id"], made["filename"], made["data"]) == ("chosen-id", "a.txt", {"k": 1})
    assert await ask("files.content", id="chosen-id", offset=4, length=10) == b"two"
    assert await ask("files.content", id="chosen-id", offset=7) == b""
    with pytest.raises(Conflict):
        await ask("files.create", id="chosen-id", filename="b.txt", content=b"x")


@pytest.mark.parametrize("id", ["../../etc/passwd", "short", "with space", "x" * 65])
async def test_ids_of_files_are_checked(ask: Asked, id: str) -> None:
    with pytest.raises(BadRequest, match="The id of a file"):
        await ask("files.create", id=id, filename="a.txt", content=b"x")


async def test_a_file_may_not_be_too_large(ask: Asked) -> None:
    await ask("files.create", id="too-large", filename="a.txt", content=b"x" * 2000, more=True)
    with pytest.raises(BadRequest, match="larger than 3000 bytes"):
        await ask("files.append", id="too-large", content=b"x" * 2000)
    with pytest.raises(BadRequest, match="No file with this id"):
        await ask("files.append", id="too-large", content=b"x", last=True)


async def test_files_of_others_stay_theirs(ask: Asked) -> None:
    other = await ask.services.store.users.create("otto@example.com", "Otto", None, "user")
    kept = await ask.services.files.store(other, "b.txt", "text/plain", b"secret")
    assert await ask("files.get", id=kept.id) is None
    assert await ask("files.update", id=kept.id, changes={"data": {}}) is None
    assert await ask("files.delete", id=kept.id) is False
    with pytest.raises(NotFound):
        await ask("files.content", id=kept.id)


class Models:
    """Stands for `Completions`: answers with a stream that it can see being closed."""

    def __init__(self, blocks: list[bytes], endless: bool = False) -> None:
        self.blocks, self.endless, self.closed = blocks, endless, False
        self.asked: dict[str, Any] = {}

    async def complete(self, body: Any, user: User, **asked: Any) -> EventStream:
        self.asked = asked
        blocks = self._blocks()
        return EventStream(await anext(blocks), blocks)

    async def _blocks(self) -> Any:
        try:
            for block in self.blocks:
                yield block
            while self.endless:
                yield b"more"
                await asyncio.sleep(0)
        finally:
            self.closed = True


async def all_of(ask: Asked, stream: str) -> list[bytes]:
    found: list[bytes] = []
    done = False
    while not done:
        batch = await ask("completions.next", stream=stream)
        found.extend(batch["items"])
        done = batch["done"]
    return found


async def test_a_stream_is_fetched_in_batches(ask: Asked) -> None:
    models = Models([b"%d" % number for number in range(500)])
    ask.services.completions = models  # type: ignore[assignment]
    stream = (await ask("completions.create", body={}))["stream"]
    assert await all_of(ask, stream) == models.blocks
    assert models.asked["callers"] == ("own",)
    with pytest.raises(BadRequest, match="not open"):
        await ask("completions.next", stream=stream)


@pytest.mark.parametrize("ends", ["it is closed", "its run ends"])
async def test_a_stream_ends_with_who_wanted_it(ask: Asked, ends: str) -> None:
    models = Models([b"first"], endless=True)
    ask.services.completions = models  # type: ignore[assignment]
    stream = (await ask("completions.create", body={}))["stream"]
    await ask("completions.next", stream=stream)
    if ends == "it is closed":
        await ask("completions.close", stream=stream)
    else:
        ask.host.run_ended(ask.order.id)
    async with asyncio.timeout(30):
        while not models.closed:  # noqa: ASYNC110 (a generator tells nobody that it was closed)
            await asyncio.sleep(0)


async def test_a_run_has_only_so_many_streams(ask: Asked) -> None:
    for _ in range(16):
        ask.services.completions = Models([b"x"], endless=True)  # type: ignore[assignment]
        await ask("completions.create", body={})
    with pytest.raises(BadRequest, match="16 streams"):
        await ask("completions.create", body={})


async def test_models_are_asked_in_ones_own_name_only(ask: Asked) -> None:
    with pytest.raises(NotAllowed):
        await ask("completions.create", body={}, user_id="somebody")
