/** What a new function begins with. */
import type { Kind } from "../types";

const ACTION = `"""
title: My action
author: you
version: 0.1.0
description: Says in one sentence what its button does.
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

        return {"content": f"{body['content']}\\n\\n> {note}"}
`;

const FILTER = `"""
title: My filter
author: you
version: 0.1.0
description: Says in one sentence what it changes.
"""

from pydantic import BaseModel, Field


class Filter:
    class Valves(BaseModel):
        priority: int = Field(default=0, description="Filters with a lower number come first")
        instruction: str = Field(default="Answer briefly.", description="What models are told")

    def __init__(self):
        self.valves = self.Valves()
        self.toggle = True  # a switch in the composer

    async def inlet(self, body: dict, __user__=None) -> dict:
        """Before the model sees the chat."""
        body["messages"].insert(0, {"role": "system", "content": self.valves.instruction})
        return body

    async def outlet(self, body: dict, __user__=None) -> dict:
        """After the answer is complete."""
        return body
`;

const PIPE = `"""
title: My pipe
author: you
version: 0.1.0
description: Says in one sentence what this model does.
"""

from pydantic import BaseModel, Field


class Pipe:
    class Valves(BaseModel):
        prefix: str = Field(default="You said: ", description="How every answer begins")

    def __init__(self):
        self.valves = self.Valves()

    async def pipe(self, body: dict, __user__=None, __event_emitter__=None):
        question = body["messages"][-1]["content"]
        yield self.valves.prefix
        for word in question.split():
            yield f"{word} "
`;

export const TEMPLATES: Partial<Record<Kind, string>> = { action: ACTION, filter: FILTER, pipe: PIPE };
