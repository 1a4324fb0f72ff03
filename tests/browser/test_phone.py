"""The main way through the page on a phone, in the dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import steps
from tests.browser.conftest import PATIENCE
from tests.browser.house import House
from tests.serving import ServerProcess

pytestmark = pytest.mark.browser

EXAMPLES = ["guide", "improve", "analyse", "calculator", "chart", "export"]


@pytest.fixture
def context(browser: Browser, server: ServerProcess) -> Iterator[BrowserContext]:
    made = browser.new_context(
        base_url=server.url,
        viewport={"width": 390, "height": 844},
        color_scheme="dark",
        has_touch=True,
        is_mobile=True,
        accept_downloads=True,
    )
    made.set_default_timeout(PATIENCE)
    yield made
    made.close()


def test_sign_in_chat_and_an_action(page: Page, house: House) -> None:
    page.goto("/")
    steps.sign_in(page)
    expect(page.get_by_role("heading", name="Hello, Ada")).to_be_visible()
    is_dark(page)
    fits(page)
    answer = steps.say(page, "Show me a table with numbers")
    fits(page)
    steps.click_action(answer, "Calculate")
    asked = steps.dialog(page, "Calculate")
    asked.get_by_role("textbox").fill("6 * 7")
    fits(page)
    steps.submit(asked)
    expect(steps.output(answer, "json")).to_contain_text("42")
    steps.click_action(answer, "Chart the numbers")
    steps.choose(page, "Which chart?", "Bar chart")
    expect(answer.locator("iframe").content_frame.get_by_role("img", name="Chart")).to_be_visible()
    fits(page)

    page.get_by_role("button", name="Show chats").click()
    steps.chat_link(page, "Show me a table").click()
    expect(steps.chat_link(page, "Show me a table")).to_be_hidden()
    expect(steps.output(steps.reload(page), "json")).to_contain_text("42")


def is_dark(page: Page) -> None:
    colour = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    lightness = page.evaluate(
        """(colour) => {
            const canvas = new OffscreenCanvas(1, 1).getContext("2d");
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
            return Math.max(...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3));
        }""",
        colour,
    )
    assert lightness < 80, colour


def fits(page: Page) -> None:
    """Nothing makes the page scroll sideways."""
    widths = page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1], widths
