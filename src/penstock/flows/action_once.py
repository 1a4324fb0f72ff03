"""An action acts once per click: a repeated request gets the first result (spec A7)."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import msgspec

from penstock import errors
from penstock.errors import Conflict, PenstockError
from penstock.functions.results import EMBEDDED, interpret
from penstock.store import Store
from penstock.store.records import RunRecord

REMEMBERED = 1_000
KEY_LIMIT = 200

Key = tuple[str, str, str]  # user, function, key of the request


@dataclass(frozen=True, slots=True)
class Answered:
    """What an action returned, as JSON, and the status that it wants the HTTP answer to have."""

    value: Any
    status: int = 200


class Once:
    """Remembers what requests with a key led to: under way and lately in memory, for ever in the runs."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tasks: OrderedDict[Key, asyncio.Task[Answered]] = OrderedDict()

    async def run(self, key: Key, work: Callable[[], Coroutine[Any, Any, Answered]]) -> Answered:
        """Do the work, unless it has been done or is being done; then wait for that."""
        task = self._tasks.get(key)
        if task is None:
            earlier = await self._store.runs.find_idempotent(*key)
            if earlier is not None and key not in self._tasks:
                return _response_of(earlier)
            task = self._tasks.get(key) or self._begin(key, work)
        return await asyncio.shield(task)

    def _begin(self, key: Key, work: Callable[[], Coroutine[Any, Any, Answered]]) -> asyncio.Task[Answered]:
        task = self._tasks[key] = asyncio.get_running_loop().create_task(work())
        task.add_done_callback(lambda done: self._settled(key, done))
        while len(self._tasks) > REMEMBERED:
            oldest = next((key for key, task in self._tasks.items() if task.done()), None)
            if oldest is None:
                break
            del self._tasks[oldest]
        return task

    def _settled(self, key: Key, task: asyncio.Task[Answered]) -> None:
        """A request that was refused before anything ran may be repeated."""
        if task.cancelled() or (isinstance(error := task.exception(), PenstockError) and not _has_run(error)):
            self._tasks.pop(key, None)


def _has_run(error: PenstockError) -> bool:
    return "run_id" in error.fields


def _response_of(record: RunRecord) -> Answered:
    if record.error is not None:
        raise _error_of(record)
    if record.state in ("queued", "running"):
        raise Conflict("The request with this key has not finished.", run_id=record.id)
    result = msgspec.to_builtins(record.result)
    keys = set(result) if isinstance(result, dict) else set()
    if keys == {"html", "headers", "context"}:
        return Answered(EMBEDDED if result["context"] is None else result["context"])
    if keys == {"status", "location", "body"}:
        outcome = interpret("response", result, {})
        return Answered(outcome.response, outcome.status_code)
    return Answered(result)


def _error_of(record: RunRecord) -> PenstockError:
    code = (record.error or {}).get("code")
    kind = next((kind for kind in _kinds(PenstockError) if kind.code == code), errors.RunFailed)
    return kind(str((record.error or {}).get("message", "")), run_id=record.id)


def _kinds(root: type[PenstockError]) -> list[type[PenstockError]]:
    return [kind for child in root.__subclasses__() for kind in (child, *_kinds(child))]
