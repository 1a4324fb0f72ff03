"""What becomes of an import when there is something here already, when the file is odd, and when it breaks midway."""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from penstock.engine.local import LocalEngine
from penstock.errors import ImportRefused
from penstock.store.records import Group
from tests.flows.openwebui.taking import Target, counts, notes, target
from tests.openwebui.restored import changed, halve, oddly, restored

pytestmark = pytest.mark.anyio

NOTHING = """
DELETE FROM function;
DELETE FROM model;
UPDATE user SET settings = NULL;
"""  # where a test is about other things: no workers are needed


@pytest.fixture
async def here(tmp_path: Path, engine: LocalEngine) -> AsyncIterator[Target]:
    async with target(tmp_path / "data", engine) as made:
        yield made


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return restored(tmp_path / "openwebui")


async def test_a_second_time_everything_is_kept_or_replaced(here: Target, source: Path) -> None:
    first = await here.take(source)
    found = counts(first, "found")
    assert counts(first, "added") == found
    again = await here.take(source)
    del found["shared chats"]  # part of chats that are kept
    assert counts(again, "kept") == found
    assert counts(again, "added") == counts(again, "replaced") == {}
    ada = await here.store.users.get_by_email("ada@example.com")
    assert ada is not None
    await here.store.users.update(ada.id, name="Ada the Second", role="admin")
    (chat, *_) = await here.store.chats.list(ada.id, pinned=True)
    await here.store.chats.update(chat.id, title="Changed here")
    replaced = await here.take(source, replace=True)
    assert counts(replaced, "added") == {}
    assert counts(replaced, "replaced").items() >= {"users": 4, "chats": 8, "shared chats": 2, "functions": 5}.items()
    assert (await here.store.users.get_by_email("ada@example.com") or ada).name == "Ada"
    assert [each.title for each in await here.store.chats.list(ada.id, pinned=True)] == ["Pinned"]


async def test_a_function_that_is_replaced_gets_a_version(here: Target, source: Path) -> None:
    changed(source, "DELETE FROM function WHERE id != 'echo';")
    await here.take(source)
    changed(source, "UPDATE function SET content = replace(content, 'Echo: ', 'Again: '), is_active = 0;")
    kept = await here.take(source)
    assert notes(kept.noun("functions")) == {"echo": ("kept", "")}
    await here.take(source, replace=True)
    versions = await here.store.versions.list("echo")
    assert [("Again" in version.source, version.message) for version in versions] == [
        (True, "Imported from Open WebUI"),
        (False, "Imported from Open WebUI"),
    ]
    function = await here.store.functions.get("echo")
    assert function is not None
    assert (function.version_id, function.is_active) == (versions[0].id, False)


async def test_accounts_are_merged_by_their_address(here: Target, source: Path) -> None:
    changed(source, NOTHING)
    ada = await here.store.users.create("Ada@Example.com", "Ada of here", "$argon2id$", "admin")
    await here.store.groups.create(Group(id="g", name="Readers", user_ids=[ada.id]))
    report = await here.take(source)
    (old_id,) = (item.id for item in report.noun("users").items if item.outcome == "kept")
    assert notes(report.noun("users"))[old_id] == ("kept", "has an account here, which gets what the other one owns")
    assert await here.store.users.password_hash(ada.id) == "$argon2id$"
    assert (await here.store.users.get(old_id)) is None
    titles = {chat.title for chat in await here.store.chats.list(ada.id, archived=None)}
    assert titles == {"Shopping", "Pinned", "Archived", "Plain"}
    assert [memory.content for memory in await here.store.memories.list(ada.id)] == ["I bake on Sundays."]
    ben = await here.store.users.get_by_email("ben@example.com")
    group = await here.store.groups.get("g")
    assert ben is not None
    assert group is not None
    assert group.user_ids == [ada.id, ben.id]


async def test_broken_rows_are_listed_and_the_others_come(here: Target, source: Path) -> None:
    changed(
        source,
        NOTHING
        + """
        UPDATE user SET email = 'nobody' WHERE name = 'Cleo';
        UPDATE auth SET password = 'md5:1234' WHERE email = 'dan@example.com';
        UPDATE chat SET chat = '{"history": ' WHERE title = 'Pinned' AND id IN (SELECT id FROM chat LIMIT 4);
        UPDATE chat SET chat = json_set(chat, '$.history.messages.odd', 7) WHERE title = 'Archived';
        UPDATE chat SET user_id = 'gone' WHERE title = 'Plain' AND id IN (SELECT id FROM chat LIMIT 4);
        DELETE FROM shared_chat WHERE rowid = 1;
        UPDATE memory SET content = '' WHERE rowid = 1;
        UPDATE file SET path = '/elsewhere/lost.txt' WHERE rowid = 1;
        UPDATE folder SET parent_id = 'gone' WHERE rowid = 2;
        UPDATE config SET value = '{' WHERE key = 'ui.banners';
        """,
    )
    report = await here.take(source)
    assert counts(report, "skipped") == {"users": 1, "chats": 2, "shared chats": 1, "files": 1, "memories": 1}
    said = {noun.name: [note for item in noun.items for note in item.notes] for noun in report.nouns.values()}
    assert sorted(said["users"]) == [
        "`nobody` is not an email address",
        "the password cannot be checked here: an administrator sets a new one",
    ]
    assert any("its `chat` is not JSON" in note for note in said["chats"])
    assert "its owner does not come along" in said["chats"]
    assert said["chats"].count("without the message odd, which cannot be read") == 2
    assert said["shared chats"] == ["its copy is gone"]
    assert said["files"] == ["its content lost.txt is missing; --uploads names the folder with uploads"]
    assert said["memories"] == ["it has no `content`"]
    dan = await here.store.users.get_by_email("dan@example.com")
    assert dan is not None
    assert await here.store.users.password_hash(dan.id) is None


ODD = [
    "7",
    "[7]",
    '"text"',
    "{",
    '{"history": 7, "tags": 7, "functions": {"valves": 7}, "read": 7}',
    '{"history": {"messages": {"a": 7, "b": {"parentId": {}, "childrenIds": 7, "content": 7}}, "currentId": {}}}',
    '{"messages": [7], "tags": [{}], "functions": {"valves": {"shout": 7}}, "read": {"user_ids": 7}}',
]


@pytest.mark.parametrize("odd", ODD)
async def test_no_value_stops_the_others(odd: str, here: Target, source: Path) -> None:
    changed(source, "DELETE FROM function; DELETE FROM file WHERE rowid = 1;")
    oddly(source, odd)
    report = await here.take(source, dry_run=True)
    found = counts(report, "found")
    assert (found["users"], found["chats"], found["models"]) == (4, 8, 4)
    assert counts(report, "added")["users"] == 4


async def test_when_it_breaks_midway_nothing_has_changed(here: Target, source: Path) -> None:
    changed(source, NOTHING)
    folder = here.settings.data_dir
    (folder / "files").write_text("a file in the way of uploads, which come last")
    with pytest.raises(ImportRefused, match="Nothing was imported"):
        await here.take(source)
    assert await here.store.users.count() == 0
    assert await here.store.groups.list() == []
    (folder / "files").unlink()
    assert counts(await here.take(source), "skipped") == {}


async def test_a_dry_run_is_undone(here: Target, source: Path) -> None:
    report = await here.take(source, dry_run=True)
    assert counts(report, "added") == counts(report, "found")
    assert await here.store.users.count() == 0
    assert await here.store.functions.list() == []
    assert not (here.settings.data_dir / "files").exists()


async def test_a_schema_of_earlier_days(here: Target, tmp_path: Path) -> None:
    path = changed(tmp_path / "old.db", OLD_SCHEMA)
    report = await here.take(path)
    assert counts(report, "skipped") == {"connections": 1}
    assert notes(report.noun("connections"))[""] == ("skipped", "it has no key")
    assert counts(report, "added") == {
        "users": 2, "groups": 1, "API keys": 1, "models": 2, "connections": 1, "settings": 3, "chats": 1,
        "shared chats": 1,
    }  # fmt: skip
    assert (await here.store.groups.list())[0].user_ids == ["u2"]
    assert await here.store.api_keys.find_user_id("sk-old") == "u1"
    models = {model.id: model.access_control for model in await here.store.models.list()}
    assert models["open"] is None
    assert models["closed"] == {
        "read": {"user_ids": [], "group_ids": ["g1"]},
        "write": {"user_ids": [], "group_ids": []},
    }
    (connection,) = await here.store.connections.list()
    assert (connection.url, connection.key, connection.prefix) == ("https://one.example.com/v1", "k1", "one")
    (chat,) = await here.store.chats.list("u1")
    assert (chat.title, chat.tags, chat.share_id, chat.created_at) == ("Old chat", ["trip"], "s1", 1700000000)
    assert [message.content for message in await here.store.messages.list("c1")] == ["Hi", "Hello"]
    assert chat.current_id is not None


async def test_encrypted_valves_need_the_secret_of_the_other_server(here: Target, source: Path) -> None:
    key = base64.urlsafe_b64encode(hashlib.sha256(b"their secret").digest())
    sealed = Fernet(key).encrypt(json.dumps({"key": "E flat"}).encode()).decode()
    changed(source, f"""UPDATE function SET valves = '"{sealed}"'; DELETE FROM function WHERE id != 'choir';""")
    without = await here.take(source, dry_run=True)
    assert "its valves are encrypted: pass the WEBUI_SECRET_KEY" in notes(without.noun("functions"))["choir"][1]
    wrong = await here.take(source, dry_run=True, secret="another")
    assert "encrypted with another secret" in notes(wrong.noun("functions"))["choir"][1]
    (source.parent / ".webui_secret_key").write_text("their secret")
    await here.take(source)
    assert await here.store.valves.get("choir") == {"key": "E flat"}


async def test_values_that_do_not_fit_are_named_and_the_others_kept(here: Target, source: Path) -> None:
    changed(
        source,
        """
        DELETE FROM function WHERE id != 'shout';
        UPDATE function SET valves = '{"mark": ["no", "text"], "api_key": "k", "gone": 1, "nothing": null}';
        """,
    )
    report = await here.take(source, off=True)
    assert "valves left out (mark: " in notes(report.noun("functions"))["shout"][1]
    assert await here.store.valves.get("shout") == {"api_key": "k"}
    function = await here.store.functions.get("shout")
    assert function is not None
    assert not function.is_active


async def test_what_is_still_in_the_wal_comes_along_and_stays_there(here: Target, source: Path) -> None:
    changed(source, NOTHING)
    with sqlite3.connect(source) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("UPDATE user SET name = 'Ada of the WAL' WHERE email = 'ada@example.com'")
        writer.commit()
        before = {path.name: path.read_bytes() for path in source.parent.iterdir() if path.is_file()}
        assert len(before["webui.db-wal"]) > 0
        await here.take(source)
        assert {path.name: path.read_bytes() for path in source.parent.iterdir() if path.is_file()} == before
    writer.close()
    ada = await here.store.users.get_by_email("ada@example.com")
    assert ada is not None
    assert ada.name == "Ada of the WAL"


async def test_a_damaged_database_changes_nothing(here: Target, source: Path) -> None:
    changed(source, NOTHING)
    halve(source)
    with pytest.raises(ImportRefused, match="cannot be read") as refused:
        await here.take(source)
    assert "recover" in refused.value.hint
    assert await here.store.users.count() == 0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\x00\xffnothing that is known", "is neither a SQLite database nor JSON"),
        (b'[{"id": "c", "title": "A chat", "chat": {}}]', "is no export of functions"),
        (b"[]", "holds nothing"),
        (b"SQLite format 3\x00 and then nothing", "cannot be read: file is not a database"),
    ],
)
async def test_files_that_cannot_be_taken(content: bytes, says: str, here: Target, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ImportRefused, match=says):
        await here.take(path)


async def test_databases_of_others(here: Target, tmp_path: Path) -> None:
    other = changed(tmp_path / "other.db", "CREATE TABLE collections (id); CREATE TABLE embeddings (id);")
    with pytest.raises(ImportRefused, match=r"not Open WebUI's: its tables are collections, embeddings"):
        await here.take(other)
    with pytest.raises(ImportRefused, match="is a database of Penstock"):
        await here.take(here.settings.data_dir / "penstock.db")
    with pytest.raises(ImportRefused, match="is a folder"):
        await here.take(tmp_path)


OLD_SCHEMA = """
CREATE TABLE user (id, name, email, role, profile_image_url, api_key, created_at, updated_at, last_active_at, settings, info);
INSERT INTO user VALUES ('u1', 'Una', 'una@example.com', 'admin', '/user.png', 'sk-old', 1700000000, 1700000000, 1700000000, NULL, NULL);
INSERT INTO user VALUES ('u2', 'Udo', 'udo@example.com', 'user', '', NULL, 1700000000, 1700000000, 1700000000, 'null', '');
CREATE TABLE auth (id, email, password, active);
INSERT INTO auth VALUES ('u1', 'una@example.com', '$2b$12$5UDstM8Bfh3tuCcLOFCAAuEm/070oi8BiqzvnsNKni.Hh3ptT.cqe', 1);
CREATE TABLE "group" (id, user_id, name, description, data, meta, permissions, user_ids, created_at, updated_at);
INSERT INTO "group" VALUES ('g1', 'u1', 'Team', '', NULL, NULL, NULL, '["u2", "gone"]', 1700000000, 1700000000);
CREATE TABLE model (id, user_id, base_model_id, name, params, meta, access_control, is_active, updated_at, created_at);
INSERT INTO model VALUES ('open', 'u1', NULL, 'Open', '{}', '{}', NULL, 1, 1700000000, 1700000000);
INSERT INTO model VALUES ('closed', 'u1', 'open', 'Closed', '{}', '{}', '{"read": {"group_ids": ["g1"], "user_ids": ["gone"]}}', 1, 1700000000, 1700000000);
CREATE TABLE config (id, data, version, created_at, updated_at);
INSERT INTO config VALUES (1, '{"openai": {"enable": true, "api_base_urls": ["https://one.example.com/v1", "https://api.openai.com/v1"], "api_keys": ["k1", ""], "api_configs": {"0": {"prefix_id": "one"}}}, "ui": {"default_models": "open", "enable_signup": true}}', 0, '2024-01-01', NULL);
CREATE TABLE chat (id, user_id, title, chat, created_at, updated_at, share_id, archived, pinned, meta, folder_id);
INSERT INTO chat VALUES ('c1', 'u1', 'Old chat', '{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}', 1700000000, 1700000000, 's1', 0, NULL, '{"tags": ["trip"]}', NULL);
INSERT INTO chat VALUES ('s1', 'shared-c1', 'Old chat', '{"messages": [{"role": "user", "content": "Hi"}]}', 1700000000, 1700000000, NULL, 0, NULL, '{}', NULL);
CREATE TABLE function (id, user_id, name, type, content, meta, created_at, updated_at);
"""  # noqa: E501 - rows
