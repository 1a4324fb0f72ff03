"""Which memories have to do with a question: those that share most words with it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from penstock.store.records import Memory

WORD = re.compile(r"\w+")


def nearest(text: str, memories: Iterable[Memory], count: int) -> list[tuple[float, Memory]]:
    """The nearest first, with their distances between 0 and 1; without those that share no word."""
    wanted = _words(text)
    near = [(_distance(wanted, memory.content), memory) for memory in memories]
    return sorted((pair for pair in near if pair[0] < 1), key=lambda pair: pair[0])[:count]


def _words(text: str) -> set[str]:
    return set(WORD.findall(text.casefold()))


def _distance(wanted: set[str], content: str) -> float:
    shared, either = wanted & _words(content), wanted | _words(content)
    return 1 - len(shared) / len(either) if either else 1.0
