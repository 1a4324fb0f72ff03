"""What one run may do by its budget, kept by the server: events in a second, questions, calls and log.

The worker keeps to most of it by itself; what is here also holds against a worker that writes its own frames.
"""

from __future__ import annotations

import asyncio

from penstock.errors import BudgetExceeded
from penstock.functions.log_allowance import LogAllowance
from penstock.functions.rights import Budget

MOST_CALLS = 256  # questions and calls of one run that wait for the server; more are read when some are answered
LOG_SLACK = 4 * 1024  # for the line in which a worker says what it has left out


class Pace:
    """`events`: a burst goes through at once; what is over the budget waits until its second is over."""

    __slots__ = ("_began", "_clock", "_emitted", "_mark", "_per_second", "slowed")

    def __init__(self, per_second: int) -> None:
        self._per_second = per_second
        self._clock = asyncio.get_running_loop().time
        self._emitted = 0
        self._mark = per_second
        self._began = self._clock()
        self.slowed = False

    def step(self) -> float:
        """Count an event; the seconds to wait before it, nearly always 0."""
        self._emitted += 1
        if self._emitted <= self._mark:
            return 0.0
        return self._next_second()

    def _next_second(self) -> float:
        now = self._clock()
        wait = max(0.0, self._began + 1 - now)
        self._began = now + wait
        self._mark += self._per_second
        self.slowed = self.slowed or wait > 0
        return wait


class OpenQuestions:
    """`questions`: how many of a run are open at the same time."""

    __slots__ = ("_most", "_open")

    def __init__(self, most: int) -> None:
        self._most = most
        self._open = 0

    def __enter__(self) -> None:
        """Raises `BudgetExceeded`."""
        if self._open >= self._most:
            raise BudgetExceeded(
                f"This run has {self._open} open questions, as many as its budget `questions` allows ({self._most}).",
                budget="questions",
                limit=self._most,
            )
        self._open += 1

    def __exit__(self, *_: object) -> None:
        self._open -= 1


def limits_of(budget: Budget) -> tuple[Pace, OpenQuestions, LogAllowance]:
    """Those of one run that begins now."""
    return Pace(budget.events), OpenQuestions(budget.questions), LogAllowance(budget.log, LOG_SLACK)
