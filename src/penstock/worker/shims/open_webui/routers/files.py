"""Files handed over as uploads, and given back as responses."""

from __future__ import annotations

import inspect
import json
import mimetypes
import uuid
from typing import Any

from fastapi import HTTPException
from fastapi.responses import FileResponse

from open_webui import _contents
from open_webui.models.files import FileModelResponse, Files


async def upload_file(
    request: Any = None, background_tasks: Any = None, file: Any = None, metadata: Any = None, *_: Any, **__: Any
) -> FileModelResponse:
    """Keep an upload (a `fastapi.UploadFile`) as a file of the calling user."""
    return await upload_file_handler(request, file=file, metadata=metadata)


async def upload_file_handler(
    request: Any = None, file: Any = None, metadata: Any = None, *_: Any, **__: Any
) -> FileModelResponse:
    """The same without a route around it."""
    if isinstance(metadata, str):
        metadata = json.loads(metadata)
    content = file.read() if not hasattr(file, "file") else file.file.read()
    content = await content if inspect.isawaitable(content) else content
    name = getattr(file, "filename", None) or "file"
    kind = getattr(file, "content_type", None) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    form = {"id": str(uuid.uuid4()), "filename": name}
    form["meta"] = {"name": name, "content_type": kind, "size": len(content), "data": metadata or {}}
    made = _contents.create(content, form)
    return FileModelResponse(**{**made, "path": _contents.local_path(made["id"], made["filename"])})


async def get_file_content_by_id(id: str, user: Any = None, *_: Any, **__: Any) -> FileResponse:
    file = await get_file_by_id(id)
    return FileResponse(file.path, filename=file.filename, media_type=(file.meta or {}).get("content_type"))


async def get_file_by_id(id: str, user: Any = None, *_: Any, **__: Any) -> Any:
    file = Files.get_file_by_id(id)
    if file is None:
        raise HTTPException(404, "There is no such file, or it is not yours.")
    return file


async def delete_file_by_id(id: str, user: Any = None, *_: Any, **__: Any) -> dict[str, Any]:
    if not Files.delete_file_by_id(id):
        raise HTTPException(404, "There is no such file, or it is not yours.")
    return {"message": "The file is deleted."}


async def list_files(user: Any = None, *_: Any, **__: Any) -> list[Any]:
    return Files.get_files()
