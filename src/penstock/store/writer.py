"""Group commit: what may be written a few milliseconds later is written together, in one transaction."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio.engine import AsyncConnection

from penstock.errors import Unavailable

log = logging.getLogger(__name__)

Row = dict[str, Any]
Begin = Callable[[], AbstractAsyncContextManager[AsyncConnection]]
Work = Callable[[AsyncConnection], Awaitable[None]]
UNREACHABLE = (OperationalError, InterfaceError, PoolTimeout, OSError)
REFUSED = (SQLAlchemyError, TypeError, ValueError)
SQLITE_ERROR = 1  # what SQLite says of a wrong statement, also as an `OperationalError`
LONGEST_PAUSE = 2.0
PATIENCE = 0.5  # seconds that rows wait which nobody looks for yet
MOST_LATER = 200


@dataclass(frozen=True, eq=False)
class RowTarget:
    """A statement that takes many rows; `choose` may leave out rows that are no longer wanted."""

    statement: Executable
    choose: Callable[[AsyncConnection, Sequence[Row]], Awaitable[Sequence[Row]]] | None = None


class _Rows:
    """Rows for one target, in order; of several with one key the last wins."""

    def __init__(self, target: RowTarget) -> None:
        self.target = target
        self.rows: dict[Hashable, Row] = {}

    async def __call__(self, connection: AsyncConnection) -> None:
        await self._execute(connection, list(self.rows.values()))

    async def _execute(self, connection: AsyncConnection, rows: Sequence[Row]) -> None:
        if self.target.choose is not None:
            rows = await self.target.choose(connection, rows)
        if rows:
            await connection.execute(self.target.statement, rows)

    def singly(self) -> list[Work]:
        def one(row: Row) -> Work:
            return lambda connection: self._execute(connection, [row])

        return [one(row) for row in self.rows.values()]


class _Batch:
    """What one transaction writes. Rows of one target stand together; submitted work keeps its place between them."""

    def __init__(self) -> None:
        self.steps: list[Work] = []
        self.size = 0
        self.waiters: list[asyncio.Future[None]] = []
        self._open: dict[RowTarget, _Rows] = {}

    def put(self, target: RowTarget, row: Row, key: Hashable) -> None:
        step = self._open.get(target)
        if step is None:
            step = self._open[target] = _Rows(target)
            self.steps.append(step)
        before = len(step.rows)
        step.rows[before if key is None else key] = row
        self.size += len(step.rows) - before

    def submit(self, work: Work) -> None:
        self._open.clear()
        self.steps.append(work)
        self.size += 1

    def singly(self) -> list[Work]:
        return [work for step in self.steps for work in (step.singly() if isinstance(step, _Rows) else [step])]

    def settle(self, error: Exception | None = None) -> None:
        for waiter in self.waiters:
            if not waiter.done():
                waiter.set_result(None) if error is None else waiter.set_exception(error)
        self.waiters.clear()


class GroupWriter:
    """Collects writes for at most `delay` seconds and commits them together, in order.

    A row that the database refuses is logged and left out; it does not take others with it. While the database
    cannot be reached, rows wait: `flush` raises, `room` blocks at `limit`, and `put` raises at ten times of it.
    """

    def __init__(self, begin: Begin, *, delay: float = 0.005, limit: int = 50_000) -> None:
        self._begin = begin
        self._delay = delay
        self._limit = limit
        self._batch = _Batch()
        self._writing: _Batch | None = None
        self._wake = asyncio.Event()
        self._urgent = asyncio.Event()
        self._space = asyncio.Event()
        self._space.set()
        self._closing = False
        self._later: list[tuple[RowTarget, Row]] = []
        self._later_timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run(), name="group writer")

    async def close(self) -> None:
        """Write what is queued, then end."""
        self._take_later()
        self._closing = True
        self._wake.set()
        self._urgent.set()
        if self._task is not None:
            await self._task

    def put(self, target: RowTarget, row: Row, key: Hashable = None) -> None:
        """Queue one row. Rows with the same key in one batch are written once, with the last value."""
        self._accept()
        self._batch.put(target, row, key)

    def put_later(self, target: RowTarget, row: Row) -> None:
        """Queue one row that may wait for many others, for at most `PATIENCE` seconds; `flush` takes it along."""
        self._refuse()
        self._later.append((target, row))
        if len(self._later) >= MOST_LATER:
            self._take_later()
        elif self._later_timer is None:
            self._later_timer = asyncio.get_running_loop().call_later(PATIENCE, self._take_later)

    def submit(self, work: Work) -> None:
        """Queue work that runs inside the transaction, after what was queued before and before what comes later."""
        self._accept()
        self._batch.submit(work)

    async def flush(self) -> None:
        """Return when all that was queued before is committed."""
        self._take_later()
        batch = self._batch if self._batch.size else self._writing
        if batch is None:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        batch.waiters.append(waiter)
        self._urgent.set()
        await waiter

    async def room(self) -> None:
        """Return when the queue is short enough to take more."""
        await self._space.wait()

    def _take_later(self) -> None:
        if self._later_timer is not None:
            self._later_timer.cancel()
            self._later_timer = None
        for target, row in self._later:
            self._batch.put(target, row, None)
        if self._later:
            self._later.clear()
            self._wake.set()

    def _accept(self) -> None:
        self._refuse()
        self._wake.set()

    def _refuse(self) -> None:
        if self._closing:
            raise Unavailable("The server is stopping.")
        if self._batch.size >= self._limit:
            self._space.clear()
            if self._batch.size >= 10 * self._limit:
                raise Unavailable("The database does not keep up.", hint="Check that it can be reached.")

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            await self._gather()
            if not self._batch.size:
                if self._closing:
                    return
                continue
            batch = self._writing = self._batch
            self._batch = _Batch()
            await self._write(batch)
            self._writing = None
            self._space.set()
            batch.settle()

    async def _gather(self) -> None:
        try:
            async with asyncio.timeout(self._delay):
                await self._urgent.wait()
        except TimeoutError:
            pass
        if not self._closing:
            self._wake.clear()
            self._urgent.clear()

    async def _write(self, batch: _Batch) -> None:
        pause = 0.02
        while True:
            try:
                await self._commit(batch)
                return
            except UNREACHABLE as error:
                log.warning("The database cannot be written to, trying again: %s", error)
                batch.settle(Unavailable("The database cannot be written to just now."))
                if self._closing and pause >= LONGEST_PAUSE:
                    log.error("%d queued rows were not written before the server stopped.", batch.size)
                    return
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _commit(self, batch: _Batch) -> None:
        try:
            async with self._begin() as connection:
                for step in batch.steps:
                    await step(connection)
        except (*UNREACHABLE, *REFUSED) as error:
            if _unreachable(error):
                raise
            log.warning("A batch was refused, writing it row by row: %s", error)
            await self._commit_singly(batch)

    async def _commit_singly(self, batch: _Batch) -> None:
        for work in batch.singly():
            try:
                async with self._begin() as connection:
                    await work(connection)
            except (*UNREACHABLE, *REFUSED) as error:
                if _unreachable(error):
                    raise
                log.exception("A queued row was refused and left out.")


def _unreachable(error: Exception) -> bool:
    cause = error.orig if isinstance(error, DBAPIError) else None
    return isinstance(error, UNREACHABLE) and getattr(cause, "sqlite_errorcode", None) != SQLITE_ERROR
