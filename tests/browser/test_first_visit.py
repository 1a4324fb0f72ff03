"""Nobody has been here before: set-up, the examples, a first answer that streams and stays."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Complaints

pytestmark = pytest.mark.browser


def test_a_stranger_chats_with_the_guide(page: Page) -> None:
    steps.set_up(page)
    page.get_by_role("button", name="Install the examples").click()
    steps.toast(page, "The examples are installed")
    expect(page.get_by_role("button", name="Model: Penstock Guide")).to_be_visible()
    expect(page.get_by_role("button", name="Install the examples")).to_be_hidden()

    steps.follow_growth(page)
    answer = steps.say(page, "Tell me about streaming")
    lengths = steps.growth(page)
    assert lengths == sorted(lengths)
    assert len(lengths) > 10, f"the answer came in {len(lengths)} pieces"
    expect(steps.text_of(answer)).to_contain_text("Every word of this answer is a chunk")
    expect(steps.text_of(answer)).to_contain_text("the outlet hooks the whole")

    text = steps.text_of(answer).inner_text()
    reloaded = steps.reload(page)
    expect(steps.questions(page)).to_contain_text("Tell me about streaming")
    assert steps.text_of(reloaded).inner_text() == text


def test_a_prompt_of_the_welcome_page_starts_a_chat(page: Page) -> None:
    page.goto("/")
    steps.sign_in(page)
    page.get_by_role("button", name="What do the buttons do?").click()
    answer = steps.whole_answer(page)
    expect(steps.text_of(answer)).to_contain_text("two buttons of one function")
    expect(answer.get_by_role("group", name="Actions")).to_be_visible()


def test_a_wrong_password_says_so(page: Page, complaints: Complaints) -> None:
    page.goto("/")
    steps.sign_in(page, password="not the password")
    expect(page.get_by_role("alert")).to_contain_text("password")
    complaints.forgive("400 (Bad Request)")
