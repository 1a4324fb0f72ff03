"""The answer so far: what pieces add up to."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from penstock.flows.completion_pieces import Pieces
from penstock.functions.events import text_of


@dataclass(slots=True)
class Answer:
    """Pieces go in, the text, reasoning, tool calls and usage come out."""

    text: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    tool_calls: list[dict[str, Any]] = field(default_factory=list)
    usage: dict[str, Any] | None = None
    finish_reason: str | None = None
    sole: dict[str, Any] | None = None  # the only piece, where it is a chunk
    count: int = 0

    @property
    def content(self) -> str:
        if len(self.text) > 1:
            self.text = ["".join(self.text)]
        return self.text[0] if self.text else ""

    def add(self, pieces: Pieces) -> None:
        self.count += len(pieces)
        self.sole = pieces[0] if self.count == 1 and pieces and isinstance(pieces[0], dict) else None
        for piece in pieces:
            if isinstance(piece, str):
                self.text.append(piece)
            else:
                self._add_chunk(piece)

    def message(self) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": self.content}
        if self.reasoning:
            message["reasoning_content"] = "".join(self.reasoning)
        if self.tool_calls:
            message["tool_calls"] = self.tool_calls
        return message

    def _add_chunk(self, chunk: dict[str, Any]) -> None:
        if isinstance(usage := chunk.get("usage"), dict):
            self.usage = usage
        choices = chunk.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(choice, dict):
            return
        if isinstance(reason := choice.get("finish_reason"), str):
            self.finish_reason = reason
        delta = choice.get("delta")
        if isinstance(delta, dict):
            self._add_delta(delta)

    def _add_delta(self, delta: dict[str, Any]) -> None:
        if content := delta.get("content"):
            self.text.append(text_of(content))
        if isinstance(reasoning := delta.get("reasoning_content") or delta.get("reasoning"), str):
            self.reasoning.append(reasoning)
        if isinstance(calls := delta.get("tool_calls"), list):
            for call in calls:
                if isinstance(call, dict):
                    _merge_call(self.tool_calls, call)


def _merge_call(calls: list[dict[str, Any]], part: dict[str, Any]) -> None:
    """Put a part of a tool call where it belongs: its name comes once, its arguments in pieces."""
    index = part.get("index", len(calls))
    known = next((call for call in calls if call.get("index") == index), None)
    if known is None:
        calls.append({**part, "index": index, "function": dict(part.get("function") or {})})
        return
    given = part.get("function") or {}
    function = known["function"]
    function["arguments"] = str(function.get("arguments") or "") + str(given.get("arguments") or "")
    if given.get("name"):
        function["name"] = given["name"]


@dataclass(frozen=True, slots=True)
class Label:
    """What every chunk of one answer carries."""

    id: str
    model: str
    created: int


def label(model: str) -> Label:
    return Label(f"{model}-{uuid4()}", model, int(time.time()))


def completion(of: Label, answer: Answer) -> dict[str, Any]:
    """An answer as a whole, in the shape of OpenAI."""
    if answer.sole is not None and "choices" not in answer.sole:
        return answer.sole  # an object of the author's own, for a caller who knows it
    if answer.sole is not None and answer.finish_reason is not None:
        return _as_it_came(of, answer.sole)
    body: dict[str, Any] = {
        "id": of.id,
        "object": "chat.completion",
        "created": of.created,
        "model": of.model,
        "choices": [
            {
                "index": 0,
                "message": answer.message(),
                "logprobs": None,
                "finish_reason": answer.finish_reason or ("tool_calls" if answer.tool_calls else "stop"),
            }
        ],
    }
    if answer.usage is not None:
        body["usage"] = answer.usage
    return body


def _as_it_came(of: Label, chunk: dict[str, Any]) -> dict[str, Any]:
    """A whole answer that came as one piece, with whatever else stands in it."""
    choices = [
        {**choice, "message": {"role": "assistant", **(choice.get("delta") or {})}} for choice in chunk["choices"]
    ]
    for choice in choices:
        choice.pop("delta", None)
    ends = {"id": of.id, "created": of.created, "model": of.model}
    return {**ends, **chunk, "object": "chat.completion", "choices": choices}


def text_chunk(of: Label, text: str) -> dict[str, Any]:
    """A text as a chunk, as stream filters see it."""
    choice = {"index": 0, "delta": {"content": text}, "logprobs": None, "finish_reason": None}
    return chunk(of, [choice])


def final_chunk(of: Label, reason: str, usage: Mapping[str, Any] | None = None) -> dict[str, Any]:
    made = chunk(of, [{"index": 0, "delta": {}, "logprobs": None, "finish_reason": reason}])
    return made if usage is None else {**made, "usage": usage}


def chunk(of: Label, choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {**text_ends(of), "choices": choices}


def text_ends(of: Label) -> dict[str, Any]:
    """A chunk but for its choices."""
    return {"id": of.id, "object": "chat.completion.chunk", "created": of.created, "model": of.model}
