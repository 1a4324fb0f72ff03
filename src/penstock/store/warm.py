"""What has been read and stays true until somebody writes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Warm(Generic[K, V]):
    """Values by key. A value that was being read while its key was dropped is not kept."""

    def __init__(self, limit: int = 10_000) -> None:
        self._values: dict[K, V] = {}
        self._limit = limit
        self._drops = 0

    async def get(self, key: K, load: Callable[[], Awaitable[V]]) -> V:
        if key in self._values:
            return self._values[key]
        drops = self._drops
        value = await load()
        if drops == self._drops:
            if len(self._values) >= self._limit:
                self._values.clear()
            self._values[key] = value
        return value

    def drop(self, key: K) -> None:
        self._drops += 1
        self._values.pop(key, None)

    def clear(self) -> None:
        self._drops += 1
        self._values.clear()


class Revision:
    """Counts the writes that change which functions apply and how; caches that depend on it empty themselves."""

    def __init__(self) -> None:
        self.number = 0
        self._listeners: list[Callable[[], None]] = []

    def watch(self, forget: Callable[[], None]) -> None:
        self._listeners.append(forget)

    def bump(self) -> None:
        self.number += 1
        for forget in self._listeners:
            forget()
