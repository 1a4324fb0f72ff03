"""Single messages of a chat: `/api/v1/chats/{chat_id}/messages`, and which branch is shown."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from penstock.api.access import CurrentUser, ServicesDep
from penstock.api.errors import answer
from penstock.flows.chat_json import message_json

router = APIRouter(prefix="/api/v1/chats/{chat_id}", tags=["chats"])


class Content(BaseModel):
    content: str


class Event(BaseModel):
    type: str = Field(min_length=1, max_length=200)
    data: Any = None


class Current(BaseModel):
    currentId: str


@router.post("/messages/{message_id}")
async def update(chat_id: str, message_id: str, body: Content, user: CurrentUser, services: ServicesDep) -> Response:
    """A new text for a message."""
    chat = await services.chats.own(chat_id, user)
    await services.chats.emit(chat, message_id, "chat:message", {"content": body.content})
    return answer(200, await services.chats.json(chat))


@router.delete("/messages/{message_id}")
async def delete(chat_id: str, message_id: str, user: CurrentUser, services: ServicesDep) -> Response:
    """The message goes with its answers; what was said after them moves up."""
    chat = await services.chats.own(chat_id, user)
    return answer(200, await services.chats.json(await services.chats.delete_message(chat, message_id)))


@router.post("/messages/{message_id}/event")
async def emit(chat_id: str, message_id: str, body: Event, user: CurrentUser, services: ServicesDep) -> bool:
    """Let an event happen to a message, as if a function had emitted it."""
    chat = await services.chats.own(chat_id, user)
    await services.chats.emit(chat, message_id, body.type, body.data)
    return True


@router.post("/messages/{message_id}/undo")
async def undo(chat_id: str, message_id: str, user: CurrentUser, services: ServicesDep) -> Response:
    """Put back the text that an action replaced."""
    chat = await services.chats.own(chat_id, user)
    return answer(200, message_json(await services.chats.undo(chat, message_id)))


@router.post("/current")
async def select(chat_id: str, body: Current, user: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    """Show the branch that ends with this message."""
    chat = await services.chats.select(await services.chats.own(chat_id, user), body.currentId)
    return {"currentId": chat.current_id}
