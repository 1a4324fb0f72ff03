"""What answers are made of beside their text: sources, charts, tables, trees, texts, images and files."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser import steps
from tests.browser.conftest import Complaints
from tests.browser.house import House

pytestmark = pytest.mark.browser

EXAMPLES = ["guide"]
WIDTHS = [1280, 390]
CITING = '''
TEXT = """Wheels turn [1], pipes lead [2]. Both [1, 3] and [1][2].

Not [9], `a[1]` or [1](https://example.com/one)."""
PASSAGES = ["Four fifths become work.", "The rest is heat."]
SOURCES = [
    {"source": {"name": "On wheels"}, "document": PASSAGES, "metadata": [{"page": 3}, {"page": 11}]},
    {"source": {"name": "a search"}, "document": ["A pipe.", "A gate."],
     "metadata": [{"source": "https://example.com/pipes"}, {"source": "gates.txt", "name": "Gates"}]},
]


class Pipe:
    async def pipe(self, body, __event_emitter__=None):
        for source in SOURCES:
            await __event_emitter__({"type": "citation", "data": source})
        yield TEXT
'''
RESULTS = """
import base64
SALES = [{"Month": m, "North": 10 + n, "South": 30 - 4 * n} for n, m in enumerate(["Jan", "Feb", "Mar"])]
PNG = base64.b64encode(base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)).decode()

class Action:
    actions = [{"id": each, "name": each.title()} for each in ("drawn", "large", "images")]

    async def action(self, body, __id__=None):
        if __id__ == "drawn":
            return {"data": SALES, "chart": {"type": "line", "y": ["South"]}, "title": "Sales"}
        if __id__ == "large":
            rows = [{"n": n, "word": f"w{n}"} for n in range(5000)]
            return {"messages": [{"id": body["id"], "output": [
                {"id": "t", "kind": "table", "data": rows}, {"id": "x", "kind": "text", "data": "long " * 30000},
                {"id": "j", "kind": "json", "data": {"list": list(range(450))}},
                {"id": "o", "kind": "table", "data": {"columns": ["a", "b"], "rows": [[1], [2, 3, 4], []]}},
                {"id": "c", "kind": "chart", "data": None, "chart": 7}]}]}
        return {"files": [{"name": name, "content_type": "image/png", "data": data} for name, data in
                          (("one.png", PNG), ("two.png", PNG), ("torn.png", "bm9uc2Vuc2U="))]}
"""


@pytest.fixture(scope="module")
def parts(house: House) -> House:
    house.add_function("citing", "Citing", CITING, everywhere=False)
    house.add_function("results", "Results", RESULTS)
    return house


@pytest.fixture
def sized(parts: House, home: Page, width: int) -> Page:
    home.set_viewport_size({"width": width, "height": 844})
    return home


def fits(page: Page) -> None:
    widths = page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1], widths


@pytest.mark.spec("E1")
@pytest.mark.parametrize("width", WIDTHS)
def test_a_number_in_brackets_leads_to_its_source(sized: Page, width: int) -> None:
    steps.choose_model(sized, "Citing")
    answer = steps.say(sized, "Whence?")
    text = steps.text_of(answer)
    marks = text.locator("[data-cite]")
    expect(marks).to_have_text(["1", "2", "1", "3", "1", "2"])
    expect(text).to_contain_text("Not [9], a[1]")
    marks.nth(0).focus()
    sized.keyboard.press("Enter")
    shown = sized.get_by_role("dialog", name="Source 1: On wheels")
    for said in ("Source 1 of 3", "Four fifths become work.", "Page 4", "The rest is heat.", "Page 12"):
        expect(shown).to_contain_text(said)
    fits(sized)
    sized.keyboard.press("Escape")
    expect(shown).to_be_hidden()
    expect(marks.nth(0)).to_be_focused()
    marks.nth(1).click()
    shown = sized.get_by_role("dialog", name="Source 2: https://example.com/pipes")
    expect(shown.get_by_role("link", name="example.com/pipes")).to_have_attribute("href", "https://example.com/pipes")
    shown.get_by_role("button", name="Show in the list").click()
    entries = answer.locator("details ol > li")
    expect(entries.nth(1)).to_be_focused()
    expect(entries).to_have_count(3)
    expect(entries.nth(2)).to_contain_text("Gates")
    answer = steps.reload(sized)
    expect(steps.text_of(answer).locator("[data-cite]")).to_have_count(6)
    answer.get_by_text("3 sources").click()
    answer.get_by_role("button", name="Show all of Gates").click()
    expect(sized.get_by_role("dialog", name="Source 3: Gates")).to_contain_text("A gate.")


@pytest.mark.spec("A5")
@pytest.mark.parametrize("width", WIDTHS)
def test_numbers_are_drawn_and_can_be_read_without_seeing(sized: Page, width: int) -> None:
    answer = steps.say(sized, "Hello")
    steps.click_action(answer, "Drawn")
    drawn = steps.output(answer, "chart")
    chart = drawn.get_by_role("slider", name="Points of Sales")
    expect(chart).to_have_attribute("aria-valuetext", "Arrow keys read the values")
    chart.focus()
    sized.keyboard.press("ArrowRight")
    sized.keyboard.press("ArrowRight")
    expect(chart).to_have_attribute("aria-valuetext", "Feb: South 26")
    expect(drawn.get_by_text("South 26")).to_be_visible()
    fits(sized)
    drawn.get_by_role("button", name="Shares").click()
    expect(drawn.locator("[data-chart=pie]")).to_be_visible()
    expect(drawn.get_by_role("list", name="What is drawn").get_by_role("listitem")).to_have_text(["Jan", "Feb", "Mar"])
    drawn.get_by_role("radio", name="Table").click()
    expect(drawn.get_by_role("row")).to_have_count(4)
    drawn.get_by_role("button", name="South").click()
    expect(drawn.get_by_role("cell").first).to_have_text("Mar")
    file, text = steps.download(sized, drawn.get_by_role("button", name="CSV"))
    assert (file.suggested_filename, text.splitlines()[1]) == ("Sales.csv", "Mar,12,22")
    expect(steps.output(steps.reload(sized), "chart").locator("[data-chart=line]")).to_be_visible()


@pytest.mark.spec("A5")
@pytest.mark.parametrize("width", WIDTHS)
def test_large_and_broken_results_stay_readable(sized: Page, width: int) -> None:
    answer = steps.say(sized, "Hello")
    steps.click_action(answer, "Large")
    outputs = answer.locator("[data-output]")
    expect(outputs).to_have_count(5)
    table, text, tree, ragged, nothing = (outputs.nth(place) for place in range(5))
    expect(table.get_by_role("row")).to_have_count(51)
    table.get_by_role("button", name="Show 200 more of 5000").click()
    expect(table.get_by_role("row")).to_have_count(251)
    table.get_by_role("radio", name="Chart").click()
    expect(table).to_contain_text("1000 of 5000 rows are drawn")
    expect(text).to_contain_text("The first part of 150 kB")
    text.get_by_role("button", name="Show all of it").click()
    expect(text.get_by_role("button", name="Show all of it")).to_have_count(0)
    tree.get_by_text("450 items").click()
    tree.get_by_role("button", name="Show 200 more of 450").click()
    tree.get_by_role("button", name="Show 50 more of 450").click()
    expect(tree).to_contain_text("449")
    expect(ragged.get_by_role("row")).to_have_count(4)
    expect(nothing).to_be_visible()
    fits(sized)


@pytest.mark.spec("A5")
@pytest.mark.parametrize("width", WIDTHS)
def test_images_are_looked_at_in_full(sized: Page, width: int) -> None:
    answer = steps.say(sized, "Hello")
    steps.click_action(answer, "Images")
    expect(answer.get_by_role("link", name="torn.png cannot be shown")).to_be_visible()
    small = answer.get_by_role("button", name="Show one.png in full")
    small.focus()
    sized.keyboard.press("Enter")
    large = steps.dialog(sized, "one.png")
    expect(large.get_by_text("Image 1 of 2")).to_be_visible()
    sized.keyboard.press("ArrowRight")
    large = steps.dialog(sized, "two.png")
    large.get_by_role("button", name="Show in its own size").click()
    expect(large.get_by_role("button", name="Fit to the window")).to_be_visible()
    fits(sized)
    sized.keyboard.press("Escape")
    expect(large).to_be_hidden()
    expect(small).to_be_focused()


BRING = """(element, [type, names]) => {
    const data = new DataTransfer();
    for (const name of names) {
        const kind = name.endsWith(".png") ? "image/png" : "text/plain";
        data.items.add(new File([`content of ${name}`], name, { type: kind }));
    }
    const given = type === "paste" ? { clipboardData: data } : { dataTransfer: data };
    const made = type === "paste" ? new ClipboardEvent(type, { ...given, bubbles: true, cancelable: true })
        : new DragEvent(type, { ...given, bubbles: true, cancelable: true });
    element.dispatchEvent(made);
}"""


def bring(target: Locator, event: str, *names: str) -> None:
    target.evaluate(BRING, [event, list(names)])


@pytest.mark.parametrize("width", WIDTHS)
def test_files_are_dropped_and_pasted_and_say_what_went_wrong(sized: Page, width: int, complaints: Complaints) -> None:
    field = steps.composer(sized)
    field.fill("Look at these")
    bring(field, "dragenter", "plan.txt")
    expect(sized.get_by_text("Drop files to attach them")).to_be_visible()
    bring(field, "drop", "plan.txt", "wheel.png")
    expect(sized.get_by_text("Drop files to attach them")).to_be_hidden()
    bring(field, "paste", "pasted.png")
    attached = sized.get_by_role("list", name="Attached files").get_by_role("listitem")
    expect(attached).to_have_count(3)

    def refuse(route: Route) -> None:
        route.fulfill(status=413, json={"detail": "The file is larger than 1 MB.", "code": "too_large", "hint": ""})

    sized.route("**/api/v1/files/", refuse)
    bring(field, "paste", "huge.txt")
    steps.toast(sized, "“huge.txt” was not uploaded: The file is larger than 1 MB.", "error")
    complaints.forgive("413")
    huge = attached.filter(has_text="huge.txt")
    expect(huge).to_contain_text("Not uploaded")
    expect(field).to_have_value("Look at these")
    expect(sized.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    sized.unroute("**/api/v1/files/")
    huge.get_by_role("button", name="Upload huge.txt again").click()
    expect(huge).not_to_contain_text("Not uploaded")
    fits(sized)
    sized.get_by_role("button", name="Remove plan.txt").click()
    sized.get_by_role("button", name="Send", exact=True).click()
    steps.whole_answer(sized)
    expect(attached).to_have_count(0)
    question = steps.questions(sized).last
    expect(question.get_by_role("link", name=re.compile("huge.txt"))).to_be_visible()
    expect(question.get_by_text(re.compile("(wheel|pasted).png cannot be shown"))).to_have_count(2)
