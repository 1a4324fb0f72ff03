"""Long chats: all of it can be found and linked to, and nothing is drawn before it is near."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.house import House

pytestmark = pytest.mark.browser

EXAMPLES = ["guide"]
COUNT = 400


def long_chat(count: int) -> dict[str, Any]:
    messages = {
        f"m{number}": {
            "id": f"m{number}",
            "parentId": f"m{number - 1}" if number else None,
            "childrenIds": [f"m{number + 1}"] if number + 1 < count else [],
            "role": "assistant" if number % 2 else "user",
            "content": f"Answer **number {number}** of the wheel.\n\n" * 6 if number % 2 else f"Question {number}.",
            "done": True,
            "model": "guide",
        }
        for number in range(count)
    }
    return {"chat": {"title": "Long", "history": {"messages": messages, "currentId": f"m{count - 1}"}}}


@pytest.fixture(scope="module")
def chat_id(house: House) -> str:
    return str(house.call("POST", "/api/v1/chats/import", long_chat(COUNT))["id"])


@pytest.mark.parametrize("width", [1280, 390])
def test_a_long_chat_opens_at_its_end_and_is_drawn_as_one_reads(home: Page, chat_id: str, width: int) -> None:
    home.set_viewport_size({"width": width, "height": 800})
    home.goto(f"/c/{chat_id}")
    last = steps.whole_answer(home)
    expect(steps.text_of(last).locator("strong").first).to_have_text(f"number {COUNT - 1}")
    expect(last.get_by_role("button", name="Answer again")).to_be_in_viewport()
    first = home.locator("#message-m1")
    expect(first).to_contain_text("Answer **number 1**")
    assert found(home, "Question 0.")  # its words are there, for the browser's search, and nothing else of it
    expect(first.get_by_role("button")).to_have_count(0)

    home.get_by_role("region", name="Messages").focus()
    home.keyboard.press("Home")
    expect(steps.text_of(first).locator("strong").first).to_have_text("number 1")
    expect(home.locator("#message-m0")).to_be_in_viewport()
    home.get_by_role("button", name="Go to the latest message").click()
    expect(last.get_by_role("button", name="Answer again")).to_be_in_viewport()


def test_an_address_names_a_message(home: Page, chat_id: str) -> None:
    home.goto(f"/c/{chat_id}#message-m201")
    named = home.locator("#message-m201")
    expect(named.locator("strong").first).to_be_in_viewport()
    expect(named).to_be_focused()
    home.wait_for_timeout(300)  # what is drawn above it does not push it away
    expect(named.locator("strong").first).to_be_in_viewport()


def test_it_goes_on_at_its_end(home: Page, chat_id: str) -> None:
    home.goto(f"/c/{chat_id}")
    steps.whole_answer(home)
    answer = steps.say(home, "Explain the maths")
    expect(steps.text_of(answer)).to_contain_text("Head and power")
    expect(answer.get_by_role("button", name="Answer again")).to_be_in_viewport()


def found(page: Page, words: str) -> bool:
    return bool(page.evaluate("(words) => window.find(words, true, true)", words))
