"""What a run gets for its calls (`__event_call__`): an action's result, an address, a person's answer (spec E3, E7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from penstock.flows.run_clock import RunClock
from penstock.flows.run_limits import OpenQuestions
from penstock.flows.run_order import RunOrder
from penstock.protocol.frames import Ask
from penstock.store.records import Question

if TYPE_CHECKING:
    from penstock.flows.live_run import RunRoom

ADDRESS = "event:address"  # asks for an address under which another program may emit into the run's message
ANSWERED_HERE = ("action", ADDRESS)  # calls that no person is asked for


class RunCalls:
    """Answers the calls of one run. `allowance` bounds how many questions are open at the same time."""

    def __init__(self, order: RunOrder, room: RunRoom, allowance: OpenQuestions) -> None:
        self._order = order
        self._room = room
        self._allowance = allowance

    async def answer(self, frame: Ask, clock: RunClock | None) -> Any:
        if frame.type == "action":
            return await self._room.call_action(self._order, frame.data)
        if frame.type == ADDRESS:
            return await self._room.issue_address(self._order, frame.data)
        with self._allowance:
            return await self._ask_person(frame, clock)

    async def _ask_person(self, frame: Ask, clock: RunClock | None) -> Any:
        order = self._order
        if clock is not None:
            clock.pause()
        try:
            return await self._room.questions.ask(
                order.target,
                order.id,
                frame.type,
                frame.data,
                on_asked=self._on_asked,
                attended=order.listener is not None,
            )
        finally:
            if clock is not None:
                clock.resume()

    def _on_asked(self, question: Question) -> None:
        if self._order.listener is not None:
            shown = {"id": question.id, "type": question.type, "data": question.data, "deadline": question.deadline}
            self._order.listener("question", shown)
