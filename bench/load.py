"""Closed-loop load over keep-alive connections, and what is read off it."""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import Any

import aiohttp


def chosen(sorted_times: list[float], share: float) -> float:
    return sorted_times[min(len(sorted_times) - 1, int(share * len(sorted_times)))]


def summary(times: list[float], seconds: float) -> dict[str, float]:
    """Milliseconds and calls per second."""
    ordered = sorted(times)
    return {
        "calls": len(ordered),
        "p50_ms": round(statistics.median(ordered) * 1e3, 3),
        "p99_ms": round(chosen(ordered, 0.99) * 1e3, 3),
        "max_ms": round(ordered[-1] * 1e3, 3),
        "per_second": round(len(ordered) / seconds, 1),
    }


async def calls(url: str, headers: dict[str, str], body: Any, *, count: int, at_once: int) -> dict[str, float]:
    """POST the same body `count` times, `at_once` at a time."""
    times: list[float] = []
    async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=at_once)) as session:

        async def one() -> None:
            begun = time.perf_counter()
            async with session.post(url, json=body) as answer:
                content = await answer.read()
                if answer.status != 200:
                    raise RuntimeError(f"{url} answered {answer.status}: {content[:300]!r}")
            times.append(time.perf_counter() - begun)

        async def worker(share: int) -> None:
            for _ in range(share):
                await one()

        for _ in range(min(20, count)):
            await one()
        times.clear()
        begun = time.perf_counter()
        await asyncio.gather(*(worker(count // at_once) for _ in range(at_once)))
        return summary(times, time.perf_counter() - begun)


async def during(
    url: str, headers: dict[str, str], body: Any, neighbour: str | None, seconds: float
) -> dict[str, float]:
    """One call at a time for some seconds; a neighbour's action is started beside it at the beginning."""
    times: list[float] = []
    async with aiohttp.ClientSession(headers=headers) as session:

        async def post(address: str) -> int:
            async with session.post(address, json=body) as answer:
                await answer.read()
                return answer.status

        await post(url)
        beside = asyncio.create_task(post(neighbour)) if neighbour else None
        begun = time.perf_counter()
        while time.perf_counter() - begun < seconds:
            start = time.perf_counter()
            await post(url)
            times.append(time.perf_counter() - start)
        spent = time.perf_counter() - begun
        if beside:
            await asyncio.wait([beside], timeout=30)
        return summary(times, spent)


async def stream(url: str, headers: dict[str, str], body: Any, *, count: int) -> dict[str, float]:
    """Stream `count` answers one after another: time to the first chunk, and chunks per second."""
    firsts: list[float] = []
    rates: list[float] = []
    async with aiohttp.ClientSession(headers=headers) as session:
        for _ in range(count + 1):
            begun, first, chunks = time.perf_counter(), 0.0, 0
            async with session.post(url, json=body) as answer:
                async for part in answer.content.iter_any():
                    found = part.count(b'"content"')
                    if found and not chunks:
                        first = time.perf_counter() - begun
                    chunks += found
            firsts.append(first)
            rates.append(chunks / (time.perf_counter() - begun))
    return {
        "first_ms": round(statistics.median(firsts[1:]) * 1e3, 3),
        "chunks_per_second": round(statistics.median(rates[1:])),
    }
