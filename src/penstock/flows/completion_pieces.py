"""What models give, brought into one form (spec P2).

A piece is a text that continues the answer, or a dict in the shape of an OpenAI chunk. Two further shapes of dict
are pieces as well: `{"event": {...}}` and `{"error": ...}`.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from typing import Any

import msgspec

from penstock.flows.completion_results import tabled

Piece = str | dict[str, Any]
Pieces = list[Piece]

DATA = "data:"
DONE = "[DONE]"
LINE_LIMIT = 4 * 2**20
FIELDS = (DATA, ": ", "event: ", "id: ", "retry: ")

_decode_json = msgspec.json.Decoder().decode


class PieceReader:
    """Reads the items of a generator in order: texts, chunks, and lines `data: ...`, also where they are torn apart."""

    def __init__(self) -> None:
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self._in_lines = False  # the last item was a line, so that blank ones are separators
        self._only_lines = False  # it is an event stream that is torn anywhere
        self._begun = False
        self._rest = ""  # a line that is not whole yet, or a beginning that may become one

    def read(self, items: Sequence[Any]) -> Pieces:
        if self._begun and not self._in_lines and _all_plain(items):
            return [item for item in items if item]
        pieces: Pieces = []
        for item in items:
            self._read_one(item, pieces)
        return pieces

    def end(self) -> Pieces:
        """What is left when the generator is over."""
        pieces: Pieces = []
        rest, self._rest = self._rest, ""
        if rest:
            _read_line(rest, pieces) if self._begun else pieces.append(rest)
        return pieces

    def _read_one(self, item: Any, pieces: Pieces) -> None:
        if isinstance(item, bytes):
            self._read_text(self._utf8.decode(item), pieces, FIELDS)
        elif isinstance(item, str):
            self._read_text(item, pieces)
        elif isinstance(item, dict):
            self._begin(pieces)
            pieces.append(as_chunk(item))
        elif isinstance(item, list | tuple):
            for part in item:
                self._read_one(part, pieces)
        elif item is not None:
            self._begin(pieces)
            pieces.append(tabled(item))

    def _begin(self, pieces: Pieces) -> None:
        """What was held back at the beginning is no line, since something else follows."""
        if not self._begun and self._rest:
            pieces.append(self._rest)
            self._rest = ""
        self._begun = True

    def _read_text(self, text: str, pieces: Pieces, fields: tuple[str, ...] = ()) -> None:
        if not self._begun:
            held, self._rest = self._rest, ""
            text = held + text
            if any(field.startswith(text) for field in fields or (DATA,)) or text.strip() == DATA:
                self._rest = text
                return
            self._begun, self._only_lines = True, bool(held) and is_line(text)
        if fields and text.startswith(fields):
            self._only_lines = True
        goes_on = self._in_lines and (not text.strip() or text.lstrip("\r\n").startswith(FIELDS))
        self._in_lines = self._only_lines or bool(self._rest) or goes_on or is_line(text)
        if self._in_lines:
            self._read_lines(text, pieces)
        elif text:
            pieces.append(text)

    def _read_lines(self, text: str, pieces: Pieces) -> None:
        if self._rest and is_line(text):  # the last item was a line without its end
            text = "\n" + text
        *lines, rest = (self._rest + text).split("\n")
        first, torn = (lines[0], self._rest or rest) if lines else (rest, self._rest)
        self._only_lines = self._only_lines or bool(torn and is_line(first) and _complete(first))
        held = self._only_lines and rest.startswith(":")  # the rest of a comment may follow
        if (_complete(rest) and not held) or len(rest) > LINE_LIMIT:
            lines, rest = [*lines, rest], ""
        self._rest = rest
        for line in lines:
            _read_line(line, pieces)


def is_line(text: str) -> bool:
    """Whether a text is a line of an event stream, rather than an answer that happens to begin with `data:`."""
    if not text.startswith(DATA):
        return False
    payload = text[len(DATA) :].lstrip()
    return payload.startswith(("{", DONE))


def line_piece(payload: str | bytes) -> Piece | None:
    """The piece in a `data:` line; nothing for the end mark. What is no JSON is taken as text."""
    if payload in (DONE, DONE.encode(), "", b""):
        return None
    try:
        value = _decode_json(payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return payload if isinstance(payload, str) else payload.decode("utf-8", "replace")
    return as_chunk(value) if isinstance(value, dict) else tabled(value)


def block_pieces(block: bytes) -> Pieces:
    """The pieces in whole lines of a server's event stream."""
    pieces: Pieces = []
    for line in block.splitlines():
        if line.startswith(b"data:") and (piece := line_piece(line[5:].strip())) is not None:
            pieces.append(piece)
    return pieces


def as_chunk(value: dict[str, Any]) -> dict[str, Any]:
    """A dict as a chunk: whole answers become one, and so do the shapes that other servers use."""
    choices = value.get("choices")
    if isinstance(choices, list):
        if any(isinstance(choice, dict) and "message" in choice and "delta" not in choice for choice in choices):
            return {**value, "object": "chat.completion.chunk", "choices": [_as_delta(choice) for choice in choices]}
        return value
    message = value.get("message")
    if isinstance(message, dict) and "content" in message and "error" not in value:
        return {"choices": [{"index": 0, "delta": message, "finish_reason": None}]}
    return value


def is_end(piece: Piece) -> bool:
    """Whether a piece says how the answer ended."""
    choices = piece.get("choices") if isinstance(piece, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    return isinstance(first, dict) and bool(first.get("finish_reason"))


def _as_delta(choice: Any) -> Any:
    if not isinstance(choice, dict) or "message" not in choice:
        return choice
    delta = {key: value for key, value in choice.items() if key != "message"}
    return {"finish_reason": "stop", **delta, "delta": choice["message"]}


def _all_plain(items: Sequence[Any]) -> bool:
    return all(type(item) is str and not (item.startswith(DATA) and is_line(item)) for item in items)


def _read_line(line: str, pieces: Pieces) -> None:
    line = line.rstrip("\r")
    if line.startswith(DATA):
        piece = line_piece(line[len(DATA) :].strip())
        if piece is not None:
            pieces.append(piece)
    elif line.strip() and not line.startswith(FIELDS):
        pieces.append(line)


def _complete(line: str) -> bool:
    """Whether a line without its end is nevertheless all of it."""
    if not line:
        return True
    payload = line[len(DATA) :].strip() if line.startswith(DATA) else ""
    if payload == DONE or line.startswith(":"):
        return True
    try:
        _decode_json(payload)
    except msgspec.DecodeError:
        return False
    return True
