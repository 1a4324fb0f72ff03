"""
title: Brief answers
author: Penstock
version: 1.0.0
license: Apache-2.0
description: A switch in the composer: while it is on, models are asked to answer as briefly as possible.
install: global
"""

from pydantic import BaseModel, Field


class Filter:
    class Valves(BaseModel):
        priority: int = Field(default=0, description="Filters with a lower number come first")
        wish: str = Field(default="Answer as briefly as possible.", description="What the model is told")

    def __init__(self):
        self.valves = self.Valves()
        self.toggle = True
        self.icon = (
            "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' "
            "stroke='currentColor' stroke-width='2' stroke-linecap='round'%3E%3Cpath d='M4 8h16M4 14h9'/%3E%3C/svg%3E"
        )

    async def inlet(self, body: dict, __event_emitter__=None) -> dict:
        body["messages"].insert(0, {"role": "system", "content": self.valves.wish})
        status = {"description": "Asked for a brief answer", "done": True}
        await __event_emitter__({"type": "status", "data": status})
        return body
