"""Data as the content of a download: what `format` means in the return value of an action (spec A5)."""

from __future__ import annotations

import csv
import io
import mimetypes
from collections.abc import Mapping
from typing import Any

import msgspec

_TYPES = {"csv": "text/csv", "tsv": "text/tab-separated-values", "json": "application/json", "md": "text/markdown"}
_SEPARATORS = {"csv": ",", "tsv": "\t"}


def exported(data: Any, wanted: str) -> tuple[bytes, str]:
    """`data` in the format `wanted`, and its content type. A text is what the author has already made."""
    wanted = wanted.strip().lower().lstrip(".")
    content_type = _TYPES.get(wanted) or mimetypes.guess_type(f"x.{wanted}")[0] or "text/plain"
    if isinstance(data, bytes):
        return data, content_type
    if isinstance(data, str):
        return data.encode("utf-8", "replace"), content_type
    if wanted in _SEPARATORS and (table := _table(data)) is not None:
        return _separated(*table, _SEPARATORS[wanted]), content_type
    return msgspec.json.format(msgspec.json.encode(data, enc_hook=str), indent=2), content_type


def _table(data: Any) -> tuple[list[str], list[list[Any]]] | None:
    if isinstance(data, Mapping) and isinstance(data.get("rows"), list) and isinstance(data.get("columns"), list):
        return [str(column) for column in data["columns"]], data["rows"]
    if isinstance(data, Mapping):
        data = [data]
    if not isinstance(data, list) or not data:
        return None
    if all(isinstance(row, Mapping) for row in data):
        columns = list(dict.fromkeys(str(name) for row in data for name in row))
        return columns, [[row.get(name, "") for name in columns] for row in data]
    if all(isinstance(row, list) for row in data):
        return [str(name) for name in data[0]], data[1:]
    return None


def _separated(columns: list[str], rows: list[list[Any]], separator: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    return msgspec.json.encode(value, enc_hook=str).decode() if isinstance(value, Mapping | list) else value
