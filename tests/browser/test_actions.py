"""Buttons under a message, every way to press them, and what actions ask and stream (spec A1, A5, A9, E3)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, Page, ViewportSize, expect

from tests.browser import steps
from tests.browser.conftest import Complaints, both_widths
from tests.browser.house import House

pytestmark = [pytest.mark.browser, both_widths]

EXAMPLES = ["guide"]
MOVES = True
ICON = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>"
MANY = f'''
class Action:
    icon_url = "{ICON}"
    actions = [{{"id": f"n{{n}}", "name": f"Number {{n}}"}} for n in range(1, 10)]

    async def action(self, body, __id__=None):
        return {{"success": True, "message": f"Pressed {{__id__}}"}}
'''
PLAIN = """
class Action:
    class Valves(__import__("pydantic").BaseModel):
        priority: int = -1

    async def action(self, body):
        return {"success": True, "message": "Pressed plain"}
"""
STREAM = """
import asyncio

class Action:
    async def action(self, body):
        for word in ["One ", "two ", "three "]:
            yield word
        await asyncio.sleep(60)
        yield "never"
"""
ASKS = """
from pathlib import Path

from open_webui.models.files import Files

TONES = [{"label": "Formal", "description": "For letters"}, {"label": "Casual", "description": "For friends"}]
QUESTIONS = [
    {"id": "tone", "header": "Tone", "question": "Which tone?", "options": TONES, "allow_other": False},
    {"id": "parts", "question": "Which parts?", "options": ["Greeting", "Body"], "multiple": True},
    {"id": "why", "question": "What is it about?"},
]

class Action:
    async def action(self, body, __event_call__=None):
        several = await __event_call__({"type": "request:user_input", "data": {"questions": QUESTIONS}})
        if several["status"] == "cancelled":
            return {"status": "cancelled"}
        wanted = {"title": "The letters", "accept": ".txt", "multiple": True}
        files = await __event_call__({"type": "file", "data": wanted})
        texts = [Path(Files.get_file_by_id(file["id"]).path).read_text() for file in files]
        word = await __event_call__({"type": "input", "data": {"title": "The password", "type": "password"}})
        note = await __event_call__({"type": "input", "data": {"title": "A note", "type": "textarea"}})
        said = {name: answer.get("label") or answer.get("text") or [part.get("label") or part["text"]
                for part in answer["options"]] for name, answer in several["answers"].items()}
        return {"success": True, "message": "Written", "data": f"{said} {texts} {len(word)} {note!r}", "format": "txt"}
"""


@pytest.mark.spec("A1")
def test_many_buttons_are_reached_in_every_way(home: Page, house: House, viewport: ViewportSize) -> None:
    shown = 5 if viewport["width"] > 600 else 3
    house.add_function("many", "Many", MANY)
    house.add_function("plain", "Plain", PLAIN)
    home.reload()
    answer = steps.say(home, "Hello")
    actions = answer.get_by_role("group", name="Actions")
    buttons = actions.get_by_role("button")
    expect(buttons.nth(0)).to_have_accessible_name("Plain")  # by priority, then in the author's order
    for place in range(1, shown):
        expect(buttons.nth(place)).to_have_accessible_name(f"Number {place}")
        expect(buttons.nth(place).locator("img")).to_have_count(1)
    expect(buttons.nth(0).locator("svg")).to_have_count(1)  # the default icon
    expect(buttons.nth(shown)).to_have_accessible_name("More actions")
    expect(buttons).to_have_count(shown + 1)
    buttons.nth(1).hover()
    expect(home.locator("div.fixed[aria-hidden=true]")).to_have_text("Number 1")
    buttons.nth(1).click()
    steps.toast(home, "Pressed n1")
    buttons.nth(1).focus()
    home.keyboard.press("Tab")
    expect(buttons.nth(2)).to_be_focused()
    home.keyboard.press("Enter")
    steps.toast(home, "Pressed n2")
    buttons.nth(shown).focus()
    home.keyboard.press("Enter")
    entries = home.get_by_role("menuitem")
    expect(entries).to_have_text([*(f"Number {n}" for n in range(shown, 10)), "Why is a button (not) here?"])
    home.keyboard.press("ArrowDown")
    home.keyboard.press("Enter")
    steps.toast(home, re.compile(f"Pressed n[{shown}{shown + 1}]"))
    steps.composer(home).fill("/number 9")
    expect(home.get_by_role("option")).to_have_text(re.compile("Number 9"))
    home.keyboard.press("Enter")
    steps.toast(home, "Pressed n9")
    expect(steps.composer(home)).to_have_value("")


OURS = """
class Action:
    actions = [{"id": "a", "name": "A"}]
    def action(self, body):
        return None
"""


@pytest.mark.spec("L10")
def test_why_a_button_is_not_here(home: Page, house: House) -> None:
    house.add_function("elsewhere", "Elsewhere", OURS, everywhere=False)
    house.add_function("switched", "Switched off", OURS)
    house.call("POST", "/api/v1/functions/id/switched/toggle")
    answer = steps.say(home, "Hello")
    answer.get_by_role("button", name="More actions").click()
    home.get_by_role("menuitem", name="Why is a button (not) here?").click()
    asked = steps.dialog(home, "Why is a button (not) here?")
    expect(asked.get_by_label("With the model")).to_have_value("guide")
    buttons = asked.get_by_role("region", name="Buttons under its answers")
    row = buttons.locator("[data-why=elsewhere]")
    expect(row).to_contain_text(re.compile("Not here.*is not chosen for this model"))
    row.get_by_text("What was asked").click()
    expect(row).to_contain_text("Elsewhere is switched on.")
    expect(buttons.locator("[data-why=switched]")).to_contain_text("Switched off is switched off.")
    row.get_by_role("link", name="Open Elsewhere").click()
    expect(home).to_have_url(re.compile("/admin/functions/elsewhere"))
    expect(asked).to_be_hidden()

    house.admit(home.context, house.add_person("Una"))
    home.goto("/")
    home.get_by_role("button", name="Model: ").click()
    home.get_by_role("button", name="Why is a button (not) here?").click()
    asked = steps.dialog(home, "Why is a button (not) here?")
    expect(asked.locator("[data-why=elsewhere]")).to_contain_text("is not chosen for this model")
    expect(asked.locator("[data-why=switched]")).to_have_count(0)
    expect(asked.get_by_text("What was asked")).to_have_count(0)
    house.call("DELETE", "/api/v1/functions/id/elsewhere/delete")
    house.call("DELETE", "/api/v1/functions/id/switched/delete")


@pytest.mark.spec("A5")
@pytest.mark.spec("A9")
def test_streamed_output_is_seen_as_it_comes_and_kept_when_stopped(home: Page, second: Page, house: House) -> None:
    house.add_function("stream", "Stream", STREAM)
    home.reload()
    answer = steps.say(home, "Hello")
    before = steps.text_of(answer).inner_text()
    steps.click_action(answer, "Stream")
    expect(steps.text_of(answer)).to_have_text("One two three")
    second.bring_to_front()
    second.goto(home.url)
    other = steps.answers(second).last
    expect(steps.text_of(other)).to_have_text("One two three")
    other.get_by_role("button", name="Stop Stream").click()
    for page, shown in ((home, answer), (second, other)):
        expect(shown.get_by_text("Stream is running")).to_be_hidden()
        expect(steps.text_of(shown)).to_have_text("One two three")
        expect(page.locator("[data-toast=error]")).to_have_count(0)
    home.bring_to_front()
    answer = steps.reload(home)
    expect(steps.text_of(answer)).to_have_text("One two three")
    answer.get_by_role("button", name="Undo").click()
    expect(steps.text_of(answer)).to_have_text(before, use_inner_text=True)


@pytest.mark.spec("E3")
@pytest.mark.spec("A6")
def test_questions_with_options_files_and_secrets(home: Page, house: House, complaints: Complaints) -> None:
    house.add_function("asks", "Write", ASKS)
    home.reload()
    answer = steps.say(home, "Hello")
    steps.click_action(answer, "Write")
    asked = steps.dialog(home, "Please fill in")
    asked.get_by_role("button", name="Submit").click()
    expect(asked.get_by_role("alert")).to_have_text(["This is required."] * 3)
    asked.get_by_role("radio", name="Formal").check()
    asked.get_by_role("checkbox", name="Body").check()
    asked.get_by_role("checkbox", name="Something else").check()
    asked.get_by_label("Which parts? – Your answer").fill("A stamp")
    asked.get_by_label("What is it about?").last.fill("Money")
    expect(asked.get_by_role("alert")).to_have_count(0)
    steps.submit(asked)
    files = steps.dialog(home, "The letters")
    chosen: list[FilePayload] = [
        {"name": name, "mimeType": "", "buffer": name.partition(".")[0].encode()}
        for name in ("one.txt", "two.txt", "three.png")
    ]
    files.locator("input[type=file]").set_input_files(chosen)
    expect(files.get_by_role("listitem")).to_have_count(3)
    files.get_by_role("button", name="Submit").click()
    expect(files.get_by_role("alert")).to_contain_text("'three.png' is not a file of the wanted kind: .txt.")
    complaints.forgive("422")
    files.get_by_role("button", name="Remove three.png").click()
    steps.submit(files)
    secret = steps.dialog(home, "The password")
    expect(secret.locator("input")).to_have_attribute("type", "password")
    secret.locator("input").fill("secret")
    steps.submit(secret)
    note = steps.dialog(home, "A note")
    note.get_by_role("textbox").fill("one\ntwo")
    steps.submit(note)
    steps.toast(home, "Written")
    written = steps.output(answer, "text")
    for part in ("'tone': 'Formal'", "['Body', 'A stamp']", "Money", "['one', 'two'] 6", r"'one\ntwo'"):
        expect(written).to_contain_text(part)
    steps.click_action(answer, "Write")
    steps.submit(steps.dialog(home, "Please fill in"), "Cancel")
    expect(answer.get_by_text("Write is running")).to_be_hidden()
    assert house.runs("asks")[0]["result"] == {"status": "cancelled"}


AUTOMATIC = """
class Action:
    actions = [{"id": "count", "name": "Count words"}, {"id": "other", "name": "Other"}]

    async def action(self, body, __id__=None):
        said = f"{__id__}: {len(body['content'].split()) > 3}"
        return {"success": True, "message": said, "data": "Counted by itself"}
"""


@pytest.mark.spec("A4")
def test_an_admin_lets_an_action_run_after_each_answer(home: Page, house: House) -> None:
    house.add_function("auto", "Auto", AUTOMATIC, everywhere=False)
    home.goto("/admin/models/guide")
    home.get_by_role("checkbox", name="Auto").check()
    expect(home.get_by_role("heading", name="After each answer")).to_be_visible()
    home.get_by_role("checkbox", name="Count words").check()
    home.get_by_role("button", name="Save").click()
    steps.toast(home, re.compile("saved"))
    home.goto("/")
    answer = steps.say(home, "Hello")
    steps.toast(home, "count: True")
    expect(steps.output(answer, "text")).to_contain_text("Counted by itself")
    assert house.runs("auto")[0]["trigger"] == "automatic"
    house.call("POST", "/api/v1/functions/id/auto/toggle")
