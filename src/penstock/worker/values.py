"""Making values plain: what Python knows and JSON does not becomes what JSON knows, and the author is told.

The result shares nothing mutable with what came in, so that it may be sent later.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime
import decimal
import enum
import math
import pathlib
import uuid
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

DEPTH = 200
LARGEST_INT = 2**63


class NotPlain(TypeError):
    """Raised when a value, or one inside it, has no counterpart in JSON."""

    def __init__(self, value: object, path: str) -> None:
        super().__init__(f"{path or 'the value'} is {describe(value)}, which JSON does not know")
        self.value = value
        self.path = path


class Circular(NotPlain):
    """Raised when a value contains itself."""

    def __init__(self, value: object, path: str) -> None:
        super().__init__(value, path)
        self.args = (f"{path or 'the value'} is {describe(value)} that contains itself",)


def describe(value: object) -> str:
    """A short text for a value of an unknown type."""
    kind = type(value)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return f"a {name}"


def plain(value: Any, notes: dict[str, None] | None = None, unknown: Callable[[object, str], Any] | None = None) -> Any:
    """A plain copy of `value`. `unknown` may replace what has no counterpart; without it that raises `NotPlain`."""
    try:
        return _copy(value, 0)
    except _NotQuickError:
        return _Plainer({} if notes is None else notes, unknown).make(value, "", 0)


class _NotQuickError(Exception):
    """Raised where a value holds anything but what JSON knows under the same name."""


def _copy(value: Any, depth: int) -> Any:
    """The quick way, for most values: nothing needs to be changed, so no place need be remembered."""
    kind = type(value)
    if kind is str:
        return value if value.isascii() else _checked_text(value)
    if kind is dict:
        if depth > DEPTH:
            raise _NotQuickError
        return {
            key if type(key) is str and key.isascii() else _checked_key(key): _copy(item, depth + 1)
            for key, item in list(value.items())
        }
    if kind is list:
        if depth > DEPTH:
            raise _NotQuickError
        return [_copy(item, depth + 1) for item in list(value)]
    if (
        value is None
        or kind is bool
        or (kind is int and -LARGEST_INT <= value < 2 * LARGEST_INT)
        or (kind is float and math.isfinite(value))
    ):
        return value
    raise _NotQuickError


def _checked_key(key: Any) -> str:
    if type(key) is not str:
        raise _NotQuickError
    return key if key.isascii() else _checked_text(key)


def _checked_text(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _NotQuickError from None
    return text


class _Plainer:
    def __init__(self, notes: dict[str, None], unknown: Callable[[object, str], Any] | None) -> None:
        self._notes = notes
        self._unknown = unknown
        self._open: set[int] = set()

    def make(self, value: Any, path: str, depth: int) -> Any:
        kind = type(value)
        if kind is str:
            return value if value.isascii() else self._text(value)
        if kind is bool or value is None:
            return value
        if kind is dict:
            return self._inside(value, path, depth, self._mapping)
        if kind is list:
            return self._inside(value, path, depth, self._sequence)
        if kind is int:
            return value if -LARGEST_INT <= value < 2 * LARGEST_INT else self._noted(str(value), "a large int", "text")
        if kind is float:
            return self._number(value)
        return self._other(value, path, depth)

    def _inside(self, value: Any, path: str, depth: int, make: Callable[[Any, str, int], Any]) -> Any:
        if id(value) in self._open or depth > DEPTH:
            if self._unknown is None:
                raise Circular(value, path)
            self._note("a value that contains itself was cut")
            return None
        self._open.add(id(value))
        try:
            return make(value, path, depth + 1)
        finally:
            self._open.discard(id(value))

    def _mapping(self, value: Mapping[Any, Any], path: str, depth: int) -> dict[str, Any]:
        make = self.make
        return {
            self._key(key): make(item, f"{path}.{key}" if path else str(key), depth)
            for key, item in list(value.items())
        }

    def _sequence(self, value: Iterable[Any], path: str, depth: int) -> list[Any]:
        make = self.make
        return [make(item, f"{path}[{index}]", depth) for index, item in enumerate(list(value))]

    def _key(self, key: Any) -> str:
        if key is None or isinstance(key, bool):
            return {None: "null", True: "true", False: "false"}[key]
        if isinstance(key, enum.Enum):
            return str(key.value)
        if not isinstance(key, str):
            self._note(f"a key of type {type(key).__name__} became text")
        return self._text(str(key))

    def _text(self, value: str) -> str:
        try:
            value.encode()
        except UnicodeEncodeError:
            return str(self._noted(value.encode("utf-8", "replace").decode(), "a broken character", "?"))
        return value

    def _number(self, value: float) -> float | None:
        if math.isfinite(value):
            return value
        self._note(f"{'NaN' if math.isnan(value) else 'Infinity'} became null")
        return None

    def _note(self, note: str) -> None:
        self._notes[note] = None

    def _noted(self, value: Any, what: str, became: str) -> Any:
        self._note(f"{what} became {became}")
        return value

    def _other(self, value: Any, path: str, depth: int) -> Any:
        if hasattr(value, "model_dump") and not isinstance(value, type):
            return self._inside(value.model_dump(), path, depth, self._mapping)
        for kinds, change in _CHANGES:
            if isinstance(value, kinds):
                changed, became = change(value)
                self._note(f"{describe(value)} became {became}")
                return self.make(changed, path, depth)
        if isinstance(value, str):
            return self._text(str.__str__(value))
        if isinstance(value, int):
            return int(value)
        if isinstance(value, float):
            return self._number(float(value))
        return self._container(value, path, depth)

    def _container(self, value: Any, path: str, depth: int) -> Any:
        if isinstance(value, Mapping):
            return self._inside(value, path, depth, self._mapping)
        if isinstance(value, (tuple, AbstractSet, list)):
            if isinstance(value, AbstractSet):
                self._note(f"{describe(value)} became a list")
            return self._inside(value, path, depth, self._sequence)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
            return self._inside(fields, path, depth, self._mapping)
        if hasattr(value, "item") and hasattr(value, "dtype") and getattr(value, "ndim", None) == 0:
            return self.make(value.item(), path, depth)
        if hasattr(value, "tolist") and hasattr(value, "dtype"):
            self._note(f"{describe(value)} became a list")
            return self.make(value.tolist(), path, depth)
        if self._unknown is None:
            raise NotPlain(value, path)
        return self._unknown(value, path)


def _bytes_to_text(value: bytes | bytearray | memoryview) -> tuple[str, str]:
    raw = bytes(value)
    try:
        return raw.decode(), "text"
    except UnicodeDecodeError:
        return base64.b64encode(raw).decode(), "base64 text"


_CHANGES: tuple[tuple[tuple[type, ...], Callable[[Any], tuple[Any, str]]], ...] = (
    ((enum.Enum,), lambda value: (value.value, "its value")),
    ((datetime.datetime, datetime.date, datetime.time), lambda value: (value.isoformat(), "text")),
    ((datetime.timedelta,), lambda value: (value.total_seconds(), "seconds")),
    ((decimal.Decimal,), lambda value: (float(value), "a number")),
    ((uuid.UUID, pathlib.PurePath), lambda value: (str(value), "text")),
    ((bytes, bytearray, memoryview), _bytes_to_text),
)
