"""
title: Ask two questions
author: you
version: 0.1.0
description: Asks for a topic and a length, then writes an outline below the answer.
"""

LENGTHS = {"short": 3, "usual": 5, "long": 8}


class Action:
    async def action(self, body: dict, __event_emitter__=None, __event_call__=None):
        topic = await __event_call__(
            {"type": "input", "data": {"title": "Which topic?", "placeholder": "Summer party"}}
        )
        if not topic:
            return {"status": "cancelled"}

        length = await __event_call__(
            {
                "type": "select",
                "data": {"title": "How long?", "options": list(LENGTHS), "default": "usual"},
            }
        )
        if not length:
            return {"status": "cancelled"}

        await __event_emitter__({"type": "status", "data": {"description": "Writing", "done": False}})
        points = "\n".join(f"{number}. {topic}: point {number}" for number in range(1, LENGTHS[length] + 1))
        await __event_emitter__({"type": "status", "data": {"description": "Written", "done": True}})

        return {"content": f"{body['content']}\n\n### {topic}\n\n{points}"}
