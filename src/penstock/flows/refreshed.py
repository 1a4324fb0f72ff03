"""A value that somebody else makes slowly: fetched in the background, served as it last was."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Generic, TypeVar

T = TypeVar("T")

RETRY_AFTER = 15.0
FIRST_WAIT = 0.5


class Refreshed(Generic[T]):
    """One such value. `mark` says what it depends on: when it changes, callers wait a moment for the new value.

    Otherwise nobody ever waits: an old value is served while its successor is fetched, and so is the last good one
    when a fetch fails (`error` then says why, and `stale` is true).
    """

    def __init__(
        self, fetch: Callable[[], Awaitable[T]], empty: T, *, max_age: float, changed: Callable[[], None]
    ) -> None:
        self._fetch = fetch
        self._max_age = max_age
        self._changed = changed
        self._mark: Any = object()
        self._task: asyncio.Task[None] | None = None
        self._due = 0.0
        self._wait_until = 0.0
        self.value = empty
        self.error = ""
        self.fetched_at: float | None = None

    @property
    def stale(self) -> bool:
        return bool(self.error) or self.fetched_at is None

    def touch(self, mark: Any, fetch: Callable[[], Awaitable[T]] | None = None) -> None:
        """Start a fetch when the value is too old or depends on something else by now."""
        now = time.monotonic()
        if mark != self._mark:
            self._mark = mark
            self._fetch = fetch or self._fetch
            self._wait_until = now + FIRST_WAIT
            self.close()
        elif self._task is not None or now < self._due:
            return
        self._task = asyncio.create_task(self._refresh())

    @property
    def task(self) -> asyncio.Task[None] | None:
        """The fetch that is under way."""
        return self._task

    @property
    def awaited(self) -> tuple[asyncio.Task[None], float] | None:
        """The fetch that a caller should wait for, and how long at most."""
        left = self._wait_until - time.monotonic()
        return (self._task, left) if self._task is not None and left > 0 else None

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _refresh(self) -> None:
        task = asyncio.current_task()
        try:
            value = await self._fetch()
            error, wait = "", self._max_age
        except asyncio.CancelledError:
            raise
        except Exception as failure:  # noqa: BLE001 - whatever the other side did is told, and the old value stays
            value, error, wait = self.value, str(failure) or type(failure).__name__, min(self._max_age, RETRY_AFTER)
        if self._task is task:
            self._task = None
            self._take(value, error, wait)

    def put(self, value: T) -> None:
        """Take a value that somebody has just fetched for another reason."""
        self._take(value, "", self._max_age)

    def _take(self, value: T, error: str, wait: float) -> None:
        different = value != self.value or error != self.error or self.fetched_at is None
        self._due = time.monotonic() + wait
        self.value, self.error = value, error
        if not error:
            self.fetched_at = time.time()
        if different:
            self._changed()


async def settle(values: Iterable[Refreshed[Any]]) -> None:
    """Wait for what was never fetched in its present form; each at most `FIRST_WAIT` from when it became known."""
    awaited = [entry for value in values if (entry := value.awaited) is not None]
    began = time.monotonic()
    for task, left in sorted(awaited, key=lambda entry: entry[1]):
        await asyncio.wait({task}, timeout=max(0, began + left - time.monotonic()))
