"""A chat as clients of Open WebUI send and read it, one JSON document, and the rows that it is made of."""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import structs

from penstock.errors import BadRequest
from penstock.functions import events
from penstock.store.records import Chat, Message

Json = dict[str, Any]

NEW_TITLE = "New Chat"
LONGEST_ID = 200
BRANCH = "messages"  # in `extra`: the client keeps a list of the shown branch beside the tree
KNOWN = frozenset({"id", "title", "models", "params", "files", "tags", "history", "messages", "timestamp"})
TEXTS = ("model", "original_content")


def title_of(document: Mapping[str, Any], default: str = NEW_TITLE) -> str:
    title = document.get("title")
    return title if isinstance(title, str) and title.strip() else default


def chat_changes(document: Mapping[str, Any], extra: Mapping[str, Any]) -> Json:
    """The columns of a chat that a document names; keys that Penstock does not know go into `extra`."""
    changes: Json = {}
    if "title" in document:
        changes["title"] = title_of(document)
    for name in ("models", "files"):
        if isinstance(value := document.get(name), list):
            changes[name] = value
    if isinstance(tags := document.get("tags"), list):
        changes["tags"] = tag_names(tags)
    if isinstance(params := document.get("params"), dict):
        changes["params"] = params
    if "currentId" in (history := history_of(document)):
        changes["current_id"] = checked_id(history["currentId"]) if history["currentId"] else None
    further = {name: value for name, value in document.items() if name not in KNOWN}
    if isinstance(document.get("messages"), list):
        further[BRANCH] = True
    if further:
        changes["extra"] = {**extra, **further}
    return changes


def tag_names(tags: Iterable[Any]) -> list[str]:
    names = (tag.get("name") if isinstance(tag, Mapping) else tag for tag in tags)
    return list(dict.fromkeys(str(name) for name in names if isinstance(name, str) and name.strip()))


def history_of(document: Mapping[str, Any]) -> Json:
    """The tree in a document; a plain list of messages becomes a tree with one branch. Raises `BadRequest`."""
    history = document.get("history")
    if isinstance(history, dict):
        if "messages" in history and not isinstance(history["messages"], dict):
            raise BadRequest("`history.messages` is an object of messages by their id.", field="history.messages")
        return history
    if history is not None:
        raise BadRequest("`history` is an object with `messages` and `currentId`.", field="history")
    listed = document.get("messages")
    return _one_branch(listed) if isinstance(listed, list) and listed else {}


def _one_branch(listed: Sequence[Any]) -> Json:
    found: dict[str, Json] = {}
    last: str | None = None
    for message in listed:
        if not isinstance(message, dict):
            raise BadRequest("Each entry of `messages` is an object.", field="messages")
        message_id = checked_id(message.get("id") or str(uuid.uuid4()))
        found[message_id] = {"parentId": last, **message, "id": message_id}
        last = message_id
    return {"messages": found, "currentId": last}


def checked_id(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID or not value.isprintable():
        raise BadRequest(f"The id of a message is a text of at most {LONGEST_ID} characters.", field="id")
    return value


def message_from(wire: Any, message_id: str, chat_id: str, user_id: str, known: Message | None) -> Message:
    """The row of one message; keys that are not given stay as they are known."""
    if not isinstance(wire, dict):
        raise BadRequest(f"The message {message_id} is not an object.", field="history.messages")
    present = known or _blank(wire, message_id, chat_id, user_id)
    changes = _with_right_types(events.record_changes(structs.asdict(present), wire))
    if "parentId" in wire:
        parent = wire["parentId"]
        changes["parent_id"] = checked_id(parent) if parent else None
    if isinstance(wire.get("role"), str):
        changes["role"] = wire["role"]
    if known is None and "done" not in wire:
        changes["done"] = present.role != "assistant" or bool(changes.get("content"))
    return structs.replace(present, **changes)


def _blank(wire: Json, message_id: str, chat_id: str, user_id: str) -> Message:
    role = wire.get("role")
    return Message(
        id=message_id,
        chat_id=chat_id,
        user_id=user_id,
        parent_id=None,
        role=role if isinstance(role, str) else "user",
        timestamp=_time(wire.get("timestamp")),
    )


def _time(value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and 0 < value < 1e11:
        return float(value)
    return float(int(time.time()))


def _with_right_types(changes: Json) -> Json:
    for name in TEXTS:
        if name in changes and not isinstance(changes[name], str):
            changes[name] = None
    if "usage" in changes and not isinstance(changes["usage"], dict):
        changes["usage"] = None
    if "done" in changes:
        changes["done"] = bool(changes["done"])
    if "follow_ups" in changes:
        changes["follow_ups"] = [events.text_of(each) for each in changes["follow_ups"]]
    return changes


def in_order(messages: Mapping[str, Any]) -> list[str]:
    """Ids with parents before children, and children in the order that `childrenIds` gives them."""
    ordered: dict[str, None] = {}
    for message_id, message in messages.items():
        parent = message.get("parentId") if isinstance(message, dict) else None
        if not isinstance(parent, str) or parent not in messages:
            ordered.update(dict.fromkeys(_below(message_id, messages)))
    return [*ordered, *(message_id for message_id in messages if message_id not in ordered)]


def _below(root: str, messages: Mapping[str, Any]) -> Iterator[str]:
    waiting, seen = [root], {root}
    while waiting:
        message_id = waiting.pop()
        yield message_id
        message = messages[message_id]
        children = message.get("childrenIds") if isinstance(message, dict) else None
        fresh = [
            child
            for child in (children if isinstance(children, list) else ())
            if isinstance(child, str) and child in messages and child not in seen
        ]
        seen.update(fresh)
        waiting.extend(reversed(fresh))


def chat_json(chat: Chat, messages: Sequence[Message]) -> Json:
    """The whole chat as clients read it."""
    extra = {name: value for name, value in chat.extra.items() if name != BRANCH}
    document = {
        **extra,
        "id": chat.id,
        "title": chat.title,
        "models": chat.models,
        "params": chat.params,
        "files": chat.files,
        "tags": chat.tags,
        "timestamp": int(chat.created_at * 1000),
        "history": {"currentId": chat.current_id, "messages": tree_json(messages)},
    }
    if chat.extra.get(BRANCH):
        document["messages"] = branch(document["history"])
    return {**summary(chat), "user_id": chat.user_id, "chat": document, "meta": {**chat.meta, "tags": chat.tags}}


def with_branch(whole: Json) -> Json:
    """The same with the list of the shown branch, which functions look for."""
    document = whole["chat"]
    document.setdefault("messages", branch(document["history"]))
    return whole


def summary(chat: Chat) -> Json:
    """The chat as an entry of a list."""
    return {
        "id": chat.id,
        "title": chat.title,
        "updated_at": int(chat.updated_at),
        "created_at": int(chat.created_at),
        "archived": chat.archived,
        "pinned": chat.pinned,
        "folder_id": chat.folder_id,
        "share_id": chat.share_id,
    }


def tree_json(messages: Sequence[Message]) -> dict[str, Json]:
    known = {message.id for message in messages}
    found = {message.id: message_json(message) for message in messages}
    for message in messages:
        if message.parent_id in known and message.parent_id != message.id:
            found[message.parent_id]["childrenIds"].append(message.id)
        else:
            found[message.id]["parentId"] = None
    return found


def message_json(message: Message) -> Json:
    """One message; what is empty is left out, but for what every client reads."""
    shown: Json = {
        **message.extra,
        "id": message.id,
        "parentId": message.parent_id,
        "childrenIds": [],
        "role": message.role,
        "content": message.content,
        "timestamp": int(message.timestamp),
    }
    if message.role == "assistant":
        shown["done"] = message.done
    further = {
        "model": message.model,
        "statusHistory": message.status_history,
        "sources": message.sources,
        "files": message.files,
        "embeds": message.embeds,
        "output": message.output,
        "followUps": message.follow_ups,
        "usage": message.usage,
        "error": message.error,
    }
    shown.update((name, value) for name, value in further.items() if value)
    if message.original_content is not None:
        shown["originalContent"] = message.original_content
    return shown


def branch(history: Mapping[str, Any]) -> list[Json]:
    """The messages from the root to the current one."""
    messages, line, next_id = dict(history["messages"]), [], history["currentId"]
    while next_id and (message := messages.pop(next_id, None)) is not None:
        line.append(message)
        next_id = message["parentId"]
    return line[::-1]


def leaf_below(messages: Sequence[Message], message_id: str | None) -> str | None:
    """The newest leaf under a message (or under nothing: of the chat)."""
    children: dict[str | None, str] = {message.parent_id: message.id for message in messages}
    seen: set[str | None] = set()
    while message_id in children and message_id not in seen:
        seen.add(message_id)
        message_id = children[message_id]
    return message_id
