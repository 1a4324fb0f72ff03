"""The column types that all tables use; they behave alike on SQLite and Postgres."""

from __future__ import annotations

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
    """JSON for a plain value; NaN becomes null, lone surrogates become U+FFFD.

    Raises `TypeError` for what is not plain.
    """
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:
        return _encoder.encode(_without_surrogates(value))


def decode_json(text: str | bytes) -> Any:
    return _decoder.decode(text)


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return _whole_letters(value)
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_surrogates(item) for item in value]
    return value


class String(TypeDecorator[str]):
    """Text of any length."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean_text(value)


class Json(TypeDecorator[Any]):
    """A plain value as JSON text. None is NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else encode_json(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value == "[]":
            return []
        if value == "{}":
            return {}
        return _decoder.decode(value)
