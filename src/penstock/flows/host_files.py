"""Files that a run may see (`host_access`). Contents come and go in pieces, each far below the limit of a frame."""

from __future__ import annotations

import re
import tempfile
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import anyio.to_thread

from penstock.errors import BadRequest, Conflict, NotFound
from penstock.flows import files
from penstock.flows.host_asking import Asking
from penstock.store.records import File

LARGEST_PIECE = 8 * 2**20
IN_MEMORY = 8 * 2**20
ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
CHANGES = frozenset({"meta", "data", "hash", "filename"})


@dataclass(slots=True)
class Upload:
    """A file that arrives in pieces."""

    filename: str
    content_type: str
    meta: dict[str, Any]
    data: dict[str, Any]
    content: IO[bytes] = field(default_factory=lambda: tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115

    def close(self) -> None:
        self.content.close()


async def get(asking: Asking, id: str) -> dict[str, Any] | None:
    file = await _seen(asking, id)
    return await asking.services.files.whole(file) if file else None


async def list_(asking: Asking, user_id: str | None = None) -> list[dict[str, Any]]:
    if not asking.access.reads(user_id):
        return []
    return [files.wire(file) for file in await asking.services.store.files.list(user_id or asking.user.id)]


async def content(asking: Asking, id: str, offset: int = 0, length: int = LARGEST_PIECE) -> bytes:
    """A piece of the content; an empty one at its end."""
    file = await _seen(asking, id)
    if file is None:
        raise NotFound("This file does not exist.")
    path = asking.services.files.path(file)
    return await anyio.to_thread.run_sync(_piece, path, offset, min(length, LARGEST_PIECE))


async def create(
    asking: Asking,
    filename: str,
    content: bytes,
    id: str | None = None,
    content_type: str = "",
    meta: dict[str, Any] | None = None,
    data: dict[str, Any] | None = None,
    more: bool = False,
) -> dict[str, Any]:
    """A new file; with `more`, its beginning, to be continued with `append`."""
    id = id or str(uuid.uuid4())
    if not ID.fullmatch(id):
        raise BadRequest("The id of a file has 8 to 64 letters, digits, `-` or `_`.")
    if await asking.services.store.files.get(id) is not None:
        raise Conflict(f"There is a file with the id {id} already.")
    if not isinstance(content, bytes):
        raise BadRequest("The content of a file is bytes.")
    upload = Upload(filename, content_type, meta or {}, data or {})
    upload.content.write(content)
    if more:
        asking.open[id] = upload
        return {"id": id}
    return await _finish(asking, id, upload)


async def append(asking: Asking, id: str, content: bytes, last: bool = False) -> dict[str, Any]:
    upload = asking.open.get(id)
    if not isinstance(upload, Upload):
        raise BadRequest("No file with this id is being sent.")
    upload.content.write(content)
    if upload.content.tell() > asking.services.settings.upload_limit:
        asking.open.pop(id).close()
        raise BadRequest(f"The file is larger than {asking.services.settings.upload_limit} bytes.")
    if not last:
        return {"id": id}
    del asking.open[id]
    return await _finish(asking, id, upload)


async def update(asking: Asking, id: str, changes: dict[str, Any]) -> dict[str, Any] | None:
    """Mappings are merged into what is there."""
    file = await _changeable(asking, id)
    if file is None:
        return None
    given = {key: value for key, value in changes.items() if key in CHANGES}
    for key in ("meta", "data"):
        if key in given:
            given[key] = {**getattr(file, key), **(given[key] or {})}
    return files.wire(await asking.services.store.files.update(id, **given))


async def delete(asking: Asking, id: str) -> bool:
    file = await _changeable(asking, id)
    if file is not None:
        await asking.services.files.delete(file)
    return file is not None


async def _seen(asking: Asking, id: str) -> File | None:
    file = await asking.services.store.files.get(id)
    return file if file and asking.access.reads(file.user_id) else None


async def _changeable(asking: Asking, id: str) -> File | None:
    """Raises `NotAllowed` for a file that may be read and not changed."""
    file = await _seen(asking, id)
    if file is not None:
        asking.access.require_changes(file.user_id, "files")
    return file


async def _finish(asking: Asking, id: str, upload: Upload) -> dict[str, Any]:
    upload.content.seek(0)
    try:
        file = await asking.services.files.store(
            asking.user, upload.filename, upload.content_type, upload.content, upload.meta, file_id=id
        )
    finally:
        upload.close()
    if upload.data:
        file = await asking.services.store.files.update(id, data=upload.data)
    return files.wire(file)


def _piece(path: Path, offset: int, length: int) -> bytes:
    with path.open("rb") as opened:
        opened.seek(offset)
        return opened.read(length)


CALLS = {
    "get": get,
    "list": list_,
    "content": content,
    "create": create,
    "append": append,
    "update": update,
    "delete": delete,
}
