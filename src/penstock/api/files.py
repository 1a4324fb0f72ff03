"""Uploads and what functions made: `/api/v1/files`."""

from __future__ import annotations

import fnmatch
import json
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, UploadFile
from fastapi import File as FormFile
from pydantic import BaseModel
from starlette.responses import FileResponse, Response

from penstock.api.access import CurrentUser, ServicesDep
from penstock.api.answers.chats import FileStatus, FileText, Said, StoredFile, StoredFiles, UploadedFile
from penstock.api.documented import documented
from penstock.api.errors import answer
from penstock.errors import BadRequest, TooLarge
from penstock.flows.files import uploaded
from penstock.store.records import File

router = APIRouter(prefix="/api/v1/files", tags=["files"])

PAGE = 50
SHOWN_IN_PAGE = ("image/", "audio/", "video/")
SHOWN_EXACTLY = frozenset({"application/pdf", "text/plain"})
ACTIVE = frozenset({"image/svg+xml"})


class TextContent(BaseModel):
    content: str


@router.post("/")
@documented("Upload a file", UploadedFile, errors=[TooLarge])
async def upload(
    user: CurrentUser,
    services: ServicesDep,
    file: Annotated[UploadFile, FormFile()],
    metadata: Annotated[str | None, Form()] = None,
) -> dict[str, Any]:
    stored = await services.files.store(
        user, file.filename or "file", file.content_type, file.file, {"data": _metadata(metadata)} if metadata else None
    )
    return {"status": True, **uploaded(stored)}


def _metadata(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRequest("The metadata of the upload is not JSON.", field="metadata") from error


@router.get("/")
@documented("List my files", StoredFiles)
async def files(
    user: CurrentUser, services: ServicesDep, page: Annotated[int, Query(ge=1, le=1_000_000)] = 1
) -> dict[str, Any]:
    own = await services.store.files.list(user.id)
    return {"items": [uploaded(file) for file in own[(page - 1) * PAGE : page * PAGE]], "total": len(own)}


@router.get("/search")
@documented("Find my files by name", list[StoredFile])
async def search(user: CurrentUser, services: ServicesDep, filename: str) -> list[dict[str, Any]]:
    """By name, with `*` and `?`."""
    own = await services.store.files.list(user.id)
    return [uploaded(file) for file in own if fnmatch.fnmatch(file.filename.lower(), filename.lower())]


@router.get("/{file_id}")
@documented("Read about a file", StoredFile)
async def one(file_id: str, user: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    return await services.files.whole(await services.files.get(file_id, user))


@router.get("/{file_id}/process/status")
@documented("Whether a file can be used", FileStatus, streams="one block with the same")
async def process_status(file_id: str, user: CurrentUser, services: ServicesDep, stream: bool = False) -> Response:
    """Clients ask until an upload can be used; with `stream` they listen until then."""
    status = {"status": uploaded(await services.files.get(file_id, user))["data"]["status"]}
    if stream:
        return Response(f"data: {json.dumps(status)}\n\n", media_type="text/event-stream")
    return answer(200, status)


@router.get("/{file_id}/content")
@router.get("/{file_id}/content/{name}")
@documented("Download a file", media="application/octet-stream")
async def content(
    file_id: str, user: CurrentUser, services: ServicesDep, name: str = "", attachment: bool = False
) -> FileResponse:
    file = await services.files.get(file_id, user)
    return FileResponse(services.files.path(file), media_type=media_type(file), headers=headers(file, attachment))


@router.get("/{file_id}/data/content")
@documented("Read the text of a file", FileText)
async def text(file_id: str, user: CurrentUser, services: ServicesDep) -> dict[str, str]:
    return {"content": await services.files.text(await services.files.get(file_id, user))}


@router.post("/{file_id}/data/content/update")
@documented("Replace the text of a file", FileText)
async def update_text(file_id: str, body: TextContent, user: CurrentUser, services: ServicesDep) -> dict[str, str]:
    file = await services.files.set_text(await services.files.get(file_id, user), body.content)
    return {"content": await services.files.text(file)}


@router.delete("/{file_id}")
@documented("Delete a file", Said)
async def delete(file_id: str, user: CurrentUser, services: ServicesDep) -> dict[str, str]:
    await services.files.delete(await services.files.get(file_id, user))
    return {"message": "The file is deleted."}


def headers(file: File, attachment: bool) -> dict[str, str]:
    """What a browser must know so that a stranger's file stays a file and never becomes a page of ours."""
    kind = "inline" if may_be_shown(file.content_type) and not attachment else "attachment"
    found = {
        "content-disposition": f"{kind}; filename*=UTF-8''{quote(file.filename, safe='')}",
        "x-content-type-options": "nosniff",
        "cache-control": "private, max-age=300",
        "cross-origin-resource-policy": "same-origin",
    }
    if file.content_type != "application/pdf":
        found["content-security-policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return found


def media_type(file: File) -> str:
    return f"{file.content_type}; charset=utf-8" if file.content_type.startswith("text/") else file.content_type


def may_be_shown(content_type: str) -> bool:
    if content_type in ACTIVE:
        return False
    return content_type.startswith(SHOWN_IN_PAGE) or content_type in SHOWN_EXACTLY
