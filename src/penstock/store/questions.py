"""What runs asked people."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import update

from penstock.store import tables
from penstock.store.database import Database
from penstock.store.records import Question
from penstock.store.rows import Rows

table = tables.questions


class QuestionRecords:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = Rows(database, table, Question, "question")

    async def create(self, question: Question) -> Question:
        return await self._rows.insert(question)

    async def get(self, question_id: str) -> Question | None:
        return await self._rows.first(table.c.id == question_id)

    async def open(self, user_id: str) -> list[Question]:
        """Those that wait for this user, oldest first."""
        waiting = self._rows.select(table.c.user_id == user_id, table.c.state == "open")
        return await self._rows.all(waiting.order_by(table.c.created_at, table.c.id))

    async def of_run(self, run_id: str) -> list[Question]:
        """What a run asked, oldest first."""
        return await self._rows.all(self._rows.select(table.c.run_id == run_id).order_by(table.c.created_at))

    async def finish(self, question_id: str, state: str, answer: Any = None) -> bool:
        """Close an open question. True for the one caller that did, whoever else tried."""
        statement = update(table).where(table.c.id == question_id, table.c.state == "open")
        async with self._database.transaction() as connection:
            done = await connection.execute(statement.values(state=state, answer=answer, answered_at=time.time()))
        return done.rowcount == 1
