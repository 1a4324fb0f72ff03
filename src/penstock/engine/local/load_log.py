"""What a worker says that belongs to no run: while its module is imported, and between runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from penstock.functions.log_allowance import LogAllowance

LogLine = tuple[float, str, str, str]

LONGEST_TEXT, LONGEST_NAME = 64 * 1024, 100


class LoadLog:
    """Lines up to the budget `log`, then one that says how many were left out."""

    def __init__(self, most: int) -> None:
        self._allowance = LogAllowance(most)
        self._lines: list[LogLine] = []

    def __iter__(self) -> Iterator[LogLine]:
        yield from self._lines
        if sentence := self._allowance.sentence:
            yield (self._lines[-1][0] if self._lines else 0.0, "warning", sentence, "")

    def append(self, line: LogLine) -> None:
        when, level, text, thread = line
        text = text[:LONGEST_TEXT]
        if self._allowance.takes(text):
            self._lines.append((when, level[:LONGEST_NAME], text, thread[:LONGEST_NAME]))

    def extend(self, lines: Iterable[LogLine]) -> None:
        for line in lines:
            self.append(line)
