"""The functions that are installed on both servers, and what else both are given."""

from __future__ import annotations

import base64
import uuid
from typing import Any

CHUNKS = 2000
TEXT = "".join(f"w{number} " for number in range(CHUNKS))
EVENTS = 100
NEIGHBOUR_SECONDS = 2

EMPTY_ACTION = """
class Action:
    async def action(self, body):
        return None
"""

SHORT_PIPE = """
class Pipe:
    def pipe(self, body):
        return "A short answer."
"""

STREAM_PIPE = f"""
class Pipe:
    async def pipe(self, body):
        for number in range({CHUNKS}):
            yield f"w{{number}} "
"""

PASS_THROUGH = """
class Filter:
    def stream(self, event):
        return event
"""

EVENTS_ACTION = f"""
class Action:
    async def action(self, body, __event_emitter__=None):
        for number in range({EVENTS}):
            await __event_emitter__({{"type": "status", "data": {{"description": f"step {{number}}", "done": True}}}})
"""

SLEEPS = f"""
import time
class Action:
    async def action(self, body):
        time.sleep({NEIGHBOUR_SECONDS})
"""

BURNS = f"""
import time
class Action:
    async def action(self, body):
        end = time.monotonic() + {NEIGHBOUR_SECONDS}
        while time.monotonic() < end:
            pass
"""

FILTERS = ("bench_filter1", "bench_filter2", "bench_filter3", "bench_filter4", "bench_filter5")


def edited(version: int) -> str:
    """An action that says which version of it runs."""
    return f"""
class Action:
    async def action(self, body):
        return {{"content": "version {version}"}}
"""


def main() -> dict[str, str]:
    """What the scenarios of the table call, by id."""
    return {
        "bench_empty": EMPTY_ACTION,
        "bench_short": SHORT_PIPE,
        "bench_stream": STREAM_PIPE,
        "bench_events": EVENTS_ACTION,
        "bench_sleeps": SLEEPS,
        "bench_burns": BURNS,
        "bench_edited": edited(0),
        **dict.fromkeys(FILTERS, PASS_THROUGH),
    }


def two_hundred() -> dict[str, str]:
    """50 pipes, 100 actions and 50 filters with a switch; actions and filters bring an icon of 1 KB."""
    found = {f"many_pipe{number:03}": SHORT_PIPE for number in range(50)}
    found |= {f"many_action{number:03}": _with_icon(number) + EMPTY_ACTION for number in range(100)}
    found |= {f"many_filter{number:03}": _with_icon(number) + _switched(number) for number in range(50)}
    return found


def _with_icon(number: int) -> str:
    return f'"""\ntitle: Many {number}\nicon_url: {_icon(number)}\n"""\n'


def _switched(number: int) -> str:
    return f"""
class Filter:
    def __init__(self):
        self.toggle = True
        self.icon = "{_icon(number)}"
    def inlet(self, body):
        return body
"""


def _icon(number: int) -> str:
    path = " ".join(f"L{(number * 7 + point * 13) % 24} {(number * 11 + point * 5) % 24}" for point in range(90))
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M0 0 {path}"/></svg>'
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def chat(messages: int) -> tuple[dict[str, Any], list[str]]:
    """A conversation of that many messages, and the ids of its answers, the newest first."""
    ids = [str(uuid.uuid4()) for _ in range(messages)]
    tree: dict[str, Any] = {}
    for place, message_id in enumerate(ids):
        answer = place % 2 == 1
        tree[message_id] = {
            "id": message_id,
            "parentId": ids[place - 1] if place else None,
            "childrenIds": ids[place + 1 : place + 2],
            "role": "assistant" if answer else "user",
            "content": f"Message {place}: " + "some words of an ordinary length " * 6,
            "timestamp": 1_700_000_000 + place,
            **({"model": "bench_short", "done": True} if answer else {"models": ["bench_short"]}),
        }
    document = {
        "title": f"{messages} messages",
        "models": ["bench_short"],
        "history": {"currentId": ids[-1], "messages": tree},
    }
    return document, ids[1::2][::-1]
