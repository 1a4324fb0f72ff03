"""Actions whose JavaScript a test chooses, with the right to run it in the page and without."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Locator, Page

from tests.browser import steps
from tests.browser.house import House

ASKING = """
from pydantic import BaseModel

class Action:
    class Valves(BaseModel):
        code: str = ""
        seconds: float = 30

    def __init__(self):
        self.valves = self.Valves()

    async def action(self, body, __event_call__=None):
        data = {"code": self.valves.code, "timeout": self.valves.seconds}
        return {"answer": await __event_call__({"type": "execute", "data": data})}
"""
EMITTING = """
from pydantic import BaseModel

class Action:
    class Valves(BaseModel):
        code: str = ""

    def __init__(self):
        self.valves = self.Valves()

    async def action(self, body, __event_emitter__=None):
        pretended = {"page_script": True, "function": {"id": "granted", "name": "Granted", "page_script": True}}
        data = {"code": self.valves.code, **pretended}
        await __event_emitter__({"type": "execute", "data": data, **pretended})
"""
GRANTED, BOXED, TOLD = "granted", "boxed", "told"


def furnish_scripts(house: House) -> None:
    """`granted` may run in the page, `boxed` may not; `told` emits its script, and pretends to be `granted`."""
    house.add_function(GRANTED, "Granted", ASKING)
    house.add_function(BOXED, "Boxed", ASKING)
    house.add_function(TOLD, "Told", EMITTING)
    grant(house, GRANTED)


def grant(house: House, function_id: str) -> None:
    house.call("POST", f"/api/v1/functions/id/{function_id}/rights", {"page_script": True, "confirm": True})


def begin(answer: Locator, house: House, function_id: str, code: str, seconds: float = 30) -> None:
    """Click the action with this code."""
    timeout = {} if function_id == TOLD else {"seconds": seconds}
    house.set_valves(function_id, code=code, **timeout)
    steps.click_action(answer, function_id.capitalize())


def script(answer: Locator, house: House, function_id: str, code: str, seconds: float = 30) -> Any:
    """What the call answers, as the author of the function gets it."""
    with answer.page.expect_response(steps.is_call(f"/api/chat/actions/{function_id}")) as waiting:
        begin(answer, house, function_id, code, seconds)
    said = waiting.value.json()
    return said.get("answer", said)


def logged(page: Page, house: House, function_id: str, text: str) -> None:
    """Return once the log of the last run has that text."""

    def found() -> bool:
        run = house.runs(function_id)[0]
        return any(text in line["text"] for line in house.call("GET", f"/api/v1/runs/{run['id']}/logs"))

    ends = time.monotonic() + 15
    while not found():
        assert time.monotonic() < ends, f"nothing in the log says {text!r}"
        page.wait_for_timeout(50)
