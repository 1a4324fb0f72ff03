"""Functions of our own that the filled Open WebUI holds: one of every kind, and some that have a hard time here."""

from __future__ import annotations

SHOUT = '''"""
title: Shout
description: Answers with what its valves say.
version: 1.0.0
"""

from pydantic import BaseModel, Field


class Action:
    class Valves(BaseModel):
        mark: str = Field("!", description="What ends the shout.")
        api_key: str = ""

    class UserValves(BaseModel):
        nickname: str = ""
        times: int = 1

    def __init__(self):
        self.valves = self.Valves()

    async def action(self, body, __user__=None, __event_emitter__=None):
        mine = __user__["valves"]
        return {"content": f"{mine.nickname or __user__['name']} {self.valves.mark * mine.times} {self.valves.api_key}"}
'''

FRAME = '''"""
title: Frame
description: Puts what the person and the model say into a frame.
"""

from pydantic import BaseModel


class Filter:
    class Valves(BaseModel):
        priority: int = 0
        left: str = "["

    def __init__(self):
        self.valves = self.Valves()

    def inlet(self, body, __user__=None):
        body["messages"][-1]["content"] = self.valves.left + body["messages"][-1]["content"] + "]"
        return body
'''

ECHO = '''"""
title: Echo
description: Says what it was told.
"""


class Pipe:
    def pipe(self, body):
        return "Echo: " + body["messages"][-1]["content"]
'''

CHOIR = '''"""
title: Choir
description: A manifold with two voices.
"""

from pydantic import BaseModel


class Pipe:
    class Valves(BaseModel):
        key: str = ""

    def __init__(self):
        self.type = "manifold"
        self.valves = self.Valves()

    def pipes(self):
        return [{"id": "alto", "name": "Alto"}, {"id": "bass", "name": "Bass"}]

    def pipe(self, body):
        return body["model"].split(".")[-1] + " sings in " + self.valves.key
'''

AWAY = '''"""
title: Away
description: Needs a package that Open WebUI brings along.
"""

import chromadb


class Action:
    def action(self, body):
        return chromadb.__version__
'''

TOOL = '''"""
title: Clock
"""


class Tools:
    def tell(self) -> str:
        """Tell the time."""
        return "noon"
'''

FUNCTIONS = {"shout": SHOUT, "frame": FRAME, "echo": ECHO, "choir": CHOIR, "away": AWAY}
