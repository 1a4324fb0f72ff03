"""Load, bounded in time and number, and what is read off it."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import Sequence

from bench.client import Call, Connection

Figures = dict[str, float]
WARM_UP = 10
OPEN_CONNECTIONS = 256
BEHIND = 0.95  # an open-loop server that answers fewer of the calls in time has fallen behind


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which that share of sorted values lies (nearest rank)."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def summary(times: Sequence[float], seconds: float) -> Figures:
    """Milliseconds, and calls per second."""
    ordered = sorted(times)
    return {
        "calls": len(ordered),
        "p50_ms": round(statistics.median(ordered) * 1e3, 3),
        "p99_ms": round(percentile(ordered, 0.99) * 1e3, 3),
        "max_ms": round(ordered[-1] * 1e3, 3),
        "per_second": round(len(ordered) / seconds, 1),
    }


async def closed_loop(call: Call, *, at_once: int, seconds: float, beside: Call | None = None) -> Figures:
    """Each of `at_once` callers sends its next call when the last one was answered, for that long.

    With `beside`, that call is started first, on a connection of its own, and is waited for at the end.
    """
    connections = [Connection() for _ in range(at_once + 1)]
    neighbour, *callers = connections
    for _ in range(WARM_UP):
        await callers[0].fetch(call)
    await asyncio.gather(*(connection.fetch(call) for connection in callers))
    times: list[float] = []
    clock = time.perf_counter

    async def caller(connection: Connection) -> None:
        while clock() < end:
            begun = clock()
            await connection.fetch(call)
            times.append(clock() - begun)

    begun = clock()
    other = asyncio.create_task(neighbour.fetch(beside)) if beside is not None else None
    if other is not None:
        await asyncio.sleep(0.02)
    end = begun + seconds
    await asyncio.gather(*map(caller, callers))
    spent = clock() - begun
    if other is not None:
        await other
    for connection in connections:
        connection.close()
    return summary(times, spent)


async def open_loop(call: Call, *, rate: float, seconds: float) -> Figures:
    """Calls at fixed times, whether or not earlier ones were answered.

    Each is timed from when it was due, so that a server that stalls is charged for all who came meanwhile (no
    coordinated omission). Ends at twice the time when the server does not keep up.
    """
    free = [Connection() for _ in range(OPEN_CONNECTIONS)]
    await asyncio.gather(*(connection.fetch(call) for connection in free[:4]))
    times: list[float] = []
    clock, loop = time.perf_counter, asyncio.get_running_loop()
    gate = asyncio.Semaphore(OPEN_CONNECTIONS)
    begun = clock() + 0.01
    stop = begun + 2 * seconds

    async def one(due: float) -> None:
        async with gate:
            if clock() > stop:
                return
            connection = free.pop()
            try:
                await connection.fetch(call)
            finally:
                free.append(connection)
        times.append(clock() - due)

    tasks: list[asyncio.Task[None]] = []
    for number in range(int(rate * seconds)):
        due = begun + number / rate
        if (ahead := due - clock()) > 0.0005:
            await asyncio.sleep(ahead)
        elif number % 16 == 0:
            await asyncio.sleep(0)
        if clock() > stop:
            break
        tasks.append(loop.create_task(one(due)))
    await asyncio.gather(*tasks)
    for connection in free:
        connection.close()
    spent = max(clock() - begun, seconds)
    found = summary(times, spent)
    kept_up = len(times) == int(rate * seconds) and found["per_second"] >= BEHIND * rate
    return {**found, "rate": rate, "kept_up": float(kept_up)}


async def stream(call: Call, text: str, *, most: int, seconds: float) -> Figures:
    """Streams one after another: time to the first chunk, chunks per second. Raises when text is missing."""
    connection, firsts, rates = Connection(), list[float](), list[float]()
    chunks = text.count(" ")
    ends = time.perf_counter() + seconds
    for number in range(most + 1):
        begun, first = time.perf_counter(), 0.0

        def watch(part: bytes) -> None:
            nonlocal first
            if not first and b'"content"' in part:
                first = time.perf_counter() - begun  # noqa: B023 (called before the next one begins)

        body = await connection.fetch(call, watch)
        spent = time.perf_counter() - begun
        check_text(streamed_text(body), text)
        if number:  # the first one warms up
            firsts.append(first)
            rates.append(chunks / spent)
        if number and time.perf_counter() > ends:
            break
    connection.close()
    return {
        "streams": len(firsts),
        "first_ms": round(statistics.median(firsts) * 1e3, 3),
        "per_second": round(statistics.median(rates)),
    }


def streamed_text(body: bytes) -> str:
    """The text that the chunks of an event stream add up to."""
    parts: list[str] = []
    for line in body.splitlines():
        if line.startswith(b"data: {"):
            choices = json.loads(line[6:]).get("choices") or [{}]
            parts.append(choices[0].get("delta", {}).get("content") or "")
    return "".join(parts)


def check_text(found: str, wanted: str) -> None:
    """Raises when a stream lost, doubled or moved anything; space at its end does not count."""
    if found.rstrip() != wanted.rstrip():
        raise RuntimeError(f"the stream is not what was sent: {len(found):,} of {len(wanted):,} characters came")
