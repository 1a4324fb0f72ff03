"""All tables. Columns that a record has are named as its fields; a few more carry what only queries need."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    false,
)

from penstock.store.columns import Json, String

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _text(name: str, *, null: bool = False, key: bool = False) -> Column[str]:
    return Column(name, String, nullable=null, primary_key=key)


def _child(name: str, parent: str, *, key: bool = False) -> Column[str]:
    return Column(name, String, ForeignKey(parent, ondelete="CASCADE"), nullable=False, primary_key=key)


def _json(name: str, *, null: bool = False) -> Column[object]:
    return Column(name, Json, nullable=null)


def _time(name: str, *, null: bool = False) -> Column[float]:
    return Column(name, Double, nullable=null)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _growing(name: str) -> Column[int]:
    number = BigInteger().with_variant(Integer, "sqlite")
    return Column(name, number, primary_key=True, autoincrement=True)


users = Table(
    "users",
    metadata,
    _text("id", key=True),
    _text("email"),
    Column("email_key", String, nullable=False, unique=True),  # the address as it is compared
    _text("name"),
    _text("role"),
    _text("profile_image_url"),
    _json("settings"),
    _json("info"),
    _text("password_hash", null=True),
    _time("created_at"),
    _time("updated_at"),
    _time("last_active_at"),
)

sessions = Table(
    "sessions",
    metadata,
    _text("id", key=True),
    _child("user_id", "users.id"),
    _time("created_at"),
    _time("expires_at"),
    Index(None, "user_id"),
    Index(None, "expires_at"),
)

api_keys = Table(
    "api_keys",
    metadata,
    _child("user_id", "users.id", key=True),
    Column("digest", String, nullable=False, unique=True),
    Column("sealed", LargeBinary, nullable=False),
    _time("created_at"),
)

functions = Table(
    "functions",
    metadata,
    _text("id", key=True),
    _text("user_id"),
    _text("kind"),
    _text("name"),
    _json("meta"),
    _flag("is_active"),
    _flag("is_global"),
    _text("version_id", null=True),
    _text("state"),
    _text("reason"),
    _text("origin_url"),
    _time("created_at"),
    _time("updated_at"),
)

versions = Table(
    "versions",
    metadata,
    _text("id", key=True),
    _child("function_id", "functions.id"),
    _text("author_id"),
    Column("number", Integer, nullable=False),
    _text("source"),
    _text("message"),
    _json("description"),
    _json("manifest"),
    _json("requirements"),
    _text("environment_id", null=True),
    _text("state"),
    _text("reason"),
    _time("created_at"),
    UniqueConstraint("function_id", "number"),
)

valves = Table(
    "valves",
    metadata,
    _child("function_id", "functions.id", key=True),
    _text("user_id", key=True),  # empty: the function's own
    Column("sealed", LargeBinary, nullable=False),
    _time("updated_at"),
)

rights = Table(
    "rights",
    metadata,
    _child("function_id", "functions.id", key=True),
    _json("data"),
    _time("updated_at"),
    _text("updated_by"),
)

settings = Table(
    "settings",
    metadata,
    _text("key", key=True),
    _json("value", null=True),
    _time("updated_at"),
)

models = Table(
    "models",
    metadata,
    _text("id", key=True),
    _text("user_id"),
    _text("base_model_id", null=True),
    _text("name"),
    _json("params"),
    _json("meta"),
    _json("access_control", null=True),
    _flag("is_active"),
    _time("created_at"),
    _time("updated_at"),
)

connections = Table(
    "connections",
    metadata,
    _text("id", key=True),
    _text("url"),
    Column("sealed_key", LargeBinary, nullable=True),
    _text("prefix"),
    _text("name"),
    _flag("enabled"),
    _json("model_ids"),
    _text("source"),
    _time("created_at"),
    _time("updated_at"),
)

chats = Table(
    "chats",
    metadata,
    _text("id", key=True),
    _child("user_id", "users.id"),
    _text("title"),
    _text("current_id", null=True),
    _json("models"),
    _json("params"),
    _json("files"),
    _json("tags"),
    _json("meta"),
    _json("extra"),
    _flag("archived"),
    _flag("pinned"),
    Column("share_id", String, nullable=True, unique=True),
    _text("folder_id", null=True),
    _time("created_at"),
    _time("updated_at"),
    Index(None, "user_id", "archived", "updated_at"),
    Index(None, "folder_id"),
)

messages = Table(
    "messages",
    metadata,
    _growing("position"),  # the order in which a chat's messages came
    _text("id"),
    _child("chat_id", "chats.id"),
    _text("user_id"),
    _text("parent_id", null=True),
    _text("role"),
    _text("content"),
    _text("model", null=True),
    _time("timestamp"),
    _flag("done"),
    _json("error", null=True),
    _json("status_history"),
    _json("files"),
    _json("embeds"),
    _json("sources"),
    _json("follow_ups"),
    _json("output"),
    _json("usage", null=True),
    _text("original_content", null=True),
    _json("extra"),
    _time("created_at"),
    _time("updated_at"),
    UniqueConstraint("chat_id", "id"),
    Index(None, "chat_id", "position"),
    Index(None, "chat_id", "parent_id"),
)
# Partial indexes are so on Postgres too (the migrations say it); said here, it would load that dialect at every start.
Index(
    "ix_messages_unfinished",
    messages.c.chat_id,
    sqlite_where=messages.c.done == false(),
)

events = Table(
    "events",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    _text("user_id"),
    _text("chat_id"),
    _text("message_id"),
    _text("run_id", null=True),
    _text("type"),
    _json("data", null=True),
    _time("created_at"),
    Index(None, "user_id", "id"),
    Index(None, "chat_id"),
)

runs = Table(
    "runs",
    metadata,
    _text("id", key=True),
    _text("function_id"),
    _text("version_id"),
    _text("hook"),
    _text("user_id"),
    _text("trigger"),
    _text("state"),
    _text("chat_id", null=True),
    _text("message_id", null=True),
    _text("idempotency_key", null=True),
    _time("started_at"),
    _time("ended_at", null=True),
    _json("result", null=True),
    _json("notes"),
    _json("error", null=True),
    Index(None, "function_id", "started_at"),
    Index(None, "user_id", "started_at"),
    Index(None, "state", "started_at"),
    Index(None, "started_at"),
)
Index(
    "ix_runs_of_chat",
    runs.c.chat_id,
    runs.c.started_at,
    sqlite_where=runs.c.chat_id.is_not(None),
)
Index(
    "ix_runs_idempotency",
    runs.c.idempotency_key,
    sqlite_where=runs.c.idempotency_key.is_not(None),
)

run_logs = Table(
    "run_logs",
    metadata,
    _growing("position"),
    _text("run_id"),
    _time("time"),
    _text("level"),
    _text("text"),
    _text("thread"),
    Index(None, "run_id", "position"),
)

questions = Table(
    "questions",
    metadata,
    _text("id", key=True),
    _text("run_id"),
    _text("user_id"),
    _text("chat_id", null=True),
    _text("message_id", null=True),
    _text("type"),
    _json("data"),
    _text("state"),
    _json("answer", null=True),
    _time("created_at"),
    _time("deadline"),
    _time("answered_at", null=True),
    Index(None, "user_id", "state"),
    Index(None, "state"),
    Index(None, "chat_id"),
    Index(None, "run_id"),
)

files = Table(
    "files",
    metadata,
    _text("id", key=True),
    _text("user_id"),
    _text("filename"),
    _text("path"),
    Column("size", BigInteger, nullable=False),
    _text("content_type"),
    _text("hash"),
    _json("meta"),
    _json("data"),
    _time("created_at"),
    _time("updated_at"),
    Index(None, "user_id", "created_at"),
)

kv = Table(
    "kv",
    metadata,
    _text("function_id", key=True),
    _text("user_id", key=True),  # empty: shared by all users
    _text("key", key=True),
    _json("value", null=True),
    _time("updated_at"),
)

memories = Table(
    "memories",
    metadata,
    _text("id", key=True),
    _child("user_id", "users.id"),
    _text("content"),
    _time("created_at"),
    _time("updated_at"),
    Index(None, "user_id", "created_at"),
)

folders = Table(
    "folders",
    metadata,
    _text("id", key=True),
    _child("user_id", "users.id"),
    _text("parent_id", null=True),
    _text("name"),
    _json("data"),
    _json("meta"),
    _flag("is_expanded"),
    _time("created_at"),
    _time("updated_at"),
    Index(None, "user_id", "parent_id"),
)

groups = Table(
    "groups",
    metadata,
    _text("id", key=True),
    _text("name"),
    _text("description"),
    _json("permissions"),
    _json("user_ids"),
    _json("meta"),
    _time("created_at"),
    _time("updated_at"),
)

audits = Table(
    "audits",
    metadata,
    _growing("position"),
    _time("time"),
    _text("user_id"),
    _text("what"),
    _text("subject"),
    _json("data"),
    Index(None, "subject", "position"),
)
