"""Contents of files: copies in the function's own folder, moved to and from the server in pieces."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from open_webui._bridge import call, folder

PIECE = 4 * 2**20


def local_path(id: str, filename: str) -> str:
    """Where the copy of a file lies, or will lie."""
    return str(folder("uploads") / f"{id}_{Path(filename).name}")


def present(path: str) -> str:
    """The path, after the content was fetched if it was not there."""
    here = Path(path)
    id = here.name.partition("_")[0]
    if here.exists() or here.parent != folder("uploads") or not _is_id(id):
        return path
    arriving = here.with_suffix(f".{uuid.uuid4().hex}")
    with arriving.open("wb") as out:
        for piece in pieces(id):
            out.write(piece)
    arriving.replace(here)
    return path


def pieces(id: str) -> Any:
    """The content of a file of the server, bounded piece by bounded piece."""
    offset = 0
    while piece := call("files.content", id=id, offset=offset, length=PIECE):
        yield piece
        offset += len(piece)
        if len(piece) < PIECE:
            return


def create(content: bytes, form: dict[str, Any]) -> dict[str, Any]:
    """Make a file of the server; the id is the one that the author chose."""
    meta = form.get("meta") or {}
    answer = call(
        "files.create",
        id=form.get("id"),
        filename=form.get("filename") or meta.get("name") or "file",
        content_type=meta.get("content_type") or "",
        meta=meta,
        data=form.get("data") or {},
        content=content[:PIECE],
        more=len(content) > PIECE,
    )
    for offset in range(PIECE, len(content), PIECE):
        last = offset + PIECE >= len(content)
        answer = call("files.append", id=answer["id"], content=content[offset : offset + PIECE], last=last)
    return answer


def _is_id(text: str) -> bool:
    return len(text) >= 8 and all(letter.isalnum() or letter == "-" for letter in text)
