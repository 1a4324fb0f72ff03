"""The editor of functions: several files, problems where they are, names that are offered, and nothing that is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.browser import steps
from tests.browser.conftest import Complaints
from tests.browser.house import House

pytestmark = pytest.mark.browser

EXAMPLES = ["guide"]
MOVES = True
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 800}
INIT = "from .words import WORDS\n\n\nclass Action:\n    def action(self, body):\n        return WORDS\n"
WORDS = 'from open_webui.models.users import Users\n\nWORDS = "one"\n\n\ndef burn(who):\n    return Users.burn(who)\n'
FILES = {"__init__.py": INIT, "words.py": WORDS, "data/list.txt": "a\nb\n", "data/pic.bin": {"base64": "iQAA"}}
LONE = "class Action:\n    def action(self, body):\n        return {}\n"
PIPE = '''"""
title: Two voices
"""


class Pipe:
    def pipes(self):
        return [{"id": "low", "name": "Low"}, {"id": "high", "name": "High"}]

    def pipe(self, body):
        said = body["messages"][-1]["content"]
        return said.upper() if body["model"].endswith(".high") else said.lower()
'''


def code(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Source code")


def line(page: Page, text: str) -> Locator:
    return page.locator(".cm-line").filter(has_text=text)


def problems(page: Page) -> Locator:
    return page.get_by_role("region", name="Problems")


def create(house: House, function_id: str, name: str, **source: Any) -> None:
    house.call("POST", "/api/v1/functions/create", {"id": function_id, "name": name, **source})


def stored(house: House, function_id: str) -> dict[str, str | None]:
    listed = house.call("GET", f"/api/v1/functions/id/{function_id}/files")
    return {each["path"]: each["content"] for each in listed}


def type_at_end(page: Page, text: str) -> None:
    code(page).click()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.insert_text(text)


@pytest.mark.spec("M6")
def test_the_files_of_a_package_are_edited_together(home: Page, house: House, complaints: Complaints) -> None:
    create(house, "speaker", "Speaker", files=FILES)
    home.set_viewport_size(DESK)
    home.goto("/admin/functions/speaker")
    tree = home.get_by_role("navigation", name="Files")
    expect(line(home, "class Action")).to_be_visible()
    expect(problems(home)).to_contain_text("1 error")
    problems(home).get_by_role("button", name="1 error").click()
    expect(problems(home)).to_contain_text("Users.burn does not exist here.")
    problems(home).get_by_role("button", name="words.py, line 7").click()
    expect(home.locator(".cm-activeLine")).to_contain_text("Users.burn")
    expect(home.locator(".cm-lintRange-error")).to_have_text("Users.burn")
    steps.paste_source(home, 'from .more import WORDS\n\n__all__ = ["WORDS"]\n')
    expect(tree.locator("[data-file='words.py']")).to_contain_text("Not saved yet")

    tree.get_by_role("button", name="Add a file").click()
    asked = steps.dialog(home, "Add a file")
    asked.get_by_label("Name, with its folders").fill("words.py")
    asked.get_by_role("button", name="Add").click()
    expect(asked.get_by_text("There is a file with this name.")).to_be_visible()
    asked.get_by_label("Name, with its folders").fill("more.py")
    steps.submit(asked, "Add")
    expect(tree.get_by_role("button", name="more.py", exact=False).first).to_have_attribute("aria-current", "true")
    steps.paste_source(home, "WORDS = nowhere\n")
    home.keyboard.press("ControlOrMeta+s")
    refused = home.get_by_role("region", name="Not saved")
    expect(refused.get_by_role("alert")).to_contain_text("nowhere")
    complaints.forgive("400 (Bad Request)")
    tree.get_by_role("button", name="__init__.py").click()
    refused.get_by_role("button", name="Go to line 1").click()
    expect(home.locator(".cm-activeLine")).to_contain_text("nowhere")
    steps.paste_source(home, 'WORDS = "two"\n')

    tree.get_by_role("button", name="More for data/list.txt").click()
    home.get_by_role("menuitem", name="Rename").click()
    asked = steps.dialog(home, "Rename data/list.txt")
    asked.get_by_label("Name, with its folders").fill("data/kept.txt")
    steps.submit(asked, "Rename")
    tree.get_by_role("button", name="pic.bin", exact=True).click()
    expect(home.get_by_text("This file is no text.")).to_be_visible()
    tree.get_by_role("button", name="More for data/pic.bin").click()
    home.get_by_role("menuitem", name="Delete").click()
    steps.dialog(home, "Delete data/pic.bin?").get_by_role("button", name="Delete").click()
    home.get_by_role("button", name="Changes", exact=True).click()
    changes = steps.dialog(home, "Your changes")
    expect(changes.get_by_role("region", name="more.py")).to_contain_text("Added")
    expect(changes.get_by_role("region", name="data/pic.bin")).to_contain_text("Deleted")
    changes.get_by_role("button", name="Save").click()
    steps.toast(home, "Version 2 is saved")
    expect(problems(home)).to_contain_text("No problems found")
    assert list(stored(house, "speaker")) == ["__init__.py", "data/kept.txt", "more.py", "words.py"]
    assert (
        house.call("POST", "/api/v1/functions/try", {"id": "speaker", "hook": "action", "body": {}})["value"] == "two"
    )

    home.set_viewport_size(PHONE)
    home.get_by_label("File", exact=True).select_option("more.py")
    expect(line(home, 'WORDS = "two"')).to_be_visible()
    assert home.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_nothing_that_was_typed_is_lost(home: Page, house: House, complaints: Complaints) -> None:
    create(house, "lone", "Lone", content=LONE.format(1))
    home.set_viewport_size(PHONE)
    home.goto("/admin/functions/lone")
    type_at_end(home, "# mine\n")
    home.reload()
    expect(line(home, "# mine")).to_be_visible()
    expect(home.get_by_text("which are not saved yet")).to_be_visible()
    home.get_by_role("link", name="Functions", exact=True).first.click()
    steps.toast(home, "Your changes to Lone are kept in this browser", "info")
    home.set_viewport_size(DESK)
    home.goto("/admin/functions/lone")
    expect(line(home, "# mine")).to_be_visible()

    update = "/api/v1/functions/id/lone/update"
    home.route(f"**{update}", lambda route: route.abort("internetdisconnected"))
    home.get_by_role("button", name="Save").click()
    expect(home.get_by_role("region", name="Not saved")).to_contain_text("The server does not answer.")
    complaints.forgive(update)
    home.unroute(f"**{update}")
    home.reload()
    expect(line(home, "# mine")).to_be_visible()

    house.call("POST", update, {"content": LONE.format(2)})
    home.get_by_role("button", name="Save").click()
    expect(home.get_by_text("Version 2 was saved meanwhile")).to_be_visible()
    complaints.forgive("409")
    assert house.call("GET", "/api/v1/functions/id/lone")["content"] == LONE.format(2)
    home.get_by_role("button", name="Compare with yours").click()
    changes = steps.dialog(home, "Your changes")
    expect(changes.locator(".cm-deletedChunk")).to_contain_text("return 2")
    steps.submit(changes, "Save over version 2")
    steps.toast(home, "Version 3 is saved")
    assert house.call("GET", "/api/v1/functions/id/lone")["content"] == LONE.format(1) + "# mine\n"

    type_at_end(home, "# again\n")
    house.call("POST", update, {"content": LONE.format(4)})
    home.get_by_role("button", name="Save").click()
    home.get_by_role("button", name="Edit version 4").click()
    complaints.forgive("409")
    steps.dialog(home, "Discard your changes?").get_by_role("button", name="Discard").click()
    expect(line(home, "return 4")).to_be_visible()
    home.reload()
    expect(line(home, "return 4")).to_be_visible()
    expect(home.get_by_text("which are not saved yet")).to_be_hidden()


def submit_replacement(page: Page) -> None:
    steps.submit(steps.dialog(page, "Replace your changes?"), "Replace them")


@pytest.mark.spec("L5", "M6")
def test_an_older_version_comes_with_all_files_and_replaces_no_work_unasked(home: Page, house: House) -> None:
    create(house, "teller", "Teller", files=FILES)
    house.call("POST", "/api/v1/functions/id/teller/update", {"files": {"__init__.py": LONE.format(2)}})
    home.set_viewport_size(DESK)
    home.goto("/admin/functions/teller")
    type_at_end(home, "# mine\n")
    home.get_by_role("link", name="Functions", exact=True).first.click()

    def open_first() -> None:
        home.get_by_role("button", name="More for Teller").click()
        home.get_by_role("menuitem", name="Versions").click()
        steps.dialog(home, "Versions of Teller").get_by_role("button", name="Compare version 1").click()
        expect(home.get_by_role("dialog").get_by_role("region", name="words.py")).to_contain_text("Users.burn")
        home.get_by_role("button", name="Open version 1 in the editor").click()

    open_first()
    steps.submit(steps.dialog(home, "Replace your changes?"), "Cancel")
    expect(line(home, "# mine")).to_be_visible()
    open_first()
    submit_replacement(home)
    tree = home.get_by_role("navigation", name="Files")
    tree.get_by_role("button", name="words.py", exact=True).click()
    expect(line(home, "Users.burn")).to_be_visible()
    home.reload()
    expect(tree.get_by_role("button", name="pic.bin", exact=True)).to_be_visible()
    home.get_by_role("button", name="Save").click()
    steps.toast(home, "Version 3 is saved")
    assert sorted(stored(house, "teller")) == sorted(FILES)

    home.goto("/admin/functions/new")
    steps.paste_source(home, LONE)
    home.get_by_role("link", name="Functions", exact=True).first.click()
    home.get_by_role("button", name="Import", exact=True).click()
    taken = {"name": "taken.py", "mimeType": "text/x-python", "buffer": LONE.format(7).encode()}
    home.get_by_label("Choose files").set_input_files(taken)  # type: ignore[arg-type]
    home.get_by_role("button", name="Open in the editor").click()
    expect(line(home, "return {}")).to_be_visible()
    submit_replacement(home)
    expect(line(home, "return 7")).to_be_visible()


def test_names_are_offered_with_what_they_hold(home: Page) -> None:
    home.set_viewport_size(DESK)
    home.goto("/admin/functions/new")
    offered = home.locator(".cm-tooltip-autocomplete")

    def write(text: str, name: str) -> None:
        home.keyboard.type(text)
        option = offered.get_by_role("option", name=re.compile(f"^{name}")).first
        expect(option).to_be_visible()
        option.click()
        expect(offered).to_be_hidden()

    steps.paste_source(home, '"""\n\n"""\n')
    home.keyboard.press("ControlOrMeta+Home")
    home.keyboard.press("ArrowDown")
    write("tit", "title")
    home.keyboard.type("Told")
    expect(home.get_by_label("Name", exact=True)).to_have_value("Told")
    home.keyboard.press("ControlOrMeta+End")
    write("from open_webui.models.users import Us", "Users")
    home.keyboard.insert_text("\n\n\nclass Action:\n    ")
    write("act", "action")
    expect(line(home, "async def action(self, body: dict, __user__=None")).to_be_visible()
    write("await __event_em", "__event_emitter__")
    write('({"type": "', "status")
    home.keyboard.press("ArrowRight")
    write(', "data": {"', "description")
    expect(line(home, '"type": "status", "data": {"description"')).to_be_visible()
    line(home, "await").get_by_text("__event_emitter__").hover()
    expect(home.locator(".cm-explanation")).to_contain_text("Tells the page")


def test_a_pipe_of_several_models_is_tried_and_remembered(home: Page, house: House) -> None:
    create(house, "voices", "Voices", content=PIPE)
    home.set_viewport_size(DESK)
    home.goto("/admin/functions/voices?try")
    beside = home.get_by_role("complementary", name="Try it")
    beside.get_by_label("Hook").select_option("pipe")
    beside.get_by_label("Message 1", exact=True).fill("Hello There")
    beside.get_by_role("button", name="Run", exact=True).click()
    shown = beside.get_by_role("region", name="What people see")
    expect(shown).to_contain_text("hello there")
    beside.get_by_label("Its model").select_option(label="High")
    beside.get_by_role("button", name="Run again").click()
    expect(shown).to_contain_text("HELLO THERE")
    home.reload()
    expect(beside.get_by_label("Message 1", exact=True)).to_have_value("Hello There")
    beside.get_by_role("button", name="Run", exact=True).click()
    expect(shown).to_contain_text("HELLO THERE")
