"""What a hook returned, as the form that travels (A5, P2)."""

from __future__ import annotations

import base64
import io
import mimetypes
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from email.message import Message
from typing import Any, Literal

import msgspec

from penstock.protocol.frames import Result
from penstock.worker.values import describe, plain

REPR_LIMIT = 2_000


def is_stream(value: Any) -> bool:
    """Whether a returned value is to be iterated, each item a chunk."""
    return isinstance(value, (AsyncIterator, Iterator)) or stream_of(value) is not None


def stream_of(response: Any) -> Any:
    """The iterator inside a streaming response, or None."""
    body = getattr(response, "body_iterator", None)
    return body if isinstance(body, (AsyncIterator, Iterator)) else None


def is_download(response: Any) -> bool:
    """Whether what a streaming response gives is one file, rather than text to be shown as it comes."""
    headers = _headers(response)
    kind = headers.get("content-type", "")
    return bool(_attachment_name(headers.get("content-disposition", ""))) or not (
        not kind or kind.startswith(("text/", "application/json", "application/x-ndjson"))
    )


def read_download(run: str, response: Any, body: bytes) -> Result:
    """The frame for a streaming response that is a file."""
    headers = _headers(response)
    kind = headers.get("content-type", "").split(";")[0] or "application/octet-stream"
    name = _attachment_name(headers.get("content-disposition", "")) or "file" + (mimetypes.guess_extension(kind) or "")
    return Result(run, "file", {"name": name, "content_type": kind, "data": body})


def _headers(response: Any) -> dict[str, str]:
    return {str(key).lower(): str(text) for key, text in response.headers.items()}


def read_result(run: str, value: Any) -> Result:
    """The frame for a value that is not streamed."""
    if value is not None and not isinstance(value, _SIMPLE):
        for look in _LOOKS:
            if found := look(value):
                return Result(run, *found)
    return _read_json(run, value)


def _read_json(run: str, value: Any) -> Result:
    notes: dict[str, None] = {}
    if isinstance(value, dict) and isinstance(value.get("files"), list):
        value = {**value, "files": [_packed(entry) for entry in value["files"]]}
    found = plain(value, notes, unknown=lambda inner, path: _unknown(inner, path, value, notes))
    if isinstance(found, _Unread):
        return Result(run, "opaque", {"type": found.type, "text": found.text}, list(notes))
    return Result(run, "json", found, list(notes))


def _packed(entry: Any) -> Any:
    """A returned file as it travels: bytes and pictures as base64, which plain values would lose."""
    if not isinstance(entry, Mapping):
        made = _picture(entry) or _bytes(entry)
        if made is None or made[0] != "file":
            return entry
        return {**made[1], "data": base64.b64encode(made[1]["data"]).decode()}
    given = next((key for key in ("content", "data", "base64") if entry.get(key) is not None), None)
    made = None if given is None or isinstance(entry[given], str) else _bytes(entry[given]) or _picture(entry[given])
    if given is None or made is None or made[0] != "file":
        return entry
    kept = {key: item for key, item in entry.items() if key != given}
    return {**made[1], **kept, "data": base64.b64encode(made[1]["data"]).decode()}


class _Unread:
    """Stands for a returned object that nothing can be made of."""

    def __init__(self, value: object) -> None:
        self.type = describe(value).removeprefix("a ")
        self.text = short_repr(value)


def _unknown(value: object, path: str, whole: object, notes: dict[str, None]) -> Any:
    if table := _table(value):
        return table[1]
    notes[f"{path or 'the value'} is {describe(value)}, which JSON does not know"] = None
    return _Unread(value) if value is whole else short_repr(value)


def short_repr(value: object) -> str:
    try:
        text = repr(value)
    except Exception as error:  # noqa: BLE001 (author code: a __repr__ that raises)
        text = f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
    return text if len(text) <= REPR_LIMIT else text[:REPR_LIMIT] + "…"


Form = Literal["json", "html", "file", "response"]
Look = Callable[[Any], "tuple[Form, Any] | None"]


def _response(value: Any) -> tuple[Form, Any] | None:
    if not hasattr(value, "headers") or not hasattr(value, "status_code"):
        return None
    if (path := getattr(value, "path", None)) and hasattr(value, "media_type"):
        return "file", _file_of_path(os.fspath(path), value)
    body = getattr(value, "body", None)
    if not isinstance(body, (bytes, memoryview)) or not hasattr(value, "media_type"):
        return None
    return _body(bytes(body), value)


def _body(body: bytes, response: Any) -> tuple[Form, Any] | None:
    headers = _headers(response)
    content_type = headers.get("content-type", "") or response.media_type or ""
    if name := _attachment_name(headers.get("content-disposition", "")):
        return "file", {"name": name, "content_type": content_type.split(";")[0], "data": body}
    if 300 <= response.status_code < 400 and (place := headers.get("location")):
        return "response", {"status": response.status_code, "location": place, "body": None}
    if content_type.startswith("text/html"):
        return "html", {"html": body.decode("utf-8", "replace"), "headers": headers, "context": None}
    if content_type.startswith("application/json"):
        return _with_status(plain(msgspec.json.decode(body)) if body else None, response)
    if content_type.startswith("text/") or not body:
        return _with_status(body.decode("utf-8", "replace") or None, response)
    kind = content_type.split(";")[0] or "application/octet-stream"
    return "file", {"name": "file" + (mimetypes.guess_extension(kind) or ""), "content_type": kind, "data": body}


def _with_status(value: Any, response: Any) -> tuple[Form, Any]:
    if response.status_code == 200:
        return "json", value
    return "response", {"status": int(response.status_code), "location": None, "body": value}


def _attachment_name(disposition: str) -> str | None:
    if not disposition.lower().startswith("attachment"):
        return None
    message = Message()
    message["content-disposition"] = disposition
    return message.get_filename("file") or "file"


def _file_of_path(path: str, response: Any) -> dict[str, Any]:
    with open(path, "rb") as file:
        data = file.read()
    name = getattr(response, "filename", None) or os.path.basename(path)
    kind = response.media_type or mimetypes.guess_type(path)[0] or "application/octet-stream"
    return {"name": name, "content_type": kind, "data": data}


def _pair(value: Any) -> tuple[Form, Any] | None:
    """`(html, headers)` and `(HTMLResponse, context)`."""
    if not isinstance(value, tuple) or len(value) != 2:
        return None
    first, second = value
    if isinstance(first, str) and isinstance(second, Mapping) and _says_html(first, second):
        return "html", {"html": first, "headers": plain(dict(second)), "context": None}
    found = _response(first)
    if found is None or found[0] != "html":
        return None
    return "html", {**found[1], "context": plain(second, {}, lambda inner, _: short_repr(inner))}


def _says_html(text: str, headers: Mapping[Any, Any]) -> bool:
    names = {str(name).lower() for name in headers}
    return bool(names & {"content-disposition", "content-type"}) or text.lstrip().startswith("<")


def _picture(value: Any) -> tuple[Form, Any] | None:
    if hasattr(value, "savefig"):
        buffer = io.BytesIO()
        value.savefig(buffer, format="png", bbox_inches="tight")
        return "file", {"name": "figure.png", "content_type": "image/png", "data": buffer.getvalue()}
    if hasattr(value, "to_html") and hasattr(value, "to_plotly_json"):
        return "html", {"html": value.to_html(include_plotlyjs=True), "headers": {}, "context": None}
    if hasattr(value, "save") and hasattr(value, "getbands"):
        buffer = io.BytesIO()
        value.save(buffer, format="PNG")
        return "file", {"name": "image.png", "content_type": "image/png", "data": buffer.getvalue()}
    return None


def _bytes(value: Any) -> tuple[Form, Any] | None:
    if not isinstance(value, (bytes, bytearray, memoryview)):
        return None
    data = bytes(value)
    kind = _kind_of(data)
    return "file", {"name": "file" + (mimetypes.guess_extension(kind) or ""), "content_type": kind, "data": data}


def _kind_of(data: bytes) -> str:
    for start, kind in (
        (b"\x89PNG\r\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF8", "image/gif"),
        (b"%PDF-", "application/pdf"),
        (b"PK\x03\x04", "application/zip"),
    ):
        if data.startswith(start):
            return kind
    return "application/octet-stream"


def _table(value: Any) -> tuple[Form, Any] | None:
    if not hasattr(value, "columns") or not hasattr(value, "shape"):
        return None
    if hasattr(value, "to_dicts"):  # polars
        rows = [list(row) for row in value.rows()]
    elif hasattr(value, "itertuples"):  # pandas
        rows = [list(row) for row in value.itertuples(index=False, name=None)]
    else:
        return None
    columns = [str(column) for column in value.columns]
    return "json", {"columns": columns, "rows": plain(rows, {}, lambda inner, _: str(inner))}


def _own_html(value: Any) -> tuple[Form, Any] | None:
    make = getattr(value, "_repr_html_", None)
    if not callable(make) or isinstance(value, type):
        return None
    html = make()
    return ("html", {"html": html, "headers": {}, "context": None}) if isinstance(html, str) else None


_LOOKS: tuple[Look, ...] = (_pair, _response, _bytes, _picture, _table, _own_html)
_SIMPLE = (str, int, float, dict, list)
