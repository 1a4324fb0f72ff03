"""The tables of functions, their versions, valves and rights."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, Table, UniqueConstraint

from penstock.store.schema import child, flag, json, metadata, text, time

functions = Table(
    "functions",
    metadata,
    text("id", key=True),
    text("user_id"),
    text("kind"),
    text("name"),
    json("meta"),
    flag("is_active"),
    flag("is_global"),
    text("version_id", null=True),
    text("state"),
    text("reason"),
    text("origin_url"),
    text("origin_hash"),
    json("policy"),
    json("access_control", null=True),
    time("created_at"),
    time("updated_at"),
)

versions = Table(
    "versions",
    metadata,
    text("id", key=True),
    child("function_id", "functions.id"),
    text("author_id"),
    Column("number", Integer, nullable=False),
    text("source"),
    Column("package", LargeBinary, nullable=True),
    text("message"),
    json("description"),
    json("manifest"),
    json("requirements"),
    text("environment_id", null=True),
    text("state"),
    text("reason"),
    time("created_at"),
    UniqueConstraint("function_id", "number"),
)

valves = Table(
    "valves",
    metadata,
    child("function_id", "functions.id", key=True),
    text("user_id", key=True),  # empty: the function's own
    Column("sealed", LargeBinary, nullable=False),
    time("updated_at"),
)

layered_valves = Table(
    "layered_valves",
    metadata,
    child("function_id", "functions.id", key=True),
    text("layer", key=True),  # model, group or user
    text("subject_id", key=True),
    Column("sealed", LargeBinary, nullable=False),
    time("updated_at"),
)

rights = Table(
    "rights",
    metadata,
    child("function_id", "functions.id", key=True),
    json("data"),
    time("updated_at"),
    text("updated_by"),
)
