from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec import structs
from pydantic import SecretStr
from sqlalchemy import text

from penstock.errors import KeyringError
from penstock.settings import Settings
from penstock.store import Store
from penstock.store.keyring import KEY_FILE, Keyring
from penstock.store.records import Connection
from tests.store.making import function

pytestmark = pytest.mark.anyio
SECRET = "hunter2-of-the-valves"


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Store]:
    store = await Store.open(settings)
    try:
        yield store
    finally:
        await store.close()


@pytest.mark.spec("V4")
async def test_users_have_values_of_their_own(store: Store) -> None:
    await store.functions.create(function())
    await store.valves.set("greet", {"tone": "warm"})
    await store.valves.set_user("greet", "ann", {"tone": "cold"})
    assert await store.valves.get("greet") == {"tone": "warm"}
    assert await store.valves.get_user("greet", "ann") == {"tone": "cold"}
    assert await store.valves.get_user("greet", "bob") is None
    await store.valves.set_user("greet", "ann", None)
    assert await store.valves.get_user("greet", "ann") is None
    assert await store.valves.get("greet") == {"tone": "warm"}


@pytest.mark.spec("V6")
async def test_layers_stand_beside_the_functions_own_values(store: Store) -> None:
    await store.functions.create(function())
    await store.valves.set("greet", {"tone": "warm"})
    for layer, subject in (("group", "g"), ("model", "m"), ("user", "ann")):
        await store.layered_valves.set("greet", layer, subject, {"tone": layer})
    assert await store.layered_valves.shared() == {
        "greet": {("group", "g"): {"tone": "group"}, ("model", "m"): {"tone": "model"}}
    }
    assert await store.layered_valves.get("greet", "user", "ann") == {"tone": "user"}
    assert await store.layered_valves.get("greet", "user", "bob") is None
    assert await store.valves.get("greet") == {"tone": "warm"}
    await store.layered_valves.set("greet", "model", "m", {})
    await store.layered_valves.forget("group", "g")
    assert await store.layered_valves.shared() == {}
    await store.functions.delete("greet")
    assert await store.layered_valves.get("greet", "user", "ann") is None


async def test_who_changes_what_was_read_changes_nothing(store: Store) -> None:
    await store.functions.create(function())
    await store.valves.set("greet", {"words": ["hello"]})
    read = await store.valves.get("greet")
    assert read is not None
    read["words"].append("mine")
    assert await store.valves.get("greet") == {"words": ["hello"]}


@pytest.mark.spec("V5")
async def test_secrets_are_sealed_at_rest(store: Store) -> None:
    await store.functions.create(function())
    user = await store.users.create("ann@example.org", "Ann", None, "user")
    await store.valves.set("greet", {"key": SECRET})
    await store.connections.save(Connection(id="c", url="http://localhost", key=SECRET))
    key = await store.api_keys.set(user.id)
    await store.layered_valves.set("greet", "model", "m", {"key": SECRET})
    for table in ("valves", "layered_valves", "connections", "api_keys"):
        rows = str(await store._database.all(text(f"SELECT * FROM {table}")))
        assert rows != "[]"
        assert SECRET not in rows
        assert key not in rows


@pytest.mark.spec("V5")
async def test_a_new_key_seals_everything_and_old_ones_still_open(settings: Settings) -> None:
    async with opened(settings) as store:
        await store.functions.create(function())
        user = await store.users.create("ann@example.org", "Ann", None, "user")
        await store.valves.set("greet", {"key": SECRET})
        await store.valves.set_user("greet", user.id, {"key": "mine"})
        await store.layered_valves.set("greet", "group", "g", {"key": SECRET})
        await store.connections.save(Connection(id="c", url="http://localhost", key=SECRET))
        await store.connections.save(Connection(id="open", url="http://localhost"))
        api_key = await store.api_keys.set(user.id)
        backup = store.keyring.seal(b"from a backup")
        assert await store.rotate_keys() == 5
        assert store.keyring.size == 2
        assert store.keyring.open_sealed(backup) == b"from a backup"

    (settings.data_dir / KEY_FILE).write_text((settings.data_dir / KEY_FILE).read_text().split()[0])
    async with opened(settings) as store:
        assert await store.valves.get("greet") == {"key": SECRET}
        assert await store.valves.get_user("greet", user.id) == {"key": "mine"}
        assert await store.layered_valves.get("greet", "group", "g") == {"key": SECRET}
        assert [connection.key for connection in await store.connections.list()] == [SECRET, ""]
        assert await store.api_keys.get(user.id) == api_key
        with pytest.raises(KeyringError):
            store.keyring.open_sealed(backup)


async def test_a_lost_key_is_said_with_what_to_do(settings: Settings) -> None:
    async with opened(settings) as store:
        await store.functions.create(function())
        await store.valves.set("greet", {"key": SECRET})
    (settings.data_dir / KEY_FILE).write_text("another key")
    async with opened(settings) as store:
        with pytest.raises(KeyringError, match="cannot be opened") as caught:
            await store.valves.get("greet")
    assert KEY_FILE in caught.value.hint


def test_the_key_file_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    first, second = Keyring.open(settings), Keyring.open(settings)
    assert first.derive("tokens") == second.derive("tokens")
    assert (tmp_path / "data" / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == [KEY_FILE]


def test_each_purpose_has_a_secret_of_its_own(tmp_path: Path) -> None:
    ring = Keyring.open(Settings(data_dir=tmp_path))
    assert len(ring.derive("tokens")) == 32
    assert ring.derive("tokens") != ring.derive("cookies")


def test_a_given_secret_is_used_and_may_be_followed_by_older_ones(tmp_path: Path) -> None:
    def ring(secret: str) -> Keyring:
        return Keyring.open(Settings(data_dir=tmp_path, secret_key=SecretStr(secret)))

    sealed, old = ring("old").seal(b"secret"), ring("old").derive("tokens")
    both = ring("new old")
    assert both.open_sealed(sealed) == b"secret"
    assert both.derive_all("tokens") == [ring("new").derive("tokens"), old]
    assert ring("new").open_sealed(both.reseal(sealed)) == b"secret"
    assert not (tmp_path / KEY_FILE).exists()


async def test_connections_and_models_are_saved_replaced_and_deleted(store: Store) -> None:
    made = await store.connections.save(Connection(id="c", url="http://one", key="k", model_ids=["m"]))
    assert await store.connections.get("c") == made
    changed = await store.connections.save(structs.replace(made, url="http://two", key=""))
    assert await store.connections.list() == [changed]
    await store.connections.delete("c")
    assert await store.connections.get("c") is None
