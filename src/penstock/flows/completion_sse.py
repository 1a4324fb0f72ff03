"""Pieces as server-sent events: a batch becomes one block of bytes."""

from __future__ import annotations

from typing import Any

import msgspec

from penstock.flows.completion_answer import Label, text_chunk
from penstock.flows.completion_pieces import Pieces

DONE = b"data: [DONE]\n\n"
SLOT = "\x00text\x00"

_encode = msgspec.json.Encoder().encode


class SseWriter:
    """Writes one answer. Texts go between two ends that were encoded once."""

    def __init__(self, of: Label) -> None:
        template = _encode(text_chunk(of, SLOT))
        head, tail = template.split(_encode(SLOT))
        self._head = b"data: " + head
        self._tail = tail + b"\n\n"
        self._between = self._tail + self._head
        self._label = of

    def block(self, pieces: Pieces) -> bytes:
        texts = [piece for piece in pieces if type(piece) is str]
        if len(texts) == len(pieces):
            return self._texts(texts)
        return b"".join(self._texts([piece]) if isinstance(piece, str) else self.event(piece) for piece in pieces)

    def event(self, chunk: dict[str, Any]) -> bytes:
        if "choices" in chunk and "id" not in chunk:
            of = self._label
            ends = {"id": of.id, "object": "chat.completion.chunk", "created": of.created, "model": of.model}
            chunk = {**ends, **chunk}
        return b"data: " + _encode(chunk) + b"\n\n"

    def _texts(self, texts: list[str]) -> bytes:
        return self._head + self._between.join(map(_encode, texts)) + self._tail if texts else b""
