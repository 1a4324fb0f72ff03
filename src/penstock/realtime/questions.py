"""What a run asks a person (spec E3, E4): stored, shown in every tab, answered once, from anywhere."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from penstock.errors import BadRequest, Conflict, Invalid, NotFound, PenstockError, QuestionExpired
from penstock.functions import answers, question_files
from penstock.realtime.hub import Hub
from penstock.realtime.published import Author, Target
from penstock.store import Store
from penstock.store.records import Question, RunLog, User

DONE = "request:interaction:done"
LAST_MOMENT = 1.0
LONGEST_ERROR = 2_000
MOST_SENT = 100  # things that a page is to do, of one user, that nobody waits for
NO_PAGE = {"error": "No page of this user is open that could do this."}


@dataclass(slots=True)
class _Open:
    question: Question
    target: Target
    awaited: bool = True  # by its run
    default: Any = None
    has_default: bool = False
    answer: asyncio.Future[Any] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Questions:
    """The open questions of this server's runs."""

    def __init__(self, store: Store, hub: Hub, *, deadline: float = 3600, page_grace: float = 10) -> None:
        self._store = store
        self._hub = hub
        self._deadline = deadline
        self._page_grace = page_grace
        self._open: dict[str, _Open] = {}
        self._beginning: dict[str, _Open] = {}  # that are being stored, and may be answered as soon as they are
        self._sent: dict[asyncio.Task[None], str] = {}
        self._in_vain: Callable[[str], None] | None = None
        hub.to_one_tab = self.send

    async def ask(
        self,
        target: Target,
        run_id: str,
        type: str,
        data: Any,
        deadline: float | None = None,
        on_asked: Callable[[Question], None] | None = None,
        attended: bool = False,
        awaited: bool = True,
    ) -> Any:
        """Ask and wait. The answer as the author reads it; None (False for a confirmation) when cancelled.

        `deadline` is in seconds; the author's `data.timeout` may shorten it, and `data.default` is then the answer.
        What only a page can do is answered with `{"error": ...}` once no page has been there for a while, unless
        somebody else attends to the questions of this run.
        Raises `BadRequest` for a question that cannot be shown, `QuestionExpired` when nobody answers.
        """
        shown = answers.checked_question(type, data)
        timeout = _seconds(shown.get("timeout")) or _seconds(shown.get("timeout_ms"), per_second=1000)
        by_author = timeout is not None and ("default" in shown or type == "request:user_input")
        wait = min(self._deadline if deadline is None else deadline, timeout or float("inf"))
        opened = _Open(
            _question(target, run_id, type, shown, wait),
            target,
            awaited=awaited,
            default=shown.get("default", answers.cancelled(type)),
            has_default=by_author,
        )
        question = await self._stored(opened)
        self._open[question.id] = opened
        try:
            if not opened.answer.done():
                self._show(opened, on_asked)
            self._tell_in_vain(opened)
            return await self._answer_of(opened, wait, attended or type not in answers.IN_ONE_TAB)
        finally:
            self._open.pop(question.id, None)

    async def _stored(self, opened: _Open) -> Question:
        question = opened.question
        self._beginning[question.id] = opened
        try:
            return await self._store.questions.create(question)
        except asyncio.CancelledError:
            await asyncio.shield(self._close(question, "cancelled"))
            raise
        finally:
            del self._beginning[question.id]

    def _show(self, opened: _Open, on_asked: Callable[[Question], None] | None) -> None:
        question, target = opened.question, opened.target
        if on_asked is not None:
            on_asked(question)
        if question.type == "execute":
            where = "in the page" if target.author and target.author.page_script else "in a frame of its own"
            self._log(question.run_id, "event", f"execute: a script runs {where}")
        self._hub.call(target, question.id, question.type, question.data, question.run_id)

    def send(self, target: Target, type: str, data: Any, run_id: str | None = None) -> None:
        """Have one page of the user do something that nobody waits for, such as an emitted `execute`.

        What goes wrong there stands in the log of the run. Raises `BadRequest` when too much waits already.
        """
        if sum(user_id == target.user_id for user_id in self._sent.values()) >= MOST_SENT:
            raise BadRequest(f"More than {MOST_SENT} scripts and downloads wait for a page of this user.")
        answers.checked_question(type, data)
        task = asyncio.get_running_loop().create_task(self._send(target, type, data, run_id))
        self._sent[task] = target.user_id
        task.add_done_callback(lambda done: self._sent.pop(done, None))

    def nobody_answers(self, tell: Callable[[str], None]) -> None:
        """From now on no answer can come: `tell` hears which runs wait for one, also of those that ask later."""
        self._in_vain = tell
        for opened in list(self._open.values()):
            self._tell_in_vain(opened)

    def _tell_in_vain(self, opened: _Open) -> None:
        if self._in_vain is not None and opened.awaited:
            self._in_vain(opened.question.run_id)

    async def close(self) -> None:
        """Wait no longer for what nobody waits for."""
        sent = list(self._sent)
        for task in sent:
            task.cancel()
        await asyncio.gather(*sent, return_exceptions=True)

    async def end(self, question_id: str, answer: Any) -> None:
        """Answer a question of any user, where it is still open."""
        if (opened := self._open.get(question_id)) is None:
            return
        with contextlib.suppress(PenstockError):
            await self._finish(opened.question, "answered", answer)

    async def answer(self, question_id: str, user: User, value: Any) -> None:
        """Answer an open question; null cancels it. Raises `NotFound`, `Conflict` (not open) or `Invalid`."""
        question = await self._of_user(question_id, user)
        if value is None and question.type not in answers.NULL_IS_AN_ANSWER:
            await self._finish(question, "cancelled", None)
        else:
            if question.type == "file":
                value = question_files.given(question.data, await self._uploads(user, value))
            value = answers.checked_answer(question.type, question.data, value)
            await self._finish(question, "answered", value)

    async def _uploads(self, user: User, answer: Any) -> list[dict[str, Any]]:
        """The files that an answer names, as authors read them. Raises `Invalid`."""
        found = []
        for file_id in question_files.named(answer):
            file = await self._store.files.get(file_id)
            if file is None or file.user_id != user.id:
                raise Invalid(f"There is no uploaded file '{file_id}'.", hint="The question is still open.")
            found.append(
                {
                    "id": file.id,
                    "name": file.filename,
                    "size": file.size,
                    "content_type": file.content_type,
                    "url": f"/api/v1/files/{file.id}/content",
                }
            )
        return found

    async def cancel(self, question_id: str, user: User) -> None:
        """Cancel an open question: its run goes on and is told so. Raises `NotFound` or `Conflict`."""
        await self._finish(await self._of_user(question_id, user), "cancelled", None)

    async def cancel_run(self, run_id: str) -> None:
        """Close the questions of a run that has ended."""
        for opened in [opened for opened in self._open.values() if opened.question.run_id == run_id]:
            await self._close(opened.question, "cancelled")

    async def open(self, user_id: str) -> list[Question]:
        """The questions that wait for this user, oldest first."""
        return await self._store.questions.open(user_id)

    def waiting(self, user_id: str) -> list[tuple[Target, Question]]:
        """The same without a read, with where they are shown, for a tab that has just come."""
        return [(opened.target, opened.question) for opened in self._open.values() if opened.target.user_id == user_id]

    def asking(self, question_id: str) -> Author | None:
        """Who asks, of a question that is stored; None where its run is over or another server's."""
        opened = self._open.get(question_id) or self._beginning.get(question_id)
        return opened.target.author if opened else None

    async def _send(self, target: Target, type: str, data: Any, run_id: str | None) -> None:
        try:
            answer = await self.ask(target, run_id or "", type, data, awaited=False)
        except PenstockError as error:
            answer = {"error": error.message}
        if isinstance(answer, Mapping) and answer.get("error"):
            self._log(run_id, "error", f"{type}: {str(answer['error'])[:LONGEST_ERROR]}")

    def _log(self, run_id: str | None, level: str, text: str) -> None:
        if run_id:
            line = RunLog(run_id=run_id, time=time.time(), level=level, text=text, thread="")
            self._store.runs.log_nowait([line])

    async def _answer_of(self, opened: _Open, wait: float, attended: bool) -> Any:
        question = opened.question
        try:
            async with asyncio.timeout(wait):
                if not attended and await self._no_page_comes(opened):
                    return NO_PAGE
                return await asyncio.shield(opened.answer)
        except TimeoutError:
            finished = await self._store.questions.finish(question.id, "expired")
            if not finished and await _settles(opened.answer):  # answered in the last moment
                return opened.answer.result()
            self._tell_done(opened.target, question)
            if opened.has_default:
                return opened.default
            raise _expired(question.type, wait) from None
        except asyncio.CancelledError:
            if not opened.answer.done():
                opened.answer.cancel()
            await asyncio.shield(self._close(question, "cancelled"))
            raise

    async def _no_page_comes(self, opened: _Open) -> bool:
        """Wait for the answer while there are pages; true when there were none for the time of grace."""
        question, pulse, absent = opened.question, self._page_grace / 10, 0.0
        while not opened.answer.done():
            absent = 0.0 if self._hub.watched(question.user_id) else absent + pulse
            if absent > self._page_grace and await self._store.questions.finish(question.id, "expired"):
                self._tell_done(opened.target, question)
                return True
            await asyncio.wait([opened.answer], timeout=pulse)
        return False

    async def _of_user(self, question_id: str, user: User) -> Question:
        opened = self._open.get(question_id)
        question = opened.question if opened else await self._store.questions.get(question_id)
        if question is None or question.user_id != user.id:
            raise NotFound("There is no such question.")
        if question.state != "open":
            raise _no_longer_open(question.state)
        return question

    async def _finish(self, question: Question, state: str, answer: Any) -> None:
        opened = self._open.get(question.id) or self._beginning.get(question.id)
        kept = answers.kept(question.type, question.data, answer)
        if not await self._store.questions.finish(question.id, state, kept):
            now = await self._store.questions.get(question.id)
            raise _no_longer_open(now.state if now else "closed")
        if opened is None:
            return
        if not opened.answer.done():
            opened.answer.set_result(answer if state == "answered" else answers.cancelled(question.type))
        self._tell_done(opened.target, question)

    async def _close(self, question: Question, state: str) -> None:
        try:
            await self._finish(question, state, None)
        except PenstockError:  # somebody closed it before
            return

    def _tell_done(self, target: Target, question: Question) -> None:
        self._hub.emit(target, DONE, {"interaction_id": question.id}, question.run_id, keep=False)


def _question(target: Target, run_id: str, type: str, data: dict[str, Any], wait: float) -> Question:
    question_id = str(uuid.uuid4())
    now = time.time()
    return Question(
        id=question_id,
        run_id=run_id,
        user_id=target.user_id,
        chat_id=target.chat_id,
        message_id=target.message_id,
        type=type,
        data={**data, "interaction_id": question_id},
        created_at=now,
        deadline=now + wait,
    )


def _expired(type: str, wait: float) -> QuestionExpired:
    if type == "execute":
        return QuestionExpired(
            f"The script did not return within {_duration(wait)}.",
            hint="A script returns when its function body ends; `data.timeout` says how many seconds it may take.",
        )
    return QuestionExpired(
        f"Nobody answered the question within {_duration(wait)}.", hint="Open the chat and start the function again."
    )


async def _settles(answer: asyncio.Future[Any]) -> bool:
    """Whether the answer comes; it does not when the row of the question is gone with its chat."""
    done, _ = await asyncio.wait([answer], timeout=LAST_MOMENT)
    return bool(done) and not answer.cancelled()


def _no_longer_open(state: str) -> Conflict:
    return Conflict(f"This question is no longer open: it was {state}.", state=state)


def _seconds(value: Any, per_second: float = 1) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) / per_second if is_number and value > 0 else None


def _duration(seconds: float) -> str:
    if seconds >= 120:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds:g} seconds"
