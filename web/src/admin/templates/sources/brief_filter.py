"""
title: Brief answers, if wanted
author: you
version: 0.1.0
description: A switch in the composer: while it is on, models are asked to answer briefly.
"""

from pydantic import BaseModel, Field


class Filter:
    class Valves(BaseModel):
        priority: int = Field(default=0, description="Filters with a lower number come first")

    class UserValves(BaseModel):
        sentences: int = Field(default=3, ge=1, le=20, description="The most sentences of an answer")

    def __init__(self):
        self.valves = self.Valves()
        self.toggle = True  # a switch in the composer

    async def inlet(self, body: dict, __user__=None) -> dict:
        """Before the model sees the chat."""
        most = __user__["valves"].sentences
        told = {"role": "system", "content": f"Answer in at most {most} sentences."}
        body["messages"].insert(0, told)
        return body
