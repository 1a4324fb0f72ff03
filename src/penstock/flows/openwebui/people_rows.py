"""Users, groups and API keys of Open WebUI."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from penstock.errors import BadRequest
from penstock.flows.accounts import NAME_LIMIT, checked_email, checked_image
from penstock.flows.openwebui.rows import (
    BrokenRow,
    Row,
    flag,
    json_list,
    json_object,
    needed,
    seconds,
    text,
)
from penstock.flows.openwebui.source import Source
from penstock.flows.passwords import is_known_hash
from penstock.store.records import Group, User

ROLES = ("admin", "user", "pending")
KEPT_APART = ("functions", "tools")  # in the settings of a user: values of valves


def user_of(row: Row) -> User:
    """Raises `BrokenRow`."""
    try:
        email = checked_email(needed(row, "email"))
    except BadRequest as error:
        raise BrokenRow(f"`{text(row, 'email')}` is not an email address") from error
    role = text(row, "role")
    settings = {key: value for key, value in _object(row, "settings").items() if key not in KEPT_APART}
    name = "".join(char for char in text(row, "name") if char.isprintable()).strip()
    return User(
        id=needed(row, "id"),
        email=email,
        name=(name or email)[:NAME_LIMIT],
        role=role if role in ROLES else "pending",
        profile_image_url=checked_image(text(row, "profile_image_url")),
        settings=settings,
        info=_object(row, "info"),
        created_at=seconds(row.get("created_at")),
        updated_at=seconds(row.get("updated_at")),
        last_active_at=seconds(row.get("last_active_at")),
    )


def _object(row: Row, name: str) -> dict[str, Any]:
    """Nobody is left behind for the sake of settings."""
    try:
        return json_object(row, name)
    except BrokenRow:
        return {}


def user_valves_of(row: Row) -> dict[str, Any]:
    """What a user has set for functions, by their ids; sealed values are texts."""
    functions = _object(row, "settings").get("functions")
    valves = functions.get("valves") if isinstance(functions, dict) else None
    return valves if isinstance(valves, dict) else {}


def password_of(row: Row | None) -> tuple[str | None, str]:
    """The hash of a row of `auth`, and what is to be said about it."""
    hashed = text(row, "password") if row else ""
    if not hashed:
        return None, "has no password: an administrator sets one"
    if not is_known_hash(hashed):
        return None, "the password cannot be checked here: an administrator sets a new one"
    notes = []
    if row and "active" in row and not flag(row, "active"):
        return None, "the account is locked there: an administrator sets a new password"
    if row and row.get("mfa") not in (None, "", "null", "{}", "[]"):
        notes.append("a second factor does not come along")
    return hashed, "; ".join(notes)


def groups_of(source: Source) -> Iterator[tuple[Row, list[str]]]:
    """Rows of groups, each with the ids of its members."""
    members: dict[str, list[str]] = {}
    for row in source.rows("group_member"):
        members.setdefault(text(row, "group_id"), []).append(text(row, "user_id"))
    for row in source.rows("group"):
        listed = [str(each) for each in _members_in(row)]
        yield row, list(dict.fromkeys([*members.get(text(row, "id"), []), *listed]))


def _members_in(row: Row) -> list[Any]:
    """Before there was a table of members, they stood in the group."""
    try:
        return json_list(row, "user_ids")
    except BrokenRow:
        return []


def group_of(row: Row, user_ids: list[str]) -> Group:
    """Raises `BrokenRow`."""
    return Group(
        id=needed(row, "id"),
        name=needed(row, "name"),
        description=text(row, "description"),
        permissions=json_object(row, "permissions"),
        user_ids=user_ids,
        meta=json_object(row, "meta"),
        created_at=seconds(row.get("created_at")),
        updated_at=seconds(row.get("updated_at")),
    )


def api_keys_of(source: Source) -> Iterator[Row]:
    """`user_id`, `key` and `expires_at`; keys stood in the users once. The newest first."""
    rows = sorted(source.rows("api_key"), key=lambda row: -seconds(row.get("created_at")))
    yield from rows
    for row in source.rows("user"):
        if text(row, "api_key"):
            yield {"user_id": row.get("id"), "key": row["api_key"]}
