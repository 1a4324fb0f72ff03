"""Images as addresses and as data."""

from __future__ import annotations

import base64
import mimetypes
import uuid
from pathlib import Path
from typing import Any

from open_webui import _contents
from open_webui._missing import any_name
from open_webui.models.files import Files


def get_image_base64_from_file_id(id: str, user: Any = None) -> str | None:
    """A file of the server as a `data:` address."""
    file = Files.get_file_by_id(id)
    if file is None or not file.path:
        return None
    kind = (file.meta or {}).get("content_type") or mimetypes.guess_type(file.filename)[0] or "image/png"
    return f"data:{kind};base64,{base64.b64encode(Path(file.path).read_bytes()).decode()}"


def get_image_base64_from_url(url: str, user: Any = None) -> str | None:
    """The same for an address: of a file of the server, of data, or on the web."""
    if url.startswith("data:"):
        return url
    if "/files/" in url:
        return get_image_base64_from_file_id(url.partition("/files/")[2].partition("/")[0])
    if not url.startswith(("http://", "https://")):
        return get_image_base64_from_file_id(url)
    import requests

    answer = requests.get(url, timeout=30)
    answer.raise_for_status()
    kind = answer.headers.get("content-type", "image/png")
    return f"data:{kind};base64,{base64.b64encode(answer.content).decode()}"


def get_file_url_from_base64(request: Any, base64_file_string: str, metadata: Any = None, user: Any = None) -> str:
    """Keep data as a file of the server, and give its address."""
    head, _, data = base64_file_string.partition(",")
    kind = head.removeprefix("data:").partition(";")[0] or "application/octet-stream"
    name = f"{uuid.uuid4()}{mimetypes.guess_extension(kind) or ''}"
    meta = {"name": name, "content_type": kind, "data": dict(metadata or {})}
    form = {"id": str(uuid.uuid4()), "filename": name, "meta": meta}
    made = _contents.create(base64.b64decode(data), form)
    return f"/api/v1/files/{made['id']}/content"


get_image_url_from_base64 = get_audio_url_from_base64 = get_file_url_from_base64


def convert_markdown_base64_images(request: Any, content: str, metadata: Any = None, user: Any = None) -> str:
    """Images inside a text, given as data, kept as files."""
    import re

    def keep(found: Any) -> str:
        return f"![{found[1]}]({get_file_url_from_base64(request, found[2], metadata, user)})"

    return re.sub(r"!\[([^\]]*)\]\((data:image/[^)]+)\)", keep, content)


__getattr__ = any_name("utils.files", "the server's own file handling", "Use Files and Storage.")
