"""
title: Penstock Guide
author: Penstock
version: 1.0.0
license: Apache-2.0
description: A model that needs no provider: it shows in its answers what Penstock can do.
install: active
"""

import asyncio
from collections.abc import AsyncIterator

from pydantic import BaseModel, Field

WELCOME = """\
## Welcome to Penstock

I am a **pipe**: a model that somebody wrote as one Python file. I run in a process of my own and need no provider. \
Ask me about one of these:

- **streaming**: how an answer arrives piece by piece
- **tables**: numbers that the *Chart the numbers* button can draw
- **code**: a first action, ready to be copied
- **maths**: formulas
- **sources**: an answer with its citations
- **actions**: what the buttons under this message do

You said: *{said}*
"""

STREAMING = """\
### Streaming

Every word of this answer is a chunk that left a Python generator, crossed a socket from its worker to the server, \
passed the stream filters and reached your page. Close the tab while I speak: the server goes on, and the answer is \
complete when you come back. Press **stop** instead, and the generator in the worker is really stopped.

1. The *inlet* of each filter saw your message first.
2. Then `pipe` was called with it.
3. The *stream* hooks see each piece, the *outlet* hooks the whole.
"""

TABLES = """\
### Water through the gate, by quarter

| Quarter | Flow (m³) | Energy (kWh) |
|---------|----------:|-------------:|
| Q1 | 1200 | 310 |
| Q2 | 1850 | 475 |
| Q3 | 940 | 240 |
| Q4 | 1490 | 385 |

Now press **Chart the numbers** below, or **Export** to take the table away as CSV or JSON.
"""

CODE = """\
### A first action

```python
class Action:
    async def action(self, body, __event_call__=None, __event_emitter__=None):
        name = await __event_call__(
            {"type": "input", "data": {"title": "Hello", "message": "Who are you?", "placeholder": "Your name"}}
        )
        await __event_emitter__({"type": "status", "data": {"description": f"Greeting {name}", "done": True}})
        return {"content": body["content"] + f"\\n\\nHello {name}!"}
```

An admin saves it under **Functions**, switches it on, and the button appears under every answer.
"""

MATHS = """\
### Head and power

The power of a water wheel fed by a penstock with flow $Q$ and head $h$ is

$$ P = \\eta \\, \\rho \\, g \\, Q \\, h $$

With $Q = 0.5\\ \\mathrm{m^3/s}$, $h = 12\\ \\mathrm{m}$ and $\\eta = 0.85$ that is about $50\\ \\mathrm{kW}$.
"""

SOURCES = """\
### Sources

An answer can carry what it rests on. Below this message stand two sources with their passages; a function adds one by \
emitting a `citation` event.
"""

ACTIONS = """\
### Actions

The buttons under a message run Python on the server. With the examples installed you can

- **Improve**: choose a style, and the text is replaced (undo brings it back)
- **Chart the numbers**: an embed drawn from the numbers in the message
- **Export**: the table or the text as a file
- **Calculate**: arithmetic, also over the API
- **Long job**: progress that goes on after you reload
- **Admin report**: only for those who may
- **Analyse**: first asks whether, then what
- **Count words** and **Outline**: two buttons of one function
"""

TOPICS = {
    "stream": STREAMING,
    "table": TABLES,
    "number": TABLES,
    "chart": TABLES,
    "code": CODE,
    "math": MATHS,
    "formula": MATHS,
    "source": SOURCES,
    "citation": SOURCES,
    "action": ACTIONS,
    "button": ACTIONS,
}

PASSAGES = {
    "On water wheels": "An overshot wheel turns four fifths of the water's power into work.",
    "On penstocks": "A penstock is the pipe that brings water from the gate to the wheel.",
}


class Pipe:
    class Valves(BaseModel):
        pace: float = Field(default=0.012, ge=0, le=1, description="Seconds between two pieces of an answer")

    class UserValves(BaseModel):
        greeting: str = Field(default="", description="How you like to be greeted; empty: by your name")

    def __init__(self):
        self.name = "Penstock Guide"
        self.valves = self.Valves()

    async def pipe(self, body: dict, __user__: dict, __task__=None, __event_emitter__=None) -> AsyncIterator[str]:
        said = last_text(body["messages"])
        if __task__:  # a title, tags ...: the server takes the first words
            return
        answer = self.answer(said, __user__, brief=wants_brevity(body["messages"]))
        await __event_emitter__({"type": "status", "data": {"description": "Opening the gate", "done": False}})
        for piece in pieces(answer):
            yield piece
            await asyncio.sleep(self.valves.pace)
        if answer.startswith(SOURCES[:10]):
            await self.cite(__event_emitter__)
        await __event_emitter__({"type": "status", "data": {"description": "Answered", "done": True, "hidden": True}})

    def answer(self, said: str, user: dict, brief: bool) -> str:
        text = next((text for word, text in TOPICS.items() if word in said.lower()), None)
        if text is None:
            greeting = user["valves"].greeting if user.get("valves") else ""
            hello = f"{greeting or 'Hello ' + user.get('name', 'there')}!\n\n"
            text = hello + WELCOME.format(said=said.replace("*", "").replace("\n", " ")[:200])
        return text.split("\n\n")[0] + "\n" if brief else text

    async def cite(self, emit) -> None:
        for name, passage in PASSAGES.items():
            source = {"document": [passage], "metadata": [{"source": name}], "source": {"name": name}}
            await emit({"type": "citation", "data": source})


def last_text(messages: list[dict]) -> str:
    content = next((m["content"] for m in reversed(messages) if m["role"] == "user"), "")
    if isinstance(content, list):
        content = " ".join(part.get("text", "") for part in content if part.get("type") == "text")
    return content.strip()


def wants_brevity(messages: list[dict]) -> bool:
    return any(m["role"] == "system" and "as briefly as possible" in str(m["content"]) for m in messages)


def pieces(text: str) -> list[str]:
    """The text in words, each with the white space that follows it."""
    words = text.replace("\n", "\n\0").replace(" ", " \0").split("\0")
    return [word for word in words if word]
