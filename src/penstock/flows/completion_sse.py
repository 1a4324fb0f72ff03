"""Pieces as server-sent events: a batch becomes one block of bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from penstock.errors import PenstockError
from penstock.flows.completion_answer import Label, text_chunk
from penstock.flows.completion_pieces import Pieces
from penstock.store.columns import encode_json

DONE = b"data: [DONE]\n\n"
SLOT = "\x00text\x00"

_encoder = msgspec.json.Encoder()
_encode, _encode_lines = _encoder.encode, _encoder.encode_lines


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
        if not texts:
            return self._chunks(pieces)
        return b"".join(self._texts([piece]) if isinstance(piece, str) else self.event(piece) for piece in pieces)

    def event(self, chunk: dict[str, Any]) -> bytes:
        return self._chunks([chunk])

    def error(self, error: PenstockError) -> bytes:
        """An error after the beginning of an answer."""
        said = {"message": error.message, "type": error.code, "code": error.code, "hint": error.hint}
        return self.event({"error": said})

    def _chunks(self, chunks: Sequence[Any]) -> bytes:
        self._first = self._head
        whole = [{**self._ends, **chunk} if "choices" in chunk and "id" not in chunk else chunk for chunk in chunks]
        try:
            lines = _encode_lines(whole)
        except UnicodeEncodeError:
            lines = b"".join(encode_json(chunk) + b"\n" for chunk in whole)
        return b"data: " + lines[:-1].replace(b"\n", b"\n\ndata: ") + b"\n\n"

    def _texts(self, texts: list[str]) -> bytes:
        if not texts:
            return b""
        head, self._first = self._first, self._head
        return head + self._between.join(map(_json, texts)) + self._tail


def _json(text: str) -> bytes:
    try:
        return _encode(text)
    except UnicodeEncodeError:
        return encode_json(text)
