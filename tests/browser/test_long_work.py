"""Work that takes longer than a look at the page: its progress, a reload in the middle, and stopping it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.house import House

pytestmark = pytest.mark.browser

EXAMPLES = ["guide", "long_job"]
ENDLESS = """
import asyncio

class Action:
    actions = [{"id": "waits", "name": "Wait"}, {"id": "burns", "name": "Burn"}]

    async def action(self, body, __id__=None, __event_emitter__=None):
        await __event_emitter__({"type": "status", "data": {"description": f"It {__id__}", "done": False}})
        while True:
            if __id__ == "waits":
                await asyncio.sleep(0.05)
"""


def test_a_long_job_goes_on_through_a_reload(home: Page, house: House) -> None:
    house.set_valves("long_job", steps=10, pause=0.5)
    answer = steps.say(home, "Hello")
    steps.click_action(answer, "Long job")
    steps.toast(home, re.compile("Job .* has started"))
    bar = answer.get_by_role("progressbar", name=re.compile("Job "))
    expect(bar).to_be_visible()
    before = int(bar.get_attribute("aria-valuenow") or 0)
    assert before < 100

    expect(answer.get_by_text("Long job is running")).to_be_visible()

    answer = steps.reload(home)
    expect(answer.get_by_text("Long job is running")).to_be_visible()
    bar = answer.get_by_role("progressbar", name=re.compile("Job "))
    expect(bar).to_have_attribute("aria-valuenow", re.compile(r"^[5-9]\d$"))
    steps.toast(home, re.compile("Job .* is done"))
    expect(bar).to_be_hidden()
    expect(answer.get_by_text("Long job is running")).to_be_hidden()
    expect(answer.locator("[data-status=done]")).to_contain_text("Job ")
    answer = steps.reload(home)
    expect(answer.locator("[data-status=done]")).to_contain_text("Job ")


def test_a_long_job_is_stopped_in_the_background(home: Page, house: House) -> None:
    house.set_valves("long_job", steps=100, pause=0.1)
    answer = steps.say(home, "Hello")
    steps.click_action(answer, "Long job")
    expect(answer.get_by_role("progressbar", name=re.compile("Job "))).to_be_visible()
    answer.get_by_role("button", name="Stop Long job").click()
    steps.toast(home, "Long job was stopped.", "info")
    expect(answer.get_by_text("Long job is running")).to_be_hidden()
    expect(answer.locator("[data-status=done]")).to_contain_text("Stopped")
    assert house.runs("long_job")[0]["state"] == "cancelled"


@pytest.mark.parametrize(("name", "reloads"), [("Wait", False), ("Wait", True), ("Burn", False)])
def test_a_running_action_is_stopped(home: Page, house: House, name: str, reloads: bool) -> None:
    if not house.runs("endless"):
        house.add_function("endless", "Endless", ENDLESS)
        home.reload()
    answer = steps.say(home, "Hello")
    steps.click_action(answer, name)
    expect(answer.get_by_text(f"It {name.lower()}s")).to_be_visible()
    if reloads:
        answer = steps.reload(home)
    expect(answer.get_by_text(f"{name} is running")).to_be_visible()
    answer.get_by_role("button", name=f"Stop {name}").click()
    steps.toast(home, f"{name} was stopped.", "info")
    expect(answer.get_by_text(f"{name} is running")).to_be_hidden()
    expect(answer.locator("[data-status=done]")).to_contain_text("Stopped")
    expect(home.locator("[data-toast=error]")).to_have_count(0)
    (run, *_) = house.runs("endless")
    assert run["state"] == "cancelled"
    steps.say(home, "Are you still there?")
