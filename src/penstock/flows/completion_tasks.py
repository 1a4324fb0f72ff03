"""Answers that are being made into messages: they go on when the page leaves, until they are done or stopped."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from penstock.errors import Conflict, NotFound
from penstock.store.records import User

INTERRUPTED = "The server was stopped before the answer was whole."
"""With what a task is cancelled when nobody asked for it."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CompletionTask:
    id: str
    user_id: str
    chat_id: str
    message_id: str
    task: asyncio.Task[None]


class CompletionTasks:
    """Those of this server, by id."""

    def __init__(self) -> None:
        self._tasks: dict[str, CompletionTask] = {}

    def start(self, work: Coroutine[Any, Any, None], user_id: str, chat_id: str, message_id: str) -> str:
        """Let an answer be made; gives the id of its task."""
        task_id = str(uuid4())
        task = asyncio.get_running_loop().create_task(work, name=f"answer {message_id}")
        self._tasks[task_id] = CompletionTask(task_id, user_id, chat_id, message_id, task)
        task.add_done_callback(lambda _: self._forget(task_id))
        return task_id

    def refuse_second(self, chat_id: str, message_id: str) -> None:
        """Raise `Conflict` where this message is being answered already."""
        if any(task.chat_id == chat_id and task.message_id == message_id for task in self._tasks.values()):
            raise Conflict("This message is being written already.", hint="Stop it first, or send another id.")

    def of_chat(self, chat_id: str, user: User) -> list[str]:
        """Ids of what is being written in a chat of that user."""
        return [task.id for task in self._tasks.values() if task.chat_id == chat_id and _may(task, user)]

    def ids_of_chat(self, chat_id: str) -> list[str]:
        return [task.id for task in self._tasks.values() if task.chat_id == chat_id]

    def messages_of(self, chat_id: str) -> set[str]:
        """Ids of the messages that are being written in a chat."""
        return {task.message_id for task in self._tasks.values() if task.chat_id == chat_id}

    def of_user(self, user: User) -> list[str]:
        return [task.id for task in self._tasks.values() if _may(task, user)]

    def stop(self, task_id: str, user: User) -> None:
        """Stop one, as its user or an admin. Raises `NotFound` where there is none."""
        task = self._tasks.get(task_id)
        if task is None or not _may(task, user):
            raise NotFound("There is no such task, or it is over.")
        task.task.cancel()

    def stop_chat(self, chat_id: str) -> None:
        """Stop what is being written in a chat that goes."""
        for task in [task for task in self._tasks.values() if task.chat_id == chat_id]:
            task.task.cancel()

    async def stop_all(self, grace: float) -> None:
        """Let them finish for `grace` seconds, then end them."""
        tasks = [task.task for task in self._tasks.values()]
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=grace)
        for task in late:
            task.cancel(INTERRUPTED)
        if late:
            await asyncio.wait(late, timeout=2)

    def _forget(self, task_id: str) -> None:
        task = self._tasks.pop(task_id).task
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("An answer could not be written.", exc_info=error)


def _may(task: CompletionTask, user: User) -> bool:
    return task.user_id == user.id or user.role == "admin"
