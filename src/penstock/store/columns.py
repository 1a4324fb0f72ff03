"""The column types that all tables use; they behave alike on SQLite and Postgres."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder()


def clean_text(text: str) -> str:
    """The text without what a database refuses: NUL and lone surrogates become U+FFFD."""
    return _whole_letters(text.replace("\x00", "\ufffd") if "\x00" in text else text)


def _whole_letters(text: str) -> str:
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def encode_json(value: Any) -> bytes:
    """JSON for a plain value; NaN becomes null, lone surrogates become U+FFFD, keys become text.

    Raises `TypeError` for what is not plain.
    """
    try:
        return _encoder.encode(value)
    except (UnicodeEncodeError, TypeError):
        return _encoder.encode(_mended(value))


def decode_json(text: str | bytes) -> Any:
    return _decoder.decode(text)


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return _whole_letters(value)
    if isinstance(value, dict):
        return {_whole_letters(str(key)): _mended(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_mended(item) for item in value]
    return value


def _write_text(text: str | None) -> str | None:
    return None if text is None else clean_text(text)


def _write_json(value: Any) -> str | None:
    return None if value is None else encode_json(value).decode()


def _read_json(text: str | None) -> Any:
    if text == "[]":
        return []
    if text is None:
        return None
    return {} if text == "{}" else _decoder.decode(text)


class String(TypeDecorator[str]):
    """Text of any length."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        return _write_text


class Json(TypeDecorator[Any]):
    """A plain value as JSON text. None is NULL."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str | None]:
        return _write_json

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], Any]:
        return _read_json
