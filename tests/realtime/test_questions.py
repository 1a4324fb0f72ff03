"""Questions: stored, shown, answered once from anywhere, and always at an end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from penstock.errors import BadRequest, Conflict, Invalid, NotFound, QuestionExpired
from penstock.realtime.hub import Author, Hub, Published, Target
from penstock.realtime.questions import Questions
from penstock.store import Store
from penstock.store.records import Question, User
from tests.waiting import eventually

pytestmark = pytest.mark.anyio

Asked = tuple["asyncio.Task[Any]", Question]


@pytest.fixture
def seen(hub: Hub, ada: User) -> list[Published]:
    events: list[Published] = []
    hub.subscribe(ada.id, events.append)
    return events


async def asked(questions: Questions, target: Target, type: str, data: Any = None, **more: Any) -> Asked:
    """A question that has been asked and waits."""
    task = asyncio.ensure_future(questions.ask(target, "run", type, data, **more))
    waiting = await eventually(lambda: questions.open(target.user_id))
    return task, waiting[-1]


@pytest.mark.spec("E3")
@pytest.mark.parametrize(
    ("type", "data", "answer"),
    [
        ("confirmation", {"title": "Sure?"}, True),
        ("confirm", {}, False),
        ("input", {"placeholder": "x"}, "text"),
        ("select", {"options": [{"label": "A", "value": "a"}]}, "a"),
        ("execute", {"code": "return 1"}, None),
        ("weather:ask", {}, ["sun"]),
    ],
)
async def test_the_answer_reaches_who_asked(
    questions: Questions, target: Target, ada: User, type: str, data: Any, answer: Any
) -> None:
    task, question = await asked(questions, target, type, data)
    await questions.answer(question.id, ada, answer)
    assert await task == answer
    assert await questions.open(ada.id) == []


@pytest.mark.spec("E4")
async def test_a_question_is_shown_with_its_id_and_its_end_too(
    questions: Questions, target: Target, ada: User, seen: list[Published]
) -> None:
    task, question = await asked(questions, target, "input", {"title": "Name?"})
    await questions.answer(question.id, ada, "Ada")
    await task
    shown, done = seen
    assert shown.wire()["data"] == {"type": "input", "data": {"title": "Name?", "interaction_id": question.id}}
    assert done.wire()["data"] == {"type": "request:interaction:done", "data": {"interaction_id": question.id}}


@pytest.mark.spec("E4")
async def test_a_question_is_answered_once(questions: Questions, target: Target, ada: User) -> None:
    task, question = await asked(questions, target, "input")
    answers = [questions.answer(question.id, ada, text) for text in ("one", "two", "three")]
    outcomes = await asyncio.gather(*answers, return_exceptions=True)
    assert [isinstance(outcome, Conflict) for outcome in outcomes].count(True) == 2
    assert await task in ("one", "two", "three")


@pytest.mark.spec("E4")
async def test_a_wrong_answer_leaves_it_open(questions: Questions, target: Target, ada: User) -> None:
    task, question = await asked(questions, target, "select", {"options": ["a", "b"]})
    with pytest.raises(Invalid):
        await questions.answer(question.id, ada, "c")
    assert not task.done()
    await questions.answer(question.id, ada, "b")
    assert await task == "b"


@pytest.mark.spec("E4")
async def test_nobody_answers_for_others(questions: Questions, target: Target, ada: User, bob: User) -> None:
    task, question = await asked(questions, target, "input")
    with pytest.raises(NotFound):
        await questions.answer(question.id, bob, "mine")
    await questions.cancel(question.id, ada)
    assert await task is None


@pytest.mark.spec("E4")
@pytest.mark.parametrize(("type", "told"), [("input", None), ("select", None), ("confirm", False)])
async def test_null_cancels(questions: Questions, target: Target, ada: User, type: str, told: Any) -> None:
    task, question = await asked(questions, target, type, {"options": ["a"]} if type == "select" else {})
    await questions.answer(question.id, ada, None)
    assert await task is told
    with pytest.raises(Conflict, match="cancelled"):
        await questions.answer(question.id, ada, "late")


@pytest.mark.spec("E4")
async def test_an_answer_may_come_before_anybody_was_told(
    store: Store,
    questions: Questions,
    target: Target,
    ada: User,
    seen: list[Published],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    create = store.questions.create

    async def answered_at_once(question: Question) -> Question:
        stored = await create(question)
        await questions.answer(stored.id, ada, True)
        return stored

    monkeypatch.setattr(store.questions, "create", answered_at_once)
    async with asyncio.timeout(30):
        assert await questions.ask(target, "run", "confirm", {}) is True
    assert [event.type for event in seen] == ["request:interaction:done"]


async def test_who_asks_is_known_as_soon_as_the_question_is(
    store: Store, questions: Questions, target: Target, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    create, word, known = store.questions.create, Author("word", "Word"), []

    async def looked_at_once(question: Question) -> Question:
        stored = await create(question)
        known.append(questions.asking(stored.id))
        await questions.answer(stored.id, ada, True)
        return stored

    monkeypatch.setattr(store.questions, "create", looked_at_once)
    async with asyncio.timeout(30):
        await questions.ask(replace(target, author=word), "run", "confirm", {})
    assert known == [word]
    assert questions.asking("over") is None


@pytest.mark.spec("E4")
async def test_whoever_is_stopped_while_asking_leaves_no_question(
    store: Store, questions: Questions, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    create, stored = store.questions.create, asyncio.Event()

    async def slow(question: Question) -> Question:
        await create(question)
        stored.set()
        await asyncio.Event().wait()
        return question

    monkeypatch.setattr(store.questions, "create", slow)
    asking = asyncio.ensure_future(questions.ask(target, "run", "confirm", {}))
    await stored.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await questions.open(target.user_id) == []


@pytest.mark.spec("E4")
async def test_nobody_comes(store: Store, questions: Questions, target: Target, seen: list[Published]) -> None:
    with pytest.raises(QuestionExpired, match=r"0\.05 seconds"):
        await questions.ask(target, "run", "input", {}, deadline=0.05)
    assert [event.type for event in seen] == ["input", "request:interaction:done"]
    assert await questions.open(target.user_id) == []


@pytest.mark.spec("E3")
async def test_what_only_a_page_can_do_ends_when_none_comes(store: Store, hub: Hub, target: Target) -> None:
    questions = Questions(store, hub, page_grace=0.05)
    assert "No page" in (await questions.ask(target, "run", "execute", {"code": "return 1"}))["error"]
    assert await questions.open(target.user_id) == []


@pytest.mark.spec("E3")
@pytest.mark.parametrize("attended", [True, False])
async def test_what_only_a_page_can_do_waits_for_who_is_there(
    store: Store, hub: Hub, target: Target, ada: User, attended: bool
) -> None:
    if not attended:
        hub.subscribe(ada.id, lambda _: None)
    questions = Questions(store, hub, page_grace=0.01)
    task, question = await asked(questions, target, "execute", {"code": "return 1"}, attended=attended)
    await asyncio.sleep(0.1)
    await questions.answer(question.id, ada, 1)
    assert await task == 1


@pytest.mark.spec("E4")
async def test_the_author_may_give_a_time_and_a_default(questions: Questions, target: Target) -> None:
    assert await questions.ask(target, "run", "select", {"options": ["a"], "default": "a", "timeout": 0.05}) == "a"


@pytest.mark.spec("E4")
async def test_the_questions_of_a_run_end_with_it(questions: Questions, target: Target) -> None:
    task, _ = await asked(questions, target, "input")
    await questions.cancel_run("run")
    assert await task is None
    task, _ = await asked(questions, target, "input")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await questions.open(target.user_id) == []
    assert questions.waiting(target.user_id) == []


@pytest.mark.spec("E3")
async def test_a_question_that_cannot_be_shown_is_not_stored(questions: Questions, target: Target) -> None:
    with pytest.raises(BadRequest, match=r"data\.options"):
        await questions.ask(target, "run", "select", {"title": "Choose"})
    assert await questions.open(target.user_id) == []


@pytest.mark.spec("E4")
async def test_a_restart_expires_what_was_open(store: Store, questions: Questions, target: Target, ada: User) -> None:
    task, question = await asked(questions, target, "input")
    await store.runs.interrupt_running()
    with pytest.raises(Conflict, match="expired"):
        await questions.answer(question.id, ada, "late")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.spec("E6")
async def test_a_question_without_a_chat(questions: Questions, ada: User) -> None:
    task, question = await asked(questions, Target.of(ada.id, None), "confirm", "Go on?")
    assert question.chat_id is None
    await questions.answer(question.id, ada, True)
    assert await task is True
