"""How frames travel over a byte stream: four bytes of length, big endian, then one msgpack value.

Both sides trust nothing: a length over the limit, bytes that are no frame, and a frame that only the other
side may send all end in `ProtocolBroken`.
"""

from __future__ import annotations

import struct
from typing import Any, Generic, TypeVar

import msgspec

from penstock.errors import ProtocolBroken
from penstock.protocol.frames import Frame

FrameT = TypeVar("FrameT")

HEADER = struct.Struct(">I")
DEFAULT_LIMIT = 32 * 2**20

_encoder = msgspec.msgpack.Encoder()


def encode(frame: Frame) -> bytearray:
    """The bytes of one frame, header included. Raises `TypeError` for a value that is not plain."""
    buffer = bytearray(HEADER.size)
    _encoder.encode_into(frame, buffer, HEADER.size)
    HEADER.pack_into(buffer, 0, len(buffer) - HEADER.size)
    return buffer


def _refuse(code: int, _: memoryview) -> Any:
    raise msgspec.DecodeError(f"there are no values of the extension type {code}")


class FrameDecoder(Generic[FrameT]):
    """Takes bytes as they arrive, however they were split, and gives the frames that are complete."""

    def __init__(self, frames: Any, limit: int = DEFAULT_LIMIT) -> None:
        self._decoder: msgspec.msgpack.Decoder[FrameT] = msgspec.msgpack.Decoder(frames, ext_hook=_refuse)
        self._limit = limit
        self._rest = bytearray()

    @property
    def pending(self) -> int:
        """Bytes of a frame that is not complete yet."""
        return len(self._rest)

    def feed(self, data: bytes | bytearray | memoryview) -> list[FrameT]:
        if self._rest:
            self._rest += data
            data = self._rest
        frames, used = self._take(memoryview(data))
        if data is self._rest:
            self._rest = self._rest[used:]
        elif used < len(data):
            self._rest += data[used:]
        return frames

    def _take(self, view: memoryview) -> tuple[list[FrameT], int]:
        frames: list[FrameT] = []
        start, end = 0, len(view)
        while end - start >= HEADER.size:
            (length,) = HEADER.unpack_from(view, start)
            if length > self._limit:
                raise ProtocolBroken(f"A frame of {length:,} bytes is larger than the limit of {self._limit:,}.")
            stop = start + HEADER.size + length
            if stop > end:
                break
            frames.append(self._decode(view[start + HEADER.size : stop]))
            start = stop
        return frames, start

    def _decode(self, body: memoryview) -> FrameT:
        try:
            return self._decoder.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise ProtocolBroken(f"A frame could not be read: {error}") from error
