"""Images as data and as files. Making images needs an engine, which there is none."""

from __future__ import annotations

import asyncio
import base64
import mimetypes
import uuid
from typing import Any

from pydantic import BaseModel, ConfigDict

from open_webui import _contents
from open_webui._absent import IMAGES
from open_webui._application import app
from open_webui._missing import any_name
from open_webui.models.chats import Chats
from open_webui.models.files import FileModelResponse

SIGNATURES = {b"\x89PNG": "image/png", b"\xff\xd8": "image/jpeg", b"GIF8": "image/gif", b"RIFF": "image/webp"}


class CreateImageForm(BaseModel):
    model_config = ConfigDict(extra="allow", defer_build=True)

    prompt: str
    model: str | None = None
    size: str | None = None
    n: int = 1
    negative_prompt: str | None = None


GenerateImageForm = CreateImageForm


def load_b64_image_data(b64_str: str) -> tuple[bytes, str] | tuple[None, None]:
    """The bytes and the type of an image given in base64, with or without `data:image/...;base64,` in front."""
    head, comma, data = b64_str.partition(",")
    try:
        content = base64.b64decode(data if comma else b64_str)
    except ValueError:  # no base64, or letters that are none of its
        return None, None
    given = head.removeprefix("data:").partition(";")[0] if comma else ""
    return content, given or next(
        (kind for start, kind in SIGNATURES.items() if content.startswith(start)), "image/png"
    )


async def get_image_data(data: str, headers: Any = None, *_: Any, **__: Any) -> tuple[bytes, str] | tuple[None, None]:
    """The same for an address on the web as well."""
    return (
        await asyncio.to_thread(load_url_image_data, data, headers)
        if data.startswith("http")
        else (load_b64_image_data(data))
    )


def load_url_image_data(url: str, headers: Any = None) -> tuple[bytes, str] | tuple[None, None]:
    """What stands at an address, where it is an image."""
    import requests

    try:
        answer = requests.get(url, headers=headers, timeout=30)
        answer.raise_for_status()
    except requests.RequestException:
        return None, None
    kind = answer.headers.get("content-type", "")
    return (answer.content, kind) if kind.startswith("image/") else (None, None)


class _Upload(tuple[Any, Any]):
    """`(file, url)`, as later releases give it, that also reads as the address alone of earlier ones."""

    def __str__(self) -> str:
        return str(self[1])


def upload_image(*arguments: Any, **named: Any) -> Any:
    """Keep an image as a file of the user: the file, and the address at which it is served.

    `(request, image_data, content_type, metadata, user)`; earlier releases had `(request, metadata, image_data,
    content_type, user)` and gave the address alone, so this order is answered with it.
    """
    order = ("request", "metadata", "image_data", "content_type", "user") if _is_early(arguments) else _LATER
    given = {**dict(zip(order, arguments, strict=False)), **named}
    content, kind, metadata = given.get("image_data"), given.get("content_type"), given.get("metadata") or {}
    if not content or not kind:
        raise ValueError("upload_image was given no image: look at what load_b64_image_data or get_image_data gave.")
    file = _kept(content, kind, metadata)
    url = str(app.url_path_for("get_file_content_by_id", id=file.id))
    return url if _is_early(arguments) else _Upload((file, url))


_LATER = ("request", "image_data", "content_type", "metadata", "user")


def _is_early(arguments: tuple[Any, ...]) -> bool:
    return len(arguments) > 1 and isinstance(arguments[1], dict)


def _kept(content: bytes, kind: str, metadata: dict[str, Any]) -> FileModelResponse:
    name = f"image-{uuid.uuid4().hex[:8]}{mimetypes.guess_extension(kind) or '.png'}"
    meta = {"name": name, "content_type": kind, "size": len(content), "data": metadata}
    made = _contents.create(content, {"id": str(uuid.uuid4()), "filename": name, "meta": meta})
    if metadata.get("chat_id") and metadata.get("message_id"):
        Chats.insert_chat_files(metadata["chat_id"], metadata["message_id"], [made["id"]], made["user_id"])
    return FileModelResponse(**{**made, "path": _contents.local_path(made["id"], made["filename"])})


__getattr__ = any_name("routers.images", *IMAGES)
