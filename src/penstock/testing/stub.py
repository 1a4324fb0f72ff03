"""An engine without processes: hooks run in the caller's own loop, for tests of what stands above an engine.

It keeps the interface of `penstock.engine.base` and nothing of its protection: a hook that blocks, blocks the
test. Sources are loaded as a worker loads them; `serve` puts a class in their place.
"""

from __future__ import annotations

import asyncio
import inspect
import itertools
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from penstock.engine.base import HookCall, Layer, Trouble, VersionSource, WorkerState
from penstock.engine.local.load_errors import load_error
from penstock.errors import DeadlineExceeded
from penstock.functions.description import Description
from penstock.protocol.frames import Ask, Chunk, Emit, Failed, Load, Result, RunFrame
from penstock.protocol.packing import pack, unpack
from penstock.worker.describing import describe
from penstock.worker.failures import read_failure
from penstock.worker.hooks import Hook, find_hooks
from penstock.worker.loader import LoadedFunction, LoadError, load
from penstock.worker.results import is_stream, read_result, stream_of
from penstock.worker.values import plain
from penstock.worker.valves import CHECKS, check


class StubEngine:
    """Implements `penstock.engine.base.Engine` in this process."""

    def __init__(self) -> None:
        self.calls: list[HookCall] = []
        self.retired: list[tuple[str, str | None]] = []
        self._loaded: dict[str, LoadedFunction] = {}
        self._served: dict[str, LoadedFunction] = {}

    def serve(self, function_id: str, kind: str, cls: type) -> None:
        """Use `cls` for every version of a function, instead of its source."""
        instance = cls()
        hooks = find_hooks(instance, kind)
        valves, user_valves = getattr(cls, "Valves", None), getattr(cls, "UserValves", None)
        description = describe(sys.modules[cls.__module__], kind, instance, hooks, valves, user_valves)
        self._served[function_id] = LoadedFunction(
            function_id, cls.__module__, kind, instance, hooks, valves, user_valves, description
        )

    async def start(self) -> None: ...

    async def stop(self, grace: float) -> None: ...

    async def check(self, version: VersionSource, deadline: float) -> Description:
        return self._function(version).description

    async def run(self, version: VersionSource, call: HookCall) -> StubRun:
        self.calls.append(call)
        return StubRun(self._function(version), call)

    async def retire(self, function_id: str, *, keep_version: str | None = None) -> None:
        self.retired.append((function_id, keep_version))

    def workers(self) -> list[WorkerState]:
        return []

    def end_worker(self, pid: int) -> bool:
        return False

    def troubles(self) -> list[Trouble]:
        return []

    def layers(self) -> list[Layer]:
        return []

    def _function(self, version: VersionSource) -> LoadedFunction:
        if served := self._served.get(version.function_id):
            return served
        if version.version_id not in self._loaded:
            frame = Load(version.function_id, version.version_id, version.source, version.filename)
            try:
                self._loaded[version.version_id] = load(frame)
            except LoadError as error:
                raise load_error(error.frame) from error
        return self._loaded[version.version_id]


class StubRun:
    """A run as a task of the test's loop."""

    def __init__(self, function: LoadedFunction, call: HookCall) -> None:
        self.id = call.run_id
        self._function = function
        self._call = call
        self._frames: asyncio.Queue[RunFrame | None] = asyncio.Queue()
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._numbers = itertools.count(1)
        self._fed: asyncio.Queue[tuple[list[Any], bool]] = asyncio.Queue()
        self._reason: str | None = None
        self._expired = False
        self._task = asyncio.create_task(self._execute())
        self._task.add_done_callback(self._ended)

    def __aiter__(self) -> AsyncIterator[RunFrame]:
        return self._iterate()

    async def _iterate(self) -> AsyncIterator[RunFrame]:
        while (frame := await self._frames.get()) is not None:
            yield frame
        if self._expired:
            raise DeadlineExceeded(f"The run was stopped: it was not done after {self._call.deadline:g} seconds.")

    async def reply(self, call: int, value: Any = None, error: dict[str, Any] | None = None) -> None:
        answer = self._answers.pop(call, None)
        if answer is not None and not answer.done():
            answer.set_result(value) if error is None else answer.set_exception(RuntimeError(error.get("message")))

    async def feed(self, items: Sequence[Any], last: bool = False) -> None:
        self._fed.put_nowait((list(items), last))

    async def cancel(self, reason: str) -> None:
        self._reason = reason
        self._task.cancel()

    async def _execute(self) -> None:
        try:
            async with asyncio.timeout(self._call.deadline):
                self._frames.put_nowait(await self._outcome())
        except TimeoutError:
            self._expired = True
        except Exception as error:  # noqa: BLE001 (author code: whatever it raises is its outcome)
            failure = read_failure(error, self._function.filename)
            self._frames.put_nowait(Failed(self.id, failure.type, failure.message, failure.traceback, failure.line))

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            self._frames.put_nowait(Failed(self.id, "Cancelled", self._reason or ""))
        self._frames.put_nowait(None)

    async def _outcome(self) -> Result:
        if self._call.hook in CHECKS:
            owner = self._function.valves if CHECKS[self._call.hook] == "Valves" else self._function.user_valves
            return read_result(self.id, check(owner, self._call.body))
        hook = self._function.hook(self._call.hook)
        if hook is None:
            raise LookupError(f"This {self._function.kind} has no `{self._call.hook}`.")
        self._function.set_valves(self._call.valves)
        values = {**self._call.context, "event_emitter": self._emit, "event_call": self._ask}
        if self._call.feed:
            return await self._feed_all(hook, values)
        if not hook.is_callable:
            return read_result(self.id, hook.target)
        value = await self._invoke(hook, self._call.body, values)
        if not is_stream(value):
            return read_result(self.id, value)
        await self._drain(stream_of(value) or value)
        return Result(self.id, "stream")

    async def _invoke(self, hook: Hook, body: Any, values: dict[str, Any]) -> Any:
        positional, named = hook.bind(body, values)
        value = hook.target(*positional, **named)
        return await value if inspect.isawaitable(value) else value

    async def _feed_all(self, hook: Hook, values: dict[str, Any]) -> Result:
        last = False
        while not last:
            items, last = await self._fed.get()
            self._frames.put_nowait(Chunk(self.id, [await self._fed_one(hook, item, values) for item in items]))
        return Result(self.id, "stream")

    async def _fed_one(self, hook: Hook, item: Any, values: dict[str, Any]) -> Any:
        if type(item) is not bytes:
            return plain(await self._invoke(hook, item, values))
        return pack(plain(await self._invoke(hook, unpack(item), values)))

    async def _drain(self, source: AsyncIterator[Any] | Iterator[Any]) -> None:
        if isinstance(source, AsyncIterator):
            async for item in source:
                self._chunk(item)
        else:
            for item in source:
                self._chunk(item)
                await asyncio.sleep(0)

    def _chunk(self, item: Any) -> None:
        self._frames.put_nowait(Chunk(self.id, [item if isinstance(item, bytes) else plain(item)]))

    async def _emit(self, event: dict[str, Any]) -> None:
        self._frames.put_nowait(Emit(self.id, event["type"], plain(event.get("data"))))

    async def _ask(self, event: dict[str, Any]) -> Any:
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        self._frames.put_nowait(Ask(self.id, number, event["type"], plain(event.get("data"))))
        return await answer
