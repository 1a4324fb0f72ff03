"""Several tabs, a lost connection, and no mouse: the page shows the same."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser import steps
from tests.browser.house import House

pytestmark = pytest.mark.browser

EXAMPLES = ["guide", "calculator", "text_tools", "improve"]
MOVES = True


def test_another_tab_follows_a_chat(home: Page, second: Page) -> None:
    steps.say(home, "Hello")
    second.goto(home.url)
    expect(steps.answers(second)).to_have_count(1)
    answer = steps.say(home, "Explain the maths")
    expect(steps.questions(second)).to_have_count(2)
    followed = steps.whole_answer(second)
    expect(steps.text_of(followed)).to_contain_text("Head and power")
    steps.click_action(answer, "Count words")
    expect(steps.output(followed, "json")).to_contain_text("words")
    second.bring_to_front()
    steps.say(second, "Tell me about streaming")
    expect(steps.text_of(steps.answers(home).nth(2))).to_contain_text("the outlet hooks the whole")


def test_a_lost_connection_is_made_up_for(page: Page, house: House) -> None:
    sockets: list[WebSocketRoute] = []

    def pass_on(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    page.route_web_socket(lambda url: "/ws/socket.io" in url, pass_on)
    house.set_valves("guide", pace=0.03)
    house.admit(page.context, house.token)
    page.goto("/")
    steps.write(page, "Tell me about streaming")
    expect(steps.text_of(steps.answers(page).last)).to_contain_text("Streaming")
    sockets[-1].close()
    expect(page.get_by_text("Reconnecting to the server")).to_be_visible()
    answer = steps.whole_answer(page)
    house.set_valves("guide", pace=0.0)
    assert len(sockets) > 1
    text = steps.text_of(answer).inner_text()
    assert "the outlet hooks the whole" in text
    assert steps.text_of(steps.reload(page)).inner_text() == text


def test_an_action_by_keyboard_alone(home: Page) -> None:
    steps.say(home, "Hello")
    steps.composer(home).focus()
    home.keyboard.type("/calc")
    expect(home.get_by_role("option", name="Calculate")).to_be_visible()
    home.keyboard.press("Enter")
    asked = steps.dialog(home, "Calculate")
    expect(asked.get_by_role("textbox")).to_be_focused()
    home.keyboard.type("2 + 2")
    home.keyboard.press("Enter")
    steps.toast(home, "2 + 2 = 4")
    expect(asked).to_be_hidden()

    steps.composer(home).focus()
    home.keyboard.type("/impr")
    expect(home.get_by_role("option", name="Improve")).to_be_visible()
    home.keyboard.press("Enter")
    steps.dialog(home, "Improve this message")
    home.keyboard.press("ArrowDown")
    home.keyboard.press("ArrowDown")
    home.keyboard.press("Enter")
    expect(steps.answers(home).last.get_by_text("Rewritten: bullets")).to_be_visible()
