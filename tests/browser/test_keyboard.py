"""Chatting and acting by keyboard alone: everything is reached, what has the focus is seen, and it comes back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import steps, tour
from tests.browser.house import House
from tests.browser.keys import choose_entry, press, tab_to
from tests.serving import ADMIN

pytestmark = pytest.mark.browser

EXAMPLES = ["guide"]
MOVES = True
ENDLESS = """
import asyncio

class Action:
    async def action(self, body, __event_emitter__=None):
        await __event_emitter__({"type": "status", "data": {"description": "Turning", "done": False}})
        await asyncio.sleep(60)
"""
KEYS = {
    "confirm": ["Enter"],
    "select": ["Space", "ArrowDown", "Enter"],
    "multiselect": ["Space", "Enter"],
    "input": ["W", "Enter"],
}


@pytest.fixture(scope="module")
def house(house: House) -> House:
    house.add_function("asks", "Ask everything", tour.ASKS)
    return house


def act(page: Page, name: str) -> Locator:
    """Press an action that stands in the menu; gives the button that opens the menu."""
    more = steps.answers(page).last.get_by_role("button", name="More actions")
    page.keyboard.press("Shift+Escape")
    expect(steps.composer(page)).to_be_focused()
    press(page, more, "Shift+Tab")
    choose_entry(page, name)
    expect(page.get_by_role("dialog")).to_be_visible()
    return more


def test_from_the_sign_in_to_the_settings(page: Page, house: House) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    if not page.get_by_label("Email").evaluate("(each) => each === document.activeElement"):
        tab_to(page, page.get_by_label("Email"))
    page.keyboard.type(ADMIN["email"])
    tab_to(page, page.get_by_label("Password", exact=True))
    page.keyboard.type(ADMIN["password"])
    page.keyboard.press("Enter")

    expect(steps.composer(page)).to_be_focused()
    page.keyboard.press("Control+Shift+o")
    expect(steps.composer(page)).to_be_focused()
    picker = page.get_by_role("button", name=re.compile("^Model: "))
    press(page, picker, "Shift+Tab")
    page.keyboard.type("guide")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Model: Penstock Guide")).to_be_focused()
    page.keyboard.press("Shift+Escape")
    page.keyboard.type("Hello")
    page.keyboard.press("Enter")
    steps.whole_answer(page)
    expect(steps.composer(page)).to_be_focused()

    me = page.get_by_role("button", name=ADMIN["name"], exact=True)
    press(page, me, "Shift+Tab")
    choose_entry(page, "Settings")
    expect(page).to_have_url(re.compile("/settings$"))
    expect(page.get_by_role("heading", name="Settings", exact=True)).to_be_visible()


@pytest.mark.parametrize("address", ["/", "/settings", "/admin/functions"])
def test_the_first_key_leads_to_the_content(home: Page, address: str) -> None:
    home.goto(address)
    expect(home.get_by_role("main")).to_be_visible()
    home.evaluate("() => document.activeElement.blur()")
    skip = home.get_by_role("link", name="Skip to content")
    home.evaluate("() => document.body.focus()")
    tab_to(home, skip)
    home.keyboard.press("Enter")
    expect(home.get_by_role("main")).to_be_focused()


def test_an_action_asks_and_the_focus_returns(home: Page, house: House) -> None:
    steps.say(home, "Hello")
    more = act(home, "Ask several")
    home.keyboard.press("Space")
    tab_to(home, home.get_by_label("What is it about?").last)
    home.keyboard.type("Water")
    press(home, home.get_by_role("button", name="Submit"))
    steps.toast(home, "Answered several")
    expect(more).to_be_focused()

    buttons = steps.answers(home).last.get_by_role("group", name="Actions").get_by_role("button")
    for kind, keys in KEYS.items():
        button = buttons.and_(home.get_by_role("button", name=f"Ask {kind}"))
        home.keyboard.press("Shift+Escape")
        press(home, button, "Shift+Tab")
        expect(home.get_by_role("dialog")).to_be_visible()
        for key in keys:
            home.keyboard.press(key)
        steps.toast(home, f"Answered {kind}")
        expect(button).to_be_focused()


def test_a_form_is_filled_in_and_put_aside(home: Page, house: House) -> None:
    steps.say(home, "Hello")
    form = steps.answers(home).last.get_by_role("button", name="Ask form")
    home.keyboard.press("Shift+Escape")
    press(home, form, "Shift+Tab")
    dialog = steps.dialog(home, "A wheel")
    expect(dialog.get_by_label("Name")).to_be_focused()
    home.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    press(home, home.get_by_role("region", name="Questions").get_by_role("button", name="Answer"))
    home.keyboard.type("Pelton")
    tab_to(home, dialog.get_by_role("switch"))
    home.keyboard.press("Space")
    tab_to(home, dialog.get_by_label("Gate"))
    home.keyboard.press("ArrowDown")
    press(home, dialog.get_by_role("button", name="Submit"))
    steps.toast(home, "Answered form")
    written = steps.output(steps.answers(home).last, "json")
    press(home, written.locator("summary").last, "Shift+Tab")
    for part in ("Pelton", "false", "lower"):
        expect(written).to_contain_text(part)


def test_what_runs_is_stopped(home: Page, house: House) -> None:
    house.add_function("endless", "Turn", ENDLESS)
    house.set_valves("guide", pace=0.3)
    home.reload()
    expect(steps.composer(home)).to_be_focused()
    home.keyboard.type("Tell me about streaming")
    home.keyboard.press("Enter")
    press(home, home.get_by_role("button", name="Stop the answer"))
    steps.whole_answer(home)
    expect(steps.composer(home)).to_be_focused()

    home.keyboard.type("/turn")
    home.keyboard.press("Enter")
    stop = steps.answers(home).last.get_by_role("button", name="Stop Turn")
    expect(stop).to_be_enabled()
    press(home, stop, "Shift+Tab")
    expect(stop).to_be_hidden()
    expect(steps.composer(home)).to_be_focused()
    house.set_valves("guide", pace=0.0)
