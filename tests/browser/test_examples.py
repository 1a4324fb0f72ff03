"""Every action of the examples: clicked, its questions answered, its result seen, and there again after a reload."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import steps
from tests.browser.conftest import Complaints
from tests.browser.house import House

pytestmark = pytest.mark.browser

EXAMPLES = [
    "guide",
    "improve",
    "chart",
    "export",
    "calculator",
    "analyse",
    "text_tools",
    "admin_report",
]

TABLE = "Show me a table with numbers"
REFUSED = "this report is for moderators and admins"


def test_improve_replaces_the_text_and_undo_brings_it_back(home: Page) -> None:
    answer = steps.say(home, "Tell me about streaming")
    before = steps.text_of(answer).inner_text()
    steps.click_action(answer, "Improve")
    steps.choose(home, "Improve this message", "Bullet points")
    expect(answer.get_by_text("Replaced by an action")).to_be_visible()
    expect(answer.get_by_text("Rewritten: bullets")).to_be_visible()
    expect(steps.text_of(answer).get_by_role("listitem").first).to_contain_text("Every word of this answer")

    answer = steps.reload(home)
    expect(steps.text_of(answer).get_by_role("listitem").first).to_contain_text("Every word of this answer")
    answer.get_by_role("button", name="What changed").click()
    changes = answer.get_by_role("list", name="What changed")
    expect(changes.locator("[data-line=gone]").first).to_contain_text("Removed:")
    expect(changes.locator("[data-line=new]").first).to_contain_text("Added:")
    answer.get_by_role("button", name="Show the original").click()
    expect(answer.locator(".prose").nth(1)).to_contain_text("Close the tab while I speak")
    with home.expect_response(steps.is_call("/undo")):
        answer.get_by_role("button", name="Undo").click()
    expect(answer.get_by_text("Replaced by an action")).to_be_hidden()
    assert steps.text_of(answer).inner_text() == before

    answer = steps.reload(home)
    assert steps.text_of(answer).inner_text() == before
    expect(answer.get_by_text("Replaced by an action")).to_be_hidden()


def test_charts_are_drawn_in_frames_that_size_themselves(home: Page) -> None:
    answer = steps.say(home, TABLE)
    for kind in ("Bar chart", "Pie chart"):
        steps.click_action(answer, "Chart the numbers")
        steps.choose(home, "Which chart?", kind)
    expect(answer.get_by_text("4 values drawn").last).to_be_visible()
    for page in (answer, steps.reload(home)):
        sees_chart(page.locator("iframe").first, "rect", 4)
        sees_chart(page.locator("iframe").last, "path", 4)


def sees_chart(frame: Locator, shape: str, count: int) -> None:
    drawing = frame.content_frame.get_by_role("img", name="Chart")
    expect(drawing).to_be_visible()
    expect(drawing.locator(f"> {shape}")).to_have_count(count)
    expect(frame).to_have_attribute("style", re.compile(r"height: [23]\d\dpx"))
    inside, outside = drawing.bounding_box(), frame.bounding_box()
    assert inside is not None
    assert outside is not None
    assert inside["height"] <= outside["height"] <= inside["height"] + 4, "no scroll bar, no gap"


def test_chart_without_numbers_says_so(home: Page) -> None:
    answer = steps.say(home, "What can the actions do?")
    steps.click_action(answer, "Chart the numbers")
    steps.toast(home, "There are no numbers in this message.", "error")
    expect(answer.locator("iframe")).to_have_count(0)


def test_export_as_csv(home: Page) -> None:
    answer = steps.say(home, TABLE)
    steps.click_action(answer, "Export")
    steps.choose(home, "Export as", "CSV (for spreadsheets)")
    steps.toast(home, "4 rows exported")
    name, text = saved(home, answer)
    assert name == "export.csv"
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["Quarter"] for row in rows] == ["Q1", "Q2", "Q3", "Q4"]
    assert rows[0]["Flow (m³)"] == "1200"
    assert saved(home, steps.reload(home)) == (name, text)


def test_export_as_json(home: Page) -> None:
    answer = steps.say(home, TABLE)
    steps.click_action(answer, "Export")
    steps.choose(home, "Export as", "JSON (for programs)")
    name, text = saved(home, answer)
    assert name == "export.json"
    assert json.loads(text)[1] == {"Quarter": "Q2", "Flow (m³)": "1850", "Energy (kWh)": "475"}
    assert saved(home, steps.reload(home)) == (name, text)


def saved(page: Page, answer: Locator) -> tuple[str, str]:
    """The name and text of the file that an action offers."""
    file, text = steps.download(page, answer.get_by_role("link", name="Download"))
    return file.suggested_filename, text


def test_calculate_asks_for_an_expression(home: Page) -> None:
    answer = steps.say(home, "Hello")
    steps.click_action(answer, "Calculate")
    asked = steps.dialog(home, "Calculate")
    asked.get_by_placeholder("(2 + 3) * 4").fill("(2 + 3) * 4")
    home.keyboard.press("Enter")
    steps.toast(home, "(2 + 3) * 4 = 20")
    expect(steps.output(answer, "json")).to_contain_text("20")
    expect(steps.output(steps.reload(home), "json")).to_contain_text("20")


def test_calculate_explains_what_it_cannot(home: Page) -> None:
    answer = steps.say(home, "Hello")
    for expression, says in (("1 / 0", "Division by zero"), ("two", "only numbers"), ("2 +", "invalid syntax")):
        steps.click_action(answer, "Calculate")
        asked = steps.dialog(home, "Calculate")
        asked.get_by_placeholder("(2 + 3) * 4").fill(expression)
        steps.submit(asked)
        steps.toast(home, says, "error")
    expect(answer.locator("[data-output]")).to_have_count(0)


def test_analyse_asks_twice_and_shows_its_steps(home: Page) -> None:
    answer = steps.say(home, "Tell me about streaming")
    steps.click_action(answer, "Analyse")
    steps.submit(steps.dialog(home, "Analyse"), "Continue")
    steps.choose(home, "What to look for?", "Keywords")
    expect(answer.get_by_role("progressbar", name=re.compile(r"Step \d of 5"))).to_be_visible()
    expect(steps.text_of(answer)).to_contain_text("Keywords: ")
    answer.get_by_role("button", name="Show all steps").click()
    passed = answer.get_by_role("list", name="Steps").get_by_role("listitem")
    expect(passed).to_have_text(["Opening the gate", *(f"Step {step} of 5" for step in range(1, 5))])
    answer = steps.reload(home)
    expect(steps.text_of(answer)).to_contain_text("Keywords: ")
    expect(answer.get_by_text("Step 5 of 5")).to_be_visible()


def test_text_tools_are_two_buttons_of_one_function(home: Page) -> None:
    answer = steps.say(home, "Tell me about streaming")
    steps.click_action(answer, "Count words")
    expect(steps.output(answer, "json")).to_contain_text("words")
    steps.click_action(answer, "Outline")
    steps.toast(home, "1 headings")
    expect(steps.output(answer, "text")).to_contain_text("- Streaming")
    answer = steps.reload(home)
    expect(steps.output(answer, "json")).to_contain_text("words")
    expect(steps.output(answer, "text")).to_contain_text("- Streaming")


def test_admin_report_for_an_admin(home: Page) -> None:
    answer = steps.say(home, "Hello")
    steps.click_action(answer, "Admin report")
    steps.toast(home, "Report ready")
    reports_on(answer)
    reports_on(steps.reload(home))


def reports_on(answer: Locator) -> None:
    table = steps.output(answer, "table").get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text(["role", "messages", "characters"])
    expect(table.get_by_role("cell", name="assistant")).to_be_visible()


def test_admin_report_is_refused_to_others(page: Page, house: House, complaints: Complaints) -> None:
    house.admit(page.context, house.add_person("Petra"))
    page.goto("/")
    answer = steps.say(page, "Hello")
    steps.click_action(answer, "Admin report")
    steps.toast(page, REFUSED, "error")
    expect(answer.locator("[data-output]")).to_have_count(0)
    expect(steps.reload(page).locator("[data-output]")).to_have_count(0)
