"""Chats of one user: made, changed, branched and deleted, while runs may be writing into them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from msgspec import structs

from penstock.errors import Conflict, NotFound
from penstock.flows import chat_json
from penstock.flows.chat_json import Json
from penstock.flows.context import Services
from penstock.flows.run_order import RunOrder
from penstock.realtime.published import Target, is_saved
from penstock.store.records import Chat, Message, User


class ChatKeeper:
    """Everything that people do with chats. Nobody sees the chats of others."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def own(self, chat_id: str, user: User) -> Chat:
        """Raises `NotFound`, also for chats of others and for chats that are not saved."""
        chat = await self._services.store.chats.get(chat_id) if is_saved(chat_id) else None
        if chat is None or chat.user_id != user.id:
            raise NotFound("This chat does not exist.")
        return chat

    async def create(self, user: User, document: Mapping[str, Any], **fields: Any) -> Chat:
        """A new chat from its document. `fields` are further columns (`folder_id`, `pinned` ...)."""
        chat_id = str(uuid.uuid4())
        chat = Chat(id=chat_id, user_id=user.id, title=chat_json.NEW_TITLE, **fields)
        chat = structs.replace(chat, **chat_json.chat_changes(document, {}))
        given = chat_json.history_of(document).get("messages", {})
        messages = [
            chat_json.message_from(given[key], chat_json.checked_id(key), chat_id, user.id, None)
            for key in chat_json.in_order(given)
        ]
        return self._made(await self._services.store.chats.create(chat, messages), user)

    def _made(self, chat: Chat, user: User | None) -> Chat:
        data = {"title": chat.title, "folder_id": chat.folder_id}
        self._services.events.tell("chat.created", user, ("chat", chat.id), **data)
        return chat

    async def json(self, chat: Chat) -> Json:
        """The whole chat, with everything that was emitted so far and what goes on in it."""
        hub, store = self._services.hub, self._services.store
        await hub.settle()
        chat = await store.chats.get(chat.id) or chat  # an event may have named or tagged it since
        rows = await store.messages.list(chat.id)
        # No await from here on: the messages hold exactly the events up to `last_event_id`.
        messages = [hub.live(chat.id, row.id) or row for row in rows]
        whole = chat_json.chat_json(chat, messages)
        return {**whole, "active": self._active(chat.id), "last_event_id": store.events.last_id()}

    def _active(self, chat_id: str) -> Json:
        tasks, runs = self._services.completions.tasks, self._services.runs
        return {
            "task_ids": tasks.ids_of_chat(chat_id),
            "runs": [
                *(_run_json(run.order, run.state) for run in runs.of_chat(chat_id)),
                *(_run_json(order, "queued") for order in runs.waiting_in(chat_id)),
            ],
        }

    async def change(self, chat: Chat, document: Mapping[str, Any], *, by_run: str | None = None) -> Chat:
        """Take over what the document names. Messages that it leaves out stay: it may have been read before they came.

        What is being written just now stays as well, though a run that asks (`by_run`) may change the message that it
        is itself about. A list of messages without a tree is only for a chat that has none yet.
        """
        known: dict[str, Message] = {}
        if not document.keys().isdisjoint(("history", "messages")):
            await self._services.hub.settle()
            known = {message.id: message for message in await self._services.store.messages.list(chat.id)}
        if known and document.get("history") is None:
            document = {name: value for name, value in document.items() if name not in ("history", "messages")}
        given: Mapping[str, Any] = chat_json.history_of(document).get("messages") or {}
        changes = chat_json.chat_changes(document, chat.extra)
        if changes.get("current_id") not in known.keys() | given.keys():
            changes.pop("current_id", None)
        await self._change_messages(chat, known, given, by_run)
        return await self._services.store.chats.update(chat.id, **changes)

    async def _change_messages(
        self, chat: Chat, known: Mapping[str, Message], given: Mapping[str, Any], by_run: str | None
    ) -> None:
        hub, busy = self._services.hub, self._busy(chat.id, known.values(), by_run)
        changed: list[Message] = []
        for message_id in chat_json.in_order(given):
            if message_id in busy:
                continue
            present = hub.live(chat.id, message_id) or known.get(message_id)
            wanted = chat_json.message_from(
                given[message_id], chat_json.checked_id(message_id), chat.id, chat.user_id, present
            )
            if wanted != present:
                changed.append(wanted)
        if changed:
            await hub.put(changed)

    def _busy(self, chat_id: str, known: Collection[Message], by_run: str | None) -> set[str]:
        """Messages that a generation or a run writes to just now: the server knows better than any page."""
        runs = self._services.runs.of_chat(chat_id)
        writing = {run.order.target.message_id for run in runs if run.id != by_run}
        generating = {
            message.id for message in known if not message.done and self._services.hub.live(chat_id, message.id)
        }
        answered = self._services.completions.tasks.messages_of(chat_id)
        return generating | answered | {message_id for message_id in writing if message_id}

    async def clone(self, chat: Chat, title: str | None = None) -> Chat:
        await self._services.hub.settle()
        messages = await self._services.store.messages.list(chat.id)
        copy = structs.replace(
            chat,
            id=str(uuid.uuid4()),
            title=title or f"Clone of {chat.title}",
            meta={**chat.meta, "cloned_from": chat.id},
            pinned=False,
            archived=False,
            share_id=None,
            created_at=0,
            updated_at=0,
        )
        owner = await self._services.store.users.get(chat.user_id)
        return self._made(await self._services.store.chats.create(copy, messages), owner)

    async def set_quietly(self, chat: Chat, **changes: Any) -> Chat:
        """Change a chat without moving it to the top of the list."""
        return await self._services.store.chats.update(chat.id, **{"updated_at": chat.updated_at, **changes})

    async def delete(self, chat: Chat) -> None:
        await self._stop(chat)
        await self._services.store.chats.delete(chat.id)
        await self._tell_deleted(chat)

    async def delete_all(self, user: User) -> None:
        chats = await self.all(user)
        for chat in chats:
            await self._stop(chat)
        await self._services.store.chats.delete_all(user.id)
        for chat in chats:
            await self._tell_deleted(chat)

    async def _tell_deleted(self, chat: Chat) -> None:
        owner = await self._services.store.users.get(chat.user_id)
        self._services.events.tell("chat.deleted", owner, ("chat", chat.id), title=chat.title)

    async def _stop(self, chat: Chat) -> None:
        self._services.completions.tasks.stop_chat(chat.id)
        await self._services.runs.cancel_in(chat.id, "Its chat was deleted.")
        self._services.hub.forget(chat.id)

    async def all(self, user: User, *, archived: bool | None = None, folder_id: Any = ...) -> list[Chat]:
        """Every chat of the user, newest first."""
        chats: list[Chat] = []
        while page := await self._services.store.chats.list(
            user.id, archived=archived, folder_id=folder_id, skip=len(chats), limit=1000
        ):
            chats.extend(page)
        return chats

    # Single messages

    async def message(self, chat: Chat, message_id: str) -> Message:
        message = await self._services.hub.message(chat.id, message_id)
        if message is None:
            raise NotFound("There is no such message in this chat.")
        return message

    async def emit(self, chat: Chat, message_id: str, type: str, data: Any) -> None:
        """Let an event happen to a message, as if a function had emitted it; stored when this returns."""
        await self.message(chat, message_id)
        self._services.hub.emit(Target.of(chat.user_id, chat.id, message_id), type, data)
        await self._services.hub.settle()

    async def undo(self, chat: Chat, message_id: str) -> Message:
        """Put back the text that an action replaced."""
        message = await self.message(chat, message_id)
        if message.original_content is None:
            raise Conflict("Nothing was replaced in this message.")
        restored = await self._services.hub.change(
            chat.id, message_id, content=message.original_content, original_content=None
        )
        data = {"content": restored.content, "originalContent": None}
        self._services.hub.emit(Target.of(chat.user_id, chat.id, message_id), "chat:message", data)
        await self._services.hub.settle()
        return restored

    async def select(self, chat: Chat, message_id: str) -> Chat:
        """Show the branch that ends with this message."""
        await self.message(chat, message_id)
        return await self.set_quietly(chat, current_id=message_id)

    async def delete_message(self, chat: Chat, message_id: str) -> Chat:
        """The message goes with its answers; what was said after them moves up."""
        target = await self.message(chat, message_id)
        messages = await self._services.store.messages.list(chat.id)
        gone = {message_id, *(message.id for message in messages if message.parent_id == message_id)}
        moved = [
            structs.replace(message, parent_id=target.parent_id)
            for message in messages
            if message.parent_id in gone and message.id not in gone
        ]
        if moved:
            await self._services.hub.put(moved)
        self._services.hub.forget(chat.id, list(gone))
        await self._services.store.messages.delete(chat.id, list(gone))
        if chat.current_id not in gone:
            return chat
        left = await self._services.store.messages.list(chat.id)
        return await self._services.store.chats.update(chat.id, current_id=chat_json.leaf_below(left, target.parent_id))


def _run_json(order: RunOrder, state: str) -> Json:
    function = order.serving.function
    return {
        "run_id": order.id,
        "function_id": function.id,
        "action_id": order.action_id,
        "message_id": order.target.message_id,
        "name": order.button or function.name,
        "state": state,
    }
