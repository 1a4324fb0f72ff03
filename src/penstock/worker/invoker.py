"""Calling a hook and sending what comes of it."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from penstock.protocol.frames import Chunk, Failed, Feed, Result
from penstock.protocol.framing import encode
from penstock.worker import feeding, logs, valves
from penstock.worker.chunks import ChunkSender, OutputTooLarge
from penstock.worker.construction import build
from penstock.worker.failures import read_failure
from penstock.worker.hooks import Hook, read_hook
from penstock.worker.interrupts import Interrupter
from penstock.worker.loader import LoadedFunction
from penstock.worker.results import is_download, is_stream, read_download, read_result, stream_of
from penstock.worker.runs import Run
from penstock.worker.threads import HookThreads, ThreadJob
from penstock.worker.tools import add_callables


class Feeds:
    """Items that the host feeds to runs, by run."""

    def __init__(self) -> None:
        self._queues: dict[str, asyncio.Queue[Feed]] = {}

    def open(self, run: str) -> asyncio.Queue[Feed]:
        return self._queues.setdefault(run, asyncio.Queue())

    def put(self, feed: Feed) -> None:
        queue = self._queues.get(feed.run)
        if queue is not None:
            queue.put_nowait(feed)

    def close(self, run: str) -> None:
        self._queues.pop(run, None)


class Invoker:
    """Calls the hooks of one loaded function."""

    def __init__(
        self, function: LoadedFunction, threads: HookThreads, interrupter: Interrupter, feeds: Feeds, limit: int
    ) -> None:
        self._function = function
        self._threads = threads
        self._interrupter = interrupter
        self._feeds = feeds
        self._limit = limit
        self._loop = asyncio.get_running_loop()

    async def execute(self, run: Run, chunks: ChunkSender, values: dict[str, Any]) -> None:
        """The body of a run's task: always ends in exactly one `Result` or `Failed`."""
        try:
            frame: Result | Failed = await self._call(run, chunks, values)
            encoded = encode(frame)
            self._check_size(len(encoded))
        except BaseException as error:  # noqa: BLE001 (author code: whatever it raises ends this run only)
            frame = self._failed(run, error)
            encoded = encode(frame)
        logs.finish_lines()
        chunks.flush()
        self._feeds.close(run.id)
        run.finish(frame, encoded)

    async def _call(self, run: Run, chunks: ChunkSender, values: dict[str, Any]) -> Result:
        if run.call.hook in valves.CHECKS:
            return await self._check_valves(run)
        hook = self._function.hook(run.call.hook)
        if hook is None:
            raise LookupError(f"This {self._function.kind} has no `{run.call.hook}`.")
        with contextlib.suppress(ValidationError) if hook.name.startswith(valves.OPTIONS) else contextlib.nullcontext():
            self._set_valves(run, values)
        if hook.wants_request:
            from penstock.worker.request import add_request  # what few hooks want is imported late

            add_request(values)
        add_callables(values)
        if run.call.feed:
            return await self._feed(run, hook, values)
        if not hook.is_callable:
            return read_result(run.id, hook.target)
        positional, named = hook.bind(run.call.body, values)
        if hook.is_async:
            value = hook.target(*positional, **named)
        else:
            value = await self._in_thread(run, hook, lambda: _drained(hook.target(*positional, **named), chunks))
        return await self._take(run, hook, value, chunks)

    async def _check_valves(self, run: Run) -> Result:
        owner = self._function.valves if valves.CHECKS[run.call.hook] == "Valves" else self._function.user_valves
        check = read_hook(run.call.hook, valves.check)
        return read_result(run.id, await self._in_thread(run, check, lambda: valves.check(owner, run.call.body)))

    def _set_valves(self, run: Run, values: dict[str, Any]) -> None:
        problems = self._function.set_valves(run.call.valves)
        user = values.get("user")
        if isinstance(user, dict) and self._function.user_valves is not None:
            user["valves"], more = build(self._function.user_valves, run.call.user_valves)
            problems = [*problems, *more]
        for problem in problems:
            print(problem)

    async def _in_thread(self, run: Run, hook: Hook, work: Any) -> Any:
        job: ThreadJob = self._threads.start(run, work, self._loop if hook.lends_loop else None)
        self._interrupter.watch(run, job)
        return await job.outcome()

    async def _take(self, run: Run, hook: Hook, value: Any, chunks: ChunkSender) -> Result:
        """Await and iterate until there is a plain result."""
        while inspect.isawaitable(value):
            value = await value
        if value is _DRAINED:
            return Result(run.id, "stream", notes=list(chunks.notes))
        if not is_stream(value):
            return await self._read(run, value)
        source = stream_of(value) or value
        if source is not value and is_download(value):
            return read_download(run.id, value, await self._whole(run, hook, source))
        if isinstance(source, AsyncIterator):
            await _drain_async(source, chunks)
        else:
            await self._in_thread(run, hook, lambda: _drained(source, chunks))
        return Result(run.id, "stream", notes=list(chunks.notes))

    async def _whole(self, run: Run, hook: Hook, source: Any) -> bytes:
        """What a streaming response gives, as one; refused as soon as it is too much."""
        whole = bytearray()
        if isinstance(source, AsyncIterator):
            async for part in source:
                whole += _as_bytes(part)
                self._check_size(len(whole))
            return bytes(whole)

        def gather() -> None:
            for part in source:
                whole.extend(_as_bytes(part))
                self._check_size(len(whole))

        await self._in_thread(run, hook, gather)
        return bytes(whole)

    async def _read(self, run: Run, value: Any) -> Result:
        if isinstance(value, (str, bytes, bytearray)):
            self._check_size(len(value))
        return read_result(run.id, value)

    # Stream filters: one call per item, one frame per batch (F6)

    async def _feed(self, run: Run, hook: Hook, values: dict[str, Any]) -> Result:
        queue, call = self._feeds.open(run.id), hook.bind_all(values)
        while True:
            feed, made = await queue.get(), list[Any]()
            try:
                await self._make_each(run, hook, call, feed.items, made)
            except Exception:
                self._send_made(run, made, feed.items)
                raise
            self._send_made(run, made, feed.items)
            if feed.last:
                return Result(run.id, "stream")

    async def _make_each(self, run: Run, hook: Hook, call: feeding.Call, items: Sequence[Any], made: list[Any]) -> None:
        if hook.is_async:
            return await feeding.each_awaited(call, items, made)
        try:
            await self._in_thread(run, hook, lambda: feeding.each(call, items, made))
        except Exception:
            await feeding.finish(made)
            raise
        return await feeding.finish(made)

    def _send_made(self, run: Run, made: Sequence[Any], items: Sequence[Any]) -> None:
        encoded = encode(Chunk(run.id, feeding.answers(made, items)))
        self._check_size(len(encoded))
        run.send_bytes(encoded)

    # Outcomes

    def _check_size(self, size: int) -> None:
        if size > self._limit:
            raise OutputTooLarge(f"The result has {size:,} bytes; the budget `output` is {self._limit:,} bytes.")

    def _failed(self, run: Run, error: BaseException) -> Failed:
        if run.cancel_reason is not None and isinstance(error, asyncio.CancelledError):
            return Failed(run.id, "Cancelled", run.cancel_reason)
        failure = read_failure(error, self._function.filename)
        if isinstance(error, OutputTooLarge):
            return Failed(run.id, "OutputTooLarge", failure.message, "", failure.line)
        return Failed(run.id, failure.type, failure.message, failure.traceback, failure.line)


def _as_bytes(part: Any) -> bytes:
    return part.encode() if isinstance(part, str) else bytes(part)


class _Drained:
    """Stands for a generator whose items have all been sent."""


_DRAINED = _Drained()


def _drained(value: Any, chunks: ChunkSender) -> Any:
    """On a thread: iterate over a generator right here; pass on anything else."""
    if not isinstance(value, Iterator):
        return value
    try:
        for item in value:
            chunks.add_in_thread(item)
    finally:
        if close := getattr(value, "close", None):
            close()
    return _DRAINED


async def _drain_async(source: AsyncIterator[Any], chunks: ChunkSender) -> None:
    try:
        async for item in source:
            if not chunks.add_on_loop(item):
                await chunks.wait()
    finally:
        if close := getattr(source, "aclose", None):
            with contextlib.suppress(RuntimeError):
                await close()
