"""A run that is under way: one loop takes its frames and sees to each."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from penstock.engine.base import Run
from penstock.errors import BudgetExceeded, DeadlineExceeded, EngineError, PenstockError, RunCancelled, RunInterrupted
from penstock.flows import redaction, run_record
from penstock.flows.run_batches import next_batch
from penstock.flows.run_calls import ANSWERED_HERE, RunCalls
from penstock.flows.run_clock import RunClock
from penstock.flows.run_failures import as_reply, error_of
from penstock.flows.run_limits import MOST_CALLS, limits_of
from penstock.flows.run_log import RunLogBook
from penstock.flows.run_order import RunOrder
from penstock.flows.run_trace import RunTrace
from penstock.functions import events
from penstock.protocol.frames import Ask, Background, Chunk, Emit, Failed, HostCall, Log, Result, Withdraw
from penstock.realtime.hub import Hub
from penstock.realtime.questions import Questions
from penstock.store import Store
from penstock.store.records import RunRecord

log = logging.getLogger(__name__)

MOST_BATCHES = 8  # chunks that wait for their consumer before the worker is held back
ASKING, EMITTING = "events.ask", "events.emit"  # host calls that are a question and an event

HostDoor = Callable[[RunOrder, str, dict[str, Any]], Awaitable[Any]]
ActionDoor = Callable[[RunOrder, Any], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class RunRoom:
    """What every run of this server shares."""

    store: Store
    hub: Hub
    questions: Questions
    call_host: HostDoor
    call_action: ActionDoor
    issue_address: ActionDoor


class LiveRun:
    """A run until nothing of it is left, background work included."""

    def __init__(self, order: RunOrder, run: Run, room: RunRoom, record: RunRecord, valves: Sequence[Any]) -> None:
        loop = asyncio.get_running_loop()
        self.id = order.id
        self.order = order
        self.record = record
        self._run = run
        self._room = room
        self._valves = valves
        self._secrets: list[str] | None = None
        self._outcome: asyncio.Future[Result] = loop.create_future()
        self._batches: deque[list[Any]] = deque()
        self._changed: asyncio.Future[None] | None = None
        self._consumed = False
        self._taken = False
        self._discarding = False
        self._stopped: PenstockError | None = None
        self._stopping: asyncio.Future[None] = loop.create_future()
        self._over_budget: BudgetExceeded | None = None
        self._asking: set[asyncio.Task[None]] = set()
        self._asked: dict[int, asyncio.Task[None]] = {}  # the calls among them, by number
        self._pace, self._questions, allowance = limits_of(order.serving.source.rights.budget)
        self._calls = RunCalls(order, room, self._questions)
        self._book = RunLogBook(order, room.store, allowance, self._hidden)
        self.trace = RunTrace(order, room.store, self._hidden)
        self._last_status: Emit | None = None
        self.clock: RunClock | None = None

    # For whoever started it

    async def outcome(self) -> Result:
        """What the hook returned. Raises `RunFailed`, `RunCancelled`, `DeadlineExceeded` or an `EngineError`."""
        if not self._consumed:
            self._discard()
        return await asyncio.shield(self._outcome)

    async def chunks(self) -> AsyncGenerator[list[Any], None]:
        """What a generator yields, in batches. Ends with the hook and raises what `outcome` raises.

        Asking for the next batch says that the last one is dealt with: what the hook emitted after it waits for that.
        """
        self._consumed = True
        try:
            while self._batches or not self._outcome.done():
                if self._batches:
                    batch = next_batch(self._batches)
                    self._taken = True
                    self._notify()
                    yield batch
                    self._taken = False
                    self._notify()
                else:
                    await self._change()
            self._outcome.result()
        finally:
            self._discard()

    async def feed(self, items: Sequence[Any], last: bool = False) -> None:
        await self._run.feed(items, last)

    async def cancel(self, reason: str) -> None:
        """Stop the run, its background work included; the author's code gets no say."""
        await self._stop(RunCancelled(reason))

    async def interrupt(self) -> None:
        """Stop the run because the server stops."""
        await self._stop(RunInterrupted("The server stopped before this was finished."))

    def interrupt_soon(self) -> None:
        """The same, where nobody can wait for it."""
        self._track(self.interrupt())

    def expire(self, seconds: float, *, by_order: bool = False) -> None:
        """Called by the clock; `by_order` where whoever asked for the run gave it less time than its budget."""
        error = DeadlineExceeded(
            f"{self._name} was stopped: it ran for longer than {seconds:g} seconds.",
            hint="" if by_order else "An admin may raise the budget `deadline` of the function.",
            budget="deadline",
            limit=seconds,
        )
        self._track(self._stop(error))

    @property
    def state(self) -> str:
        return self.record.state

    # The loop

    async def pump(self) -> None:
        """Take frames until nothing of the run is left."""
        try:
            self.trace.begin()
            async for frame in self._run:
                if (handle := _HANDLERS.get(type(frame))) is not None:
                    await handle(self, frame)
        except PenstockError as error:
            self._fail(error)
        except Exception as error:
            log.exception("The frames of run %s could not be handled.", self.id)
            self._fail(EngineError(f"{self._name} was stopped: the server could not follow it ({error})."))
            await self._run.cancel("the server failed")
        finally:
            await self._end()

    async def _on_emit(self, frame: Emit) -> None:
        if (wait := self._pace.step()) and not await self._slow_down(wait):
            return
        while (self._batches or self._taken) and not self._discarding and not self.order.feed:
            await self._change()
        if frame.type in ("status", "progress"):
            self._last_status = frame
        target = self.order.target
        if self.order.listener is not None:
            self.order.listener("emit", {"type": frame.type, "data": frame.data})
        try:
            if target.stored:
                await self._room.store.writer.room()
            self._room.hub.emit(target, frame.type, frame.data, self.id)
        except (PenstockError, TypeError, ValueError) as error:
            self._note(f"An event of type {frame.type} could not be kept: {error}")
        if target.chat_id is None and self.order.listener is None:
            self._book.event(frame.type, frame.data)

    async def _on_chunk(self, frame: Chunk) -> None:
        while len(self._batches) >= MOST_BATCHES and not self._discarding:
            await self._change()
        if not self._discarding:
            self._batches.append(frame.items)
            self._notify()

    async def _slow_down(self, wait: float) -> bool:
        """Wait for the next second. False where the run was stopped: what is left of a burst is not shown then."""
        await asyncio.wait([self._stopping], timeout=wait)
        return self._stopped is None

    async def _on_ask(self, frame: Ask) -> None:
        await self._room_for_call()
        task = self._track(self._reply_to(frame.call, partial(self._answer, frame)))
        self._asked[frame.call] = task
        task.add_done_callback(lambda _: self._asked.pop(frame.call, None))

    async def _on_withdraw(self, frame: Withdraw) -> None:
        """The author waits no longer: the question closes, and nobody answers it for nothing."""
        if (task := self._asked.get(frame.call)) is not None:
            task.cancel()

    async def _on_host_call(self, frame: HostCall) -> None:
        await self._room_for_call()
        if frame.name == EMITTING and (wait := self._pace.step()):
            await self._slow_down(wait)
        self._track(self._reply_to(frame.call, partial(self._call_host, frame)))

    async def _call_host(self, frame: HostCall) -> Any:
        if frame.name == EMITTING:
            return await self._room.call_host(self.order, frame.name, frame.arguments)
        if frame.name != ASKING:
            work = self._room.call_host(self.order, frame.name, frame.arguments)
            return await self.trace.around(frame.name, frame.arguments, work)
        with self._questions:
            return await self._room.call_host(self.order, frame.name, frame.arguments)

    async def _room_for_call(self) -> None:
        while len(self._asking) >= MOST_CALLS and self._stopped is None:
            await asyncio.wait({*self._asking, self._stopping}, return_when=asyncio.FIRST_COMPLETED)

    async def _on_log(self, frame: Log) -> None:
        for line in frame.lines:
            self._book.add(*line)

    async def _on_background(self, frame: Background) -> None:
        if frame.count and self._outcome.done() and self.record.state == "running":
            self._save(state="background")

    async def _on_result(self, frame: Result) -> None:
        if isinstance(self._stopped, RunCancelled) and not isinstance(self._stopped, RunInterrupted):
            self._fail(self._stopped)  # it had ended, but nobody had seen so yet
            return
        result = run_record.bounded_result(frame.form, frame.value, self._hidden())
        changes: dict[str, Any] = {"result": result, "notes": [*self.record.notes, *frame.notes]}
        if frame.background:
            self._save(**changes, state="background")
        else:
            self.record = msgspec.structs.replace(self.record, **changes)
        if not self._outcome.done():
            self._outcome.set_result(frame)
        self._notify()

    async def _on_failed(self, frame: Failed) -> None:
        self._fail(self._stopped or self._error_of(frame))

    # Errors

    def _error_of(self, frame: Failed) -> PenstockError:
        if frame.type == "OutputTooLarge":
            about: dict[str, Any] = {"budget": "output", "limit": self.order.serving.source.rights.budget.output}
        else:
            about = self._over_budget.fields if frame.type == "BudgetExceeded" and self._over_budget else {}
        return error_of(frame, self._name, self.secrets, about)

    def _fail(self, error: PenstockError) -> None:
        if self._stopped is not None and not isinstance(error, RunCancelled | DeadlineExceeded):
            error = self._stopped  # a worker that had to be killed for it is no failure of its own
        kept = run_record.error_record(error, self.secrets)
        if self._outcome.done():
            self._note(f"Background work ended early: {error.message}")
        else:
            self._outcome.set_exception(error)
            self._outcome.exception()  # seen: nobody may be waiting
        self.record = msgspec.structs.replace(self.record, state=run_record.state_of(error), error=kept)
        self._notify()

    async def _end(self) -> None:
        if self.clock is not None:
            self.clock.stop()
        if self._asking:
            await self._end_questions()
        if not self._outcome.done():
            self._fail(EngineError(f"{self._name} ended without a result."))
        if self._stopped is not None and self.record.state == "background":
            self._fail(self._stopped)
        if self._pace.slowed:
            limit = self.order.serving.source.rights.budget.events
            self._note(f"Events were slowed down: the budget `events` is {limit:,} in a second.")
        self._book.close()
        state = self.record.state
        if state not in ("running", "background", "done"):
            await self._end_status(state)
        self._save(state="done" if state in ("running", "background") else state, ended_at=time.time())

    async def _end_status(self, state: str) -> None:
        """What said that something goes on is followed by what became of it."""
        last = self._last_status
        if last is not None and not events.is_finished(last.type, last.data):
            ended = ("Stopped", "warning") if state in ("cancelled", "interrupted") else ("Failed", "error")
            await self._on_emit(Emit(self.id, "status", {"description": ended[0], "level": ended[1], "done": True}))

    async def _end_questions(self) -> None:
        asking = [task for task in self._asking if task is not asyncio.current_task()]
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    async def _stop(self, error: PenstockError) -> None:
        if self._stopped is None:
            self._stopped = error
            self._stopping.set_result(None)
        self._discard()
        await self._run.cancel(error.message)

    # Questions and calls to the host

    async def _answer(self, frame: Ask) -> Any:
        if frame.type in events.EMITTED:
            await self._on_emit(Emit(self.id, frame.type, frame.data))
            return None
        answer = self._calls.answer(frame, self.clock)
        if frame.type in ANSWERED_HERE:
            return await self.trace.around(frame.type, frame.data, answer)
        return await answer

    async def _reply_to(self, call: int, answer: Callable[[], Awaitable[Any]]) -> None:
        try:
            value = await answer()  # begun here: whoever is stopped at once leaves nothing that was never awaited
        except PenstockError as error:
            if isinstance(error, BudgetExceeded):
                self._over_budget = error
            await self._run.reply(call, error=as_reply(error))
        except Exception as error:
            log.exception("A call of run %s could not be answered.", self.id)
            await self._run.reply(call, error=as_reply(error))
        else:
            await self._run.reply(call, value)

    def _track(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)
        return task

    # What is kept

    @property
    def secrets(self) -> list[str]:
        """Values that may not be seen, worked out when they are first needed."""
        if self._secrets is None:
            described = self.order.serving.description
            schemas = (described.valves_schema, described.user_valves_schema)
            pairs = zip(schemas, self._valves, strict=True)
            self._secrets = [secret for schema, values in pairs for secret in redaction.secret_values(schema, values)]
        return self._secrets

    def _hidden(self) -> Sequence[str]:
        """The same, where something may be secret at all."""
        return self.secrets if any(self._valves) or self.order.serving.has_default_secrets else ()

    @property
    def _name(self) -> str:
        return str(self.order.serving.function.name)

    def _note(self, sentence: str) -> None:
        self.record = msgspec.structs.replace(self.record, notes=[*self.record.notes, sentence])

    def note(self, sentences: Sequence[str]) -> None:
        """Keep something for the author that was found out after the hook returned."""
        if sentences:
            self._save(notes=[*self.record.notes, *sentences])

    def _save(self, **changes: Any) -> None:
        self.record = msgspec.structs.replace(self.record, **changes)
        if self.order.record:
            self._room.store.runs.put_nowait(self.record)

    # Waiting

    def _discard(self) -> None:
        """Nobody reads chunks any more: they must not hold back what comes behind them."""
        self._discarding = True
        self._batches.clear()
        self._notify()

    async def _change(self) -> None:
        if self._changed is None or self._changed.done():
            self._changed = asyncio.get_running_loop().create_future()
        await asyncio.shield(self._changed)

    def _notify(self) -> None:
        if self._changed is not None and not self._changed.done():
            self._changed.set_result(None)


_HANDLERS: dict[type, Callable[[LiveRun, Any], Awaitable[None]]] = {
    Emit: LiveRun._on_emit,
    Ask: LiveRun._on_ask,
    Withdraw: LiveRun._on_withdraw,
    HostCall: LiveRun._on_host_call,
    Chunk: LiveRun._on_chunk,
    Log: LiveRun._on_log,
    Result: LiveRun._on_result,
    Failed: LiveRun._on_failed,
    Background: LiveRun._on_background,
}
