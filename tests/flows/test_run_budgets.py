"""Budgets of single runs: each named, with its value, in what going over it leads to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from penstock.api.compose import StopClock, running
from penstock.engine.base import HookCall, VersionSource
from penstock.flows.run_limits import MOST_CALLS, Pace
from penstock.flows.run_order import RunOrder
from penstock.protocol.frames import Ask, Emit, HostCall, Log, Result, RunFrame
from penstock.realtime.hub import Target
from penstock.settings import Settings
from penstock.store.records import RunRecord
from penstock.testing.stub import StubEngine
from tests.acting import Theatre
from tests.waiting import eventually

pytestmark = [pytest.mark.anyio, pytest.mark.spec("H3")]

GREEDY = """
    import asyncio

    class Action:
        async def action(self, body, __event_emitter__=None, __event_call__=None):
            kind, count = body["kind"], body["count"]
            if kind == "sleep":
                await asyncio.sleep(count)
            if kind == "emit":
                for number in range(count):
                    await __event_emitter__({"type": "mine", "data": number})
            if kind == "log":
                for number in range(count):
                    print("line", number, "x" * 80)
            if kind == "ask":
                ask = lambda n: __event_call__({"type": "input", "data": {"title": str(n)}})
                return await asyncio.gather(*map(ask, range(count)))
            if kind == "return":
                return "x" * count
            if kind == "too large an event":
                await __event_emitter__({"type": "mine", "data": "x" * count})
"""


async def greedy(theatre: Theatre, **budget: float) -> str:
    function_id = await theatre.install(GREEDY, name="Greedy")
    await theatre.services.rights.change(function_id, {"budget": budget}, theatre.admin.user)
    return function_id


OVER: list[tuple[dict[str, Any], dict[str, Any], int, str, str]] = [
    ({"deadline": 0.3}, {"kind": "sleep", "count": 60}, 504, "deadline_exceeded", "longer than 0.3 seconds"),
    ({"questions": 0}, {"kind": "ask", "count": 1}, 502, "budget_exceeded", "its budget `questions` allows (0)"),
    (
        {"output": 2048},
        {"kind": "return", "count": 5000},
        502,
        "output_too_large",
        "the budget `output` is 2,048 bytes",
    ),
]


@pytest.mark.parametrize(("budget", "body", "status", "code", "said"), OVER, ids=[next(iter(each[0])) for each in OVER])
async def test_going_over_a_budget_names_it_and_its_value(
    theatre: Theatre, budget: dict[str, Any], body: dict[str, Any], status: int, code: str, said: str
) -> None:
    function_id = await greedy(theatre, **budget)
    ((name, limit),) = budget.items()
    answer = await theatre.user.run(function_id, body)
    shown = answer.json()
    assert (answer.status_code, shown["code"], shown["budget"], shown["limit"]) == (status, code, name, limit)
    assert said in shown["detail"]
    error = (await theatre.user.last_run(function_id, "failed"))["error"]
    assert (error["code"], error["budget"], error["limit"]) == (code, name, limit)
    chat = await theatre.user.chat()
    heard: list[Any] = []
    end = theatre.services.hub.subscribe(theatre.user.user.id, lambda event: heard.append((event.type, event.data)))
    await theatre.user.click(function_id, chat, **body)
    end()
    toasts = [data for kind, data in heard if kind == "notification"]
    assert [toast["type"] for toast in toasts] == ["error"]
    assert said in toasts[0]["content"]


async def test_a_longer_deadline_than_that_of_the_server_is_granted_too(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theatre.services.settings, "run_deadline", 0.2)
    function_id = await greedy(theatre)
    short = await theatre.user.run(function_id, {"kind": "sleep", "count": 0.5})
    assert (short.json()["budget"], short.json()["limit"]) == ("deadline", 0.2)
    await theatre.services.rights.change(function_id, {"budget": {"deadline": 20}}, theatre.admin.user)
    assert (await theatre.user.run(function_id, {"kind": "sleep", "count": 0.5})).status_code == 200


async def test_an_event_that_is_too_large_fails_in_the_authors_terms(theatre: Theatre) -> None:
    function_id = await greedy(theatre, output=2048)
    answer = await theatre.user.run(function_id, {"kind": "too large an event", "count": 5000})
    assert "the budget `output` is 2,048 bytes" in answer.json()["detail"]


async def test_a_burst_of_events_is_slowed_down_and_complete(theatre: Theatre) -> None:
    function_id = await greedy(theatre, events=100)
    chat = await theatre.user.chat()
    heard: list[Any] = []
    end = theatre.services.hub.subscribe(
        theatre.user.user.id, lambda event: heard.append(event.data) if event.type == "mine" else None
    )
    await theatre.user.clicked(function_id, chat, kind="emit", count=90)
    run = await theatre.user.last_run(function_id, "done")
    assert run["notes"] == []
    await theatre.user.clicked(function_id, chat, kind="emit", count=250)
    end()
    assert heard == [*range(90), *range(250)]
    run = await theatre.user.last_run(function_id, "done")
    assert run["notes"] == ["Events were slowed down: the budget `events` is 100 in a second."]


async def test_a_run_that_is_slowed_down_can_be_stopped(theatre: Theatre) -> None:
    function_id = await greedy(theatre, events=1)
    running = asyncio.create_task(theatre.user.run(function_id, {"kind": "emit", "count": 10_000}))
    run = await theatre.user.last_run(function_id, "running")
    await eventually(lambda: theatre.services.runs.is_live(run["id"]))
    async with asyncio.timeout(30):
        assert (await theatre.user.http.post(f"/api/v1/runs/{run['id']}/cancel")).status_code == 200
        assert (await running).json()["code"] == "run_cancelled"


async def test_a_log_is_kept_up_to_its_budget_and_what_is_missing_is_counted(theatre: Theatre) -> None:
    function_id = await greedy(theatre, log=5000)
    assert (await theatre.user.run(function_id, {"kind": "log", "count": 200})).status_code == 200
    run = await theatre.user.last_run(function_id, "done")
    *kept, last = (await theatre.user.http.get(f"/api/v1/runs/{run['id']}/logs")).json()
    assert [line["text"].split()[1] for line in kept] == [str(number) for number in range(len(kept))]
    assert 10 < len(kept) < 50
    assert last["text"].startswith(f"{200 - len(kept)} further lines (")
    assert last["text"].endswith("not kept: the budget `log` is 5,000 bytes.")


async def test_the_log_of_loading_is_bounded_as_well(theatre: Theatre) -> None:
    source = """
        for number in range(100_000):
            print("line", number)
        class Action:
            def __init__(self):
                raise RuntimeError("on purpose")
            def action(self, body):
                pass
    """
    form = {"id": "loud", "name": "Loud", "content": dedent(source)}
    answer = await theatre.admin.http.post("/api/v1/functions/create", json=form)
    log = answer.json()["log"]
    assert answer.status_code == 400
    assert sum(len(text) + 64 for _, _, text, _ in log[:-1]) <= theatre.services.settings.budget_log
    assert log[-1][2].endswith("not kept: the budget `log` is 1,048,576 bytes.")


# Against a worker that does not keep to anything


class HostileRun:
    """Frames as a worker could write them that has nothing of ours in it."""

    def __init__(self, run_id: str, frames: Sequence[RunFrame]) -> None:
        self.id = run_id
        self.replies: dict[int, Any] = {}
        self._frames = frames
        self._ended = asyncio.Event()

    def __aiter__(self) -> AsyncIterator[RunFrame]:
        return self._iterate()

    async def _iterate(self) -> AsyncIterator[RunFrame]:
        for frame in self._frames:
            yield frame
        await self._ended.wait()
        yield Result(self.id, "json", None)

    async def reply(self, call: int, value: Any = None, error: dict[str, Any] | None = None) -> None:
        self.replies[call] = error or value

    async def feed(self, items: Sequence[Any], last: bool = False) -> None: ...

    async def cancel(self, reason: str) -> None:
        self._ended.set()

    finish = cancel


class HostileEngine(StubEngine):
    def __init__(self) -> None:
        super().__init__()
        self.frames: list[RunFrame] = []
        self.run_made: HostileRun

    async def run(self, version: VersionSource, call: HookCall) -> Any:
        self.run_made = HostileRun(call.run_id, self.frames)
        return self.run_made


class Hostility:
    """A server whose engine says what it is told to."""

    def __init__(self, services: Any, engine: HostileEngine, admin: Any) -> None:
        self.services, self.engine, self.admin = services, engine, admin

    async def run(self, frames: Sequence[RunFrame], **budget: int) -> Any:
        await self.services.rights.change("own", {"budget": budget}, self.admin)
        self.engine.frames = list(frames)
        serving = await self.services.registry.serving("own")
        target = Target.of(self.admin.id, None)
        return await self.services.runs.start(RunOrder(serving, "action", {}, {}, self.admin, target, "test", id="r"))

    async def ended(self, live: Any) -> RunRecord:
        await self.engine.run_made.finish("")
        await live.outcome()
        await eventually(lambda: not self.services.runs.is_live("r"))
        record: RunRecord = await self.services.store.runs.get("r")
        return record


@pytest.fixture
async def hostile(tmp_path: Path) -> AsyncIterator[Hostility]:
    engine = HostileEngine()
    async with running(Settings(data_dir=tmp_path, environments=False), engine, StopClock(1)) as services:
        admin = await services.store.users.create("ada@example.com", "Ada", None, "admin")
        source = "class Action:\n    def action(self, body):\n        pass\n"
        await services.registry.save("own", "Own", source, {}, admin, is_active=True)
        yield Hostility(services, engine, admin)


async def test_frames_of_log_beyond_the_budget_are_dropped_by_the_server(hostile: Hostility) -> None:
    lines = [(0.0, "info", "x" * 1000, "main")] * 100
    live = await hostile.run([Log("r", lines)] * 100, log=20_000)
    await hostile.ended(live)
    logs = await hostile.services.store.runs.logs("r")
    assert sum(len(line.text) for line in logs) < 30_000
    assert logs[-1].text.startswith(f"{10_000 - len(logs) + 1:,} further lines (")


async def test_questions_beyond_the_budget_get_an_error_that_names_it(hostile: Hostility) -> None:
    asked = [Ask("r", number, "input", {"title": "?"}) for number in range(50)]
    hidden = [
        HostCall("r", number, "events.ask", {"event": {"type": "input", "data": {}}}) for number in range(50, 100)
    ]
    live = await hostile.run([*asked, *hidden], questions=3)
    replies = hostile.engine.run_made.replies
    await eventually(lambda: len(replies) == 97)
    assert {reply["code"] for reply in replies.values()} == {"budget_exceeded"}
    assert "budget `questions` allows (3)" in replies[4]["message"]

    async def open_questions() -> int:
        return len(await hostile.services.questions.open(hostile.admin.id))

    async def three() -> bool:
        return await open_questions() == 3

    await eventually(three)
    await live.cancel("enough")
    await eventually(lambda: not hostile.services.runs.is_live("r"))
    assert await open_questions() == 0


async def test_calls_that_wait_for_the_server_are_bounded(hostile: Hostility) -> None:
    begun: list[str] = []
    release = asyncio.Event()

    async def slow(order: RunOrder, name: str, arguments: dict[str, Any]) -> None:
        begun.append(name)
        await release.wait()

    hostile.services.host.call = slow
    live = await hostile.run([HostCall("r", number, "users.count") for number in range(2000)])
    await eventually(lambda: len(begun) >= MOST_CALLS)
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(begun) <= MOST_CALLS + 1
    release.set()
    await eventually(lambda: len(begun) == 2000)
    await hostile.ended(live)


async def test_events_count_whichever_way_they_are_sent(hostile: Hostility) -> None:
    said = {"event": {"type": "mine", "data": 1}}
    frames: list[RunFrame] = [Emit("r", "mine", 0) for _ in range(10)]
    frames += [HostCall("r", number, "events.emit", said) for number in range(10)]
    frames += [Ask("r", 10 + number, "status", {}) for number in range(10)]
    live = await hostile.run(frames, events=25)
    await eventually(lambda: len(hostile.engine.run_made.replies) == 20)
    record = await hostile.ended(live)
    assert any("the budget `events` is 25" in note for note in record.notes)


async def test_a_pace_lets_a_burst_through_and_then_as_many_as_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    pace, now = Pace(3), [100.0]
    monkeypatch.setattr(pace, "_clock", lambda: now[0])
    monkeypatch.setattr(pace, "_began", 100.0)
    waits = []
    for _ in range(8):
        waits.append(pace.step())
        now[0] += waits[-1] + 0.1
    assert [round(wait, 6) for wait in waits] == [0, 0, 0, 0.7, 0, 0, 0.7, 0]
    now[0] += 60
    assert [pace.step() for _ in range(4)] == [0, 0, 0, 0]
