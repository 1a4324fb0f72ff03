"""Functions of Open WebUI: rows of its database, or items of an export."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
from cryptography.fernet import Fernet, InvalidToken

from penstock.errors import BadRequest, ImportRefused
from penstock.flows.openwebui.rows import BrokenRow, Row, flag, json_object, json_value, needed, seconds, text
from penstock.flows.registry import valid_id
from penstock.functions.valves import MASK

KEY_LENGTH = 44  # of a secret that is a key already
KEY_FILE = ".webui_secret_key"
SEALED_HINT = "pass the WEBUI_SECRET_KEY of that server with --secret-key"
OTHER_EXPORTS = {"chat": "chats", "specs": "tools", "base_model_id": "models", "command": "prompts"}


class Sealed:
    """Opens valves that Open WebUI has encrypted (ENABLE_VALVE_ENCRYPTION)."""

    def __init__(self, secret: str) -> None:
        key = secret.encode()
        if len(secret) != KEY_LENGTH:
            key = base64.urlsafe_b64encode(hashlib.sha256(key).digest())
        try:
            self._fernet = Fernet(key) if secret else None
        except ValueError:
            self._fernet = None

    def opened(self, values: Any) -> dict[str, Any]:
        """The values, plain ones as they are. Raises `BrokenRow` for what cannot be opened."""
        if values in (None, "", {}):
            return {}
        if isinstance(values, dict):
            return {name: value for name, value in values.items() if value is not None and value != MASK}
        if not isinstance(values, str) or self._fernet is None:
            raise BrokenRow(f"its valves are encrypted: {SEALED_HINT}")
        try:
            return self.opened(msgspec.json.decode(self._fernet.decrypt(values.encode())))
        except (InvalidToken, msgspec.DecodeError) as error:
            raise BrokenRow(f"its valves are encrypted with another secret: {SEALED_HINT}") from error


def secret_beside(path: Path) -> str:
    """The secret that Open WebUI has put into a file, where it stands beside the database or above it."""
    for folder in (path.parent, path.parent.parent):
        file = folder / KEY_FILE
        if file.is_file():
            return file.read_text("utf-8", "replace").strip()
    return ""


@dataclass(frozen=True, slots=True)
class FunctionFound:
    """One function as it comes in. `kind` is what the other server took it for."""

    id: str
    user_id: str
    kind: str
    name: str
    source: str
    meta: dict[str, Any]
    valves: dict[str, Any]
    is_active: bool
    is_global: bool
    created_at: float
    updated_at: float
    notes: list[str] = field(default_factory=list)

    def switched_off(self) -> FunctionFound:
        return replace(self, is_active=False)


def function_of(row: Row, sealed: Sealed) -> FunctionFound:
    """Raises `BrokenRow`; valves that cannot be read are left out with a note."""
    if not isinstance(row.get("content"), str) or not row["content"].strip():
        raise BrokenRow("it has no `content`")
    try:
        function_id = valid_id(needed(row, "id"))
    except BadRequest as error:
        raise BrokenRow(error.message) from error
    notes = []
    try:
        valves = sealed.opened(_valves(row))
    except BrokenRow as error:
        valves = {}
        notes.append(str(error))
    return FunctionFound(
        id=function_id,
        user_id=text(row, "user_id"),
        kind=text(row, "type"),
        name=text(row, "name") or function_id,
        source=row["content"],
        meta=json_object(row, "meta"),
        valves=valves,
        is_active=flag(row, "is_active"),
        is_global=flag(row, "is_global"),
        created_at=seconds(row.get("created_at")),
        updated_at=seconds(row.get("updated_at")),
        notes=notes,
    )


def _valves(row: Row) -> Any:
    """JSON, which may be a text: then it is sealed, or JSON again."""
    value = row.get("valves")
    try:
        value = json_value(row, "valves")
        return json_value({"valves": value}, "valves")
    except BrokenRow:
        return value


def rows_of_export(path: Path) -> list[Row]:
    """Items of a JSON export. Raises `ImportRefused` for another file; what is no object becomes an empty row."""
    try:
        given = msgspec.json.decode(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ImportRefused(
            f"{path} is neither a SQLite database nor JSON ({error}).",
            hint="Give the webui.db from the data folder of Open WebUI (decrypted, where SQLCipher encrypts it), "
            "or an export of functions.",
        ) from error
    if isinstance(given, dict) and isinstance(given.get("functions"), list):
        given = given["functions"]
    items = [_unwrapped(each) for each in (given if isinstance(given, list) else [given])]
    if not items:
        raise ImportRefused(f"{path} holds nothing.")
    if not any("content" in item for item in items):
        raise ImportRefused(f"{path} is no export of functions.", hint=_other_export(items))
    return items


def _unwrapped(item: Any) -> Row:
    """Exports of the community site wrap the function in an object of its own."""
    if isinstance(item, dict) and isinstance(item.get("function"), dict):
        item = item["function"]
    if not isinstance(item, dict):
        return {}
    return item if item.get("id") else {**item, "id": _id_from(text(item, "name"))}


def _id_from(name: str) -> str:
    return "".join(char if char.isalnum() else "_" for char in name.lower()).strip("_")


def _other_export(items: Iterable[Row]) -> str:
    for key, noun in OTHER_EXPORTS.items():
        if any(key in item for item in items):
            return f"It looks like an export of {noun}; chats and models come along with the webui.db."
    return "In Open WebUI: Admin Panel, Functions, Export."


def is_tool(row: Row) -> bool:
    return bool(row.get("specs")) and not row.get("type")
