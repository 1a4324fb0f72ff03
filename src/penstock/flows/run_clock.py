"""The deadline of a run. It stands still while a person is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class RunClock:
    """Calls `expire` once `seconds` of work are over."""

    __slots__ = ("_expire", "_left", "_loop", "_pauses", "_since", "_timer")

    def __init__(self, seconds: float, expire: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._expire = expire
        self._left = seconds
        self._pauses = 0
        self._since = self._loop.time()
        self._timer: asyncio.TimerHandle | None = self._loop.call_later(seconds, expire)

    def pause(self) -> None:
        self._pauses += 1
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._left -= self._loop.time() - self._since

    def resume(self) -> None:
        self._pauses -= 1
        if not self._pauses:
            self._since = self._loop.time()
            self._timer = self._loop.call_later(max(0, self._left), self._expire)

    def stop(self) -> None:
        """No expiry any more, whatever is resumed later."""
        self._pauses += 1
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
