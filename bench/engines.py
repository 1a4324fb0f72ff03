"""The engine of one machine beside the one on Ray, in one run, alternating: `python -m bench.engines [--quick]`.

Measured at the engine's own interface, without a server around it: what is compared is the way of a call to its
worker. Ray is one of our own on this machine, so that a network adds nothing.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvloop

from penstock.engine.base import Engine, HookCall, VersionSource
from penstock.engine.local import LocalEngine
from penstock.engine.ray import RayEngine
from penstock.protocol.frames import Chunk, Emit, Failed
from penstock.settings import Settings

RESULTS = Path(__file__).parent / "results"
ENGINES: dict[str, Callable[[Settings], Engine]] = {"local": LocalEngine, "ray": RayEngine}
SOURCES = {
    "call": "class Action:\n    async def action(self, body): return body\n",
    "ask": "class Action:\n    async def action(self, body, __event_call__):\n"
    "        return await __event_call__({'type': 'input', 'data': body})\n",
    "stream": "class Pipe:\n    async def pipe(self, body):\n        for _ in range(body): yield 'word '\n",
    "events": "class Action:\n    async def action(self, body, __event_emitter__):\n"
    "        for n in range(body): await __event_emitter__({'type': 'status', 'data': {'n': n}})\n",
}
VERSIONS = {name: VersionSource(name, f"{name}-1", source, f"<{name}>") for name, source in SOURCES.items()}
BODY = {"model": "bench", "messages": [{"role": "user", "content": "Hello"}], "chat_id": "c", "id": "m"}
HOOKS = {"stream": "pipe"}

_numbers = itertools.count(1)
Figures = dict[str, float]


async def run(engine: Engine, name: str, body: Any) -> tuple[float, int]:
    """One run to its end. Seconds to its first chunk or event, and how many there were."""
    started, first, count = time.perf_counter(), 0.0, 0
    going = await engine.run(VERSIONS[name], HookCall(f"r{next(_numbers)}", HOOKS.get(name, "action"), body))
    async for frame in going:
        if isinstance(frame, (Chunk, Emit)):
            first = first or time.perf_counter() - started
            count += len(frame.items) if isinstance(frame, Chunk) else 1
        elif isinstance(frame, Failed):
            raise SystemExit(f"{name} failed: {frame.message}")
        elif hasattr(frame, "call"):
            await going.reply(frame.call, "answer")
    return first, count


async def latency(engine: Engine, name: str, calls: int) -> Figures:
    """One at a time, in milliseconds."""
    took = []
    for _ in range(calls):
        started = time.perf_counter()
        await run(engine, name, BODY)
        took.append((time.perf_counter() - started) * 1000)
    return {"p50_ms": statistics.median(took), "p99_ms": statistics.quantiles(took, n=100)[98]}


async def throughput(engine: Engine, calls: int, at_once: int) -> Figures:
    async def some() -> None:
        for _ in range(calls // at_once):
            await run(engine, "call", BODY)

    started = time.perf_counter()
    await asyncio.gather(*(some() for _ in range(at_once)))
    return {"per_s": calls / (time.perf_counter() - started)}


async def rate(engine: Engine, name: str, items: int) -> Figures:
    """A long run: its first item, in milliseconds, and items per second."""
    started = time.perf_counter()
    first, count = await run(engine, name, items)
    if count != items:
        raise SystemExit(f"{name}: {count} of {items} arrived")
    return {"first_ms": first * 1000, "per_s": items / (time.perf_counter() - started)}


async def round_of(engine: Engine, effort: int) -> dict[str, Figures]:
    return {
        "call, one at a time": await latency(engine, "call", 100 * effort),
        "call with a question": await latency(engine, "ask", 50 * effort),
        "calls, 16 at once": await throughput(engine, 320 * effort, 16),
        "stream of 2,000 chunks": await rate(engine, "stream", 2_000),
        "stream of 50,000 chunks": await rate(engine, "stream", 50_000),
        "20,000 events": await rate(engine, "events", 20_000),
    }


async def measure(rounds: int, effort: int) -> dict[str, Any]:
    """Medians over rounds in which the engines take turns."""
    found: dict[str, list[dict[str, Figures]]] = {name: [] for name in ENGINES}
    engines: dict[str, Engine] = {}
    starts: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        try:
            for name, kind in ENGINES.items():
                started = time.perf_counter()
                engines[name] = kind(Settings(data_dir=Path(folder, name), examples=False))
                await engines[name].start()
                starts[name] = time.perf_counter() - started
                await round_of(engines[name], 1)  # everything is warm after it
            await asyncio.sleep(3)  # and actors that are kept in reserve have started
            for _ in range(rounds):
                for name, engine in engines.items():
                    found[name].append(await round_of(engine, effort))
        finally:
            for engine in engines.values():
                await engine.stop(1)
    return {name: {"start": {"s": starts[name]}, **_medians(each)} for name, each in found.items()}


def _medians(rounds: list[dict[str, Figures]]) -> dict[str, Figures]:
    return {
        scenario: {
            figure: statistics.median(each[scenario][figure] for each in rounds) for figure in rounds[0][scenario]
        }
        for scenario in rounds[0]
    }


def lines(found: dict[str, dict[str, Figures]]) -> list[str]:
    shown = [f"{'':36}{'local':>12}{'ray':>12}{'more':>12}"]
    for scenario, figures in found["local"].items():
        for figure, here in figures.items():
            there = found["ray"][scenario][figure]
            more = f"{there - here:+.2f}" if figure.endswith("s") and "per" not in figure else f"{there / here:.0%}"
            shown.append(f"{scenario + ', ' + figure:36}{here:12,.2f}{there:12,.2f}{more:>12}")
    return shown


def main() -> None:
    quick = "--quick" in sys.argv
    found = uvloop.run(measure(rounds=2 if quick else 7, effort=2 if quick else 10))
    print("\n".join(lines(found)))
    report = {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[2],
        "quick": quick,
        "engines": found,
    }
    target = RESULTS / f"engines-{time.strftime('%Y%m%d-%H%M%S')}.json"
    target.write_text(json.dumps(report, indent=2) + "\n")
    print(f"written to {target}")


if __name__ == "__main__":
    main()
