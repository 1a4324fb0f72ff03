"""Files that people upload and functions make: content in the data folder, what is known of it in the store."""

from __future__ import annotations

import contextlib
import hashlib
import mimetypes
import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import anyio.to_thread

from penstock.errors import NotFound, TooLarge, Unavailable
from penstock.flows.system_events import Teller, tell_nobody
from penstock.settings import Settings
from penstock.store import Store
from penstock.store.records import File, User

FOLDER = "files"
BLOCK = 1 << 18
LONGEST_NAME = 255
UNKNOWN_TYPE = "application/octet-stream"
TEXT_TYPES = ("text/", "application/json", "application/xml", "application/x-yaml", "application/yaml")
TEXT_LIMIT = 2**20
READY = "completed"  # what clients wait for after an upload; here a file can be used at once

Source = bytes | Path | IO[bytes]


class FileKeeper:
    """Stores and finds files. Only their owner and admins see them."""

    def __init__(self, store: Store, settings: Settings, tell: Teller = tell_nobody) -> None:
        self._store = store
        self._root = settings.data_dir
        self._limit = settings.upload_limit
        self._tell = tell

    async def store(
        self,
        user: User,
        name: str,
        content_type: str | None,
        data: Source,
        meta: dict[str, Any] | None = None,
        *,
        file_id: str | None = None,
    ) -> File:
        """Keep a copy of `data`, under `file_id` where the caller chose one. Raises `TooLarge`."""
        place = str(uuid.uuid4())
        file_id = file_id or place
        path = Path(FOLDER) / place[:2] / place
        name = clean_name(name)
        size, digest = await anyio.to_thread.run_sync(self._write, self._root / path, data)
        file = File(
            id=file_id,
            user_id=user.id,
            filename=name,
            path=path.as_posix(),
            size=size,
            content_type=clean_type(content_type, name),
            hash=digest,
            meta=meta or {},
        )
        try:
            file = await self._store.files.create(file)
        except BaseException:
            (self._root / path).unlink(missing_ok=True)
            raise
        told = {"filename": file.filename, "content_type": file.content_type, "size": file.size}
        self._tell("file.uploaded", user, ("file", file.id), **told)
        return file

    def _write(self, path: Path, data: Source) -> tuple[int, str]:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(".part")
        try:
            with _reader(data) as read, aside.open("wb") as target:
                written = self._copy(read, target)
            aside.replace(path)
        except OSError as error:
            raise Unavailable(f"The file could not be stored: {error.strerror}.") from error
        finally:
            aside.unlink(missing_ok=True)
        return written

    def _copy(self, read: Callable[[int], bytes], target: IO[bytes]) -> tuple[int, str]:
        size, digest = 0, hashlib.sha256()
        while block := read(BLOCK):
            size += len(block)
            if size > self._limit:
                raise TooLarge(f"The file is larger than {self._limit} bytes, the most that this server keeps.")
            digest.update(block)
            target.write(block)
        return size, digest.hexdigest()

    async def get(self, file_id: str, user: User) -> File:
        """Raises `NotFound`, also for files of others."""
        file = await self._store.files.get(file_id)
        if file is None or (file.user_id != user.id and user.role != "admin"):
            raise NotFound("This file does not exist.")
        return file

    def path(self, file: File) -> Path:
        """Where its content is. Raises `NotFound` when that is gone."""
        path = (self._root / file.path).resolve()
        if not path.is_relative_to((self._root / FOLDER).resolve()) or not path.is_file():
            raise NotFound("The content of this file is gone.")
        return path

    async def read(self, file: File) -> bytes:
        return await anyio.to_thread.run_sync(self.path(file).read_bytes)

    async def text(self, file: File) -> str:
        """What the file says, where it is text and not too long; otherwise nothing."""
        if isinstance(file.data.get("content"), str):
            return str(file.data["content"])
        if file.size > TEXT_LIMIT or not file.content_type.startswith(TEXT_TYPES):
            return ""
        return (await self.read(file)).decode("utf-8", "replace")

    async def whole(self, file: File) -> dict[str, Any]:
        """The wire form with the text of the file, where it has one, in `data.content`."""
        found = uploaded(file)
        with contextlib.suppress(NotFound):
            if content := await self.text(file):
                found["data"] = {**found["data"], "content": content}
        return found

    async def set_text(self, file: File, content: str) -> File:
        file = await self._store.files.update(file.id, data={**file.data, "content": content})
        self._tell("file.content_updated", await self._store.users.get(file.user_id), ("file", file.id))
        return file

    async def delete(self, file: File) -> None:
        await self._store.files.delete(file.id)
        owner = await self._store.users.get(file.user_id)
        self._tell("file.deleted", owner, ("file", file.id), filename=file.filename)
        with contextlib.suppress(NotFound, OSError):
            os.unlink(self.path(file))

    async def delete_all(self, user_id: str) -> None:
        """The files of somebody who goes."""
        for file in await self._store.files.list(user_id):
            await self.delete(file)


@contextlib.contextmanager
def _reader(data: Source) -> Any:
    if isinstance(data, Path):
        with data.open("rb") as opened:
            yield opened.read
    elif isinstance(data, bytes | bytearray | memoryview):
        yield _from_memory(memoryview(data))
    else:
        yield data.read


def _from_memory(view: memoryview) -> Callable[[int], bytes]:
    place = 0

    def read(size: int) -> bytes:
        nonlocal place
        block = bytes(view[place : place + size])
        place += len(block)
        return block

    return read


def clean_name(name: str) -> str:
    """A file name without folders and without what no file system likes."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(char for char in last if char.isprintable()).strip().strip(".")
    stem, dot, suffix = clean.rpartition(".")
    if len(clean) > LONGEST_NAME and dot and len(suffix) < 20:
        return f"{stem[: LONGEST_NAME - len(suffix) - 1]}.{suffix}"
    return clean[:LONGEST_NAME] or "file"


def clean_type(content_type: str | None, name: str) -> str:
    """The type as given without its parameters, or the one that the name suggests."""
    given = (content_type or "").split(";")[0].strip().lower()
    if given.count("/") == 1 and given.isascii() and given.isprintable() and given != UNKNOWN_TYPE:
        return given
    return mimetypes.guess_type(name)[0] or UNKNOWN_TYPE


def wire(file: File) -> dict[str, Any]:
    """A file as clients of Open WebUI read it."""
    return {
        "id": file.id,
        "user_id": file.user_id,
        "hash": file.hash,
        "filename": file.filename,
        "path": file.path,
        "data": file.data,
        "meta": {**file.meta, "name": file.filename, "content_type": file.content_type, "size": file.size},
        "created_at": int(file.created_at),
        "updated_at": int(file.updated_at),
    }


def uploaded(file: File) -> dict[str, Any]:
    """The same with what clients wait for after an upload."""
    return {**wire(file), "data": {"status": READY, **file.data}}


def address(file: File) -> str:
    """Where its content can be had."""
    return f"/api/v1/files/{file.id}/content"
