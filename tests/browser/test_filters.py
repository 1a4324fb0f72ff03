"""Filters around a model: one that people switch on in the composer, one that is always there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import both_widths
from tests.browser.house import House

pytestmark = [pytest.mark.browser, both_widths]

EXAMPLES = ["guide", "brief", "mask_secrets"]
SECRET = "sk-abcdefghijklmnopqrstuv"
TELLTALE = f'''
class Pipe:
    async def pipe(self, body):
        yield "Nobody knows that it is "
        yield "{SECRET}"
        yield "."
'''


@pytest.mark.spec("F3")
def test_brief_answers_are_switched_on_and_off(home: Page, house: House) -> None:
    home.get_by_role("button", name="Filters").click()
    home.get_by_role("switch", name="Brief answers").click()
    home.keyboard.press("Escape")
    chip = home.get_by_role("button", name="Switch off Brief answers")
    expect(chip).to_be_visible()
    assert house.runs("brief") == []
    answer = steps.say(home, "Tell me about streaming")
    expect(steps.text_of(answer)).to_have_text("Streaming")

    steps.reload(home)
    chip.click()
    expect(chip).to_be_hidden()
    called = len(house.runs("brief"))
    answer = steps.say(home, "Streaming, please, at length")
    expect(steps.text_of(answer)).to_contain_text("the outlet hooks the whole")
    assert len(house.runs("brief")) == called > 0


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


TOOLED = """
class Pipe:
    async def pipe(self, body, __tools__=None):
        return "Tools: " + (", ".join(sorted(__tools__ or {})) or "none")
"""


@pytest.mark.spec("P3")
def test_tools_are_allowed_in_the_composer(home: Page, house: House) -> None:
    house.add_function("tooled", "Tooled", TOOLED, everywhere=False)
    house.call("POST", "/api/v1/models/create", {"id": "tooled", "meta": {"toolIds": ["builtin:time"]}})
    home.reload()
    steps.choose_model(home, "Tooled")
    time = home.get_by_role("button", name="Switch off Date and time")
    expect(time).to_be_visible()  # the administrator's choice, until somebody chooses
    expect(steps.text_of(steps.say(home, "One"))).to_have_text("Tools: get_current_timestamp")
    aids = home.get_by_role("button", name="Filters and tools")
    aids.focus()
    home.keyboard.press("Enter")
    home.get_by_role("switch", name="Files").click()
    home.keyboard.press("Escape")
    expect(aids).to_be_focused()
    time.click()
    expect(steps.text_of(steps.say(home, "Two"))).to_have_text("Tools: list_files, view_file")
    steps.reload(home)
    home.get_by_role("button", name="Switch off Files").click()
    expect(steps.text_of(steps.say(home, "Three"))).to_have_text("Tools: none")


STRICT = """
class Filter:
    on_error = {"outlet": "fail"}
    icon = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>"
    def __init__(self):
        self.toggle = True
    def outlet(self, body):
        raise ValueError("The dictionary is not there.")
"""


@pytest.mark.spec("F2")
@pytest.mark.spec("F3")
def test_an_admin_decides_what_a_failing_filter_does(home: Page, house: House) -> None:
    house.add_function("strict", "Strict", STRICT)
    house.call("POST", "/api/v1/models/create", {"id": "guide", "meta": {"defaultFilterIds": ["strict"]}})
    home.reload()
    chip = home.get_by_role("button", name="Switch off Strict")
    expect(chip.locator("img")).to_be_visible()
    answer = steps.say(home, "Streaming, please")
    expect(answer).to_contain_text("The filter 'Strict' failed: The dictionary is not there.")

    home.goto("/admin/functions")
    home.get_by_role("button", name="More for Strict").click()
    home.get_by_role("menuitem", name="When it fails").click()
    form = steps.dialog(home, "When Strict fails")
    outlet = form.get_by_role("group", name="Once the answer is complete (outlet)")
    expect(outlet.get_by_role("radio", name="Fail the message default")).to_be_checked()
    expect(form.get_by_role("button", name="Save")).to_be_disabled()
    outlet.get_by_role("radio", name="Skip the filter").check()
    form.get_by_role("switch", name="Titles, tags and follow-ups pass it").click()
    steps.submit(form, "Save")
    steps.toast(home, "Saved. It holds from the next answer on.")
    policy = house.call("GET", "/api/v1/functions/id/strict/policy")
    assert (policy["stream"], policy["outlet"], policy["tasks"]) == (None, "skip", True)

    home.goto("/")
    answer = steps.say(home, "Streaming, please")
    expect(answer).to_contain_text("The filter 'Strict' failed and was skipped: The dictionary is not there.")
    house.call("DELETE", "/api/v1/functions/id/strict/delete")


MANIFOLD = """
from pydantic import BaseModel
class Pipe:
    class Valves(BaseModel):
        up: bool = True
    def __init__(self):
        self.valves = self.Valves()
    def pipes(self):
        if not self.valves.up:
            raise ValueError("no list today")
        return [{"id": "one", "name": "Number one"}]
    def pipe(self, body):
        return "Still here."
"""


@pytest.mark.spec("P1")
def test_a_model_of_a_list_that_could_not_be_renewed_says_so(home: Page, house: House) -> None:
    house.add_function("manifold", "Manifold", MANIFOLD, everywhere=False)
    house.call("GET", "/api/models")
    house.set_valves("manifold", up=False)
    steps.until(home, lambda: "stale" in str(house.call("GET", "/api/models")))
    home.reload()
    home.get_by_role("button", name="Model: ").click()
    option = home.get_by_role("option", name="Number one")
    expect(option).to_contain_text("Not renewed")
    option.click()
    expect(steps.text_of(steps.say(home, "Are you there?"))).to_have_text("Still here.")
