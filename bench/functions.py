"""The functions that are installed on both servers."""

EMPTY_ACTION = """
class Action:
    async def action(self, body):
        return None
"""

SHORT_PIPE = """
class Pipe:
    def pipe(self, body):
        return "A short answer."
"""

STREAM_PIPE = """
class Pipe:
    async def pipe(self, body):
        for number in range(2000):
            yield "word "
"""

PASS_THROUGH = """
class Filter:
    def stream(self, event):
        return event
"""

NEIGHBOURS = {
    "sleeps": """
import time
class Action:
    def action(self, body):
        time.sleep(5)
""",
    "burns": """
import time
class Action:
    async def action(self, body):
        end = time.monotonic() + 5
        while time.monotonic() < end:
            pass
""",
    "exits": """
import os
class Action:
    async def action(self, body):
        os._exit(1)
""",
}
