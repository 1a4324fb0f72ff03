"""Functions as files and exports hold them, read row by row: a row that cannot be read does not spoil the others."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from penstock.errors import BadRequest, PenstockError
from penstock.functions.archives import looks_zipped, read_zip
from penstock.functions.package_inspection import manifest_of
from penstock.functions.packages import Package

_SUFFIX = re.compile(r"\.(?:py|zip|json)$", re.IGNORECASE)
_BROWSER_COPY = re.compile(r" ?\(\d+\)$")  # `shout (1).py`: a second download


@dataclass(frozen=True, slots=True)
class FunctionItem:
    """One function as an export or a file holds it."""

    id: str
    source: str | Package
    name: str = ""
    meta: dict[str, Any] = field(default_factory=dict)
    is_active: bool = False
    is_global: bool = False
    valves: dict[str, Any] | None = None
    origin_url: str = ""
    origin_hash: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """What could be read, and for each row that could not, why."""

    items: list[FunctionItem] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)

    def add(self, other: Rows) -> None:
        self.items.extend(other.items)
        self.errors.extend(other.errors)


def rows_of(given: Any, file: str = "") -> Rows:
    """Rows of an export: a list, one object, or `{"functions": [...]}`. Errors name the uploaded `file`."""
    if isinstance(given, dict) and isinstance(given.get("functions"), list):
        given = given["functions"]
    rows = Rows()
    for place, row in enumerate(given if isinstance(given, list) else [given], 1):
        try:
            rows.items.append(_item(row))
        except PenstockError as error:
            rows.errors.append({**_named(row, place), **({"upload": file} if file else {}), **error.as_dict()})
    return rows


def rows_of_file(name: str, content: bytes) -> Rows:
    """What a `.py`, `.json` or `.zip` file holds."""
    try:
        if name.lower().endswith(".zip") or looks_zipped(content):
            return Rows([_named_by_file(name, read_zip(content))])
        if name.lower().endswith(".json"):
            return rows_of(_decoded(name, _text(name, content)), name)
        return Rows([_named_by_file(name, _text(name, content))])
    except PenstockError as error:
        return Rows(errors=[{"id": identifier(name), "name": name, "upload": name, **error.as_dict()}])


def without_repetitions(rows: Rows) -> Rows:
    """The first of several with one id is taken; the others are named."""
    kept: dict[str, FunctionItem] = {}
    errors = list(rows.errors)
    for item in rows.items:
        function_id = item.id.strip().lower()
        if function_id in kept:
            twice = BadRequest(
                f"`{item.id}` stands there more than once; the first is taken.", hint="Keep one of them."
            )
            errors.append({"id": item.id, "name": item.name, **twice.as_dict()})
        else:
            kept[function_id] = item
    return Rows(list(kept.values()), errors)


def package_of(encoded: Any) -> Package:
    """A package as JSON carries it: its zip in base64. Raises `BadRequest`, `SourceError`."""
    try:
        content = base64.b64decode(str(encoded), validate=True)
    except (binascii.Error, ValueError):
        raise BadRequest("`package` is not base64.", hint="Send the zip of the package in base64.") from None
    return read_zip(content)


def encoded(package: bytes) -> str:
    return base64.b64encode(package).decode()


def identifier(text: str) -> str:
    """An id made of a title or a file name: `My tool!.py` becomes `my_tool`. Empty where nothing is left."""
    stem = _BROWSER_COPY.sub("", _SUFFIX.sub("", text.rpartition("/")[2]))
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    made = re.sub(r"\W+", "_", plain.lower()).strip("_")
    return f"_{made}" if made[:1].isdigit() else made


def _named_by_file(name: str, source: str | Package) -> FunctionItem:
    """The id comes from the frontmatter, else from the file's name."""
    said = manifest_of(source)
    stem = _SUFFIX.sub("", name.rpartition("/")[2])
    return FunctionItem(id=said.id or identifier(name), source=source, name=said.title or stem)


def _item(row: Any) -> FunctionItem:
    """Exports of the community site wrap the function in an object of its own."""
    if isinstance(row, dict) and isinstance(row.get("function"), dict):
        row = row["function"]
    if not isinstance(row, dict):
        raise BadRequest(
            f"This is no function but {_kind(row)}.", hint="Every row is an object with `id` and `content`."
        )
    source = _source(row)
    said = manifest_of(source)
    name, meta, valves = _text_of(row, "name"), row.get("meta"), row.get("valves")
    return FunctionItem(
        id=_text_of(row, "id") or said.id or identifier(name or said.title),
        source=source,
        name=name,
        meta=meta if isinstance(meta, dict) else {},
        is_active=row.get("is_active") is True,
        is_global=row.get("is_global") is True,
        valves=valves if isinstance(valves, dict) else None,
        origin_url=_text_of(row, "origin_url"),
        origin_hash=_text_of(row, "origin_hash"),
    )


def _source(row: dict[str, Any]) -> str | Package:
    if row.get("package"):
        return package_of(row["package"])
    content = row.get("content")
    if not isinstance(content, str):
        said = "it has no `content`" if content is None else f"its `content` is {_kind(content)}"
        raise BadRequest(f"This is no function: {said}.", hint="`content` is the source as a text.")
    if not content.strip():
        raise BadRequest("Its `content` is empty.", hint="`content` is the source as a text.")
    return content


def _named(row: Any, place: int) -> dict[str, Any]:
    inner = row.get("function") if isinstance(row, dict) and isinstance(row.get("function"), dict) else row
    inner = inner if isinstance(inner, dict) else {}
    return {"row": place, "id": _text_of(inner, "id"), "name": _text_of(inner, "name")}


def _text_of(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""


def _kind(value: Any) -> str:
    names: Iterable[tuple[type, str]] = ((bool, "true or false"), (str, "a text"), (int, "a number"), (list, "a list"))
    return next((name for kind, name in names if isinstance(value, kind)), "empty" if value is None else "an object")


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadRequest(
            f"{name} is not a text file.", hint="Send a `.py` file, a `.json` export, or the `.zip` of a package."
        ) from None


def _decoded(name: str, text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadRequest(f"{name} is not JSON: {error}.", hint="Export it again.") from error
