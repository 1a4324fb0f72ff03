"""What a run was called with, and what it asked the server for: kept beside its log, for whoever looks into it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec

from penstock.engine.base import WorkerState
from penstock.errors import PenstockError
from penstock.flows.redaction import redact
from penstock.flows.run_order import RunOrder
from penstock.realtime.published import is_saved
from penstock.store import Store
from penstock.store.records import RunLog
from penstock.store.runs import TRACE

ARGUMENTS, CALL, USAGE = "arguments", "call", "usage"  # levels of such lines; their texts are JSON
MOST_TEXT = 16 * 1024  # characters of the arguments of a run
MOST_VALUE = 200  # characters of one argument of a call
MOST_CALLS = 200  # of one run that are kept
MESSAGES = 3  # of the conversation, where it is in the chat as well
DEEPEST = 12

_encode = msgspec.json.Encoder(enc_hook=str).encode
_encode_plain = msgspec.json.Encoder().encode


class RunTrace:
    """`secrets` is asked only where a line may hold one."""

    def __init__(self, order: RunOrder, store: Store, secrets: Callable[[], Sequence[str]]) -> None:
        self._order = order
        self._store = store
        self._secrets = secrets
        self._calls = 0

    def begin(self) -> None:
        """Keep what the hook is called with; of temporary chats nothing."""
        order = self._order
        chat_id = order.target.chat_id
        if not order.record or order.body is None or (chat_id and not is_saved(chat_id)):
            return
        cutter = Cutter(MOST_TEXT)
        body = _without_history(order.body, cutter, chat_id is not None)
        kept = _short(body) or cutter.cut(body)
        self._put(ARGUMENTS, time.time(), {"body": kept, "whole": cutter.whole, "action_id": order.action_id})

    async def around(self, name: str, arguments: Any, answer: Awaitable[Any]) -> Any:
        """The answer to one call of the server; what was asked for is kept, and how long that took."""
        began = time.time()
        try:
            value = await answer
        except PenstockError as error:
            self._call(name, arguments, began, error.message)
            raise
        self._call(name, arguments, began)
        return value

    def used(self, worker: WorkerState) -> None:
        """Keep what its worker took when it was last looked at."""
        shared = max(0, worker.runs + worker.background - 1)
        self._put(USAGE, time.time(), {"memory": worker.memory, "cpu": worker.cpu, "shared": shared})

    def _call(self, name: str, arguments: Any, began: float, error: str | None = None) -> None:
        self._calls += 1
        if not self._order.record or self._calls > MOST_CALLS:
            return
        shown = {str(key): _brief(value) for key, value in arguments.items()} if isinstance(arguments, Mapping) else {}
        took = time.time() - began
        self._put(CALL, began, {"name": name, "arguments": shown, "took": took, "error": error})

    def _put(self, level: str, when: float, data: dict[str, Any]) -> None:
        try:
            text = _encode(data).decode()
        except (TypeError, ValueError, OverflowError):  # what JSON cannot hold is not worth a failed run
            return
        hidden = redact(text, self._secrets())
        if level == ARGUMENTS and hidden != text:
            hidden = hidden.replace('"whole":true', '"whole":false')
        line = RunLog(run_id=self._order.id, time=when, level=level, text=hidden, thread=TRACE)
        self._store.runs.trace_later(line)


class Cutter:
    """Makes a value plain and short. `whole` says whether nothing was left out."""

    def __init__(self, most: int) -> None:
        self._left = most
        self.whole = True

    def cut(self, value: Any, depth: int = 0) -> Any:
        self._left -= 8
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, str):
            return self._text(value)
        if self._left <= 0 or depth > DEEPEST:
            self.whole = False
            return "…"
        if isinstance(value, Mapping):
            return self._mapping(value, depth)
        if isinstance(value, list | tuple):
            return [self.cut(item, depth + 1) for item in self._room_for(value)]
        self.whole = False
        return f"{len(value)} bytes" if isinstance(value, bytes) else self._text(str(value))

    def leave_out(self) -> None:
        self.whole = False

    def _text(self, text: str) -> str:
        most = max(0, self._left)
        self._left -= len(text)
        if len(text) <= most:
            return text
        self.whole = False
        return f"{text[:most]}…"

    def _mapping(self, value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
        kept = {}
        for key, item in value.items():
            if self._left <= 0:
                self.whole = False
                break
            kept[self._text(str(key))] = self.cut(item, depth + 1)
        return kept

    def _room_for(self, items: Sequence[Any]) -> Any:
        for item in items:
            if self._left <= 0:
                self.whole = False
                return
            yield item


def _short(body: Any) -> msgspec.Raw | None:
    """The body as it is, where that is plain and short, as most are: much quicker than looking at each part."""
    try:
        text = _encode_plain(body)
    except (TypeError, ValueError, OverflowError, RecursionError):
        return None
    return msgspec.Raw(text) if len(text) <= MOST_TEXT else None


def _without_history(body: Any, cutter: Cutter, in_chat: bool) -> Any:
    """The body without what is found again elsewhere: the model, and the beginning of the conversation."""
    if not isinstance(body, Mapping):
        return body
    kept = {name: value for name, value in body.items() if name != "model_item" or "model" not in body}
    messages = kept.get("messages")
    if in_chat and isinstance(messages, list) and len(messages) > MESSAGES:
        cutter.leave_out()
        kept["messages"] = [f"{len(messages) - MESSAGES} earlier messages", *messages[-MESSAGES:]]
    return kept


def _brief(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value if len(value) <= MOST_VALUE else f"{value[:MOST_VALUE]}…"
    if isinstance(value, Mapping):
        return f"{len(value)} fields"
    return f"{len(value)} items" if isinstance(value, list | tuple) else f"a {type(value).__name__}"
