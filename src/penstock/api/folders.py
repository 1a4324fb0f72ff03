"""Folders of chats: `/api/v1/folders`. Each user has their own."""

from __future__ import annotations

import uuid
from typing import Any

from fastapi import APIRouter
from msgspec.structs import asdict
from pydantic import BaseModel, Field

from penstock.api.access import CurrentUser, ServicesDep
from penstock.api.answers.chats import FolderItem
from penstock.api.documented import documented
from penstock.errors import BadRequest, NotFound
from penstock.store.records import Folder, User

router = APIRouter(prefix="/api/v1/folders", tags=["folders"])


class NewFolder(BaseModel):
    name: str = Field(min_length=1, max_length=200)
    parent_id: str | None = None
    data: dict[str, Any] | None = None
    meta: dict[str, Any] | None = None


class FolderChange(BaseModel):
    name: str | None = Field(None, min_length=1, max_length=200)
    data: dict[str, Any] | None = None
    meta: dict[str, Any] | None = None


class FolderMove(BaseModel):
    parent_id: str | None = None


class FolderExpansion(BaseModel):
    is_expanded: bool


@router.get("/")
@documented("List my folders", list[FolderItem])
async def folders(user: CurrentUser, services: ServicesDep) -> list[dict[str, Any]]:
    return [wire(folder) for folder in await services.store.folders.list(user.id)]


@router.post("/")
@documented("Make a folder", FolderItem)
async def create(body: NewFolder, user: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    if body.parent_id is not None:
        await _own(body.parent_id, user, services)
    await _check_free(body.name, body.parent_id, user, services)
    folder = Folder(
        id=str(uuid.uuid4()),
        user_id=user.id,
        parent_id=body.parent_id,
        name=body.name,
        data=body.data or {},
        meta=body.meta or {},
    )
    return wire(await services.store.folders.create(folder))


@router.get("/{folder_id}")
@documented("Read a folder", FolderItem)
async def one(folder_id: str, user: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    return wire(await _own(folder_id, user, services))


@router.post("/{folder_id}/update")
@documented("Change a folder", FolderItem)
async def update(folder_id: str, body: FolderChange, user: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    folder = await _own(folder_id, user, services)
    if body.name is not None:
        await _check_free(body.name, folder.parent_id, user, services, but=folder_id)
    return wire(await services.store.folders.update(folder_id, **body.model_dump(exclude_none=True)))


@router.post("/{folder_id}/update/parent")
@documented("Move a folder", FolderItem)
async def move(folder_id: str, body: FolderMove, user: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    folder = await _own(folder_id, user, services)
    above = body.parent_id
    while above is not None:
        if above == folder_id:
            raise BadRequest("A folder cannot be moved into itself.")
        above = (await _own(above, user, services)).parent_id
    await _check_free(folder.name, body.parent_id, user, services, but=folder_id)
    return wire(await services.store.folders.update(folder_id, parent_id=body.parent_id))


@router.post("/{folder_id}/update/expanded")
@documented("Open or close a folder", FolderItem)
async def expand(folder_id: str, body: FolderExpansion, user: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    await _own(folder_id, user, services)
    return wire(await services.store.folders.update(folder_id, is_expanded=body.is_expanded))


@router.delete("/{folder_id}")
@documented("Delete a folder", bool)
async def delete(folder_id: str, user: CurrentUser, services: ServicesDep) -> bool:
    """What is in it moves up to where it was."""
    await _own(folder_id, user, services)
    return await services.store.folders.delete(folder_id)


async def _check_free(name: str, parent_id: str | None, user: User, services: ServicesDep, but: str = "") -> None:
    """Clients find a folder by its name, so that no two in one place have the same."""
    for other in await services.store.folders.list(user.id):
        if other.id != but and other.parent_id == parent_id and other.name.casefold() == name.casefold():
            raise BadRequest(
                f"There is already a folder '{other.name}' here.", hint="Choose another name.", field="name"
            )


async def _own(folder_id: str, user: User, services: ServicesDep) -> Folder:
    folder = await services.store.folders.get(folder_id)
    if folder is None or folder.user_id != user.id:
        raise NotFound("This folder does not exist.")
    return folder


def wire(folder: Folder) -> dict[str, Any]:
    times = {"created_at": int(folder.created_at), "updated_at": int(folder.updated_at)}
    return {**asdict(folder), "items": None, **times}
