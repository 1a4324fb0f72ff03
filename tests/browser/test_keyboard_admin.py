"""Functions, people, groups, connections and models looked after without a mouse."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser import steps, tour
from tests.browser.conftest import Complaints
from tests.browser.house import House
from tests.browser.keys import choose_entry, choose_file, has_focus, no_mouse, press, tab_to

pytestmark = pytest.mark.browser

EXAMPLES = ["guide"]
MOVES = True
GREETS = 'class Action:\n    async def action(self, body):\n        return "Hello"\n'
IMPORTED = [{"id": "fine", "name": "Fine", "type": "action", "content": GREETS, "meta": {"description": "Works"}}]


@pytest.fixture(scope="module")
def house(house: House) -> House:
    house.add_function("asks", "Ask everything", tour.ASKS)
    return house


@pytest.fixture
def keys(home: Page) -> Page:
    home.goto("/admin/functions")
    expect(home.get_by_role("heading", name="Functions")).to_be_visible()
    return no_mouse(home)


def toolbar(page: Page, name: str) -> None:
    """Back from wherever one is to a button of the page's head."""
    press(page, page.get_by_role("main").get_by_role("button", name=name, exact=True).first, "Shift+Tab")


def test_a_function_is_written_tried_changed_and_taken_back(keys: Page, house: House) -> None:
    press(keys, keys.get_by_role("button", name="New function"))
    press(keys, steps.dialog(keys, "New function").get_by_role("button", name="Empty file"))
    name = keys.get_by_label("Name", exact=True)
    tab_to(keys, name)
    keys.keyboard.press("Control+a")
    keys.keyboard.type("Greet")
    source = keys.get_by_role("textbox", name="Source code")
    tab_to(keys, source)
    keys.keyboard.press("Control+a")
    keys.keyboard.insert_text(GREETS)
    keys.keyboard.press("Escape")
    keys.keyboard.press("Escape")
    keys.keyboard.press("Shift+Tab")
    expect(source).not_to_be_focused()
    keys.keyboard.press("Control+s")
    expect(keys).to_have_url(re.compile("/admin/functions/greet$"))
    press(keys, keys.get_by_role("button", name="Switch on"), "Shift+Tab")
    steps.toast(keys, "Greet is on.")

    toolbar(keys, "Try it")
    beside = keys.get_by_role("complementary", name="Try it")
    press(keys, beside.get_by_role("button", name="Run", exact=True))
    expect(beside.get_by_role("status").first).to_contain_text("Took")
    press(keys, beside.get_by_role("button", name="Close the panel"), "Shift+Tab")
    expect(beside).to_be_hidden()

    tab_to(keys, source)
    keys.keyboard.press("Control+End")
    keys.keyboard.insert_text("# changed\n")
    keys.keyboard.press("Control+s")
    steps.toast(keys, "Version 2 is saved")
    keys.keyboard.press("Escape")
    keys.keyboard.press("Escape")
    toolbar(keys, "Versions")
    history = keys.get_by_role("dialog")
    press(keys, history.get_by_role("button", name="Compare version 1"))
    press(keys, history.get_by_role("button", name="Let version 1 serve"))
    steps.toast(keys, "Version 1 serves now.")
    keys.keyboard.press("Escape")
    expect(history).to_have_count(0)
    assert "# changed" not in house.call("GET", "/api/v1/functions/id/greet")["content"]


def test_functions_are_imported_set_and_granted_rights(keys: Page, house: House, complaints: Complaints) -> None:
    press(keys, keys.get_by_role("button", name="Import", exact=True))
    asked = steps.dialog(keys, "Import functions")
    export: FilePayload = {
        "name": "export.json",
        "mimeType": "application/json",
        "buffer": json.dumps(IMPORTED).encode(),
    }
    chooses = asked.get_by_role("button", name="Choose files")
    tab_to(keys, chooses)
    choose_file(keys, chooses, export, "Enter")
    press(keys, asked.get_by_role("button", name="Import 1 function"))
    steps.toast(keys, "Fine is imported")
    expect(asked).to_have_count(0)
    assert not has_focus(keys.locator("body"))

    switch = keys.get_by_role("switch", name="Fine is on")
    tab_to(keys, switch)
    keys.keyboard.press("Space")
    expect(switch).to_be_checked()

    more = keys.get_by_role("button", name="More for Ask everything")
    press(keys, more, "Shift+Tab")
    choose_entry(keys, "Settings")
    form = keys.get_by_role("dialog")
    expect(form.get_by_label("For whom", exact=True)).to_be_focused()
    tab_to(keys, form.get_by_label("Turns", exact=True))
    keys.keyboard.press("Control+a")
    keys.keyboard.type("5")
    keys.keyboard.press("Enter")
    expect(form).to_have_count(0)
    expect(more).to_be_focused()
    assert house.call("GET", "/api/v1/functions/id/asks/valves")["turns"] == 5

    keys.keyboard.press("Enter")
    choose_entry(keys, "Rights")
    form = keys.get_by_role("dialog")
    expect(form.get_by_role("radio", checked=True).first).to_be_focused()
    tab_to(keys, form.get_by_role("switch").first)
    keys.keyboard.press("Space")
    press(keys, form.get_by_role("button", name="Save"))
    expect(form).to_have_count(2)
    press(keys, form.last.get_by_role("button").last)
    expect(form).to_have_count(0)
    expect(more).to_be_focused()
    complaints.forgive("409")


def section(page: Page, name: str) -> None:
    """Of the administration, by its navigation."""
    page.evaluate("() => document.activeElement.blur()")
    press(page, page.get_by_role("navigation", name="Administration").get_by_role("link", name=name))
    expect(page.get_by_role("main").get_by_role("heading", name=name, level=1)).to_be_visible()


def fill_in(page: Page, button: str, fields: dict[str, str], *, send: str) -> None:
    """Open a form with that button: it begins with its first field, and the focus comes back to the button."""
    opener = page.get_by_role("main").get_by_role("button", name=button, exact=True)
    press(page, opener)
    form = page.get_by_role("dialog")
    for place, (label, value) in enumerate(fields.items()):
        field = form.get_by_label(label, exact=True)
        if place:
            tab_to(page, field)
        expect(field).to_be_focused()
        page.keyboard.type(value)
    press(page, form.get_by_role("button", name=send, exact=True))
    expect(form).to_have_count(0)
    expect(opener).to_be_focused()


def test_people_groups_connections_and_models_are_looked_after(keys: Page, house: House) -> None:
    section(keys, "People")
    person = {"Name": "Mira", "Email": "mira@example.com", "Password": "a long password"}
    fill_in(keys, "Add a person", person, send="Add")
    fill_in(keys, "New group", {"Name": "Millers", "Description": "They know the wheel."}, send="Save")
    remove = keys.get_by_role("button", name="Delete Millers")
    press(keys, remove)
    sure = keys.get_by_role("dialog")
    expect(sure.get_by_role("button", name="Cancel")).to_be_focused()
    keys.keyboard.press("Enter")
    expect(remove).to_be_focused()
    assert [group["name"] for group in house.call("GET", "/api/v1/groups/")] == ["Millers"]

    section(keys, "Connections")
    fill_in(keys, "Add a connection", {"Address": f"{house.server.url}/none", "Name": "Own"}, send="Save and test")
    expect(keys.get_by_role("main").get_by_text("Own", exact=True)).to_be_visible()

    section(keys, "Models")
    press(keys, keys.get_by_role("main").get_by_role("link", name="Penstock Guide"))
    tab_to(keys, keys.get_by_label("Description", exact=True))
    keys.keyboard.press("Control+a")
    keys.keyboard.type("Knows the way")
    keys.keyboard.press("Enter")
    expect(keys.get_by_role("main").get_by_role("heading", name="Models", level=1)).to_be_visible()
    expect(keys.get_by_text("Knows the way")).to_be_visible()
    assert not has_focus(keys.locator("body"))
