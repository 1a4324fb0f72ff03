"""
title: A model of my own
author: you
version: 0.1.0
description: A model whose answers this file writes, word by word.
"""

import asyncio

from pydantic import BaseModel, Field


class Pipe:
    class Valves(BaseModel):
        prefix: str = Field(default="You said:", description="How every answer begins")
        pause: float = Field(default=0.02, ge=0, le=1, description="Seconds between two words")

    def __init__(self):
        self.valves = self.Valves()

    async def pipe(self, body: dict):
        question = body["messages"][-1]["content"]
        for word in f"{self.valves.prefix} {question}".split():
            yield f"{word} "
            await asyncio.sleep(self.valves.pause)
