"""Trying a source beside the editor, before it is saved: at the width of a desk and of a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.browser import steps
from tests.browser.house import House

pytestmark = pytest.mark.browser

EXAMPLES = ["guide"]
MOVES = True
SAVED = 'class Action:\n    async def action(self, body):\n        return "saved"\n'
ASKING = '''"""
title: Asking
"""


class Action:
    async def action(self, body, __event_emitter__, __event_call__):
        print("It has", len(body["messages"]), "messages")
        await __event_emitter__({"type": "status", "data": {"description": "Looking", "done": False}})
        name = await __event_call__({"type": "input", "data": {"title": "Whose name?"}})
        sure = await __event_call__({"type": "confirmation", "data": {"title": "Really?", "message": name}})
        await __event_emitter__({"type": "status", "data": {"description": "Looked", "done": True}})
        if not sure:
            raise ValueError("nobody is sure")
        await __event_emitter__({"type": "message", "data": {"content": f"**{name}** was asked."}})
        return [{"name": name, "said": body["messages"][0]["content"]}]
'''
PIPE = """class Pipe:
    def pipe(self, body):
        for word in body["messages"][-1]["content"].split():
            yield word.upper() + " "
"""
FILTER = """class Filter:
    def stream(self, event):
        for choice in event["choices"]:
            choice["delta"]["content"] = choice["delta"].get("content", "").upper()
        return event
"""
EVENT = """class Event:
    def event(self, event):
        print("heard", event["name"], "in", event["data"]["colour"])
        return {"heard": event["name"]}
"""
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}


def panel(page: Page) -> Locator:
    found = page.get_by_role("complementary", name="Try it")
    expect(found).to_be_visible()
    return found


def answer(beside: Locator, title: str, text: str | None = None, button: str = "Submit") -> None:
    asked = beside.get_by_role("region", name=title)
    expect(asked).to_be_visible()
    if text is not None:
        asked.get_by_role("textbox").fill(text)
    asked.get_by_role("button", name=button, exact=True).click()
    expect(asked).to_be_hidden()


def test_what_is_not_saved_asks_shows_and_fails_at_its_line(home: Page, house: House) -> None:
    house.add_function("asking", "Asking", SAVED)
    home.set_viewport_size(DESK)
    home.goto("/admin/functions/asking")
    home.get_by_role("button", name="Try it").click()
    steps.paste_source(home, ASKING)
    beside = panel(home)
    beside.get_by_label("Message 1", exact=True).fill("Hello there")
    beside.get_by_role("button", name="Run", exact=True).click()
    answer(beside, "Whose name?", "Ada")
    expect(home.get_by_role("dialog")).to_have_count(0)
    answer(beside, "Really?", button="Continue")
    shown = beside.get_by_role("region", name="What people see")
    expect(shown).to_contain_text("Ada was asked.")
    expect(shown.locator("[data-output=table]")).to_contain_text("Hello there")
    steps_seen = beside.get_by_role("list", name="What happened")
    expect(steps_seen).to_contain_text("It has 2 messages")
    expect(beside.get_by_role("status").first).to_contain_text("Took")

    beside.get_by_role("button", name="Run again").click()
    answer(beside, "Whose name?", "Ada")
    answer(beside, "Really?", button="Cancel")
    expect(beside.get_by_role("alert")).to_contain_text("ValueError: nobody is sure")
    beside.get_by_role("button", name="Go to line 14").click()
    expect(home.locator(".cm-activeLine")).to_contain_text("nobody is sure")
    expect(home.locator(".cm-lint-marker-error")).to_be_visible()

    beside.get_by_role("button", name="Run again").click()
    expect(beside.get_by_role("region", name="Whose name?")).to_be_visible()
    beside.get_by_role("button", name="Stop").click()
    expect(beside.get_by_role("status").first).to_contain_text("Stopped.")
    assert house.call("GET", "/api/v1/functions/id/asking")["content"] == SAVED
    assert house.runs("asking") == []

    home.get_by_role("button", name="Changes", exact=True).click()
    changes = steps.dialog(home, "Your changes")
    expect(changes.locator(".cm-insertedLine, .cm-changedLine").first).to_be_visible()
    home.keyboard.press("Escape")
    assert house.call("POST", "/api/v1/actions/asking/run", {}) == "saved"
    beside.get_by_role("radio", name="Runs").click()
    expect(home.locator("[data-run]")).to_have_count(1)


def test_a_new_pipe_is_tried_on_a_phone(home: Page) -> None:
    home.set_viewport_size(PHONE)
    home.goto("/admin/functions/new?kind=pipe")
    steps.paste_source(home, PIPE)
    home.get_by_role("button", name="Try it").click()
    beside = panel(home)
    beside.get_by_label("Message 1", exact=True).fill("two words")
    beside.get_by_role("button", name="Run", exact=True).click()
    expect(beside.get_by_role("region", name="What people see")).to_contain_text("TWO WORDS")
    assert home.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    beside.get_by_role("button", name="Close the panel").click()
    expect(home.get_by_role("textbox", name="Source code")).to_be_visible()
    steps.paste_source(home, PIPE.replace("body[", "bodies["))
    home.get_by_role("button", name="Try it").click()
    panel(home).get_by_role("button", name="Run again").click()
    panel(home).get_by_role("button", name="Go to line 3").click()
    expect(home.locator(".cm-activeLine")).to_contain_text("bodies")


def test_a_stream_filter_and_an_event_function_are_tried(home: Page) -> None:
    home.set_viewport_size(DESK)
    home.goto("/admin/functions/new")
    steps.paste_source(home, FILTER)
    home.get_by_role("button", name="Try it").click()
    beside = panel(home)
    beside.get_by_label("Hook").select_option("stream")
    beside.get_by_label("Message 2", exact=True).fill("Apples keep longest.")
    beside.get_by_role("button", name="Run", exact=True).click()
    expect(beside.get_by_role("region", name="What people see")).to_contain_text("APPLES KEEP LONGEST.")

    steps.paste_source(home, EVENT)
    expect(beside.get_by_label("Hook")).to_have_value("event")
    beside.get_by_label("Event", exact=True).fill("model.created")
    data = beside.get_by_role("textbox", name="Its data")
    data.fill("red")
    beside.get_by_role("button", name="Run again").click()
    expect(beside.get_by_text("This is not a JSON object.")).to_be_visible()
    data.fill('{"colour": "red"}')
    beside.get_by_role("button", name="Run again").click()
    expect(beside.get_by_role("list", name="What happened")).to_contain_text("heard model.created in red")
    expect(beside.get_by_role("region", name="Result").first).to_contain_text("heard")
