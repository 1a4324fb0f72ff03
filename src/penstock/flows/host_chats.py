"""Chats that a run may see (`host_access`): what it may not see is not found."""

from __future__ import annotations

from typing import Any

from penstock.errors import BadRequest
from penstock.flows import chat_json
from penstock.flows.host_asking import Asking
from penstock.realtime.published import is_saved
from penstock.store.records import Chat

CHANGES = frozenset({"title", "tags", "folder_id", "pinned", "archived"})
LISTS = {"files": "files", "statusHistory": "status_history", "embeds": "embeds", "sources": "sources"}
MOST_BRIEF, MOST_WHOLE = 1000, 50


async def get(asking: Asking, id: str) -> dict[str, Any] | None:
    chat = await _seen(asking, id)
    return await _whole(asking, chat) if chat else None


async def title(asking: Asking, id: str) -> str | None:
    chat = await _seen(asking, id)
    return chat.title if chat else None


async def messages(asking: Asking, id: str) -> dict[str, Any] | None:
    """All messages by id."""
    if await _seen(asking, id) is None:
        return None
    await asking.services.hub.settle()
    return chat_json.tree_json(await asking.services.store.messages.list(id))


async def message(asking: Asking, id: str, message_id: str) -> dict[str, Any] | None:
    return (await messages(asking, id) or {}).get(message_id)


async def create(asking: Asking, chat: dict[str, Any], folder_id: str | None = None) -> dict[str, Any]:
    made = await asking.services.chats.create(asking.user, chat, folder_id=folder_id)
    return await _whole(asking, made)


async def update(asking: Asking, id: str, chat: dict[str, Any]) -> dict[str, Any] | None:
    """Take over a whole document, the message of this very run included."""
    known = await _changeable(asking, id)
    if known is None:
        return None
    if "history" in chat:  # the list beside it was made for the function, by `get`
        chat = {name: value for name, value in chat.items() if name != "messages"}
    changed = await asking.services.chats.change(known, chat, by_run=asking.order.id)
    return await _whole(asking, changed)


async def change(asking: Asking, id: str, changes: dict[str, Any], user_id: str | None = None) -> dict[str, Any] | None:
    chat = await _changeable(asking, id, user_id)
    if chat is None:
        return None
    given = {key: value for key, value in changes.items() if key in CHANGES}
    if "tags" in given:
        given["tags"] = chat_json.tag_names(given["tags"])
    return await _whole(asking, await asking.services.chats.set_quietly(chat, **given))


async def delete(asking: Asking, id: str, user_id: str | None = None) -> bool:
    chat = await _changeable(asking, id, user_id)
    if chat is not None:
        await asking.services.chats.delete(chat)
    return chat is not None


async def put_message(asking: Asking, id: str, message_id: str, message: dict[str, Any]) -> dict[str, Any] | None:
    """Make or change one message. A new one is the chat's current message from then on."""
    chat = await _changeable(asking, id)
    if chat is None:
        return None
    known = await asking.services.hub.message(id, message_id)
    row = chat_json.message_from(message, chat_json.checked_id(message_id), id, chat.user_id, known)
    await asking.services.hub.put([row])
    if known is None:
        chat = await asking.services.chats.set_quietly(chat, current_id=message_id)
    return await _whole(asking, chat)


async def append(asking: Asking, id: str, message_id: str, key: str, items: list[Any]) -> list[Any]:
    """Add to one of the lists of a message; the whole list comes back."""
    if key not in LISTS:
        raise BadRequest(f"`{key}` is no list of a message; there are {', '.join(LISTS)}.")
    known = await asking.services.hub.message(id, message_id) if await _changeable(asking, id) else None
    if known is None:
        return []
    whole = [*getattr(known, LISTS[key]), *items]
    await asking.services.hub.change(id, message_id, **{LISTS[key]: whole})
    return whole


async def list_(
    asking: Asking,
    user_id: str | None = None,
    skip: int = 0,
    limit: int = MOST_WHOLE,
    brief: bool = False,
    **where: Any,
) -> list[dict[str, Any]]:
    """Newest first, at most a page; with `brief`, without messages."""
    if not asking.access.reads(user_id):
        return []
    if unknown := where.keys() - {"pinned", "archived", "folder_id"}:
        raise BadRequest(f"Chats cannot be listed by {', '.join(sorted(unknown))}.")
    most = min(limit, MOST_BRIEF if brief else MOST_WHOLE)
    found = await asking.services.store.chats.list(user_id or asking.user.id, skip=skip, limit=most, **where)
    return await _shown(asking, found, brief)


async def search(
    asking: Asking, text: str, user_id: str | None = None, skip: int = 0, limit: int = MOST_WHOLE
) -> list[dict[str, Any]]:
    if not asking.access.reads(user_id):
        return []
    found = await asking.services.store.chats.search(user_id or asking.user.id, text, skip, min(limit, MOST_WHOLE))
    return await _shown(asking, found, brief=False)


async def _shown(asking: Asking, chats: list[Chat], brief: bool) -> list[dict[str, Any]]:
    if brief:
        return [chat_json.summary(chat) for chat in chats]
    return [await _whole(asking, chat) for chat in chats]


async def _whole(asking: Asking, chat: Chat) -> dict[str, Any]:
    return chat_json.with_branch(await asking.services.chats.json(chat))


async def _seen(asking: Asking, id: str) -> Chat | None:
    if not isinstance(id, str) or not is_saved(id):
        return None
    chat = await asking.services.store.chats.get(id)
    return chat if chat and asking.access.reads(chat.user_id) else None


async def _changeable(asking: Asking, id: str, owner_id: str | None = None) -> Chat | None:
    """With `owner_id` only where it is theirs. Raises `NotAllowed` for what may be read and not changed."""
    chat = await _seen(asking, id)
    if chat is None or owner_id not in (None, chat.user_id):
        return None
    asking.access.require_changes(chat.user_id, "chats")
    return chat


CALLS = {
    "get": get,
    "title": title,
    "messages": messages,
    "message": message,
    "create": create,
    "update": update,
    "change": change,
    "delete": delete,
    "put_message": put_message,
    "append": append,
    "list": list_,
    "search": search,
}
