"""
title: Keep names from models
author: you
version: 0.1.0
description: Puts stand-ins for chosen words before a model sees them, and puts the words back into its answer.
"""

from pydantic import BaseModel, Field


class Filter:
    class Valves(BaseModel):
        priority: int = Field(default=0, description="Filters with a lower number come first")
        words: str = Field(default="Project Kestrel, Ms Meyer", description="What models must not see, with commas")

    def __init__(self):
        self.valves = self.Valves()

    def stand_ins(self) -> dict[str, str]:
        words = [word.strip() for word in self.valves.words.split(",") if word.strip()]
        return {word: f"<name-{number}>" for number, word in enumerate(words, 1)}

    async def inlet(self, body: dict) -> dict:
        """Before the model sees the chat."""
        for message in body["messages"]:
            if isinstance(message.get("content"), str):
                for word, stand_in in self.stand_ins().items():
                    message["content"] = message["content"].replace(word, stand_in)
        return body

    async def outlet(self, body: dict) -> dict:
        """After the answer is complete."""
        for message in body["messages"]:
            if isinstance(message.get("content"), str):
                for word, stand_in in self.stand_ins().items():
                    message["content"] = message["content"].replace(stand_in, word)
        return body
