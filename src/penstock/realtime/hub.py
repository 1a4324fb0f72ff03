"""Who sees what, when: events come in here, change their message, are kept for catching up, and go to the listeners."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

from penstock.errors import PenstockError
from penstock.functions import answers, events
from penstock.realtime.live_messages import LiveMessages
from penstock.realtime.published import Author, Published, Target, is_saved
from penstock.store import Store
from penstock.store.records import Message

__all__ = ["Author", "Hub", "Listener", "Published", "Target", "is_saved"]

log = logging.getLogger(__name__)

Listener = Callable[[Published], None]


class Hub:
    """The one door for events and for changes of messages that may be live."""

    def __init__(self, store: Store, *, live_messages: int = 500) -> None:
        self._store = store
        self._messages = LiveMessages(store, live_messages)
        self._listeners: dict[str, list[Listener]] = {}
        self._access_watchers: list[Callable[[str], None]] = []
        self.to_one_tab: Callable[[Target, str, Any, str | None], None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def emit(self, target: Target, type: str, data: Any, run_id: str | None = None, *, keep: bool = True) -> None:
        """Apply an event to its message, store it and show it to the user. Cheap, and never waits.

        With `keep=False` it is shown to those who are there and leaves nothing behind. What acts in a page rather
        than shows something goes to one tab, once, and is not kept: whoever catches up must not repeat it.
        """
        if type in answers.IN_ONE_TAB and self.to_one_tab is not None:
            self.to_one_tab(target, type, data, run_id)
            return
        chat_id, message_id = target.chat_id, target.message_id
        seq = None
        if keep and target.stored and chat_id:
            seq = self._store.events.append_nowait(target.user_id, chat_id, message_id or "", run_id, type, data)
            if message_id and type in events.PERSISTED:
                self._messages.apply(chat_id, message_id, type, data)
            if type in events.OF_CHATS and (changes := events.chat_changes(type, data)):
                self._begin(self._change_chat(chat_id, changes))
        if listeners := self._listeners.get(target.user_id):
            event = Published(target.user_id, chat_id, message_id, type, data, seq, run_id, target.session_id)
            _tell(listeners, event)

    def call(self, target: Target, question_id: str, type: str, data: Any, run_id: str | None = None) -> None:
        """Show a question; it is a row of its own, so nothing is stored here."""
        if listeners := self._listeners.get(target.user_id):
            event = Published(
                target.user_id,
                target.chat_id,
                target.message_id,
                type,
                data,
                run_id=run_id,
                session_id=target.session_id,
                question_id=question_id,
                author=target.author,
            )
            _tell(listeners, event)

    def subscribe(self, user_id: str, listener: Listener) -> Callable[[], None]:
        """Hand every event of that user to `listener`, at once and in order. Returns what ends it."""
        self._listeners.setdefault(user_id, []).append(listener)

        def unsubscribe() -> None:
            listeners = self._listeners.get(user_id, [])
            if listener in listeners:
                listeners.remove(listener)
            if not listeners:
                self._listeners.pop(user_id, None)

        return unsubscribe

    def watched(self, user_id: str) -> bool:
        """Whether anybody listens for that user just now."""
        return user_id in self._listeners

    def access_changed(self, user_id: str) -> None:
        """Say that somebody was signed out, deleted or given another role: their sockets are checked again."""
        for watcher in tuple(self._access_watchers):
            watcher(user_id)

    def watch_access(self, watcher: Callable[[str], None]) -> Callable[[], None]:
        """Be told of `access_changed`. Returns what ends it."""
        self._access_watchers.append(watcher)
        return lambda: self._access_watchers.remove(watcher)

    async def message(self, chat_id: str, message_id: str) -> Message | None:
        """The message with every event so far, also those that are not committed yet."""
        return await self._messages.get(chat_id, message_id)

    def live(self, chat_id: str, message_id: str) -> Message | None:
        """The message where it is in memory, without waiting."""
        return self._messages.peek(chat_id, message_id)

    async def change(self, chat_id: str, message_id: str, **changes: Any) -> Message:
        """Change fields of a message. Committed when it returns; `NotFound` where there is none."""
        return await self._messages.change(chat_id, message_id, changes)

    async def put(self, messages: Sequence[Message]) -> None:
        """Insert or replace whole messages. Committed when it returns."""
        await self._messages.put(messages)

    def forget(self, chat_id: str, message_ids: Sequence[str] | None = None) -> None:
        """Call before deleting messages, or (without ids) a chat: nothing is written to them afterwards."""
        self._messages.forget(chat_id, message_ids)

    async def settle(self) -> None:
        """Return when all that was emitted so far is committed, so that rows may be read."""
        if self._tasks:
            await asyncio.wait(set(self._tasks))
        await self._messages.settle()

    async def close(self) -> None:
        """Finish what is under way and write everything."""
        if self._tasks:
            await asyncio.gather(*self._tasks)
        await self.settle()

    async def _change_chat(self, chat_id: str, changes: dict[str, Any]) -> None:
        try:
            await self._store.chats.update(chat_id, **changes)
        except PenstockError as error:
            log.info("An event could not change chat %s: %s", chat_id, error.message)

    def _begin(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _tell(listeners: Sequence[Listener], event: Published) -> None:
    for listener in tuple(listeners):
        listener(event)
