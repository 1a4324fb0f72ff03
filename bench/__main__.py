"""Measure, print, and keep the figures: `python -m bench [--quick]`."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any

from bench import functions, load
from bench.servers import Measured, started

RESULTS = Path(__file__).parent / "results"
BODY = {
    "model": "bench_short",
    "messages": [{"id": "m1", "role": "assistant", "content": "Hello"}],
    "chat_id": "local:bench",
    "session_id": "bench",
    "id": "m1",
}
QUESTION = [{"role": "user", "content": "Hello"}]


async def measure(server: Measured, quick: bool) -> dict[str, Any]:
    """All scenarios on one server."""
    more = 1 if quick else 5
    action, completions = f"{server.url}/api/chat/actions/bench_empty", f"{server.url}/api/chat/completions"
    short = {"model": "bench_short", "messages": QUESTION, "stream": False}
    long = {"model": "bench_stream", "messages": QUESTION, "stream": True}
    at, found = server.headers, dict[str, Any]()
    found["start_to_first_answer_s"] = round(server.seconds_to_answer, 2)
    found["empty action, one at a time"] = await load.calls(action, at, BODY, count=200 * more, at_once=1)
    found["empty action, 16 at a time"] = await load.calls(action, at, BODY, count=320 * more, at_once=16)
    found["short completion, 16 at a time"] = await load.calls(completions, at, short, count=320 * more, at_once=16)
    found["stream of 2,000 chunks"] = await load.stream(completions, at, long, count=2 * more)
    found["beside nobody"] = await load.during(action, at, BODY, None, 5)
    for neighbour in functions.NEIGHBOURS:
        if neighbour == "exits" and server.name != "penstock":
            found["beside one that exits"] = "the server itself would end"
            continue
        other = f"{server.url}/api/chat/actions/bench_{neighbour}"
        found[f"beside one that {neighbour}"] = await load.during(action, at, BODY, other, 5)
    await asyncio.to_thread(server.install, "bench_filter", functions.PASS_THROUGH)
    found["stream of 2,000 chunks, one pass-through filter"] = await load.stream(completions, at, long, count=2 * more)
    return found


def prepare(server: Measured) -> None:
    server.install("bench_empty", functions.EMPTY_ACTION)
    server.install("bench_short", functions.SHORT_PIPE)
    server.install("bench_stream", functions.STREAM_PIPE)
    for name, source in functions.NEIGHBOURS.items():
        server.install(f"bench_{name}", source)


def main() -> None:
    quick = "--quick" in sys.argv
    report: dict[str, Any] = {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "python": platform.python_version(),
    }
    report["cores"], report["quick"] = os.cpu_count(), quick
    for name in ("penstock", "open-webui"):
        with started(name) as server:
            if server is None:
                print(f"{name}: not installed here, left out (see bench/servers.py)")
                continue
            prepare(server)
            report[name] = asyncio.run(measure(server, quick))
            print(name, json.dumps(report[name], indent=2))
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / f"{time.strftime('%Y%m%d-%H%M%S')}.json"
    target.write_text(json.dumps(report, indent=2) + "\n")
    print(f"written to {target}")


if __name__ == "__main__":
    main()
