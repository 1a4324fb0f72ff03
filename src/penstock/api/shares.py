"""Shared chats: `/api/v1/chats/share/{id}` for everybody who is signed in, the rest for the owner."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from penstock.api.access import CurrentUser, ServicesDep
from penstock.api.answers.chats import ChatAnswer, SharedChat, ShareItem
from penstock.api.documented import documented
from penstock.api.errors import answer
from penstock.flows.sharing import listed_json, share_json

router = APIRouter(prefix="/api/v1/chats", tags=["chats"])


@router.get("/shared")
@documented("List what I share", list[ShareItem])
async def shared(user: CurrentUser, services: ServicesDep) -> list[dict[str, Any]]:
    """What I share."""
    return [listed_json(share) for share in await services.store.shares.of(user.id)]


@router.delete("/share/all")
@documented("End sharing of all my chats", bool)
async def end_all(user: CurrentUser, services: ServicesDep) -> bool:
    await services.sharing.end_all(user)
    return True


@router.get("/share/{share_id}")
@documented("Read a shared chat", SharedChat)
async def one(share_id: str, _: CurrentUser, services: ServicesDep) -> Response:
    """The chat as it was when it was shared."""
    return answer(200, share_json(await services.sharing.find(share_id)))


@router.post("/{share_id}/clone/shared")
@documented("Make a chat of my own from a shared one", ChatAnswer)
async def clone(share_id: str, user: CurrentUser, services: ServicesDep) -> Response:
    """A chat of one's own that begins with the shared one."""
    return answer(200, await services.chats.json(await services.sharing.clone(share_id, user)))


@router.post("/{chat_id}/share")
@documented("Share a chat", ChatAnswer)
async def share(chat_id: str, user: CurrentUser, services: ServicesDep) -> Response:
    """Show the chat as it is now to everybody who is signed in and has its address (`share_id`)."""
    chat = await services.chats.own(chat_id, user)
    await services.sharing.share(chat, user)
    return answer(200, await services.chats.json(await services.chats.own(chat_id, user)))


@router.delete("/{chat_id}/share")
@documented("End sharing a chat", bool)
async def end(chat_id: str, user: CurrentUser, services: ServicesDep) -> bool:
    return await services.sharing.end(await services.chats.own(chat_id, user), user)
