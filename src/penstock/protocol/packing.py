"""Items that pass through several processes travel packed: msgpack inside msgpack.

Whoever only passes them on need not read them, and what comes back as it went needs no second look.
"""

from __future__ import annotations

from typing import Any

import msgspec

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder()


def pack(value: Any) -> bytes:
    """The bytes of a plain value."""
    return _encoder.encode(value)


def unpack(data: bytes) -> Any:
    """The value in packed bytes. Raises `ValueError` for what is none."""
    try:
        return _decoder.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error


NOTHING = pack(None)
