"""Filters around a model: one that people switch on in the composer, one that is always there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.house import House

pytestmark = pytest.mark.browser

EXAMPLES = ["guide", "brief", "mask_secrets"]
SECRET = "sk-abcdefghijklmnopqrstuv"
TELLTALE = f'''
class Pipe:
    async def pipe(self, body):
        yield "Nobody knows that it is "
        yield "{SECRET}"
        yield "."
'''


def test_brief_answers_are_switched_on_and_off(home: Page) -> None:
    home.get_by_role("button", name="Filters").click()
    home.get_by_role("switch", name="Brief answers").click()
    home.keyboard.press("Escape")
    chip = home.get_by_role("button", name="Switch off Brief answers")
    expect(chip).to_be_visible()
    answer = steps.say(home, "Tell me about streaming")
    expect(steps.text_of(answer)).to_have_text("Streaming")

    steps.reload(home)
    chip.click()
    expect(chip).to_be_hidden()
    answer = steps.say(home, "Streaming, please, at length")
    expect(steps.text_of(answer)).to_contain_text("the outlet hooks the whole")


def test_secrets_do_not_reach_the_model(home: Page) -> None:
    answer = steps.say(home, f"My key is {SECRET}")
    expect(steps.text_of(answer)).to_contain_text("You said: My key is [secret]")
    expect(steps.questions(home).last).to_contain_text(f"My key is {SECRET}")
    steps.reload(home)
    expect(steps.questions(home).last).to_contain_text(f"My key is {SECRET}")


def test_secrets_of_an_answer_are_masked_when_it_is_complete(home: Page, house: House) -> None:
    house.add_function("telltale", "Telltale", TELLTALE, everywhere=False)
    home.reload()
    steps.choose_model(home, "Telltale")
    answer = steps.say(home, "What is the key?")
    expect(steps.text_of(answer)).to_have_text("Nobody knows that it is [secret].")
    expect(steps.text_of(steps.reload(home))).to_have_text("Nobody knows that it is [secret].")
