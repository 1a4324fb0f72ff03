"""The budget `log`: whether a line is still kept, and what was left out. Counted alike in the worker and the server."""

from __future__ import annotations

LINE_COST = 64  # bytes that a line counts beside its text, so that empty lines are not free


class LogAllowance:
    """Of one run, or of loading. `slack` is for whoever guards another allowance of the same size."""

    __slots__ = ("_left", "_most", "dropped", "dropped_bytes")

    def __init__(self, most: int, slack: int = 0) -> None:
        self._most = most
        self._left = most + slack
        self.dropped = 0
        self.dropped_bytes = 0

    def takes(self, text: str) -> bool:
        size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
        self._left -= size + LINE_COST
        if self._left >= 0:
            return True
        self._left = -1  # a shorter line must not slip through behind a longer one
        self.dropped += 1
        self.dropped_bytes += size
        return False

    @property
    def sentence(self) -> str:
        """What was left out; empty where nothing was."""
        if not self.dropped:
            return ""
        lines = "1 further line" if self.dropped == 1 else f"{self.dropped:,} further lines"
        return f"{lines} ({self.dropped_bytes:,} bytes) not kept: the budget `log` is {self._most:,} bytes."
