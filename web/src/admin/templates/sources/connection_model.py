"""
title: A model with instructions
author: you
version: 0.1.0
description: Streams the answer of a model of your connections, which is told first how to answer.
"""

from open_webui.utils.chat import generate_chat_completion
from pydantic import BaseModel, Field


class Pipe:
    class Valves(BaseModel):
        model: str = Field(default="", description="Id of the model that answers, as the page Models has it")
        instruction: str = Field(default="Answer in one short paragraph.", description="What the model is told first")

    def __init__(self):
        self.valves = self.Valves()

    async def pipe(self, body: dict, __user__=None, __request__=None):
        if not self.valves.model:
            yield "Choose a model first: an administrator enters its id in the settings of this function."
            return

        messages = [{"role": "system", "content": self.valves.instruction}, *body["messages"]]
        asked = {"model": self.valves.model, "messages": messages, "stream": True}
        answer = await generate_chat_completion(__request__, asked, __user__)
        async for line in answer.body_iterator:
            yield line
