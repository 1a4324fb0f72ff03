"""Everything that chats offer, done without a mouse: the focus is always somewhere, and where one expects it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser import steps, tour
from tests.browser.house import House
from tests.browser.keys import back_to, choose_entry, choose_file, has_focus, no_mouse, press, say, tab_to

pytestmark = pytest.mark.browser

EXAMPLES = ["guide", "brief", "improve"]
MOVES = True
PLAN: FilePayload = {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"Seven turns"}


@pytest.fixture(scope="module")
def house(house: House) -> House:
    house.add_function("asks", "Ask everything", tour.ASKS)
    return house


@pytest.fixture
def keys(home: Page) -> Page:
    home.context.grant_permissions(["clipboard-read", "clipboard-write"])
    expect(steps.composer(home)).to_be_focused()
    return no_mouse(home)


def clipboard(page: Page) -> str:
    return str(page.evaluate("() => navigator.clipboard.readText()"))


def test_messages_are_edited_asked_again_and_deleted(keys: Page) -> None:
    answer = say(keys, "Hello")
    told = keys.locator("[data-announcements] p")
    expect(told.filter(has_text="The answer is complete: ")).to_have_count(1)
    expect(told.filter(has_text="The answer is being written")).to_have_count(1)
    back_to(keys, answer.get_by_role("button", name="Copy", exact=True).first)
    expect(answer.get_by_role("button", name="Copied")).to_be_focused()
    assert "Hello" in clipboard(keys)

    question = steps.questions(keys).last
    back_to(keys, question.get_by_role("button", name="Edit"))
    keys.keyboard.press("Escape")
    expect(question.get_by_role("button", name="Edit")).to_be_focused()
    keys.keyboard.press("Enter")
    keys.keyboard.type(" again")
    keys.keyboard.press("Control+Enter")
    steps.whole_answer(keys)
    expect(question).to_contain_text("Hello again")
    assert not has_focus(keys.locator("body"))

    back_to(keys, question.get_by_role("button", name="Previous version"))
    expect(question).not_to_contain_text("again")
    expect(question.get_by_role("button", name="Next version")).to_be_focused()
    keys.keyboard.press("Enter")
    expect(question).to_contain_text("again")
    expect(question.get_by_role("button", name="Previous version")).to_be_focused()

    back_to(keys, answer.get_by_role("button", name="Answer again"))
    steps.whole_answer(keys)
    expect(steps.composer(keys)).to_be_focused()
    expect(answer.get_by_text("2 of 2", exact=True)).to_be_attached()

    back_to(keys, answer.get_by_role("button", name="Edit"))
    keys.keyboard.press("Control+a")
    keys.keyboard.type("Better")
    press(keys, answer.get_by_role("button", name="Save"))
    expect(answer.get_by_role("button", name="Edit")).to_be_focused()
    expect(steps.text_of(answer)).to_have_text("Better")

    back_to(keys, answer.get_by_role("button", name="Delete"))
    press(keys, keys.get_by_role("dialog").get_by_role("button", name="Delete"))
    expect(steps.text_of(answer)).not_to_have_text("Better")
    expect(steps.composer(keys)).to_be_focused()


def test_chats_are_found_kept_renamed_and_put_away(keys: Page, house: House) -> None:
    for title in ("A keyboard", "A piano"):
        house.call("POST", "/api/v1/chats/new", {"chat": tour.conversation(title, {"content": "Black and white"})})
    keys.reload()
    expect(steps.composer(keys)).to_be_focused()
    keys.keyboard.press("Control+k")
    expect(keys.get_by_role("searchbox", name="Search chats")).to_be_focused()
    keys.keyboard.type("piano")
    expect(steps.chat_link(keys, "A keyboard")).to_have_count(0)
    press(keys, steps.chat_link(keys, "A piano"))
    expect(keys).to_have_url(re.compile("/c/"))
    expect(steps.composer(keys)).to_be_focused()
    expect(keys.locator("[data-announcements]")).not_to_contain_text("complete")

    keys.keyboard.press("Control+k")
    keys.keyboard.press("Control+a")
    keys.keyboard.press("Delete")
    more = steps.chat_list(keys).get_by_role("button", name="More for A piano")
    press(keys, more)
    choose_entry(keys, "Pin")
    expect(steps.chat_list(keys).get_by_role("heading", name="Pinned")).to_be_visible()
    keys.keyboard.press("Control+k")
    press(keys, more)
    choose_entry(keys, "Rename")
    expect(keys.get_by_role("textbox", name="Title of the chat")).to_be_focused()
    keys.keyboard.press("Control+a")
    keys.keyboard.type("An organ")
    keys.keyboard.press("Enter")
    expect(steps.chat_link(keys, "An organ")).to_be_focused()

    more = steps.chat_list(keys).get_by_role("button", name="More for An organ")
    press(keys, more)
    with keys.expect_download() as saved:
        choose_entry(keys, "Export as Markdown")
    assert "Black and white" in Path(saved.value.path()).read_text(encoding="utf-8")
    expect(more).to_be_focused()
    keys.keyboard.press("Enter")
    choose_entry(keys, "Share")
    asked = steps.dialog(keys, "Share this chat")
    press(keys, asked.get_by_role("button", name="Create an address"))
    expect(asked.get_by_role("textbox", name="Address")).to_have_value(re.compile("/s/"))
    keys.keyboard.press("Escape")
    expect(asked).to_be_hidden()
    expect(more).to_be_focused()
    keys.keyboard.press("Enter")
    choose_entry(keys, "Archive")
    expect(steps.chat_link(keys, "An organ")).to_have_count(0)
    expect(keys).to_have_url(re.compile("/$"))
    assert not has_focus(keys.locator("body"))


def test_files_filters_and_a_chat_that_is_not_kept(keys: Page) -> None:
    attach = keys.get_by_role("button", name="Attach files")
    tab_to(keys, attach)
    choose_file(keys, attach, PLAN, "Enter")
    expect(keys.get_by_text("11 B")).to_be_visible()
    press(keys, keys.get_by_role("button", name="Remove plan.txt"), "Shift+Tab")
    expect(keys.get_by_text("plan.txt")).to_have_count(0)

    keys.keyboard.press("Shift+Escape")
    press(keys, keys.get_by_role("button", name="Filters"))
    switch = keys.get_by_role("switch", name="Brief answers")
    if not has_focus(switch):
        tab_to(keys, switch)
    keys.keyboard.press("Space")
    expect(switch).to_be_checked()
    keys.keyboard.press("Escape")
    expect(keys.get_by_role("button", name="Filters")).to_be_focused()
    press(keys, keys.get_by_role("button", name="Switch off Brief answers"))

    back_to(keys, keys.get_by_role("button", name="Temporary chat"))
    say(keys, "Hello")
    expect(keys.get_by_text("This chat is not saved.")).to_be_visible()
    expect(keys).to_have_url(re.compile("/$"))


def test_results_are_sorted_saved_and_unfolded(keys: Page, house: House) -> None:
    chat = tour.conversation("Results", tour.full_answer())
    keys.goto(f"/c/{house.call('POST', '/api/v1/chats/new', {'chat': chat})['id']}")
    answer = steps.whole_answer(keys)
    table, tree = steps.output(answer, "table"), steps.output(answer, "json")
    back_to(keys, tree.locator("summary").first)
    expect(tree.get_by_text("turns")).to_be_hidden()
    keys.keyboard.press("Enter")
    expect(tree.get_by_text("wheel")).to_be_visible()
    tab_to(keys, table.get_by_role("columnheader", name="price").get_by_role("button"), "Shift+Tab")
    keys.keyboard.press("Enter")
    keys.keyboard.press("Enter")
    expect(table.get_by_role("columnheader", name="price")).to_have_attribute("aria-sort", "descending")
    expect(table.get_by_role("row").nth(1)).to_contain_text("rim")
    with keys.expect_download() as saved:
        press(keys, table.get_by_role("button", name="CSV"), "Shift+Tab")
    assert Path(saved.value.path()).read_text(encoding="utf-8").splitlines()[1] == "rim,30"

    changed = answer.get_by_role("button", name="What changed")
    press(keys, changed)
    expect(answer.get_by_role("list", name="What changed")).to_be_visible()
    press(keys, answer.get_by_role("button", name="Undo"))
    expect(answer.get_by_role("blockquote")).to_contain_text("Quick water")
    expect(answer.get_by_role("button", name="Edit")).to_be_focused()


def test_a_page_is_previewed_and_a_file_is_given_to_an_action(keys: Page, house: House) -> None:
    page = {"content": "```html\n<!doctype html><html><body><h1>A page</h1></body></html>\n```"}
    made = house.call("POST", "/api/v1/chats/new", {"chat": tour.conversation("A page", page)})
    keys.goto(f"/c/{made['id']}")
    answer = steps.whole_answer(keys)
    keys.keyboard.press("Shift+Escape")
    tab_to(keys, answer.get_by_role("radio", name="Code"), "Shift+Tab")
    keys.keyboard.press("ArrowRight")
    keys.keyboard.press("Enter")
    expect(answer.frame_locator("iframe").get_by_role("heading", name="A page")).to_be_visible()

    back_to(keys, answer.get_by_role("button", name="More actions"))
    choose_entry(keys, "Ask file")
    asked = steps.dialog(keys, "The plan")
    field = asked.get_by_label("File", exact=True)
    if not has_focus(field):
        tab_to(keys, field)
    choose_file(keys, field, PLAN, "Space")
    expect(asked.get_by_role("list", name="Chosen files")).to_contain_text("plan.txt")
    press(keys, asked.get_by_role("button", name="Submit"))
    steps.toast(keys, "Answered file")


def test_the_list_of_chats_is_shown_and_hidden(keys: Page) -> None:
    keys.keyboard.press("Control+Shift+s")
    expect(keys.get_by_role("button", name="Show chats")).to_be_visible()
    expect(steps.composer(keys)).to_be_focused()
    press(keys, keys.get_by_role("button", name="Show chats"), "Shift+Tab")
    expect(keys.locator("[data-hide-chats]")).to_be_focused()
    keys.keyboard.press("Enter")
    expect(keys.get_by_role("button", name="Show chats")).to_be_focused()
    keys.keyboard.press("Control+Shift+s")

    keys.set_viewport_size({"width": 390, "height": 844})
    keys.keyboard.press("Shift+Escape")
    press(keys, keys.get_by_role("button", name="Show chats"), "Shift+Tab")
    expect(keys.locator("[data-hide-chats]")).to_be_focused()
    for _ in range(30):
        keys.keyboard.press("Tab")
        assert keys.evaluate("() => document.activeElement.closest('main') === null")
    keys.keyboard.press("Escape")
    expect(keys.get_by_role("button", name="Show chats")).to_be_focused()
