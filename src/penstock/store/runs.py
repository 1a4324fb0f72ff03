"""Runs and what they logged."""

from __future__ import annotations

import time
from collections.abc import Sequence

from msgspec import structs
from sqlalchemy import false, update

from penstock.store import tables
from penstock.store.database import Database
from penstock.store.records import RunLog, RunRecord
from penstock.store.rows import Rows, upsert
from penstock.store.writer import RowTarget

table = tables.runs
TRACE = "penstock:trace"
"""What stands in a line of a run's trace where lines of its log have the name of their thread."""
UNFINISHED = ("queued", "running", "background")
INTERRUPTED = {"code": "interrupted", "message": "The server stopped before this was finished."}


class Runs:
    """Reads see what was queued before them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = Rows(database, table, RunRecord, "run")
        self._log_rows = Rows(database, tables.run_logs, RunLog, "log")
        self._target = RowTarget(upsert(database.dialect, table))
        self._log_target = RowTarget(tables.run_logs.insert())

    def put_nowait(self, run: RunRecord) -> None:
        """Insert or replace soon; of several in one batch the last wins."""
        self._database.writer.put(self._target, structs.asdict(run), run.id)

    def log_nowait(self, lines: Sequence[RunLog]) -> None:
        for line in lines:
            self._database.writer.put(self._log_target, structs.asdict(line))

    def trace_later(self, line: RunLog) -> None:
        """As a line of the log, but written with many others a little later."""
        self._database.writer.put_later(self._log_target, structs.asdict(line))

    async def get(self, run_id: str) -> RunRecord | None:
        await self._database.writer.flush()
        return await self._rows.first(table.c.id == run_id)

    async def logs(self, run_id: str, *, thread: str | None = None) -> list[RunLog]:
        """In the order in which they came; those of one thread where it is given, else all but the trace."""
        await self._database.writer.flush()
        logs = tables.run_logs
        where = [logs.c.run_id == run_id, logs.c.thread != TRACE if thread is None else logs.c.thread == thread]
        return await self._log_rows.all(self._log_rows.select(*where).order_by(logs.c.position))

    async def find_idempotent(self, user_id: str, function_id: str, key: str) -> RunRecord | None:
        """The run that this user's request with that key has already led to."""
        await self._database.writer.flush()
        where = (table.c.idempotency_key == key, table.c.user_id == user_id, table.c.function_id == function_id)
        found = await self._rows.all(self._rows.select(*where).order_by(table.c.started_at).limit(1))
        return found[0] if found else None

    async def interrupt_running(self) -> int:
        """Close what a stopped server left open: runs, questions, messages. How many runs there were."""
        now, messages, questions = time.time(), tables.messages, tables.questions
        unfinished = update(table).where(table.c.state.in_(UNFINISHED))
        async with self._database.transaction() as connection:
            runs = await connection.execute(unfinished.values(state="interrupted", ended_at=now, error=INTERRUPTED))
            await connection.execute(
                update(questions).where(questions.c.state == "open").values(state="expired", answered_at=now)
            )
            await connection.execute(
                update(messages)
                .where(messages.c.done == false())
                .values(done=True, updated_at=now, error={"content": INTERRUPTED["message"], "code": "interrupted"})
            )
        return runs.rowcount

    async def list(
        self,
        function_id: str | None = None,
        user_id: str | None = None,
        state: str | None = None,
        skip: int = 0,
        limit: int = 50,
        *,
        since: float | None = None,
        until: float | None = None,
        **more: str | None,
    ) -> list[RunRecord]:
        """Newest first; `more` names further columns and their values, such as `chat_id`. Times are epoch seconds."""
        await self._database.writer.flush()
        given = {"function_id": function_id, "user_id": user_id, "state": state, **more}
        where = [table.c[name] == value for name, value in given.items() if value is not None]
        where += [table.c.started_at >= since] if since is not None else []
        where += [table.c.started_at < until] if until is not None else []
        newest = self._rows.select(*where).order_by(table.c.started_at.desc(), table.c.id)
        return await self._rows.all(newest.offset(skip).limit(limit))
