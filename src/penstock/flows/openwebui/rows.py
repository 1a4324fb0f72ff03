"""Values of foreign rows, taken for what they should be: columns may be missing, and JSON may be text or broken."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

Row = Mapping[str, Any]

_LARGEST = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))  # from here on a number counts nano-, micro- or milliseconds


class BrokenRow(Exception):
    """Raised for a row that cannot be taken, with a sentence that says why."""


def text(row: Row, name: str, default: str = "") -> str:
    value = row.get(name)
    if value is None:
        return default
    return value if isinstance(value, str) else str(value)


def needed(row: Row, name: str) -> str:
    """Raises `BrokenRow` where there is nothing."""
    value = text(row, name).strip()
    if not value:
        raise BrokenRow(f"it has no `{name}`")
    return value


def flag(row: Row, name: str) -> bool:
    value = row.get(name)
    return value not in (None, 0, "0", "", "false", "False")


def json_value(row: Row, name: str) -> Any:
    """Raises `BrokenRow` for text that is not JSON."""
    value = row.get(name)
    if not isinstance(value, str | bytes):
        return value
    if not value.strip():
        return None
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError as error:
        raise BrokenRow(f"its `{name}` is not JSON ({error})") from error


def json_object(row: Row, name: str) -> dict[str, Any]:
    """An object; empty where there is nothing else than null. JSON that was encoded twice is decoded twice."""
    value = json_value(row, name)
    if isinstance(value, str):
        value = json_value({name: value}, name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BrokenRow(f"its `{name}` is not an object")
    return value


def json_list(row: Row, name: str) -> list[Any]:
    value = json_value(row, name)
    return value if isinstance(value, list) else []


def seconds(value: Any) -> float:
    """Epoch seconds from whatever unit or text; 0 where it is no time."""
    if isinstance(value, str):
        try:
            return max(0.0, datetime.fromisoformat(value).timestamp())
        except ValueError:
            return 0.0
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        return 0.0
    return next((value / unit for least, unit in _LARGEST if value >= least), float(value))
