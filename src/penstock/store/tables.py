"""All tables. Columns that a record has are named as its fields; a few more carry what only queries need."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, UniqueConstraint, false

from penstock.store.columns import String
from penstock.store.function_tables import functions, layered_valves, rights, valves, versions
from penstock.store.schema import child, flag, growing, json, metadata, text, time

__all__ = [
    "api_keys",
    "audits",
    "chats",
    "connections",
    "events",
    "files",
    "folders",
    "functions",
    "groups",
    "kv",
    "layered_valves",
    "memories",
    "messages",
    "metadata",
    "models",
    "questions",
    "rights",
    "run_logs",
    "runs",
    "sessions",
    "settings",
    "shares",
    "users",
    "valves",
    "versions",
]

users = Table(
    "users",
    metadata,
    text("id", key=True),
    text("email"),
    Column("email_key", String, nullable=False, unique=True),  # the address as it is compared
    text("name"),
    text("role"),
    text("profile_image_url"),
    json("settings"),
    json("info"),
    text("password_hash", null=True),
    time("created_at"),
    time("updated_at"),
    time("last_active_at"),
)

sessions = Table(
    "sessions",
    metadata,
    text("id", key=True),
    child("user_id", "users.id"),
    time("created_at"),
    time("expires_at"),
    Index(None, "user_id"),
    Index(None, "expires_at"),
)

api_keys = Table(
    "api_keys",
    metadata,
    child("user_id", "users.id", key=True),
    Column("digest", String, nullable=False, unique=True),
    Column("sealed", LargeBinary, nullable=False),
    time("created_at"),
)

settings = Table(
    "settings",
    metadata,
    text("key", key=True),
    json("value", null=True),
    time("updated_at"),
)

models = Table(
    "models",
    metadata,
    text("id", key=True),
    text("user_id"),
    text("base_model_id", null=True),
    text("name"),
    json("params"),
    json("meta"),
    json("access_control", null=True),
    flag("is_active"),
    time("created_at"),
    time("updated_at"),
)

connections = Table(
    "connections",
    metadata,
    text("id", key=True),
    text("url"),
    Column("sealed_key", LargeBinary, nullable=True),
    text("prefix"),
    text("name"),
    flag("enabled"),
    json("model_ids"),
    text("source"),
    time("created_at"),
    time("updated_at"),
)

chats = Table(
    "chats",
    metadata,
    text("id", key=True),
    child("user_id", "users.id"),
    text("title"),
    text("current_id", null=True),
    json("models"),
    json("params"),
    json("files"),
    json("tags"),
    json("meta"),
    json("extra"),
    flag("archived"),
    flag("pinned"),
    Column("share_id", String, nullable=True, unique=True),
    text("folder_id", null=True),
    time("created_at"),
    time("updated_at"),
    Index(None, "user_id", "archived", "updated_at"),
    Index(None, "folder_id"),
)

shares = Table(
    "shares",
    metadata,
    text("id", key=True),
    child("chat_id", "chats.id"),
    child("user_id", "users.id"),
    text("title"),
    json("chat"),
    time("created_at"),
    time("updated_at"),
    Index(None, "chat_id"),
)

messages = Table(
    "messages",
    metadata,
    growing("position"),  # the order in which a chat's messages came
    text("id"),
    child("chat_id", "chats.id"),
    text("user_id"),
    text("parent_id", null=True),
    text("role"),
    text("content"),
    text("model", null=True),
    time("timestamp"),
    flag("done"),
    json("error", null=True),
    json("status_history"),
    json("files"),
    json("embeds"),
    json("sources"),
    json("follow_ups"),
    json("output"),
    json("usage", null=True),
    text("original_content", null=True),
    json("extra"),
    time("created_at"),
    time("updated_at"),
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
    text("user_id"),
    text("chat_id"),
    text("message_id"),
    text("run_id", null=True),
    text("type"),
    json("data", null=True),
    time("created_at"),
    Index(None, "user_id", "id"),
    Index(None, "chat_id"),
)

runs = Table(
    "runs",
    metadata,
    text("id", key=True),
    text("function_id"),
    text("version_id"),
    text("hook"),
    text("user_id"),
    text("trigger"),
    text("state"),
    text("chat_id", null=True),
    text("message_id", null=True),
    text("idempotency_key", null=True),
    time("started_at"),
    time("ended_at", null=True),
    json("result", null=True),
    json("notes"),
    json("error", null=True),
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
    growing("position"),
    text("run_id"),
    time("time"),
    text("level"),
    text("text"),
    text("thread"),
    Index(None, "run_id", "position"),
)

questions = Table(
    "questions",
    metadata,
    text("id", key=True),
    text("run_id"),
    text("user_id"),
    text("chat_id", null=True),
    text("message_id", null=True),
    text("type"),
    json("data"),
    text("state"),
    json("answer", null=True),
    time("created_at"),
    time("deadline"),
    time("answered_at", null=True),
    Index(None, "user_id", "state"),
    Index(None, "state"),
    Index(None, "chat_id"),
    Index(None, "run_id"),
)

files = Table(
    "files",
    metadata,
    text("id", key=True),
    text("user_id"),
    text("filename"),
    text("path"),
    Column("size", BigInteger, nullable=False),
    text("content_type"),
    text("hash"),
    json("meta"),
    json("data"),
    time("created_at"),
    time("updated_at"),
    Index(None, "user_id", "created_at"),
)

kv = Table(
    "kv",
    metadata,
    text("function_id", key=True),
    text("user_id", key=True),  # empty: shared by all users
    text("key", key=True),
    json("value", null=True),
    time("updated_at"),
)

memories = Table(
    "memories",
    metadata,
    text("id", key=True),
    child("user_id", "users.id"),
    text("content"),
    time("created_at"),
    time("updated_at"),
    Index(None, "user_id", "created_at"),
)

folders = Table(
    "folders",
    metadata,
    text("id", key=True),
    child("user_id", "users.id"),
    text("parent_id", null=True),
    text("name"),
    json("data"),
    json("meta"),
    flag("is_expanded"),
    time("created_at"),
    time("updated_at"),
    Index(None, "user_id", "parent_id"),
)

groups = Table(
    "groups",
    metadata,
    text("id", key=True),
    text("name"),
    text("description"),
    json("permissions"),
    json("user_ids"),
    json("meta"),
    time("created_at"),
    time("updated_at"),
)

audits = Table(
    "audits",
    metadata,
    growing("position"),
    time("time"),
    text("user_id"),
    text("what"),
    text("subject"),
    json("data"),
    Index(None, "subject", "position"),
)
