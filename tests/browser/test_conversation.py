"""A chat as one works with it: branches, answers anew, names, stopping, leaving and coming back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser import steps
from tests.browser.conftest import both_widths
from tests.browser.house import House

pytestmark = [pytest.mark.browser, both_widths]

EXAMPLES = ["guide"]
MOVES = True


def test_an_edited_question_makes_a_branch(home: Page) -> None:
    steps.say(home, "Tell me about streaming")
    question = steps.questions(home).last
    question.hover()
    question.get_by_role("button", name="Edit").click()
    question.get_by_role("textbox").fill("Explain the maths")
    question.get_by_role("button", name="Send").click()
    answer = steps.whole_answer(home)
    expect(steps.text_of(answer)).to_contain_text("Head and power")
    shows_branch(question, 2)

    question.get_by_role("button", name="Previous version").click()
    expect(question).to_contain_text("Tell me about streaming")
    expect(steps.text_of(steps.answers(home).last)).to_contain_text("Every word of this answer")
    expect(steps.answers(home)).to_have_count(1)
    shows_branch(question, 1)

    with home.expect_response(steps.is_call("/current")):
        question.get_by_role("button", name="Next version").click()
    answer = steps.reload(home)
    expect(steps.text_of(answer)).to_contain_text("Head and power")
    shows_branch(steps.questions(home).last, 2)


def shows_branch(message: Locator, place: int) -> None:
    message.hover()
    expect(message.get_by_text(f"{place} of 2", exact=True)).to_be_visible()


def test_another_answer_stands_beside_the_first(home: Page) -> None:
    answer = steps.say(home, "Explain the maths")
    answer.get_by_role("button", name="Answer again").click()
    shows_branch(answer, 2)
    answer = steps.whole_answer(home)
    expect(steps.text_of(answer)).to_contain_text("Head and power")
    answer.get_by_role("button", name="Previous version").click()
    shows_branch(answer, 1)
    expect(steps.questions(home)).to_have_count(1)


def test_a_chat_goes_on(home: Page) -> None:
    steps.say(home, "Tell me about streaming")
    steps.say(home, "Show me the code")
    answer = steps.reload(home)
    expect(steps.questions(home)).to_have_count(2)
    expect(answer.locator("pre")).to_contain_text("class Action:")


def test_a_streaming_answer_is_stopped(home: Page, house: House) -> None:
    house.set_valves("guide", pace=0.3)
    steps.write(home, "Tell me about streaming")
    answer = steps.answers(home).last
    expect(steps.text_of(answer)).to_contain_text("Streaming")
    home.get_by_role("button", name="Stop the answer").click()
    steps.whole_answer(home)
    house.set_valves("guide", pace=0.0)
    steps.until(home, lambda: house.runs("guide")[0]["state"] == "cancelled")
    reloaded = steps.text_of(steps.reload(home))
    expect(reloaded).to_contain_text("Streaming")
    expect(reloaded).not_to_contain_text("the outlet hooks the whole")
    expect(steps.text_of(steps.say(home, "Explain the maths"))).to_contain_text("Head and power")


def test_an_answer_goes_on_while_the_page_is_reloaded(home: Page, house: House) -> None:
    house.set_valves("guide", pace=0.02)
    steps.write(home, "Tell me about streaming")
    expect(steps.text_of(steps.answers(home).last)).to_contain_text("Streaming")
    steps.reload(home)
    house.set_valves("guide", pace=0.0)
    expect(steps.text_of(steps.whole_answer(home))).to_contain_text("the outlet hooks the whole")


def test_a_chat_is_renamed_and_deleted(home: Page) -> None:
    steps.say(home, "Hello")
    steps.chat_menu(home, "Hello", "Rename")
    title = home.get_by_label("Title of the chat")
    expect(title).to_be_focused()
    title.fill("A chat about water")
    with home.expect_response(re.compile("/api/v1/chats/")):
        title.press("Enter")
    expect(steps.chat_link(home, "A chat about water")).to_be_visible()
    steps.reload(home)
    expect(home).to_have_title(re.compile("A chat about water"))

    steps.chat_menu(home, "A chat about water", "Delete")
    steps.submit(steps.dialog(home, "Delete this chat?"), "Delete")
    expect(steps.chat_link(home, "A chat about water")).to_have_count(0)
    expect(home).to_have_url(re.compile("/$"))
    home.reload()
    expect(home.get_by_role("heading", name="Hello, Ada")).to_be_visible()
    expect(steps.chat_link(home, "A chat about water")).to_have_count(0)


def held(page: Page, address: str) -> Callable[[], Route]:
    """Keep back the next request to that address, as a slow network does; what this gives waits for it."""
    kept: list[Route] = []
    page.route(address, lambda route: kept.append(route), times=1)  # Playwright takes no built-in function

    def arrived() -> Route:
        steps.until(page, lambda: bool(kept))
        return kept[0]

    return arrived


def test_a_chat_begun_while_the_list_is_read_stays_in_it(home: Page, house: House) -> None:
    before = house.call("GET", "/api/v1/chats/?page=1")
    arrived = held(home, "**/api/v1/chats/?page=1")
    home.reload()
    steps.say(home, "Quicker than the list")
    arrived().fulfill(json=before)
    steps.show_chats(home)
    expect(steps.chat_list(home).locator("[aria-busy=true]")).to_have_count(0)
    expect(steps.chat_link(home, "Quicker than the list")).to_be_visible()


def test_what_is_sent_before_a_chat_is_read_goes_to_its_end(home: Page) -> None:
    steps.say(home, "Tell me about streaming")
    arrived = held(home, "**/api/v1/chats/*?branch=false")
    home.reload()
    steps.write(home, "And what then?")
    arrived().continue_()
    expect(steps.questions(home)).to_have_count(2)
    expect(steps.text_of(steps.whole_answer(home))).to_contain_text("You said: And what then?")
    expect(steps.composer(home)).to_have_value("")
    steps.reload(home)
    expect(steps.questions(home)).to_have_text([re.compile("streaming"), re.compile("And what then")])


def test_signing_out_and_in(page: Page, house: House) -> None:
    house.admit(page.context, house.add_person("Otto"))
    page.goto("/")
    steps.say(page, "Maths for Otto")
    chat = page.url
    steps.user_menu(page, "Sign out", "Otto")
    expect(page).to_have_url(re.compile("/auth$"))
    page.goto(chat)
    steps.sign_in(page, "otto@example.com")
    expect(page).to_have_url(chat)
    expect(steps.text_of(steps.answers(page).last)).to_contain_text("Head and power")

    steps.user_menu(page, "Sign out", "Otto")
    steps.sign_in(page)
    expect(page.get_by_role("heading", name="Hello, Ada")).to_be_visible()
    steps.say(page, "Good morning")
    steps.show_chats(page)
    expect(steps.chat_link(page, "Good morning")).to_be_visible()
    expect(steps.chat_link(page, "Maths for Otto")).to_have_count(0)


def test_a_temporary_chat_leaves_nothing(home: Page) -> None:
    home.get_by_role("button", name="Temporary chat").click()
    answer = steps.say(home, "Do not keep this")
    expect(steps.text_of(answer)).to_contain_text("You said: Do not keep this")
    home.reload()
    expect(home.get_by_role("heading", name="Hello, Ada")).to_be_visible()
    expect(steps.chat_link(home, re.compile("Do not keep"))).to_have_count(0)
