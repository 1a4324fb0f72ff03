"""`__event_emitter__` and `__event_call__`: plain calls that send at once and can also be awaited (E5)."""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from asyncio import coroutines
from collections.abc import Callable, Coroutine, Generator
from typing import Any

from penstock.protocol.frames import Ask, Emit
from penstock.protocol.framing import encode
from penstock.worker.channel import Channel
from penstock.worker.pending import Answer, Replies
from penstock.worker.runs import Run, current
from penstock.worker.values import NotPlain, describe, plain

log = logging.getLogger("penstock")

Emitter = Callable[[Any], "Sent"]
Caller = Callable[[Any], Answer]


class Sent(Coroutine[Any, Any, None]):
    """What the emitter gives back: the event is on its way, awaiting it only waits for room."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._waiting: Generator[Any, None, None] | None = None

    def send(self, value: Any) -> Any:
        if self._waiting is None:
            self._waiting = self.__await__()
        return self._waiting.send(value)

    def throw(self, *error: Any) -> Any:
        if self._waiting is None:
            self._waiting = self.__await__()
        return self._waiting.throw(*error)

    def close(self) -> None:
        if self._waiting is not None:
            self._waiting.close()

    def __await__(self) -> Generator[Any, None, None]:
        while self._channel.congested:
            yield from asyncio.sleep(0.005).__await__()


class Voices:
    """Makes the emitter and the caller of each run."""

    def __init__(self, channel: Channel, replies: Replies, output_limit: int) -> None:
        self._channel = channel
        self._replies = replies
        self._limit = output_limit

    def emitter(self, run: Run) -> Emitter:
        def emit(event: Any) -> Sent:
            if isinstance(event, dict) and "type" not in event:
                # Open WebUI drops such events without a word, and published functions send them.
                log.warning('__event_emitter__ was given an event without a "type": nothing was sent')
                return Sent(self._channel)
            kind, data = read_event(event, "__event_emitter__")
            speaker = _speaker(run)
            if speaker is not None:
                speaker.speak(self._checked(Emit(speaker.id, kind, data), kind))
                self._wait_in_thread()
            return Sent(self._channel)

        _look_awaitable(emit, "__event_emitter__")
        return emit

    def caller(self, run: Run) -> Caller:
        def call(event: Any) -> Answer:
            kind, data = read_event(event, "__event_call__")
            speaker = _speaker(run)
            if speaker is None:
                raise RuntimeError("__event_call__ was used after its run had ended")
            number = self._replies.number()
            encoded = self._checked(Ask(speaker.id, number, kind, data), kind)
            future = self._replies.ask(speaker, number, encoded)
            return Answer(future, lambda: self._replies.withdraw(speaker, number))

        _look_awaitable(call, "__event_call__")
        return call

    def _checked(self, frame: Emit | Ask, kind: str) -> bytearray:
        encoded = encode(frame)
        if len(encoded) > self._limit:
            size = f"{len(encoded):,} bytes; the budget `output` is {self._limit:,} bytes"
            raise ValueError(f"the event {kind!r} has {size}")
        return encoded

    def _wait_in_thread(self) -> None:
        """Someone who emits without awaiting, and not on the loop, waits here when the host is slow."""
        while self._channel.congested and asyncio._get_running_loop() is None:
            time.sleep(0.005)


def read_event(event: Any, who: str) -> tuple[str, Any]:
    """The type and the plain data of an event, or an error in the author's terms."""
    if hasattr(event, "model_dump"):
        event = event.model_dump()
    if not isinstance(event, dict):
        raise TypeError(f'{who} takes a dict such as {{"type": "status", "data": {{...}}}}, not {describe(event)}')
    kind = event.get("type")
    if not isinstance(kind, str) or not kind:
        raise ValueError(f'{who} needs a "type" that is a text; got {kind!r}')
    data = event["data"] if "data" in event else {key: value for key, value in event.items() if key != "type"} or None
    try:
        return str(kind), plain(data)
    except NotPlain as error:
        raise TypeError(f"{who}: the data of {kind!r} cannot be sent: {error}") from None


def _speaker(run: Run) -> Run | None:
    """The run to speak for: the emitter's own, or the present one where an old emitter was kept on `self`."""
    if not run.over:
        return run
    present = current.get()
    return None if present is None or present.over else present


def _look_awaitable(function: Any, name: str) -> None:
    """Make a function pass for a coroutine function: some authors look before they await."""
    function.__name__ = function.__qualname__ = name
    function._is_coroutine = coroutines._is_coroutine  # type: ignore[attr-defined]
    if mark := getattr(inspect, "markcoroutinefunction", None):
        mark(function)
