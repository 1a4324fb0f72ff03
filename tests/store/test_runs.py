from __future__ import annotations

import asyncio
from typing import Any

import pytest
from msgspec import structs

from penstock.store import Store
from penstock.store.records import Function, RunLog, User
from penstock.store.run_tallies import Tally
from tests.store.making import chat, message, question, run

pytestmark = pytest.mark.anyio


async def test_a_run_is_read_as_it_was_last_put(store: Store) -> None:
    started = run("r", started_at=1.0, chat_id="c", message_id="m")
    store.runs.put_nowait(started)
    assert await store.runs.get("r") == started
    ended = structs.replace(started, state="done", ended_at=2.0, result={"n": [1]}, notes=["NaN became null"])
    store.runs.put_nowait(ended)
    assert await store.runs.get("r") == ended
    assert await store.runs.get("nothing") is None


async def test_runs_are_listed_newest_first_by_what_they_are(store: Store) -> None:
    kinds: list[dict[str, Any]] = [
        {},
        {"user_id": "bob"},
        {"function_id": "other"},
        {"state": "done"},
        {"chat_id": "c"},
    ]
    for number, more in enumerate(kinds):
        store.runs.put_nowait(run(str(number), started_at=float(number), **more))

    async def ids(**which: str) -> list[str]:
        return [found.id for found in await store.runs.list(**which)]  # type: ignore[arg-type]

    assert await ids() == ["4", "3", "2", "1", "0"]
    assert await ids(user_id="bob") == ["1"]
    assert await ids(function_id="greet", user_id="ann", state="running") == ["4", "0"]
    assert await ids(chat_id="c") == ["4"]
    assert [found.id for found in await store.runs.list(skip=1, limit=2)] == ["3", "2"]


@pytest.mark.spec("I6")
async def test_logs_are_kept_in_order_with_their_run(store: Store) -> None:
    lines = [RunLog(run_id="r", time=1.0, level="info", text=f"line {n}", thread="main") for n in range(5)]
    store.runs.log_nowait(lines[:3])
    store.runs.log_nowait([RunLog(run_id="other", time=1.0, level="info", text="x", thread="main")])
    store.runs.log_nowait(lines[3:])
    assert await store.runs.logs("r") == lines


@pytest.mark.spec("A7")
async def test_a_repeated_request_finds_its_run(store: Store) -> None:
    store.runs.put_nowait(run("r", idempotency_key="k"))
    found = await store.runs.find_idempotent("ann", "greet", "k")
    assert found is not None
    assert found.id == "r"
    assert await store.runs.find_idempotent("bob", "greet", "k") is None
    assert await store.runs.find_idempotent("ann", "other", "k") is None
    assert await store.runs.find_idempotent("ann", "greet", "another") is None


async def test_what_a_stopped_server_left_open_is_closed(store: Store, ann: User) -> None:
    await store.chats.create(
        chat("c", ann.id), [message("whole", "", content="x"), message("half", "", content="hal", done=False)]
    )
    store.runs.put_nowait(run("running"))
    store.runs.put_nowait(run("behind", state="background"))
    store.runs.put_nowait(run("over", state="done", ended_at=1.0))
    await store.questions.create(question("q", run_id="running"))

    assert await store.runs.interrupt_running() == 2

    states = {found.id: found.state for found in await store.runs.list()}
    assert states == {"running": "interrupted", "behind": "interrupted", "over": "done"}
    interrupted = await store.runs.get("running")
    assert interrupted is not None
    assert interrupted.ended_at is not None
    assert interrupted.error is not None
    asked = await store.questions.get("q")
    assert asked is not None
    assert asked.state == "expired"
    whole, half = await store.messages.list("c")
    assert (whole.error, half.done, half.content) == (None, True, "hal")
    assert "interrupted" in str(half.error)
    assert await store.runs.interrupt_running() == 0


@pytest.mark.spec("E4")
async def test_a_question_is_answered_once_whoever_tries(store: Store) -> None:
    asked = await store.questions.create(question("q", data={"title": "Sure?"}, deadline=9.0))
    assert await store.questions.open("ann") == [asked]
    assert await store.questions.open("bob") == []
    tries = await asyncio.gather(*(store.questions.finish("q", "answered", {"n": n}) for n in range(6)))
    assert sorted(tries) == [False] * 5 + [True]
    answered = await store.questions.get("q")
    assert answered is not None
    assert (answered.state, answered.answer) == ("answered", {"n": tries.index(True)})
    assert answered.answered_at is not None
    assert await store.questions.open("ann") == []
    assert not await store.questions.finish("nothing", "cancelled", None)


async def test_the_latest_runs_of_all_functions_are_counted_at_once(store: Store) -> None:
    for function_id in ("busy", "idle"):
        await store.functions.create(Function(id=function_id, user_id="u", kind="pipe", name=function_id))
    states = ["failed", "done", "failed", "cancelled", "done", "running"]
    for number, state in enumerate(states):
        store.runs.put_nowait(run(str(number), function_id="busy", state=state, started_at=float(number)))
    assert await store.run_tallies.of_functions(3) == {"busy": Tally(3, 1, 5.0), "idle": Tally(0, 0, None)}
