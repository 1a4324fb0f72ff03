"""Chats: `/api/v1/chats`."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from penstock.api.access import CurrentUser, ServicesDep
from penstock.api.answers.chats import ChatAnswer, ChatSummary, ChatTag
from penstock.api.documented import documented
from penstock.api.errors import answer
from penstock.errors import BadRequest
from penstock.flows import chat_json
from penstock.store.records import Chat, User

router = APIRouter(prefix="/api/v1/chats", tags=["chats"])

PAGE = 60
ALL = 100_000
Page = Annotated[int | None, Query(ge=1, le=1_000_000)]


class ChatForm(BaseModel):
    chat: dict[str, Any]
    folder_id: str | None = None


class ChatImport(BaseModel):
    chat: dict[str, Any]
    meta: dict[str, Any] | None = None
    pinned: bool | None = False
    archived: bool | None = False
    folder_id: str | None = None
    created_at: float | None = Field(None, ge=0, le=1e11)
    updated_at: float | None = Field(None, ge=0, le=1e11)


class ChatImports(BaseModel):
    chats: list[ChatImport]


class NewTitle(BaseModel):
    title: str | None = None


class FolderChoice(BaseModel):
    folder_id: str | None = None


class TagName(BaseModel):
    name: str = Field(min_length=1, max_length=100)


class TagWindow(TagName):
    skip: int = Field(0, ge=0)
    limit: int = Field(50, ge=1)


@router.post("/new")
@documented("Make a chat", ChatAnswer)
async def new(body: ChatForm, user: CurrentUser, services: ServicesDep) -> Response:
    folder_id = await _own_folder(body.folder_id, user, services)
    return await _whole(await services.chats.create(user, body.chat, folder_id=folder_id), services)


@router.get("/")
@router.get("/list", include_in_schema=False)
@documented("List my chats", list[ChatSummary])
async def chats(
    user: CurrentUser,
    services: ServicesDep,
    page: Page = None,
    include_pinned: bool = False,
    include_folders: bool = False,
) -> Response:
    """Newest first, 60 a page; all without a page. What is pinned, in a folder or archived has lists of its own."""
    found = await services.store.chats.list(
        user.id,
        pinned=None if include_pinned else False,
        folder_id=... if include_folders else None,
        **_window(page),
    )
    return _list(found)


class Window(TypedDict):
    skip: int
    limit: int


def _window(page: int | None) -> Window:
    return {"skip": 0, "limit": ALL} if page is None else {"skip": (page - 1) * PAGE, "limit": PAGE}


@router.delete("/")
@documented("Delete all my chats", bool)
async def delete_all(user: CurrentUser, services: ServicesDep) -> bool:
    await services.chats.delete_all(user)
    return True


@router.get("/search")
@documented("Search in my chats", list[ChatSummary])
async def search(user: CurrentUser, services: ServicesDep, text: str = "", page: Page = None) -> Response:
    """Chats with the text in their title or in a message."""
    if not text.strip():
        return _list(await services.store.chats.list(user.id, **_window(page or 1)))
    return _list(await services.store.chats.search(user.id, text.strip(), **_window(page or 1)))


@router.get("/pinned")
@documented("List pinned chats", list[ChatSummary])
async def pinned(user: CurrentUser, services: ServicesDep) -> Response:
    return _list(await services.store.chats.list(user.id, pinned=True, limit=ALL))


@router.get("/archived")
@documented("List archived chats", list[ChatSummary])
async def archived(user: CurrentUser, services: ServicesDep, page: Page = None) -> Response:
    return _list(await services.store.chats.list(user.id, archived=True, **_window(page)))


@router.get("/all")
@documented("Read all my chats whole", list[ChatAnswer])
async def whole_chats(user: CurrentUser, services: ServicesDep) -> Response:
    """Every chat with all its messages."""
    return answer(200, [await services.chats.json(chat) for chat in await services.chats.all(user, archived=False)])


@router.get("/all/archived")
@documented("Read all archived chats whole", list[ChatAnswer])
async def whole_archived_chats(user: CurrentUser, services: ServicesDep) -> Response:
    return answer(200, [await services.chats.json(chat) for chat in await services.chats.all(user, archived=True)])


@router.get("/all/tags")
@documented("List my tags", list[ChatTag])
async def all_tags(user: CurrentUser, services: ServicesDep) -> list[dict[str, str]]:
    names = sorted({name for chat in await services.chats.all(user) for name in chat.tags})
    return [_tag(name, user) for name in names]


@router.post("/tags")
@documented("List chats with a tag", list[ChatSummary])
async def tagged(body: TagWindow, user: CurrentUser, services: ServicesDep) -> Response:
    """Chats with one tag."""
    wanted = _tag_id(body.name)
    found = [chat for chat in await services.chats.all(user) if wanted in map(_tag_id, chat.tags)]
    return _list(found[body.skip : body.skip + body.limit])


@router.post("/archive/all")
@documented("Archive all my chats", bool)
async def archive_all(user: CurrentUser, services: ServicesDep) -> bool:
    for chat in await services.chats.all(user, archived=False):
        await services.chats.set_quietly(chat, archived=True)
    return True


@router.post("/unarchive/all")
@documented("Take all chats out of the archive", bool)
async def unarchive_all(user: CurrentUser, services: ServicesDep) -> bool:
    for chat in await services.chats.all(user, archived=True):
        await services.chats.set_quietly(chat, archived=False)
    return True


@router.post("/import")
@documented("Import chats", ChatAnswer, list[ChatAnswer])
async def import_chats(body: ChatImports | ChatImport, user: CurrentUser, services: ServicesDep) -> Response:
    """One chat, or several under `chats`."""
    given = body.chats if isinstance(body, ChatImports) else [body]
    made = [await _import(each, user, services) for each in given]
    whole = [await services.chats.json(chat) for chat in made]
    return answer(200, whole if isinstance(body, ChatImports) else whole[0])


async def _import(given: ChatImport, user: User, services: ServicesDep) -> Chat:
    return await services.chats.create(
        user,
        given.chat,
        meta=given.meta or {},
        pinned=bool(given.pinned),
        archived=bool(given.archived),
        folder_id=await _own_folder(given.folder_id, user, services),
        created_at=given.created_at or 0,
        updated_at=given.updated_at or 0,
    )


@router.get("/folder/{folder_id}")
@router.get("/folder/{folder_id}/list", include_in_schema=False)
@documented("List chats of a folder", list[ChatSummary])
async def of_folder(folder_id: str, user: CurrentUser, services: ServicesDep, page: Page = None) -> Response:
    return _list(await services.store.chats.list(user.id, folder_id=folder_id, **_window(page)))


@router.get("/{chat_id}")
@documented("Read a chat", ChatAnswer)
async def one(chat_id: str, user: CurrentUser, services: ServicesDep, branch: bool = True) -> Response:
    """The chat with all its messages; `branch=false` leaves out `messages`, the shown branch as a list."""
    whole = await services.chats.json(await services.chats.own(chat_id, user))
    return answer(200, chat_json.with_branch(whole) if branch else whole)


@router.post("/{chat_id}")
@documented("Change a chat", ChatAnswer)
async def update(chat_id: str, body: ChatForm, user: CurrentUser, services: ServicesDep) -> Response:
    chat = await services.chats.own(chat_id, user)
    return await _whole(await services.chats.change(chat, body.chat), services)


@router.delete("/{chat_id}")
@documented("Delete a chat", bool)
async def delete(chat_id: str, user: CurrentUser, services: ServicesDep) -> bool:
    await services.chats.delete(await services.chats.own(chat_id, user))
    return True


@router.get("/{chat_id}/pinned")
@documented("Whether a chat is pinned", bool)
async def is_pinned(chat_id: str, user: CurrentUser, services: ServicesDep) -> bool:
    return (await services.chats.own(chat_id, user)).pinned


@router.post("/{chat_id}/pin")
@documented("Pin or unpin a chat", ChatAnswer)
async def pin(chat_id: str, user: CurrentUser, services: ServicesDep) -> Response:
    """Pin, or unpin what is pinned."""
    chat = await services.chats.own(chat_id, user)
    return await _whole(await services.chats.set_quietly(chat, pinned=not chat.pinned), services)


@router.post("/{chat_id}/archive")
@documented("Archive or unarchive a chat", ChatAnswer)
async def archive(chat_id: str, user: CurrentUser, services: ServicesDep) -> Response:
    """Archive, or take back what is archived."""
    chat = await services.chats.own(chat_id, user)
    return await _whole(await services.chats.set_quietly(chat, archived=not chat.archived), services)


@router.post("/{chat_id}/clone")
@documented("Copy a chat", ChatAnswer)
async def clone(chat_id: str, user: CurrentUser, services: ServicesDep, body: NewTitle | None = None) -> Response:
    chat = await services.chats.own(chat_id, user)
    return await _whole(await services.chats.clone(chat, body.title if body else None), services)


@router.post("/{chat_id}/folder")
@documented("Put a chat into a folder", ChatAnswer)
async def move(chat_id: str, body: FolderChoice, user: CurrentUser, services: ServicesDep) -> Response:
    chat = await services.chats.own(chat_id, user)
    folder_id = await _own_folder(body.folder_id, user, services)
    return await _whole(await services.chats.set_quietly(chat, folder_id=folder_id), services)


@router.get("/{chat_id}/tags")
@documented("List tags of a chat", list[ChatTag])
async def tags(chat_id: str, user: CurrentUser, services: ServicesDep) -> list[dict[str, str]]:
    return [_tag(name, user) for name in (await services.chats.own(chat_id, user)).tags]


@router.post("/{chat_id}/tags")
@documented("Tag a chat", list[ChatTag])
async def add_tag(chat_id: str, body: TagName, user: CurrentUser, services: ServicesDep) -> list[dict[str, str]]:
    chat = await services.chats.own(chat_id, user)
    chat = await services.chats.set_quietly(chat, tags=chat_json.tag_names([*chat.tags, body.name]))
    return [_tag(name, user) for name in chat.tags]


@router.delete("/{chat_id}/tags")
@documented("Take a tag from a chat", list[ChatTag])
async def remove_tag(chat_id: str, body: TagName, user: CurrentUser, services: ServicesDep) -> list[dict[str, str]]:
    chat = await services.chats.own(chat_id, user)
    chat = await services.chats.set_quietly(chat, tags=[name for name in chat.tags if name != body.name])
    return [_tag(name, user) for name in chat.tags]


def _tag(name: str, user: User) -> dict[str, str]:
    return {"id": _tag_id(name), "name": name, "user_id": user.id}


def _tag_id(name: str) -> str:
    return name.strip().lower().replace(" ", "_")


async def _own_folder(folder_id: str | None, user: User, services: ServicesDep) -> str | None:
    if folder_id is None:
        return None
    folder = await services.store.folders.get(folder_id)
    if folder is None or folder.user_id != user.id:
        raise BadRequest("This folder does not exist.", field="folder_id")
    return folder.id


def _list(found: list[Chat]) -> Response:
    return answer(200, [chat_json.summary(chat) for chat in found])


async def _whole(chat: Chat, services: ServicesDep) -> Response:
    return answer(200, await services.chats.json(chat))
