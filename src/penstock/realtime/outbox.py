"""What waits to go out on one socket. Bounded; text that is only appended is merged while it waits."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

import msgspec

from penstock.functions.events import delta_text, with_delta_text
from penstock.realtime.published import Published
from penstock.store.columns import encode_json

MOST_ENTRIES = 10_000
MOST_CHARACTERS = 16 * 2**20

log = logging.getLogger(__name__)


def frame(event: Published) -> str:
    """A Socket.IO packet of the event `events`."""
    try:
        body = encode_json(event.wire())
    except (TypeError, ValueError) as error:
        log.warning("An event of type %s cannot be written as JSON: %s", event.type, error)
        body = encode_json(msgspec.structs.replace(event, data=None).wire())
    return '2["events",' + body.decode() + "]"


class Entry:
    """One event that waits, or several that were merged: then `texts` has what they append."""

    __slots__ = ("event", "texts", "weight")

    def __init__(self, event: Published, text: str | None) -> None:
        self.event = event
        self.texts = None if text is None else [text]
        self.weight = _weight(event, text)

    def add(self, event: Published, text: str) -> None:
        assert self.texts is not None
        self.texts.append(text)
        self.event = event
        self.weight += _weight(event, text)

    def takes(self, event: Published) -> bool:
        """Whether a later event only appends to the same message in the same way."""
        mine = self.event
        return (
            self.texts is not None
            and mine.type == event.type
            and mine.message_id == event.message_id
            and mine.chat_id == event.chat_id
        )

    def merged(self) -> Published:
        if self.texts is None or len(self.texts) == 1:
            return self.event
        return msgspec.structs.replace(self.event, data=with_delta_text(self.event.type, "".join(self.texts)))


class Outbox:
    """Sends events in order through `send`, which waits while the socket is slow."""

    def __init__(self, send: Callable[[list[Published]], Awaitable[None]], overflow: Callable[[], None]) -> None:
        self._send = send
        self._overflow = overflow
        self._entries: deque[Entry] = deque()
        self._characters = 0
        self._wake = asyncio.Event()
        self._held = False
        self._closed = False
        self._task = asyncio.get_running_loop().create_task(self._run(), name="outbox of a socket")

    def put(self, event: Published) -> None:
        """Queue an event. When too much waits, the socket is given up: its client comes back and catches up."""
        if self._closed:
            return
        text = None if event.question_id else delta_text(event.type, event.data)
        last = self._entries[-1] if self._entries else None
        if text is not None and last is not None and last.takes(event):
            self._characters -= last.weight
            last.add(event, text)
        else:
            last = Entry(event, text)
            self._entries.append(last)
        self._characters += last.weight
        if len(self._entries) > MOST_ENTRIES or self._characters > MOST_CHARACTERS:
            self._give_up()
        elif not self._held:
            self._wake.set()

    def hold(self) -> None:
        """Keep what comes, until `release`."""
        self._held = True

    def release(self, first: list[Published] | None = None) -> None:
        """Send `first`, then what was kept of later numbers."""
        if first:
            last = max((event.seq or 0 for event in first), default=0)
            kept = [entry for entry in self._entries if entry.event.seq is None or entry.event.seq > last]
            self._entries = deque([Entry(event, delta_text(event.type, event.data)) for event in first] + kept)
            self._characters = sum(entry.weight for entry in self._entries)
        self._held = False
        self._wake.set()

    def close(self) -> None:
        self._closed = True
        self._entries.clear()
        self._task.cancel()

    def _give_up(self) -> None:
        self._closed = True
        self._entries.clear()
        self._overflow()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._entries and not self._held:
                await self._send([entry.merged() for entry in self._take(64)])

    def _take(self, count: int) -> list[Entry]:
        taken = [self._entries.popleft() for _ in range(min(count, len(self._entries)))]
        self._characters -= sum(entry.weight for entry in taken)
        return taken


def _weight(event: Published, text: str | None) -> int:
    return 64 + len(text) if text is not None else 64 + _size(event.data)


def _size(data: object) -> int:
    """About how much an event holds, without looking deeper than its longest texts."""
    if isinstance(data, str):
        return len(data)
    if isinstance(data, dict):
        return sum(map(_size, data.values()))
    if isinstance(data, list | tuple):
        return sum(map(_size, data))
    return 8
