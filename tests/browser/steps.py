"""What people do on the page, by what they see: shared by the browser tests. Every step waits for what it needs."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Download, Locator, Page, Response, Route, expect

from tests.browser.conftest import Complaints
from tests.serving import ADMIN

Words = str | re.Pattern[str]


def set_up(page: Page) -> None:
    """Make the first account on the set-up page."""
    page.goto("/")
    expect(page.get_by_role("heading", name="Set up Penstock")).to_be_visible()
    page.get_by_label("Name", exact=True).fill(ADMIN["name"])
    page.get_by_label("Email").fill(ADMIN["email"])
    page.get_by_label("Password", exact=True).fill(ADMIN["password"])
    page.get_by_role("button", name="Create the administrator").click()


def sign_in(page: Page, email: str = ADMIN["email"], password: str = ADMIN["password"]) -> None:
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def choose_model(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile("^Model: ")).click()
    page.get_by_role("option", name=name).click()
    expect(page.get_by_role("button", name=f"Model: {name}")).to_be_visible()


def write(page: Page, text: str) -> None:
    composer(page).fill(text)
    page.get_by_role("button", name="Send", exact=True).click()


def say(page: Page, text: str) -> Locator:
    """Send a message and wait for the whole answer."""
    write(page, text)
    expect(questions(page).last).to_contain_text(text)
    return whole_answer(page)


def paste_source(page: Page, source: str) -> None:
    """Replace what stands in the editor, as from the clipboard."""
    editor = page.get_by_role("textbox", name="Source code")
    editor.click()
    page.keyboard.press("ControlOrMeta+a")
    editor.evaluate(
        """(element, text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        source,
    )


def composer(page: Page) -> Locator:
    return page.get_by_placeholder("Write a message")


def questions(page: Page) -> Locator:
    return page.locator("[data-message=user]")


def answers(page: Page) -> Locator:
    return page.locator("[data-message=assistant]")


def whole_answer(page: Page) -> Locator:
    """The last answer, when it is complete."""
    answer = answers(page).last
    expect(answer.locator("[aria-busy=false]").first).to_be_attached()
    expect(answer.get_by_role("button", name="Answer again")).to_be_enabled()
    return answer


def text_of(answer: Locator) -> Locator:
    """What the model or an action wrote, without what stands around it."""
    return answer.locator(".prose").first


def reload(page: Page) -> Locator:
    """The page anew; gives its last answer."""
    page.reload()
    expect(answers(page).last).to_be_visible()
    return answers(page).last


def click_action(answer: Locator, name: str) -> None:
    """Click the button of an action, wherever it is: beside the others or in the menu behind them."""
    actions = answer.get_by_role("group", name="Actions")
    expect(actions).to_be_visible()
    button = actions.get_by_role("button", name=name, exact=True)
    if button.count():
        button.click()
        return
    actions.get_by_role("button", name="More actions").click()
    answer.page.get_by_role("menuitem", name=name, exact=True).click()


def dialog(page: Page, title: str) -> Locator:
    found = page.get_by_role("dialog", name=title)
    expect(found).to_be_visible()
    return found


def choose(page: Page, title: str, label: str) -> None:
    """Answer a question that offers choices."""
    asked = dialog(page, title)
    asked.get_by_role("radio", name=label).check()
    submit(asked)


def submit(asked: Locator, button: str = "Submit") -> None:
    asked.get_by_role("button", name=button, exact=True).click()
    expect(asked).to_be_hidden()


def toast(page: Page, text: Words, kind: str = "success") -> Locator:
    """A notice with that text."""
    found = page.locator(f"[data-toast={kind}]").filter(has_text=text)
    expect(found.first).to_be_visible()
    return found


def output(answer: Locator, kind: str) -> Locator:
    """The last result of that kind under a message."""
    found = answer.locator(f"[data-output={kind}]").last
    expect(found).to_be_visible()
    return found


def download(page: Page, button: Locator) -> tuple[Download, str]:
    """The file behind a button or link, and its text."""
    with page.expect_download() as waiting:
        button.click()
    return waiting.value, Path(waiting.value.path()).read_text(encoding="utf-8")


def chat_list(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Chats")


def chat_link(page: Page, title: Words) -> Locator:
    return chat_list(page).get_by_role("link", name=title)


def unfold(page: Page, button: str) -> None:
    """Open what a phone keeps behind that button and a desk shows."""
    if page.viewport_size and page.viewport_size["width"] < 600:
        page.get_by_role("button", name=button, exact=True).first.click()


def show_chats(page: Page) -> None:
    """The list of chats, and the menu of the person."""
    if not chat_list(page).is_visible():
        unfold(page, "Show chats")
    expect(chat_list(page)).to_be_visible()


def new_chat(page: Page) -> None:
    page.keyboard.press("Control+Shift+o")
    expect(page.get_by_role("heading", name=re.compile("^Hello"))).to_be_visible()


def tray(page: Page) -> Locator:
    """The questions that wait; on a phone they come folded."""
    found = page.get_by_role("region", name="Questions")
    expect(found).to_be_visible()
    folded = found.get_by_role("button", expanded=False)
    if folded.count():
        folded.click()
    expect(found.get_by_role("listitem").first).to_be_visible()
    return found


def chat_menu(page: Page, title: str, entry: str) -> None:
    show_chats(page)
    chat_link(page, title).first.hover()
    chat_list(page).get_by_role("button", name=f"More for {title}").first.click()
    page.get_by_role("menuitem", name=entry, exact=True).click()


def user_menu(page: Page, entry: str, name: str = ADMIN["name"]) -> None:
    show_chats(page)
    page.get_by_role("button", name=name, exact=True).click()
    page.get_by_role("menuitem", name=entry, exact=True).click()


def follow_growth(page: Page) -> None:
    """Write down from now on how long the answers are, at each change of the page."""
    page.evaluate(
        """() => {
            window.lengths = [];
            const look = () => {
                const texts = [...document.querySelectorAll("[data-message=assistant] .prose")];
                const length = texts.at(-1)?.textContent.length ?? 0;
                if (length !== window.lengths.at(-1)) window.lengths.push(length);
            };
            new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
        }"""
    )


def growth(page: Page) -> list[int]:
    lengths: list[int] = page.evaluate("() => window.lengths")
    return lengths


def until(page: Page, condition: Callable[[], bool], within: float = 15) -> None:
    """Return once something outside of the page holds."""
    ends = time.monotonic() + within
    while not condition():
        assert time.monotonic() < ends, "this did not come true in time"
        page.wait_for_timeout(30)


def until_found(page: Page, look: Callable[[], list[Any]], within: float = 15) -> list[Any]:
    """What is found outside of the page, as soon as there is something."""
    found: list[Any] = []

    def looked() -> bool:
        found[:] = look()
        return bool(found)

    until(page, looked, within)
    return found


@contextmanager
def refusing(page: Page, address: str, complaints: Complaints) -> Iterator[None]:
    """What is done within is refused by the server, but only at the end."""
    held: list[Route] = []
    page.route(address, lambda route: held.append(route))
    yield
    until(page, lambda: held != [])
    for route in held:
        route.fulfill(status=503, json={"detail": "The disk is full.", "code": "unavailable", "hint": ""})
    page.unroute(address)
    until(page, lambda: any("503" in each for each in complaints.found))
    complaints.forgive("503")


def is_call(path: str, method: str = "POST") -> Callable[[Response], bool]:
    """For `expect_response`: the answer to that call."""

    def fits(response: Response) -> bool:
        return response.request.method == method and response.url.endswith(path)

    return fits
