"""Budgets `concurrency` and `queue`: who waits, who is refused, and what everybody sees of it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from penstock.errors import FunctionInactive, NotFound, QueueFull, RunCancelled
from penstock.flows import context_values
from penstock.flows.runs import LiveRun, RunOrder
from penstock.realtime.hub import Target
from tests.acting import Theatre
from tests.waiting import eventually

pytestmark = [pytest.mark.anyio, pytest.mark.spec("H3")]

WAITS = """
    import asyncio

    class Action:
        order = []

        async def action(self, body, __event_call__=None):
            self.order.append(body["name"])
            if body.get("nest"):
                call = {"type": "action", "data": {"id": body["nest"], "body": {"name": "inner"}}}
                return await __event_call__(call)
            if body.get("hold"):
                await __event_call__({"type": "input", "data": {"title": body["name"]}})
            return list(self.order)
"""


async def install(theatre: Theatre, **budget: int) -> str:
    function_id = await theatre.install(WAITS, name="Waits")
    await theatre.services.rights.change(function_id, {"budget": budget}, theatre.admin.user)
    return function_id


async def order_of(theatre: Theatre, function_id: str, name: str, **more: Any) -> RunOrder:
    serving = await theatre.services.registry.serving(function_id)
    user = theatre.user.user
    wishes: dict[str, Any] = {key: more.pop(key) for key in ("hold", "nest") if key in more}
    body = {"name": name, **wishes}
    context = context_values.build(serving.description, "action", user=user, id=function_id)
    return RunOrder(serving, "action", body, context, user, Target.of(user.id, None), "test", **more)


def begin(theatre: Theatre, order: RunOrder) -> asyncio.Task[LiveRun]:
    return asyncio.create_task(theatre.services.runs.start(order))


async def waits(theatre: Theatre, order: RunOrder) -> None:
    await eventually(lambda: theatre.services.runs.turns.waiting(order.id))


async def test_who_waits_is_served_in_order_and_seen_meanwhile(theatre: Theatre) -> None:
    waiting = await install(theatre, concurrency=1, queue=2)
    runs = theatre.services.runs
    first = await runs.start(await order_of(theatre, waiting, "first", hold=True))
    orders = [await order_of(theatre, waiting, name) for name in ("second", "third")]
    tasks = []
    for order in orders:
        tasks.append(begin(theatre, order))
        await waits(theatre, order)
    assert runs.turns.lengths()[waiting] == (1, 2)
    listed = (await theatre.user.http.get("/api/v1/runs", params={"function_id": waiting})).json()
    assert sorted(run["state"] for run in listed) == ["queued", "queued", "running"]
    await theatre.user.answer("go on")
    outcomes = [await (await task).outcome() for task in tasks]
    assert outcomes[-1].value == ["first", "second", "third"]
    await first.outcome()
    record = await theatre.services.store.runs.get(orders[0].id)
    assert record is not None
    assert record.notes[0].startswith("Waited ")
    await eventually(lambda: waiting not in runs.turns.lengths())


async def test_more_than_may_wait_are_refused_with_429(theatre: Theatre) -> None:
    busy = await install(theatre, concurrency=1, queue=0)
    first = asyncio.create_task(theatre.user.run(busy, {"name": "first", "hold": True}))
    await theatre.user.question()
    refused = await theatre.user.run(busy, {"name": "second"})
    body = refused.json()
    assert (refused.status_code, body["code"], body["budget"], body["limit"]) == (429, "queue_full", "queue", 0)
    assert int(refused.headers["retry-after"]) > 0
    assert "its budget `queue`" in body["detail"]
    record = await theatre.admin.last_run(busy, "failed")
    assert (record["error"]["code"], record["error"]["budget"], record["error"]["limit"]) == ("queue_full", "queue", 0)
    await theatre.user.answer("go on")
    assert (await first).status_code == 200


async def test_who_waits_can_be_stopped(theatre: Theatre) -> None:
    stopped = await install(theatre, concurrency=1)
    first = await theatre.services.runs.start(await order_of(theatre, stopped, "first", hold=True))
    second = asyncio.create_task(theatre.user.run(stopped, {"name": "second"}))
    run = await theatre.user.last_run(stopped, "queued")
    with pytest.raises(NotFound):
        await theatre.services.runs.cancel(run["id"], (await other(theatre)))
    assert (await theatre.user.http.post(f"/api/v1/runs/{run['id']}/cancel")).status_code == 200
    answer = await second
    assert (answer.status_code, answer.json()["code"]) == (499, "run_cancelled")
    assert (await theatre.user.last_run(stopped, "cancelled"))["id"] == run["id"]
    third = begin(theatre, await order_of(theatre, stopped, "third"))
    await eventually(lambda: theatre.services.runs.turns.lengths()[stopped] == (1, 1))
    third.cancel()
    with pytest.raises(asyncio.CancelledError):
        await third
    await first.cancel("enough")
    await eventually(lambda: stopped not in theatre.services.runs.turns.lengths())


async def other(theatre: Theatre) -> Any:
    users = theatre.services.store.users
    found = await users.get_by_email("otto@example.com")
    return found or await users.create("otto@example.com", "Otto", None, "user")


async def test_the_wait_is_bounded_and_no_part_of_the_deadline(theatre: Theatre) -> None:
    bounded = await install(theatre, concurrency=1)
    first = await theatre.services.runs.start(await order_of(theatre, bounded, "first", hold=True))
    with pytest.raises(QueueFull, match=r"busy for 0\.2 seconds: its budget `concurrency` lets 1 of its runs") as late:
        await theatre.services.runs.start(await order_of(theatre, bounded, "second", deadline=0.2))
    assert late.value.fields["budget"] == "concurrency"
    await theatre.services.rights.change(bounded, {"budget": {"deadline": 1}}, theatre.admin.user)
    patient = begin(theatre, await order_of(theatre, bounded, "third", hold=True))
    await asyncio.sleep(1.1)
    await first.cancel("enough")
    run = await patient
    await theatre.user.answer("the time of a question does not count either")
    assert (await run.outcome()).value


async def test_a_larger_budget_lets_the_next_ones_go_on(theatre: Theatre) -> None:
    wider = await install(theatre, concurrency=1)
    first = await theatre.services.runs.start(await order_of(theatre, wider, "first", hold=True))
    second = begin(theatre, await order_of(theatre, wider, "second"))
    await eventually(lambda: theatre.services.runs.turns.lengths()[wider] == (1, 1))
    await theatre.services.rights.change(wider, {"budget": {"concurrency": 2}}, theatre.admin.user)
    run = await second
    assert run.order.serving.source.rights.budget.concurrency == 2  # those of the moment it begins
    await run.outcome()
    await first.cancel("enough")


async def test_a_function_that_is_switched_off_takes_nobody_from_its_line(theatre: Theatre) -> None:
    switched = await install(theatre, concurrency=1)
    first = await theatre.services.runs.start(await order_of(theatre, switched, "first", hold=True))
    second = begin(theatre, await order_of(theatre, switched, "second"))
    await eventually(lambda: theatre.services.runs.turns.lengths()[switched] == (1, 1))
    await theatre.services.registry.toggle(switched, theatre.admin.user)
    await first.cancel("enough")
    with pytest.raises(FunctionInactive):
        await second
    await eventually(lambda: switched not in theatre.services.runs.turns.lengths())


async def test_runs_that_call_their_own_function_do_not_wait_for_themselves(theatre: Theatre) -> None:
    circle = await install(theatre, concurrency=1)
    answer = await theatre.user.run(circle, {"name": "outer", "nest": circle})
    assert answer.json() == ["outer", "inner"]
    through = await theatre.install(WAITS, name="Through")
    chain = await theatre.user.run(circle, {"name": "outer", "nest": through})
    assert chain.json() == ["inner"]


async def test_what_waits_in_a_chat_is_shown_there_and_ends_with_it(theatre: Theatre) -> None:
    shown = await install(theatre, concurrency=1)
    first = await theatre.services.runs.start(await order_of(theatre, shown, "first", hold=True))
    chat = await theatre.user.chat()
    heard: list[Any] = []
    end = theatre.services.hub.subscribe(theatre.user.user.id, lambda event: heard.append((event.type, event.data)))
    clicked = asyncio.create_task(theatre.user.click(shown, chat, name="second"))

    async def active() -> Any:
        return (await theatre.user.http.get(f"/api/v1/chats/{chat}")).json()["active"]["runs"]

    (waiting,) = await eventually(active)
    assert (waiting["state"], waiting["message_id"], waiting["function_id"]) == ("queued", "b", shown)
    assert ("action:started", waiting["run_id"], "queued") in [
        (kind, data.get("run_id"), data.get("state")) for kind, data in heard if isinstance(data, dict)
    ]
    assert (await theatre.user.http.delete(f"/api/v1/chats/{chat}")).status_code == 200
    assert (await clicked).json()["code"] == RunCancelled.code
    end()
    await first.cancel("enough")


async def test_a_place_is_free_again_however_a_run_ends(theatre: Theatre) -> None:
    ends = await theatre.install(
        """
        import os

        class Action:
            async def action(self, body):
                if body == "exit":
                    os._exit(1)
                if body == "raise":
                    raise ValueError("on purpose")
        """
    )
    await theatre.services.rights.change(ends, {"budget": {"concurrency": 1, "queue": 0}}, theatre.admin.user)
    for body in ("raise", "exit", "fine", "raise", "fine"):
        answer = await theatre.user.run(ends, body)
        assert answer.json() is None or answer.json()["code"] in ("run_failed", "worker_lost"), answer.text
        await eventually(lambda: ends not in theatre.services.runs.turns.lengths())
