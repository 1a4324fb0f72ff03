"""What became of the workers of one version: how many there were, how the last one ended, how often they died.

A version whose workers die again and again gets a pause, so that no processes are started in a loop.
"""

from __future__ import annotations

import math
import time

from penstock.engine.base import Trouble, VersionSource
from penstock.errors import KeepsCrashing

TOLERATED = 3  # deaths without a successful run between them, each soon after the last
SOON = 60.0  # seconds
FIRST_PAUSE = 2.0
LONGEST_PAUSE = 300.0


class History:
    def __init__(self) -> None:
        self.generation = 0
        self.last_end = ""
        self._deaths = 0
        self._reason = ""
        self._last = -math.inf
        self._retry_at = -math.inf  # on the monotonic clock

    def started(self) -> int:
        """Count a worker. Returns its number."""
        self.generation += 1
        return self.generation

    def died(self, reason: str) -> None:
        """A worker ended that nobody had asked to, and no run of it had succeeded."""
        now = time.monotonic()
        if now - max(self._last, self._retry_at) > SOON:
            self._deaths = 0
        self._deaths += 1
        self._reason, self._last = reason, now
        if self._deaths >= TOLERATED:
            self._retry_at = now + min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (self._deaths - TOLERATED))

    def succeeded(self) -> None:
        self._deaths = 0
        self._retry_at = -math.inf

    @property
    def pause(self) -> float:
        """Seconds until another worker may be started."""
        return max(0.0, self._retry_at - time.monotonic())

    def check(self) -> None:
        """Raises `KeepsCrashing` while the pause lasts."""
        if pause := self.pause:
            raise KeepsCrashing(
                f"This function is paused: its process ended {self._deaths} times in a row. {self._reason} "
                f"It is tried again in {math.ceil(pause)} seconds.",
                crashes=self._deaths,
                reason=self._reason,
                retry_after=math.ceil(pause),
            )

    def trouble(self, version: VersionSource) -> Trouble | None:
        if not (pause := self.pause):
            return None
        return Trouble(version.function_id, version.version_id, self._deaths, self._reason, time.time() + pause)
