"""
title: Add a note
author: you
version: 0.1.0
description: Asks whether to go on and writes a line below the answer.
"""

from pydantic import BaseModel, Field


class Action:
    class Valves(BaseModel):
        greeting: str = Field(default="Hello", description="How the note begins")

    def __init__(self):
        self.valves = self.Valves()

    async def action(self, body: dict, __user__=None, __event_emitter__=None, __event_call__=None):
        sure = await __event_call__(
            {
                "type": "confirmation",
                "data": {"title": "Add a note?", "message": "It is written below the answer."},
            }
        )
        if not sure:
            return {"status": "cancelled"}

        await __event_emitter__({"type": "status", "data": {"description": "Writing", "done": False}})
        note = f"{self.valves.greeting}, {__user__['name']}."
        await __event_emitter__({"type": "status", "data": {"description": "Written", "done": True}})

        return {"content": f"{body['content']}\n\n> {note}"}
