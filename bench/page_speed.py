"""How quick the page is, in a real Chromium: `python -m bench.page_speed`.

First load, opening and scrolling a long chat, and an answer of many chunks, by the browser's own clock.

    python -m bench.page_speed --save before.json
    python -m bench.page_speed --against before.json     # both side by side
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from tests.browser.conftest import QUIET, WITH_WINDOWS, chromium

from bench.servers import PENSTOCK, Server, data_folder, started

PATIENCE = 60_000  # milliseconds
CHUNKS = 10_000
LATE_FRAME = 34  # milliseconds: two frames at 60 a second


@dataclass(frozen=True)
class Figure:
    title: str
    unit: str
    limit: float
    at_least: bool = False

    def met(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit


FIGURES = {
    "load_kb": Figure("first load, over the wire", "kB", 250),
    "paint_ms": Figure("first contentful paint", "ms", 1000),
    "open_ms": Figure("chat of 2,000 messages opens", "ms", 500),
    "scroll_fps": Figure("... scrolls, frames a second", "/s", 50, at_least=True),
    "scroll_late": Figure("... frames later than 34 ms", "%", 2),
    "scroll_busy": Figure("... main thread busy", "%", 50),
    "jump_ms": Figure("... from its end to its beginning", "ms", 500),
    "nodes": Figure("... elements on the page behind it", "", 100_000),
    "stream_fps": Figure("10,000 chunks of prose, frames a second", "/s", 50, at_least=True),
    "stream_late": Figure("... frames later than 34 ms", "%", 2),
    "stream_busy": Figure("... main thread busy", "%", 50),
    "stream_longest_ms": Figure("... longest frame", "ms", 100),
    "code_fps": Figure("10,000 chunks of one block of code", "/s", 50, at_least=True),
    "code_late": Figure("... frames later than 34 ms", "%", 2),
    "code_busy": Figure("... main thread busy", "%", 50),
    "busy_fps": Figure("10,000 chunks at the end of 2,000 messages", "/s", 50, at_least=True),
    "busy_late": Figure("... frames later than 34 ms", "%", 2),
    "busy_busy": Figure("... main thread busy", "%", 50),
}

PIPE = f"""
import asyncio

class Pipe:
    def pipes(self):
        return [{{"id": "prose", "name": "Prose"}}, {{"id": "code", "name": "Code"}}]

    async def pipe(self, body):
        code = body["model"].endswith("code")
        if code:
            yield "```python\\n"
        for number in range({CHUNKS}):
            if code:
                yield f"x_{{number}} = 1\\n" if number % 2 else f"# {{number}}: "
            else:
                yield f"**word** {{number}}.\\n\\n" if number % 60 == 59 else f"word {{number}} "
            if number % 10 == 9:
                await asyncio.sleep(0.01)
        yield "\\n```\\n\\nfinished" if code else "finished"
"""

ANSWER = """## Part {number}

The wheel turns **slowly**, as `rate = {number}` says, and [this page](https://example.com) tells why.

| day | litres |
|-----|--------|
| one | {number} |
| two | 17 |

```python
def flow(level: float) -> float:
    return level * {number} ** 0.5
```

- first the gate, then the race
- then the wheel

It goes on for a while, so that messages differ in height. {more}"""

WATCH_FRAMES = """() => {
    const times = [];
    let running = true;
    const note = (now) => { times.push(now); if (running) requestAnimationFrame(note); };
    requestAnimationFrame(note);
    window.endFrames = () => { running = false; return times; };
}"""

SCROLL = """async (distance) => {
    const list = document.querySelector("#messages-container");
    const end = performance.now() + 5000;
    while (performance.now() < end) {
        list.scrollTop -= distance;
        await new Promise(requestAnimationFrame);
    }
}"""

JUMP = """async () => {
    const begun = performance.now();
    const list = document.querySelector("#messages-container");
    for (let quiet = 0; quiet < 3; ) {
        const first = document.querySelector("[data-message]");
        if (first?.textContent.includes("Question 0.") && list.scrollTop === 0) quiet += 1;
        else { quiet = 0; list.scrollTop = 0; }
        await new Promise(requestAnimationFrame);
    }
    return performance.now() - begun;
}"""

OPEN = """async (href) => {
    const begun = performance.now();
    document.querySelector(`nav a[href="${href}"]`).click();
    const drawn = () => {
        const list = document.querySelector("#messages-container");
        const last = [...document.querySelectorAll("[data-message=assistant]")].at(-1);
        return last?.querySelector(".prose table") && list.scrollHeight - list.scrollTop - list.clientHeight < 100;
    };
    while (!drawn()) await new Promise(requestAnimationFrame);
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - begun;
}"""

LOAD = """() => {
    const entries = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    const own = entries.filter((entry) => !/[/](api|ws)[/]/.test(entry.name));
    return {
        load_kb: own.reduce((sum, entry) => sum + entry.encodedBodySize, 0) / 1000,
        paint_ms: performance.getEntriesByName("first-contentful-paint")[0].startTime,
    };
}"""


def long_chat(count: int) -> dict[str, Any]:
    messages: dict[str, Any] = {}
    for number in range(count):
        answers = number % 2 == 1
        text = ANSWER.format(number=number, more="More of it. " * (number % 37)) if answers else f"Question {number}."
        messages[f"m{number}"] = {
            "id": f"m{number}",
            "parentId": f"m{number - 1}" if number else None,
            "childrenIds": [f"m{number + 1}"] if number + 1 < count else [],
            "role": "assistant" if answers else "user",
            "content": text,
            "done": True,
            **({"model": "stream.prose"} if answers else {}),
        }
    title = f"Long chat of {count}"
    return {"chat": {"title": title, "history": {"messages": messages, "currentId": f"m{count - 1}"}}}


class Watch:
    """The frames of a page, and the CPU time of its main thread, which others on the machine change less."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._session = page.context.new_cdp_session(page)
        self._session.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.evaluate(WATCH_FRAMES)
        self._busy = self._seconds()
        self._begun = time.perf_counter()

    def end(self, name: str) -> dict[str, float]:
        share = (self._seconds() - self._busy) / (time.perf_counter() - self._begun)
        times: list[float] = self._page.evaluate("() => window.endFrames()")
        self._session.detach()
        gaps = [after - before for before, after in itertools.pairwise(times)]
        return {
            f"{name}_fps": 1000 * len(gaps) / (times[-1] - times[0]),
            f"{name}_late": 100 * sum(gap > LATE_FRAME for gap in gaps) / len(gaps),
            f"{name}_longest_ms": max(gaps),
            f"{name}_busy": 100 * share,
        }

    def _seconds(self) -> float:
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        return next(float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")


class Visit:
    """One browser with an empty cache before one server."""

    def __init__(self, browser: Browser, server: Server, chat_id: str) -> None:
        self._chat = f"/c/{chat_id}"
        context = browser.new_context(base_url=server.url, viewport={"width": 1280, "height": 800})
        context.set_default_timeout(PATIENCE)
        context.add_cookies([{"name": "token", "value": server.token, "url": server.url, "httpOnly": True}])
        self.page = context.new_page()

    def all(self) -> dict[str, float]:
        return {
            **self.load(),
            **self.long_chat(),
            **self.stream("busy", "Prose", self._chat),
            **self.stream("stream", "Prose", "/"),
            **self.stream("code", "Code", "/"),
        }

    def load(self) -> dict[str, float]:
        self.page.goto("/")
        self.page.get_by_placeholder("Write a message").wait_for()
        self.page.wait_for_load_state("networkidle")
        found: dict[str, float] = self.page.evaluate(LOAD)
        return found

    def long_chat(self) -> dict[str, float]:
        self.page.locator(f'nav a[href="{self._chat}"]').wait_for()
        opened = self.page.evaluate(OPEN, self._chat)
        self.page.wait_for_timeout(500)
        watch = Watch(self.page)
        self.page.evaluate(SCROLL, 90)
        scrolled = watch.end("scroll")
        jumped = self.page.evaluate(JUMP)
        nodes = self.page.evaluate("() => document.querySelectorAll('*').length")
        return {"open_ms": opened, **scrolled, "jump_ms": jumped, "nodes": nodes}

    def stream(self, name: str, model: str, place: str) -> dict[str, float]:
        page = self.page
        page.goto(place)
        page.get_by_role("button", name="Model: ").click()
        page.get_by_role("option", name=model).click()
        if place != "/":
            page.locator("[data-message=assistant] .prose table").last.wait_for()
        page.get_by_placeholder("Write a message").fill("Go on")
        watch = Watch(page)
        page.get_by_role("button", name="Send", exact=True).click()
        page.locator("[data-message=assistant]").last.get_by_text("finished", exact=False).wait_for()
        return watch.end(name)


def prepare(server: Server, count: int) -> str:
    server.install("stream", PIPE)
    with server.http as client:
        answer = client.post("/api/v1/chats/import", json=long_chat(count))
        answer.raise_for_status()
        return str(answer.json()["id"])


def measure(rounds: int, count: int) -> dict[str, float]:
    found: list[dict[str, float]] = []
    with data_folder() as folder, started(PENSTOCK, folder) as server, sync_playwright() as playwright:
        chat_id = prepare(server, count)
        for _ in range(rounds):
            browser = playwright.chromium.launch(executable_path=chromium(WITH_WINDOWS), args=QUIET)
            found.append(Visit(browser, server, chat_id).all())
            browser.close()
    return {name: statistics.median(each[name] for each in found) for name in FIGURES}


def report(found: Mapping[str, float], before: Mapping[str, float]) -> str:
    lines = [f"{'':46}{'wanted':>12}{'before':>12}{'now':>12}"]
    for name, figure in FIGURES.items():
        value, known = found[name], before.get(name)
        wanted = f"{'>=' if figure.at_least else '<='} {figure.limit:,.0f}"
        earlier = "-" if known is None else f"{known:,.1f}"
        verdict = "" if figure.met(value) else "  no"
        lines.append(f"{figure.title:46}{wanted:>12}{earlier:>12}{value:>12,.1f} {figure.unit}{verdict}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="medians over so many browsers (3)")
    parser.add_argument("--messages", type=int, default=2000, help="of the long chat (2000)")
    parser.add_argument("--save", type=Path, help="write the figures to this file")
    parser.add_argument("--against", type=Path, help="figures of an earlier run, to stand beside these")
    given = parser.parse_args()
    found = measure(given.rounds, given.messages)
    if given.save:
        given.save.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    print(report(found, json.loads(given.against.read_text("utf-8")) if given.against else {}))
    print(f"Medians of {given.rounds}; load of the machine: {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores.")


if __name__ == "__main__":
    main()
