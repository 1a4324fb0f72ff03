"""Whose turn it is: how many runs of a function go on at the same time, and who waits, first come, first served."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field

from penstock.errors import PenstockError, QueueFull
from penstock.flows.run_order import RunOrder
from penstock.functions.rights import Budget

RETRY_AFTER = 5  # seconds, told to whoever is refused


@dataclass(slots=True)
class _Line:
    """One function."""

    function_id: str
    budget: Budget
    running: int = 0
    waiting: OrderedDict[str, asyncio.Future[None]] = field(default_factory=OrderedDict)


class Turns:
    """The budgets `concurrency` and `queue`.

    A run that another run of the same function has led to is not counted: it would wait for a place that is
    taken by who waits for it.
    """

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}
        self._placed: dict[str, _Line] = {}
        self._waiting: dict[str, RunOrder] = {}

    def take(self, order: RunOrder) -> bool:
        """Take a place; false where the run has to `wait`. Raises `QueueFull`."""
        function_id, budget = order.serving.id, order.serving.source.rights.budget
        if function_id in order.callers:
            return True
        line = self._lines.get(function_id)
        if line is None:
            line = self._lines[function_id] = _Line(function_id, budget)
        line.budget = budget
        if line.running < budget.concurrency and not line.waiting:
            line.running += 1
            self._placed[order.id] = line
            return True
        if len(line.waiting) >= budget.queue:
            raise _full(order, budget)
        return False

    async def wait(self, order: RunOrder, most: float) -> None:
        """Stand in the line until it is the run's turn, for `most` seconds. Raises `QueueFull`, or what ended it."""
        line = self._lines[order.serving.id]
        turn = line.waiting[order.id] = asyncio.get_running_loop().create_future()
        self._waiting[order.id] = order
        try:
            async with asyncio.timeout(most):
                await turn
        except BaseException as error:
            self.leave(order.id)  # where it was called up at the very moment
            if isinstance(error, TimeoutError):
                raise _waited(order, line.budget, most) from None
            raise
        finally:
            line.waiting.pop(order.id, None)
            self._waiting.pop(order.id, None)

    def leave(self, run_id: str) -> None:
        """The run is over, or never began."""
        line = self._placed.pop(run_id, None)
        if line is not None:
            line.running -= 1
            self._call_up(line)
            if not line.running:
                del self._lines[line.function_id]

    def adjust(self, function_id: str, budget: Budget) -> None:
        """Another budget: whoever may go on by it does."""
        line = self._lines.get(function_id)
        if line is not None:
            line.budget = budget
            self._call_up(line)

    def call_off(self, run_id: str, error: PenstockError) -> None:
        """End the waiting of a run."""
        order = self._waiting.get(run_id)
        turn = self._lines[order.serving.id].waiting.get(run_id) if order is not None else None
        if turn is not None and not turn.done():
            turn.set_exception(error)

    def waiting(self, run_id: str) -> RunOrder | None:
        return self._waiting.get(run_id)

    def all_waiting(self) -> list[RunOrder]:
        """In the order in which they came."""
        return list(self._waiting.values())

    def lengths(self) -> dict[str, tuple[int, int]]:
        """By function: how many of its runs have a place, and how many wait."""
        return {id: (line.running, len(line.waiting)) for id, line in self._lines.items()}

    def _call_up(self, line: _Line) -> None:
        while line.waiting and line.running < line.budget.concurrency:
            run_id, turn = line.waiting.popitem(last=False)
            if not turn.done():
                line.running += 1
                self._placed[run_id] = line
                turn.set_result(None)


def _full(order: RunOrder, budget: Budget) -> QueueFull:
    return QueueFull(
        f"{order.serving.function.name} is busy: {budget.concurrency} of its runs go on and {budget.queue} wait for "
        f"their turn, as many as its budget `queue` allows.",
        budget="queue",
        limit=budget.queue,
        retry_after=RETRY_AFTER,
    )


def _waited(order: RunOrder, budget: Budget, seconds: float) -> QueueFull:
    return QueueFull(
        f"{order.serving.function.name} was busy for {seconds:g} seconds: its budget `concurrency` lets "
        f"{budget.concurrency} of its runs go on at the same time.",
        budget="concurrency",
        limit=budget.concurrency,
        retry_after=RETRY_AFTER,
    )
