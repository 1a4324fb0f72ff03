"""Chats that are shared, archived, exported and imported."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser import room, steps
from tests.browser.conftest import Complaints
from tests.browser.house import House

pytestmark = pytest.mark.browser

EXAMPLES = ["guide"]
WIDTHS = [1280, 390]


@pytest.fixture
def sized(home: Page, width: int) -> Page:
    home.set_viewport_size({"width": width, "height": 844})
    return home


@pytest.fixture(scope="module")
def otto(house: House) -> str:
    return house.add_person("Otto")


@pytest.fixture
def visitor(page: Page, house: House, otto: str, width: int) -> Iterator[Page]:
    """A tab of somebody else."""
    browser = page.context.browser
    assert browser is not None
    context: BrowserContext = browser.new_context(base_url=house.server.url, viewport={"width": width, "height": 844})
    house.admit(context, otto)
    yield context.new_page()
    context.close()


def header_menu(page: Page, entry: str) -> None:
    page.get_by_role("button", name="More for this chat").click()
    page.get_by_role("menuitem", name=entry, exact=True).click()


def fits(page: Page) -> None:
    widths = page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1], widths


@pytest.mark.parametrize("width", WIDTHS)
def test_a_chat_is_shared_read_and_continued(sized: Page, visitor: Page, width: int) -> None:
    steps.say(sized, "Explain the maths")
    header_menu(sized, "Share")
    asked = steps.dialog(sized, "Share this chat")
    asked.get_by_role("button", name="Create an address").click()
    field = asked.get_by_role("textbox", name="Address")
    expect(field).to_have_value(re.compile(r"/s/[\w-]+$"))
    address = field.input_value()
    fits(sized)
    sized.keyboard.press("Escape")

    visitor.goto(address)
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Explain the maths")
    expect(steps.text_of(steps.answers(visitor).last)).to_contain_text("Head and power")
    expect(visitor.locator(".katex").first).to_be_visible()
    expect(steps.composer(visitor)).to_have_count(0)
    expect(visitor.get_by_role("button", name="Answer again")).to_have_count(0)
    fits(visitor)
    visitor.get_by_role("button", name="Continue in a chat of your own").click()
    expect(visitor).to_have_url(re.compile("/c/"))
    steps.say(visitor, "Tell me about streaming")
    expect(steps.questions(visitor)).to_have_count(2)
    expect(steps.questions(sized)).to_have_count(1)

    header_menu(sized, "Share")
    asked.get_by_role("button", name="Show it as it is now").click()
    steps.toast(sized, "as it is now")
    expect(field).to_have_value(address)
    asked.get_by_role("button", name="Stop sharing").click()
    expect(asked.get_by_role("button", name="Create an address")).to_be_visible()
    visitor.goto(address)
    expect(visitor.get_by_text("This chat is not shared, or not any more.")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_an_archived_chat_is_taken_back(sized: Page, house: House, width: int) -> None:
    title = f"Put away {width}"
    made = house.call("POST", "/api/v1/chats/new", {"chat": {"title": title}})
    sized.goto(f"/c/{made['id']}")
    steps.show_chats(sized)
    steps.chat_menu(sized, title, "Archive")
    steps.toast(sized, f"“{title}” is archived.")
    steps.until(sized, lambda: room.covered(sized) == [])
    expect(steps.chat_link(sized, title)).to_have_count(0)
    expect(sized).to_have_url(re.compile("/$"))
    if width == 390:
        sized.keyboard.press("Escape")
    sized.get_by_role("link", name="Archived chats").click()
    archived = sized.get_by_role("list", name="Archived chats")
    expect(archived).to_contain_text(title)
    fits(sized)
    archived.get_by_role("button", name=f"Take back {title}").click()
    steps.toast(sized, f"“{title}” is back in the list.")
    expect(sized.get_by_role("heading", name="No archived chats")).to_be_visible()
    sized.get_by_role("link", name="Back", exact=True).click()
    steps.show_chats(sized)
    expect(steps.chat_link(sized, title)).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_chats_leave_as_files_and_come_back(sized: Page, house: House, tmp_path: Path, width: int) -> None:
    steps.say(sized, f"Explain the maths at {width}")
    title = f"Explain the maths at {width}"
    expect(sized).to_have_title(re.compile(title))
    saved, text = save(sized, "Export as Markdown")
    assert saved == f"{title}.md"
    assert text.startswith(f"# {title}\n\n## You\n\nExplain the maths at {width}\n\n## ")
    assert "Head and power" in text
    saved, text = save(sized, "Export as JSON")
    assert saved == f"{title}.json"
    (one,) = json.loads(text)
    assert len(one["chat"]["history"]["messages"]) == 2

    sized.goto("/settings")
    waiting = sized.get_by_role("button", name="Export all as JSON")
    _, text = steps.download(sized, waiting)
    assert title in {chat["title"] for chat in json.loads(text)}
    fits(sized)
    house.call("DELETE", f"/api/v1/chats/{one['id']}")
    one["chat"]["title"] = one["title"] = f"Came back {width}"
    (tmp_path / "chats.json").write_text(json.dumps([one]), "utf-8")
    (tmp_path / "other.json").write_text("[]", "utf-8")
    chooser = sized.get_by_label("Import chats", exact=True).and_(sized.locator("input"))
    chooser.set_input_files(tmp_path / "other.json")
    steps.toast(sized, "There are no chats in other.json.", "error")
    chooser.set_input_files(tmp_path / "chats.json")
    steps.toast(sized, "1 chat was imported.")
    steps.until(sized, lambda: room.covered(sized) == [])
    sized.get_by_role("link", name="Back", exact=True).click()
    steps.show_chats(sized)
    steps.chat_link(sized, f"Came back {width}").click()
    expect(steps.text_of(steps.answers(sized).last)).to_contain_text("Head and power")


def save(page: Page, entry: str) -> tuple[str, str]:
    with page.expect_download() as waiting:
        header_menu(page, entry)
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_text("utf-8")


@pytest.mark.parametrize("width", WIDTHS)
def test_what_the_server_refuses_is_taken_back(sized: Page, width: int, complaints: Complaints) -> None:
    title = f"A chat that stays at {width}"
    steps.say(sized, title)
    steps.show_chats(sized)

    def refuse(route: Route) -> None:
        if route.request.method in ("POST", "DELETE"):
            route.fulfill(status=503, json={"detail": "The disk is full.", "code": "unavailable", "hint": ""})
        else:
            route.fallback()

    sized.route(re.compile("/api/v1/chats/[^/]+(/pin|/archive)?$"), refuse)
    steps.chat_menu(sized, title, "Rename")
    sized.get_by_role("textbox", name="Title of the chat").fill("Another title")
    sized.keyboard.press("Enter")
    steps.toast(sized, f"“{title}” keeps its title: The disk is full.", "error")
    steps.chat_menu(sized, title, "Pin")
    steps.toast(sized, f"“{title}” could not be pinned: The disk is full.", "error")
    steps.chat_menu(sized, title, "Archive")
    steps.toast(sized, f"“{title}” was not archived and is back in the list: The disk is full.", "error")
    steps.chat_menu(sized, title, "Delete")
    steps.dialog(sized, "Delete this chat?").get_by_role("button", name="Delete").click()
    steps.toast(sized, f"“{title}” was not deleted and is back in the list: The disk is full.", "error")
    complaints.forgive("503")
    expect(steps.chat_link(sized, title)).to_have_count(1)
    expect(steps.chat_list(sized).get_by_role("heading", name="Pinned")).to_have_count(0)
    expect(sized).to_have_url(re.compile("/c/"))
