"""Single messages of a chat: `/api/v1/chats/{chat_id}/messages`, and which branch is shown."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from penstock.api.access import CurrentUser, OwnCaller, ServicesDep, bearer, verified_user
from penstock.api.answers.chats import Branch, ChatAnswer, ChatMessage, MessageAddress
from penstock.api.documented import documented
from penstock.api.errors import answer
from penstock.errors import AccountPending, TooMany
from penstock.flows.chat_json import message_json
from penstock.flows.message_addresses import MOST_SECONDS

router = APIRouter(prefix="/api/v1/chats/{chat_id}", tags=["chats"])


class MessageText(BaseModel):
    content: str


class EmittedEvent(BaseModel):
    type: str = Field(min_length=1, max_length=200)
    data: Any = None


class TokenRequest(BaseModel):
    expires_in: float | None = Field(None, ge=1, le=MOST_SECONDS)


class CurrentMessage(BaseModel):
    currentId: str


@router.post("/messages/{message_id}")
@documented("Change the text of a message", ChatAnswer)
async def update(
    chat_id: str, message_id: str, body: MessageText, user: CurrentUser, services: ServicesDep
) -> Response:
    """A new text for a message."""
    chat = await services.chats.own(chat_id, user)
    await services.chats.emit(chat, message_id, "chat:message", {"content": body.content})
    return answer(200, await services.chats.json(chat))


@router.delete("/messages/{message_id}")
@documented("Delete a message", ChatAnswer)
async def delete(chat_id: str, message_id: str, user: CurrentUser, services: ServicesDep) -> Response:
    """The message goes with its answers; what was said after them moves up."""
    chat = await services.chats.own(chat_id, user)
    return answer(200, await services.chats.json(await services.chats.delete_message(chat, message_id)))


@router.post("/messages/{message_id}/event")
@documented("Emit an event into a message", bool, errors=[TooMany])
async def emit(chat_id: str, message_id: str, body: EmittedEvent, request: Request, services: ServicesDep) -> bool:
    """Let an event happen to a message, as if a function had emitted it.

    For the chat's owner, and for whoever bears a token of `/event/token`. What asks a person is refused.
    """
    token = bearer(request)
    if token and await services.addresses.emit_as(token, chat_id, message_id, body.type, body.data):
        return True
    user = await verified_user(request)
    await services.addresses.emit(user, chat_id, message_id, body.type, body.data)
    return True


@router.post("/messages/{message_id}/event/token")
@documented("Get a token for a message", MessageAddress)
async def issue(
    chat_id: str, message_id: str, body: TokenRequest, request: Request, owner: OwnCaller, services: ServicesDep
) -> dict[str, Any]:
    """A token with which another program may emit into this message, and do nothing else.

    `expires_in` is in seconds: an hour by default, at most a day.
    """
    if owner.user.role == "pending":
        raise AccountPending("Your account waits for an administrator to activate it.")
    chat = await services.chats.own(chat_id, owner.user)
    return (await services.addresses.issue(chat, message_id, body.expires_in, str(request.base_url))).wire()


@router.post("/messages/{message_id}/undo")
@documented("Put back a replaced text", ChatMessage)
async def undo(chat_id: str, message_id: str, user: CurrentUser, services: ServicesDep) -> Response:
    """Put back the text that an action replaced."""
    chat = await services.chats.own(chat_id, user)
    return answer(200, message_json(await services.chats.undo(chat, message_id)))


@router.post("/current")
@documented("Choose the branch that is shown", Branch)
async def select(chat_id: str, body: CurrentMessage, user: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    """Show the branch that ends with this message."""
    chat = await services.chats.select(await services.chats.own(chat_id, user), body.currentId)
    return {"currentId": chat.current_id}
