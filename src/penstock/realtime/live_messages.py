"""Messages with recent activity, kept in memory so that an event costs no read and few writes.

Whoever changes a message that may be live does so through here; the row follows within `WRITE_DELAY`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import msgspec

from penstock.errors import NotFound, PenstockError
from penstock.functions import events
from penstock.store import Store
from penstock.store.records import Message

log = logging.getLogger(__name__)

Key = tuple[str, str]  # chat, message

WRITE_DELAY = 0.02
ABSENT_FOR = 0.5  # how long a message that has no row is not asked for again
WAITING_LIMIT = 10_000  # events that wait for the row to be read


class _Live:
    """One message: `fields` is None until its row is read, and events wait in `waiting`."""

    __slots__ = ("fields", "loading", "waiting")

    def __init__(self) -> None:
        self.fields: dict[str, Any] | None = None
        self.waiting: list[tuple[str, Any]] = []
        self.loading: asyncio.Task[None] | None = None


class LiveMessages:
    """At most `capacity` messages; the least recently touched ones leave."""

    def __init__(self, store: Store, capacity: int = 500) -> None:
        self._store = store
        self._capacity = capacity
        self._live: OrderedDict[Key, _Live] = OrderedDict()
        self._dirty: dict[Key, _Live] = {}
        self._absent: dict[Key, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def apply(self, chat_id: str, message_id: str, event_type: str, data: Any) -> None:
        """Let an event change the message, now or as soon as its row is read. A message without a row stays so."""
        key = (chat_id, message_id)
        live = self._live.get(key) or self._open(key)
        if live is None:
            return
        self._live.move_to_end(key)
        if live.fields is not None:
            self._reduce(key, live, event_type, data)
        elif len(live.waiting) < WAITING_LIMIT:
            live.waiting.append((event_type, data))

    async def get(self, chat_id: str, message_id: str) -> Message | None:
        """The message as it is now, with every event so far."""
        live = await self._loaded((chat_id, message_id))
        return None if live is None else _record(live)

    def peek(self, chat_id: str, message_id: str) -> Message | None:
        """The message where it is live, without waiting."""
        live = self._live.get((chat_id, message_id))
        return None if live is None else _record(live)

    async def change(self, chat_id: str, message_id: str, changes: dict[str, Any]) -> Message:
        """Change fields of a message and return it when that is committed."""
        key = (chat_id, message_id)
        live = await self._loaded(key)
        if live is None or live.fields is None:
            raise NotFound("There is no such message in this chat.")
        live.fields.update(changes)
        self._write(key, live)
        message = _record(live)
        await self._store.writer.flush()
        assert message is not None
        return message

    async def put(self, messages: Sequence[Message]) -> None:
        """Insert or replace whole messages; those that are live take the new state."""
        for message in messages:
            key = (message.chat_id, message.id)
            self._absent.pop(key, None)
            if live := self._live.get(key):
                live.fields = msgspec.structs.asdict(message)
                self._dirty.pop(key, None)
        await self._store.messages.put(messages)

    def forget(self, chat_id: str, message_ids: Sequence[str] | None = None) -> None:
        """Drop deleted messages, or all of a chat, so that nothing writes them again."""
        wanted = None if message_ids is None else set(message_ids)
        for key in [key for key in self._live if key[0] == chat_id and (wanted is None or key[1] in wanted)]:
            live = self._live.pop(key)
            self._dirty.pop(key, None)
            live.waiting.clear()
            live.fields = None

    async def settle(self) -> None:
        """Return when every change so far is committed, also those that wait for their message to be read."""
        if loading := [live.loading for live in self._live.values() if live.loading is not None]:
            await asyncio.wait(loading)
        self._write_dirty()
        await self._store.writer.flush()

    def _open(self, key: Key) -> _Live | None:
        if self._is_absent(key):
            return None
        live = self._live[key] = _Live()
        live.loading = asyncio.get_running_loop().create_task(self._load(key, live), name=f"read message {key[1]}")
        self._shrink()
        return live

    def _is_absent(self, key: Key) -> bool:
        until = self._absent.get(key)
        if until is None:
            return False
        if until > time.monotonic():
            return True
        del self._absent[key]
        return False

    async def _loaded(self, key: Key) -> _Live | None:
        live = self._live.get(key) or self._open(key)
        if live is None:
            return None
        if live.fields is None and live.loading is not None:
            await asyncio.shield(live.loading)
        if key in self._live:
            self._live.move_to_end(key)
        return None if live.fields is None else live

    async def _load(self, key: Key, live: _Live) -> None:
        try:
            message = await self._store.messages.get(*key)
        except PenstockError as error:
            log.warning("Events of message %s are not stored: %s", key[1], error.message)
            message = None
        live.loading = None
        if live.fields is None:
            live.fields = None if message is None else msgspec.structs.asdict(message)
        if self._live.get(key) is not live:
            return
        if live.fields is None:
            del self._live[key]
            self._note_absent(key)
            return
        waiting, live.waiting = live.waiting, []
        for event_type, data in waiting:
            self._reduce(key, live, event_type, data)

    def _note_absent(self, key: Key) -> None:
        if len(self._absent) >= self._capacity:
            self._absent.clear()
        self._absent[key] = time.monotonic() + ABSENT_FOR

    def _reduce(self, key: Key, live: _Live, event_type: str, data: Any) -> None:
        assert live.fields is not None
        changes = events.apply(live.fields, event_type, data)
        if not changes:
            return
        live.fields.update(changes)
        self._dirty[key] = live
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(WRITE_DELAY, self._write_dirty)

    def _write_dirty(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for key, live in list(self._dirty.items()):
            self._write(key, live)

    def _write(self, key: Key, live: _Live) -> None:
        self._dirty.pop(key, None)
        assert live.fields is not None
        live.fields["updated_at"] = time.time()
        self._store.messages.put_nowait(Message(**live.fields))

    def _shrink(self) -> None:
        while len(self._live) > self._capacity:
            key = next((key for key, live in self._live.items() if live.loading is None), None)
            if key is None:
                return
            live = self._live.pop(key)
            if key in self._dirty:
                self._write(key, live)


def _record(live: _Live) -> Message | None:
    return None if live.fields is None else Message(**live.fields)
