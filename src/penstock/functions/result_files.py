"""Files in the return value of an action (spec A5): given as content, base64, address or path."""

from __future__ import annotations

import base64
import binascii
import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

BINARY = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class ReturnedFile:
    """A file to attach. One of `data`, `url`, `path` and `item` (already a file of this server) is set."""

    name: str
    content_type: str
    data: bytes | None = None
    url: str | None = None
    path: str | None = None  # in the folder of the function
    item: Mapping[str, Any] | None = None


def read_files(entries: Sequence[Any], notes: list[str]) -> list[ReturnedFile]:
    """The entries of `files`; what cannot be read is said in `notes`."""
    found = []
    for place, entry in enumerate(entries, 1):
        file = _read(entry)
        if file is None:
            notes.append(f"File {place} has none of `content`, `data`, `url` and `path`.")
        else:
            found.append(file)
    return found


def _read(entry: Any) -> ReturnedFile | None:
    if isinstance(entry, str):
        entry = {"url" if _is_address(entry) else "path": entry}
    elif isinstance(entry, bytes):
        entry = {"data": entry}
    if not isinstance(entry, Mapping):
        return None
    if isinstance(entry.get("url"), str) and entry["url"].startswith("data:"):
        return _of_data_url(entry)
    content = next((entry[key] for key in ("data", "content", "base64") if entry.get(key) is not None), None)
    if content is not None:
        data = _decoded(content, is_text=entry.get("data") is None and entry.get("base64") is None)
        return ReturnedFile(_name(entry), _content_type(entry), data)
    if isinstance(url := entry.get("url"), str) and url:
        item = entry if entry.get("type") else None
        return ReturnedFile(_name(entry, url), _content_type(entry, url), url=url, item=item)
    if isinstance(path := entry.get("path"), str) and path:
        return ReturnedFile(_name(entry, path), _content_type(entry, path), path=path)
    if isinstance(entry.get("id"), str) or isinstance(entry.get("file"), Mapping):
        return ReturnedFile(_name(entry), _content_type(entry), item=entry)
    return None


def _is_address(text: str) -> bool:
    return text.startswith(("http://", "https://", "data:", "/api/"))


def _of_data_url(entry: Mapping[str, Any]) -> ReturnedFile:
    head, _, body = entry["url"][len("data:") :].partition(",")
    kind = head.partition(";")[0] or "text/plain"
    data = _decoded(body, is_text=False) if head.endswith(";base64") else unquote_to_bytes(body)
    extension = mimetypes.guess_extension(kind) or ""
    return ReturnedFile(_given_name(entry) or f"file{extension}", kind, data)


def _decoded(content: Any, *, is_text: bool) -> bytes:
    if isinstance(content, bytes):
        return content
    text = content if isinstance(content, str) else str(content)
    if is_text:
        return text.encode("utf-8", "replace")
    if text.startswith("data:"):
        text = text.partition(",")[2]
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return text.encode("utf-8", "replace")


def _given_name(entry: Mapping[str, Any]) -> str:
    name = entry.get("name") or entry.get("filename") or ""
    return str(name).replace("\\", "/").rsplit("/", 1)[-1][:255]


def _name(entry: Mapping[str, Any], place: str = "") -> str:
    if name := _given_name(entry):
        return name
    last = urlsplit(place).path.rsplit("/", 1)[-1] if place else ""
    return last or "file" + (mimetypes.guess_extension(_content_type(entry)) or "")


def _content_type(entry: Mapping[str, Any], place: str = "") -> str:
    for key in ("content_type", "mime_type", "mimetype", "mime", "type"):
        if isinstance(kind := entry.get(key), str) and "/" in kind:
            return kind
    name = _given_name(entry) or urlsplit(place).path
    return mimetypes.guess_type(name)[0] or BINARY
