"""What an action asks waits for its answer: through a reload, in every tab, and until it is cancelled."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Complaints, both_widths
from tests.browser.house import House

pytestmark = [pytest.mark.browser, both_widths]

EXAMPLES = ["guide", "improve", "analyse", "calculator"]
MOVES = True
FORM = """
class Action:
    async def action(self, body, __event_call__=None):
        schema = {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": {"type": "string", "title": "Name", "minLength": 3},
                "turns": {"type": "integer", "title": "Turns", "minimum": 1, "maximum": 9, "default": 2},
                "gate": {"type": "string", "title": "Gate", "enum": ["upper", "lower"], "default": "upper"},
            },
        }
        wheel = await __event_call__({"type": "form", "data": {"title": "A wheel", "schema": schema}})
        parts = await __event_call__(
            {"type": "multiselect", "data": {"title": "Which parts?", "options": ["hub", "spokes", "rim"]}}
        )
        return {"success": True, "message": "Built", "data": {**wheel, "parts": parts}}
"""


@pytest.mark.spec("E4")
def test_a_question_survives_a_reload(home: Page) -> None:
    answer = steps.say(home, "Tell me about streaming")
    steps.click_action(answer, "Analyse")
    steps.dialog(home, "Analyse")
    answer = steps.reload(home)
    expect(answer.get_by_text("Analyse is running")).to_be_visible()
    steps.submit(steps.dialog(home, "Analyse"), "Continue")
    steps.dialog(home, "What to look for?")
    answer = steps.reload(home)
    steps.choose(home, "What to look for?", "Summary")
    expect(steps.text_of(answer)).to_contain_text("Summary: ")
    expect(answer.get_by_text("Analyse is running")).to_be_hidden()


@pytest.mark.spec("E4")
def test_a_question_is_answered_in_another_tab(home: Page, second: Page) -> None:
    answer = steps.say(home, "Tell me about streaming")
    steps.click_action(answer, "Improve")
    first_dialog = steps.dialog(home, "Improve this message")
    second.bring_to_front()
    second.goto(home.url)
    steps.choose(second, "Improve this message", "With a summary")
    expect(first_dialog).to_be_hidden()
    for tab in (home, second):
        last = steps.answers(tab).last
        expect(steps.text_of(last)).to_contain_text("In short:")
        expect(last.get_by_text("Replaced by an action")).to_be_visible()
        expect(last.get_by_text("Improve is running")).to_be_hidden()


@pytest.mark.spec("E4")
def test_a_question_of_another_chat_waits_in_the_corner(home: Page) -> None:
    answer = steps.say(home, "Tell me about streaming")
    steps.click_action(answer, "Calculate")
    chat = home.url
    steps.dialog(home, "Calculate")
    home.keyboard.press("Escape")
    expect(home.get_by_role("dialog")).to_be_hidden()
    steps.new_chat(home)
    waiting = steps.tray(home)
    expect(waiting).to_contain_text("1 question is waiting")
    waiting.get_by_role("button", name="Go to the chat").click()
    steps.dialog(home, "Calculate").get_by_role("textbox").fill("6 * 7")
    home.get_by_role("dialog").get_by_role("button", name="Submit").click()
    assert home.url.partition("#")[0] == chat
    steps.toast(home, "6 * 7 = 42")
    expect(waiting).to_be_hidden()
    expect(steps.output(steps.answers(home).last, "json")).to_contain_text("42")


@pytest.mark.spec("A6")
def test_a_cancelled_question_ends_the_action(home: Page, house: House) -> None:
    answer = steps.say(home, "Hello")
    steps.click_action(answer, "Analyse")
    steps.submit(steps.dialog(home, "Analyse"), "Cancel")
    steps.click_action(answer, "Analyse")
    steps.submit(steps.dialog(home, "Analyse"), "Continue")
    steps.submit(steps.dialog(home, "What to look for?"), "Cancel")
    expect(answer.get_by_text("Analyse is running")).to_be_hidden()
    assert [run["result"] for run in house.runs("analyse")[:2]] == [{"status": "cancelled"}] * 2
    expect(home.locator("[data-toast]")).to_have_count(0)
    expect(steps.text_of(answer)).not_to_contain_text("Summary")


@pytest.mark.spec("E3")
def test_a_form_is_checked_field_by_field(home: Page, house: House, complaints: Complaints) -> None:
    house.add_function("wheel", "Build a wheel", FORM)
    answer = steps.say(home, "Hello")
    home.reload()  # the function is younger than the list of models
    steps.click_action(answer, "Build a wheel")
    asked = steps.dialog(home, "A wheel")
    asked.get_by_role("button", name="Submit").click()
    expect(asked.get_by_role("alert")).to_have_text("This is required.")
    asked.get_by_label("Name").fill("Pelton")
    asked.get_by_label("Turns").fill("12")
    asked.get_by_label("Gate").select_option("lower")
    asked.get_by_role("button", name="Submit").click()
    expect(asked.get_by_role("alert")).to_have_text(re.compile("9"))
    complaints.forgive("422")
    asked.get_by_label("Turns").fill("7")
    steps.submit(asked)
    parts = steps.dialog(home, "Which parts?")
    parts.get_by_role("checkbox", name="hub").check()
    parts.get_by_role("checkbox", name="rim").check()
    steps.submit(parts)
    steps.toast(home, "Built")
    built = steps.output(answer, "json")
    built.get_by_text("2 items").click()
    for part in ("Pelton", "7", "lower", "hub", "rim"):
        expect(built).to_contain_text(part)
    expect(built).not_to_contain_text("spokes")
