"""JSON for the socket library: the same signatures as `json`, several times as fast."""

from __future__ import annotations

from typing import Any

import msgspec

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder()


def dumps(value: Any, **_: Any) -> str:
    return _encoder.encode(value).decode()


def loads(text: str | bytes, **_: Any) -> Any:
    try:
        return _decoder.decode(text)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from error
