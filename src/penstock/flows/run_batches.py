"""Chunks of a run on their way to whoever reads them."""

from __future__ import annotations

from collections import deque
from typing import Any

MOST_JOINED = 512
SHORT = 1024


def next_batch(waiting: deque[list[Any]]) -> list[Any]:
    """The oldest batch, with those of short texts that wait behind it: a slow reader is woken less often."""
    batch = waiting.popleft()
    while waiting and len(batch) < MOST_JOINED and _is_short(batch) and _is_short(waiting[0]):
        batch = batch + waiting.popleft()
    return batch


def _is_short(items: list[Any]) -> bool:
    return all(type(item) is str and len(item) <= SHORT for item in items)
