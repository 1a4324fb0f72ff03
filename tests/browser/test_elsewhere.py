"""What happens in chats that are not on screen: questions that wait, notices, and the way back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import steps
from tests.browser.house import House

pytestmark = pytest.mark.browser

EXAMPLES = ["guide", "calculator"]
MOVES = True
WIDTHS = [1280, 390]
TWICE = """
import asyncio

class Action:
    actions = [{"id": "ask", "name": "Ask twice"}, {"id": "work", "name": "Work quietly"}]

    async def action(self, body, __id__=None, __event_call__=None):
        if __id__ == "work":
            await asyncio.sleep(1)
            return {"data": {"done": True}}
        for title in ("First question", "Second question"):
            await __event_call__({"type": "input", "data": {"title": title}})
        return {"success": True, "message": "Both answered"}
"""


@pytest.fixture(scope="module")
def asking(house: House) -> House:
    house.add_function("twice", "Twice", TWICE)
    return house


@pytest.fixture
def sized(asking: House, home: Page, width: int) -> Page:
    home.set_viewport_size({"width": width, "height": 844})
    return home


def fold(tray: Locator) -> None:
    tray.get_by_role("button", name="waiting").click()
    expect(tray.get_by_role("listitem")).to_have_count(0)


@pytest.mark.spec("E4")
@pytest.mark.parametrize("width", WIDTHS)
def test_waiting_questions_lead_back_to_their_messages(sized: Page, width: int) -> None:
    answer = steps.say(sized, "The first of the wheels")
    steps.click_action(answer, "Ask twice")
    steps.dialog(sized, "First question")
    expect(sized).to_have_title(re.compile(r"^\(1\) The first of the wheels"))
    sized.keyboard.press("Escape")
    for text in ("Tell me about streaming", "Show me the code of an action", "Explain the maths"):
        steps.say(sized, text)  # the message with the question is far up now
    chat = sized.url
    tray = steps.tray(sized)
    expect(tray).to_contain_text("Ask twice")
    fold(tray)
    steps.new_chat(sized)
    answer = steps.say(sized, "Another chat")
    steps.click_action(answer, "Calculate")
    steps.dialog(sized, "Calculate")
    sized.keyboard.press("Escape")
    expect(tray).to_contain_text("2 questions are waiting")

    sized.goto("/admin/functions")
    expect(sized).to_have_title(re.compile(r"^\(2\) "))
    expect(sized.get_by_role("dialog")).to_have_count(0)
    tray = steps.tray(sized)
    expect(tray).to_contain_text("2 questions are waiting")
    first = tray.get_by_role("listitem").filter(has_text="First question")
    expect(first).to_contain_text("Ask twice in “The first of the wheels”")
    first.get_by_role("button", name="Go to the chat").click()
    asked = steps.dialog(sized, "First question")
    expect(asked.get_by_role("textbox")).to_be_focused()
    assert sized.url.partition("#")[0] == chat
    expect(steps.answers(sized).first).to_be_in_viewport()
    asked.get_by_role("textbox").fill("one")
    steps.submit(asked)
    asked = steps.dialog(sized, "Second question")
    asked.get_by_role("textbox").fill("two")
    steps.submit(asked)
    steps.toast(sized, "Both answered")
    tray.get_by_role("button", name="Go to the chat").click()
    steps.submit(steps.dialog(sized, "Calculate"), "Cancel")
    expect(tray).to_be_hidden()
    expect(sized).to_have_title(re.compile("^Another chat"))


@pytest.mark.parametrize("width", WIDTHS)
def test_a_chat_elsewhere_says_that_it_has_finished(sized: Page, asking: House, width: int) -> None:
    asking.set_valves("guide", pace=0.02)
    steps.write(sized, "Explain the maths of elsewhere")
    expect(steps.text_of(steps.answers(sized).last)).to_contain_text("Head")
    chat = sized.url
    steps.new_chat(sized)
    notice = steps.toast(sized, "There is an answer in “Explain the maths of elsewhere”.", "info")
    notice.get_by_role("link", name="Open the chat").click()
    assert sized.url.partition("#")[0] == chat
    asking.set_valves("guide", pace=0.0)
    answer = steps.whole_answer(sized)
    expect(steps.text_of(answer)).to_contain_text("50")

    steps.click_action(answer, "Work quietly")
    expect(answer.get_by_text("Work quietly is running")).to_be_visible()
    steps.new_chat(sized)
    steps.toast(sized, "Work quietly is done in “Explain the maths of elsewhere”.", "info")
