"""Chats of Open WebUI with their messages, shares, folders and memories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec import structs

from penstock.errors import BadRequest
from penstock.flows import chat_json
from penstock.flows.openwebui.rows import BrokenRow, Row, flag, json_object, json_value, needed, seconds, text
from penstock.store.records import Chat, Folder, Memory, Message, Share

Json = dict[str, Any]
SHARED = "shared-"  # owners of shared copies, before these had a table
KEPT = ("summary", "tasks", "variables")  # columns of newer versions that are kept in `meta`
COLUMNS = {  # what a row of `chat_message` calls a key of the tree
    "role": "role",
    "parent_id": "parentId",
    "content": "content",
    "output": "output",
    "model_id": "model",
    "files": "files",
    "sources": "sources",
    "embeds": "embeds",
    "done": "done",
    "status_history": "statusHistory",
    "error": "error",
    "usage": "usage",
    "created_at": "timestamp",
}


@dataclass(frozen=True, slots=True)
class ChatFound:
    """A chat as it comes in. `lost` names messages that cannot be read."""

    chat: Chat
    messages: list[Message]
    lost: list[str]


def is_shared_copy(row: Row) -> bool:
    return text(row, "user_id").startswith(SHARED)


def chat_of(row: Row, message_rows: Iterable[Row], tag_names: Mapping[str, str], user_id: str) -> ChatFound:
    """Raises `BrokenRow`."""
    chat_id = needed(row, "id")
    document = json_object(row, "chat")
    try:
        history = dict(chat_json.history_of(document))
        tree, lost = _tree(history.get("messages") or {}, message_rows, chat_id)
        current = history.get("currentId") or text(row, "current_message_id") or None
        current = current if isinstance(current, str) and current in tree else None
        document = {**document, "history": {"messages": tree, "currentId": current}}
        chat = _chat(row, chat_id, user_id, document, tag_names)
        messages = _messages(tree, chat, lost)
    except BadRequest as error:
        raise BrokenRow(f"its messages cannot be read ({error.message})") from error
    if chat.current_id is None:
        chat = structs.replace(chat, current_id=chat_json.leaf_below(messages, None))
    return ChatFound(chat, messages, lost)


def _chat(row: Row, chat_id: str, user_id: str, document: Json, tag_names: Mapping[str, str]) -> Chat:
    changes = chat_json.chat_changes(document, {})
    meta = json_object(row, "meta")
    meta |= {name: value for name in KEPT if (value := json_value_or_text(row, name)) not in (None, "", [], {})}
    tag_ids = meta.pop("tags", None)
    tags = [tag_names.get(str(tag), str(tag)) for tag in tag_ids] if isinstance(tag_ids, list) else []
    chat = Chat(
        id=chat_id,
        user_id=user_id,
        title=text(row, "title") or chat_json.NEW_TITLE,
        archived=flag(row, "archived"),
        pinned=flag(row, "pinned"),
        folder_id=text(row, "folder_id") or None,
        meta=meta,
        created_at=seconds(row.get("created_at") or row.get("timestamp")),
        updated_at=seconds(row.get("updated_at") or row.get("timestamp")),
    )
    changes |= {"title": chat.title, "tags": list(dict.fromkeys([*tags, *changes.get("tags", [])]))}
    return structs.replace(chat, **changes)


def json_value_or_text(row: Row, name: str) -> Any:
    try:
        return json_value(row, name)
    except BrokenRow:
        return text(row, name)


def _messages(tree: Mapping[str, Json], chat: Chat, lost: list[str]) -> list[Message]:
    """In order; those that cannot be read are named in `lost`."""
    found = []
    for message_id in chat_json.in_order(tree):
        try:
            checked = chat_json.checked_id(message_id)
            found.append(chat_json.message_from(tree[message_id], checked, chat.id, chat.user_id, None))
        except BadRequest:
            lost.append(message_id[:40])
    return found


def _tree(given: Mapping[str, Any], message_rows: Iterable[Row], chat_id: str) -> tuple[dict[str, Json], list[str]]:
    """The messages of the document, completed by those of the table; an object each."""
    tree: dict[str, Json] = {}
    lost = []
    for message_id, message in given.items():
        if isinstance(message, dict):
            tree[message_id] = {**message, "timestamp": seconds(message.get("timestamp"))}
        else:
            lost.append(message_id)
    for row in message_rows:
        message_id = text(row, "id").removeprefix(f"{chat_id}-")
        known = tree.setdefault(message_id, {"id": message_id})
        for name, value in _of_row(row).items():
            if known.get(name) in (None, "", [], {}) and value not in (None, "", [], {}):
                known[name] = value
    return tree, [message_id for message_id in lost if message_id not in tree]


def _of_row(row: Row) -> Json:
    message = {key: json_value_or_text(row, name) for name, key in COLUMNS.items() if row.get(name) is not None}
    if "done" in message:
        message["done"] = flag(row, "done")
    return message | {"timestamp": seconds(row.get("created_at"))}


def share_of(row: Row, chat: Chat) -> Share:
    """The copy that was shared, from a row of `shared_chat` or an old shared chat. Raises `BrokenRow`."""
    found = chat_of({**row, "id": chat.id, "meta": None}, (), {}, chat.user_id)
    shared_at = seconds(row.get("created_at"))
    return Share(
        id=needed(row, "id"),
        chat_id=chat.id,
        user_id=chat.user_id,
        title=found.chat.title,
        chat=chat_json.chat_json(found.chat, found.messages),
        created_at=shared_at,
        updated_at=seconds(row.get("updated_at")) or shared_at,
    )


def tag_names_of(rows: Iterable[Row]) -> dict[str, dict[str, str]]:
    """For each user the names of tags by their ids."""
    names: dict[str, dict[str, str]] = {}
    for row in rows:
        names.setdefault(text(row, "user_id"), {})[text(row, "id")] = text(row, "name") or text(row, "id")
    return names


def folder_of(row: Row, user_id: str) -> Folder:
    """Raises `BrokenRow`."""
    return Folder(
        id=needed(row, "id"),
        user_id=user_id,
        parent_id=text(row, "parent_id") or None,
        name=needed(row, "name"),
        data=json_object(row, "data"),
        meta=json_object(row, "meta"),
        is_expanded=flag(row, "is_expanded"),
        created_at=seconds(row.get("created_at")),
        updated_at=seconds(row.get("updated_at")),
    )


def memory_of(row: Row, user_id: str) -> Memory:
    """Raises `BrokenRow`."""
    return Memory(
        id=needed(row, "id"),
        user_id=user_id,
        content=needed(row, "content"),
        created_at=seconds(row.get("created_at")),
        updated_at=seconds(row.get("updated_at")),
    )
