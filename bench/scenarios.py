"""What is measured. Each scenario gives the figures of one round on one server."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bench import functions, load, sockets
from bench.client import Call, Connection, call
from bench.load import Figures
from bench.processes import memory_mb, tree
from bench.servers import FLOOR, OPEN_WEBUI, PENSTOCK, Server

ALL, WITHOUT_FLOOR = (FLOOR, PENSTOCK, OPEN_WEBUI), (PENSTOCK, OPEN_WEBUI)
WARM = 50
SETTLE_SECONDS = 3.0
QUESTION = [{"role": "user", "content": "Hello"}]


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is done in one round."""

    seconds: float
    streams: int
    starts: int
    rounds: int
    slow_rounds: int


FULL = Effort(seconds=2.0, streams=10, starts=3, rounds=5, slow_rounds=3)
QUICK = Effort(seconds=0.6, streams=3, starts=1, rounds=2, slow_rounds=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The figure that issue 3 asks for: `key` at most, or at least, `limit`."""

    key: str
    at_most: bool
    limit: float

    def met(self, value: float) -> bool:
        return value <= self.limit if self.at_most else value >= self.limit

    def __str__(self) -> str:
        return f"{'<=' if self.at_most else '>='} {self.limit:,g}"


@dataclass(frozen=True, slots=True)
class Scenario:
    """`shown` are the figures that the table has, with their unit; the first one is compared."""

    name: str
    title: str
    shown: tuple[tuple[str, str], ...]
    measure: Callable[[Server, Effort], Awaitable[Figures]]
    wanted: tuple[Wanted, ...] = ()
    servers: tuple[str, ...] = ALL
    stage: str = "main"
    higher_is_better: bool = False
    slow: bool = False  # on some server a round takes long: fewer of them are made


def empty(server: Server, **more: Any) -> Call:
    if server.name == FLOOR:
        return call("POST", f"{server.url}/empty", {}, _click())
    return _action(server, "bench_empty", **more)


def _click(**more: Any) -> dict[str, Any]:
    message = {"id": "m1", "role": "assistant", "content": "Hello"}
    body = {"model": "bench_short", "messages": [message], "chat_id": "local:bench", "session_id": "bench", "id": "m1"}
    return {**body, **more}


def _action(server: Server, action_id: str, **more: Any) -> Call:
    return call("POST", f"{server.url}/api/chat/actions/{action_id}", server.headers, _click(**more))


def _completion(server: Server, model: str, *, stream: bool) -> Call:
    body = {"model": model, "messages": QUESTION, "stream": stream}
    if server.name == FLOOR:
        return call("POST", f"{server.url}/{'stream' if stream else 'empty'}", {}, body)
    return call("POST", f"{server.url}/api/chat/completions", server.headers, body)


def _calls(at_once: int) -> Callable[[Server, Effort], Awaitable[Figures]]:
    async def measure(server: Server, effort: Effort) -> Figures:
        return await load.closed_loop(empty(server), at_once=at_once, seconds=effort.seconds)

    return measure


async def _completions(server: Server, effort: Effort) -> Figures:
    made = _completion(server, "bench_short", stream=False)
    return await load.closed_loop(made, at_once=16, seconds=effort.seconds)


def _stream(model: str) -> Callable[[Server, Effort], Awaitable[Figures]]:
    async def measure(server: Server, effort: Effort) -> Figures:
        made = _completion(server, model, stream=True)
        return await load.stream(made, functions.TEXT, most=effort.streams, seconds=effort.seconds)

    return measure


async def _to_the_page(server: Server, effort: Effort) -> Figures:
    return await sockets.streams(server, most=effort.streams, seconds=effort.seconds)


async def _events(server: Server, effort: Effort) -> Figures:
    """The rate in both chats, and how the long one's compares with the short one's."""
    short = await _events_into(server, 10, effort)
    long = await _events_into(server, 10_000, effort)
    return {
        "per_second": short,
        "per_second_10000": long,
        "long_to_short": round(long / short, 3),
    }


_chats: dict[tuple[str, int], tuple[str, list[str]]] = {}


async def _events_into(server: Server, messages: int, effort: Effort) -> float:
    """Events per second into stored messages of a chat; looks afterwards whether all of them are there."""
    chat_id, answers = await asyncio.to_thread(_chat, server, messages)
    connection, times, touched = Connection(), list[float](), list[str]()
    await connection.fetch(_action(server, "bench_events"))  # the function is warm; no chat is touched
    ends = time.perf_counter() + effort.seconds
    while answers and len(times) < effort.streams and not (times and time.perf_counter() > ends):
        message_id = answers.pop()
        touched.append(message_id)
        click = _action(server, "bench_events", chat_id=chat_id, id=message_id)
        begun = time.perf_counter()
        await connection.fetch(click)
        times.append(time.perf_counter() - begun)
    connection.close()
    await asyncio.to_thread(_check_events, server, chat_id, touched)
    return round(functions.EVENTS / statistics.median(times), 1)


def _chat(server: Server, messages: int) -> tuple[str, list[str]]:
    """A stored chat, and its answers that got no events yet. A short one is used up in a round."""
    key = (server.url, messages)
    if key not in _chats or not _chats[key][1]:
        document, answers = functions.chat(messages)
        with server.http as client:
            answer = client.post("/api/v1/chats/new", json={"chat": document})
            answer.raise_for_status()
        _chats[key] = answer.json()["id"], answers
    return _chats[key]


def _check_events(server: Server, chat_id: str, message_ids: list[str]) -> None:
    with server.http as client:
        messages = client.get(f"/api/v1/chats/{chat_id}").json()["chat"]["history"]["messages"]
    for message_id in message_ids:
        found = len(messages[message_id].get("statusHistory") or [])
        if found != functions.EVENTS:
            raise RuntimeError(f"{found} of {functions.EVENTS} events are in the stored message")


def _beside(neighbour: str) -> Callable[[Server, Effort], Awaitable[Figures]]:
    async def measure(server: Server, effort: Effort) -> Figures:
        seconds = max(effort.seconds, functions.NEIGHBOUR_SECONDS - 0.1)
        made, other = empty(server), _action(server, neighbour)
        quiet = await load.closed_loop(made, at_once=4, seconds=effort.seconds)
        found = await load.closed_loop(made, at_once=4, seconds=seconds, beside=other)
        ratios = {f"{key}_to_quiet": round(found[f"{key}_ms"] / quiet[f"{key}_ms"], 2) for key in ("p50", "p99")}
        return {**found, **ratios, "quiet_p50_ms": quiet["p50_ms"], "quiet_p99_ms": quiet["p99_ms"]}

    return measure


async def _models(server: Server, effort: Effort) -> Figures:
    """The list as it is asked for again and again, and once after something changed."""
    made = call("GET", f"{server.url}/api/models", server.headers)
    found = await load.closed_loop(made, at_once=1, seconds=effort.seconds)
    toggle = call("POST", f"{server.url}/api/v1/functions/id/many_action000/toggle", server.headers)
    connection, changed = Connection(), list[float]()
    for _ in range(4):
        await connection.fetch(toggle)
        begun = time.perf_counter()
        body = await connection.fetch(made)
        changed.append(time.perf_counter() - begun)
    connection.close()
    after = round(statistics.median(changed) * 1e3, 3)
    return {**found, "after_change_ms": after, "size_kb": round(len(body) / 1024, 1)}


async def _memory_idle(server: Server, _: Effort) -> Figures:
    await asyncio.sleep(SETTLE_SECONDS)
    return memory_mb(server.pid)


async def _memory_warm(server: Server, _: Effort) -> Figures:
    connection = Connection()
    for number in range(WARM):
        await connection.fetch(_action(server, f"many_action{number:03}", model="many_pipe000"))
    connection.close()
    await asyncio.sleep(SETTLE_SECONDS)
    return memory_mb(server.pid)


async def _start(server: Server, _: Effort) -> Figures:
    return {"seconds": round(server.seconds_to_answer, 2)}


async def _retired(server: Server, __: Effort) -> Figures:
    """The first call after the worker of a function was retired; the server has been told to do so after a second."""
    connection, times, made = Connection(), list[float](), empty(server)
    for _ in range(4):
        before = set(tree(server.pid))
        await connection.fetch(made)
        workers = set(tree(server.pid)) - before
        await _until_gone(server.pid, workers)
        begun = time.perf_counter()
        await connection.fetch(made)
        times.append(time.perf_counter() - begun)
        await _until_gone(server.pid, set(tree(server.pid)) - before)
    connection.close()
    return {"ms": round(statistics.median(times) * 1e3, 2)}


async def _until_gone(pid: int, workers: set[int]) -> None:
    async with asyncio.timeout(30):
        while workers & set(tree(pid)):  # noqa: ASYNC110 (another process ends: nobody tells)
            await asyncio.sleep(0.05)


async def _edited(server: Server, effort: Effort) -> Figures:
    """From sending a changed function to the answer of its first call, which must be the changed one's."""
    connection, times, made = Connection(), list[float](), _action(server, "bench_edited")
    for _ in range(min(max(3, effort.streams), 10)):
        version = time.perf_counter_ns()
        address, form = server.update("bench_edited", functions.edited(version))
        save = call("POST", address, server.headers, form)
        begun = time.perf_counter()
        await connection.fetch(save)
        answer = await connection.fetch(made)
        times.append(time.perf_counter() - begun)
        if f"version {version}" not in json.dumps(json.loads(answer)):
            raise RuntimeError(f"{server.name} ran an older version after a save: {answer[:200]!r}")
    connection.close()
    return {"ms": round(statistics.median(times) * 1e3, 2), "max_ms": round(max(times) * 1e3, 2)}


P50, P99, RATE = ("p50_ms", "ms p50"), ("p99_ms", "ms p99"), ("per_second", "/s")
FIRST = ("first_ms", "ms to the first")
BESIDE = (("p50_to_quiet", "x p50"), ("p99_to_quiet", "x p99"), P50, P99)
MEMORY = (("memory_mb", "MB"), ("processes", "processes"))

SCENARIOS = (
    Scenario("start", "start to first answer", (("seconds", "s"),), _start, (Wanted("seconds", True, 1.5),),
             stage="fresh"),
    Scenario("memory-idle", "memory, idle", MEMORY, _memory_idle, (Wanted("memory_mb", True, 120),), WITHOUT_FLOOR,
             "fresh"),
    Scenario("retired", "first call after idle retirement", (("ms", "ms"),), _retired, (Wanted("ms", True, 30),),
             (PENSTOCK,), "fresh"),
    Scenario("empty", "empty action, one at a time", (P50, P99, RATE), _calls(1), (Wanted("p50_ms", True, 1.5),)),
    Scenario("empty-16", "empty action, 16 at a time", (RATE, P50, P99), _calls(16),
             (Wanted("per_second", False, 1500),), higher_is_better=True),
    Scenario("empty-64", "empty action, 64 at a time", (P99, P50, RATE), _calls(64), (Wanted("p99_ms", True, 80),)),
    Scenario("completion-16", "short completion, 16 at a time", (RATE, P50, P99), _completions,
             (Wanted("per_second", False, 1000),), higher_is_better=True),
    Scenario("stream", "stream of 2,000 chunks", (RATE, FIRST), _stream("bench_stream"),
             (Wanted("first_ms", True, 3), Wanted("per_second", False, 100_000)), higher_is_better=True),
    Scenario("stream-1", "the same with one pass-through filter", (RATE, FIRST),
             _stream("bench_one"), (Wanted("per_second", False, 60_000),), WITHOUT_FLOOR, higher_is_better=True),
    Scenario("stream-5", "the same with five", (RATE, FIRST), _stream("bench_five"),
             (Wanted("per_second", False, 25_000),), WITHOUT_FLOOR, higher_is_better=True),
    Scenario("socket", "streamed to the page over the socket", (RATE, FIRST), _to_the_page,
             (Wanted("per_second", False, 30_000),), higher_is_better=True),
    Scenario("events", "100 events into a stored chat of 10 messages; of 10,000",
             (RATE, ("per_second_10000", "/s of 10,000"), ("long_to_short", "x")), _events,
             (Wanted("per_second", False, 5000), Wanted("per_second_10000", False, 5000),
              Wanted("long_to_short", False, 0.9)), WITHOUT_FLOOR, higher_is_better=True, slow=True),
    Scenario("beside-sleeper", "empty action, 4 at a time, beside one that sleeps 2 s", BESIDE,
             _beside("bench_sleeps"), (Wanted("p50_to_quiet", True, 2), Wanted("p99_to_quiet", True, 2)),
             WITHOUT_FLOOR, slow=True),
    Scenario("beside-burner", "the same beside one that burns 2 s", BESIDE, _beside("bench_burns"),
             (Wanted("p50_to_quiet", True, 2.5), Wanted("p99_to_quiet", True, 2.5)), WITHOUT_FLOOR,
             slow=True),
    Scenario("edited", "save to first call of an edited function", (("ms", "ms"), ("max_ms", "ms at most")), _edited,
             (Wanted("ms", True, 150),), WITHOUT_FLOOR),
    Scenario("models", "`/api/models` with 200 functions", (P50, P99, ("after_change_ms", "ms after a change"),
             ("size_kb", "KB")), _models, (Wanted("p50_ms", True, 5),), WITHOUT_FLOOR, "many"),
    Scenario("memory-warm", "memory, 200 functions enabled, 50 warm", MEMORY, _memory_warm,
             (Wanted("memory_mb", True, 600),), WITHOUT_FLOOR, "many", slow=True),
)  # fmt: skip

BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
OPEN_LOOP = "open-loop"
RATES = (25, 50, 100, 200, 400, 800, 1200)
NAMES = (*BY_NAME, OPEN_LOOP)


def prepare(server: Server, stage: str) -> None:
    """Install what the scenarios of a stage call."""
    if server.name == FLOOR:
        return
    if stage == "fresh":
        server.install("bench_short", functions.SHORT_PIPE)
        server.install("bench_empty", functions.EMPTY_ACTION, everywhere=True)
        return
    if stage == "many":
        for function_id, source in functions.two_hundred().items():
            server.install(function_id, source, everywhere="action" in function_id)
        return
    for function_id, source in functions.main().items():
        server.install(function_id, source, everywhere="class Action" in source)
    server.derive("bench_one", "bench_stream", filterIds=list(functions.FILTERS[:1]))
    server.derive("bench_five", "bench_stream", filterIds=list(functions.FILTERS))
