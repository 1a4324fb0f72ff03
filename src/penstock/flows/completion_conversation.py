"""The rows that an answer needs: its chat, the message that asks, the message to fill."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import msgspec

from penstock.errors import BadRequest, Conflict, NotFound
from penstock.flows.completion_request import CompletionRequest
from penstock.flows.context import Services
from penstock.realtime.hub import Target, is_saved
from penstock.store.records import Chat, Message, User

NEW_TITLE = "New Chat"
PREVIEW = 300  # characters of a message that event functions get


async def open_target(services: Services, asked: CompletionRequest, user: User) -> Target:
    """Where the answer goes: a chat of that user, made where none is named. Raises `NotFound`."""
    chat_id = asked.chat_id
    if chat_id is None:
        chat = Chat(id=str(uuid4()), user_id=user.id, title=NEW_TITLE, models=[asked.model_id])
        chat_id = (await services.store.chats.create(chat)).id
        services.events.tell("chat.created", user, ("chat", chat_id), title=chat.title, folder_id=None)
    elif is_saved(chat_id) and await services.store.chats.owner(chat_id) != user.id:
        raise NotFound("This chat does not exist.")
    return Target.of(user.id, chat_id, asked.message_id, asked.session_id)


async def conversation(services: Services, asked: CompletionRequest, target: Target) -> list[dict[str, Any]]:
    """What the model reads of a stored chat: everything above the message to fill."""
    given = asked.user_message
    parent_id = given.parent_id if given else await _parent_id(services, asked, target)
    line = await chain(services, target, parent_id) if parent_id else []
    messages = [as_sent(message) for message in line]
    if given is not None:
        messages.append(as_sent(_asking(asked, target, 0)))
    if not messages:
        raise BadRequest("There is nothing to answer: the chat has no message above this one.")
    return messages


async def store_messages(services: Services, asked: CompletionRequest, target: Target, user: User) -> None:
    """Store the message that asks, where it came along, and the one to fill."""
    chat_id, message_id = str(target.chat_id), str(target.message_id)
    answer = await services.hub.message(chat_id, message_id)
    now = time.time()
    if answer is None:
        answer = Message(
            id=message_id,
            chat_id=chat_id,
            user_id=target.user_id,
            parent_id=asked.user_message.id if asked.user_message else asked.parent_id,
            role="assistant",
            timestamp=now,
        )
    if answer.role != "assistant":
        raise Conflict(f"The message '{message_id}' is not one that a model writes.")
    messages = [msgspec.structs.replace(answer, model=asked.model_id, done=False, error=None)]
    if asked.user_message is not None:
        messages.insert(0, _asking(asked, target, now))
    await services.hub.put(messages)
    await services.store.chats.update(chat_id, current_id=message_id)
    for message in messages:
        data = {"chat_id": chat_id, "message_id": message.id, "role": message.role, "model": message.model}
        said = {"content_preview": message.content[:PREVIEW]} if message.role == "user" else {}
        services.events.tell("message.created", user, ("message", message.id), **data, **said)


async def _parent_id(services: Services, asked: CompletionRequest, target: Target) -> str | None:
    if asked.parent_id:
        return asked.parent_id
    answer = await services.hub.message(str(target.chat_id), str(target.message_id))
    return answer.parent_id if answer else None


async def chain(services: Services, target: Target, leaf_id: str | None = None) -> list[Message]:
    """From the first message down to a leaf, by default the message that is filled; with every event so far."""
    await services.hub.settle()
    return await services.store.messages.chain(str(target.chat_id), leaf_id or str(target.message_id))


def as_sent(message: Message) -> dict[str, Any]:
    """A stored message as models read it; images become parts of its content."""
    images = [file["url"] for file in message.files if isinstance(file, dict) and _is_image(file)]
    if message.role != "user" or not images:
        return {"role": message.role, "content": message.content}
    parts: list[dict[str, Any]] = [{"type": "text", "text": message.content}]
    parts += [{"type": "image_url", "image_url": {"url": url}} for url in images]
    return {"role": message.role, "content": parts}


def is_first_exchange(messages: Sequence[dict[str, Any]]) -> bool:
    return len([message for message in messages if message.get("role") == "user"]) == 1


def _is_image(file: dict[str, Any]) -> bool:
    return bool(file.get("type") == "image") and isinstance(file.get("url"), str)


def _asking(asked: CompletionRequest, target: Target, now: float) -> Message:
    assert asked.user_message is not None
    given = asked.user_message
    return Message(
        id=given.id,
        chat_id=str(target.chat_id),
        user_id=target.user_id,
        parent_id=given.parent_id,
        role="user",
        content=given.content,
        files=given.files,
        timestamp=now,
        extra={"models": [asked.model_id]},
    )
