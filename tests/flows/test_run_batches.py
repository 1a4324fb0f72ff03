"""Chunks that wait are handed on together, as long as that stays small."""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest

from penstock.flows.run_batches import MOST_JOINED, SHORT, next_batch


def test_short_texts_that_wait_come_together_and_in_order() -> None:
    waiting = deque([["a", "b"], ["c"], ["d"]])
    assert next_batch(waiting) == ["a", "b", "c", "d"]
    assert not waiting


def test_a_batch_does_not_grow_without_end() -> None:
    waiting = deque([[str(number)] * 100 for number in range(20)])
    sizes = []
    while waiting:
        sizes.append(len(next_batch(waiting)))
    assert sum(sizes) == 2000
    assert max(sizes) < MOST_JOINED + 100


@pytest.mark.parametrize("large", [["x" * (SHORT + 1)], [{"choices": []}], [b"bytes"], [None]])
def test_what_may_be_large_goes_alone(large: list[Any]) -> None:
    waiting = deque([["a"], large, ["b"], ["c"]])
    assert [next_batch(waiting) for _ in range(3)] == [["a"], large, ["b", "c"]]
