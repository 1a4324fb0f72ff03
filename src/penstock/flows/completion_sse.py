"""Pieces as server-sent events: a batch becomes one block of bytes."""

from __future__ import annotations

from typing import Any

import msgspec

from penstock.errors import PenstockError
from penstock.flows.completion_answer import Label, text_chunk
from penstock.flows.completion_pieces import Pieces
from penstock.store.columns import encode_json

DONE = b"data: [DONE]\n\n"
SLOT = "\x00text\x00"

_encode = msgspec.json.Encoder().encode


class SseWriter:
    """Writes one answer. Texts go between two ends that were encoded once; the first names the role."""

    def __init__(self, of: Label) -> None:
        template = text_chunk(of, SLOT)
        head, tail = _encode(template).split(_encode(SLOT))
        self._head = b"data: " + head
        self._tail = tail + b"\n\n"
        self._between = self._tail + self._head
        self._ends = {key: value for key, value in template.items() if key != "choices"}
        self._first = b"data: " + head.replace(b'"delta":{', b'"delta":{"role":"assistant",')

    def block(self, pieces: Pieces) -> bytes:
        texts = [piece for piece in pieces if type(piece) is str]
        if len(texts) == len(pieces):
            return self._texts(texts)
        return b"".join(self._texts([piece]) if isinstance(piece, str) else self.event(piece) for piece in pieces)

    def event(self, chunk: dict[str, Any]) -> bytes:
        self._first = self._head
        if "choices" in chunk and "id" not in chunk:
            chunk = {**self._ends, **chunk}
        return b"data: " + _json(chunk) + b"\n\n"

    def error(self, error: PenstockError) -> bytes:
        """An error after the beginning of an answer."""
        said = {"message": error.message, "type": error.code, "code": error.code, "hint": error.hint}
        return self.event({"error": said})

    def _texts(self, texts: list[str]) -> bytes:
        if not texts:
            return b""
        head, self._first = self._first, self._head
        return head + self._between.join(map(_json, texts)) + self._tail


def _json(value: Any) -> bytes:
    try:
        return _encode(value)
    except UnicodeEncodeError:
        return encode_json(value)
