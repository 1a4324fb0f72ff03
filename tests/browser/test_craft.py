"""What one only notices when it is missing: calm, places that stay, a page that survives its server and the network."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import steps, tour
from tests.browser.conftest import Complaints
from tests.browser.house import House, furnish
from tests.serving import serving

pytestmark = pytest.mark.browser

EXAMPLES = ["guide", "calculator", "text_tools"]
MOVES = True
MOVEMENT = """() => {
    window.moving = [];
    const note = (event) => {
        for (const each of event.target.getAnimations()) {
            const { duration, iterations } = each.effect.getComputedTiming();
            if (duration > 10 || iterations > 1) moving.push(`${event.type} ${event.target.outerHTML.slice(0, 120)}`);
        }
    };
    for (const type of ["animationstart", "transitionrun"]) addEventListener(type, note, true);
}"""
SHIFTS = """() => {
    window.shifts = [];
    const places = (entry) => entry.sources.map(({ node, previousRect: from, currentRect: to }) =>
        `${node?.nodeName} ${node?.className} ${from.x},${from.y},${from.width}x${from.height}` +
        ` -> ${to.x},${to.y},${to.width}x${to.height}`);
    const note = (entry) => entry.hadRecentInput || shifts.push({ value: entry.value, places: places(entry) });
    const observer = new PerformanceObserver((list) => list.getEntries().forEach(note));
    observer.observe({ type: "layout-shift", buffered: true });
}"""


@pytest.fixture
def chat(house: House) -> str:
    """The address of a chat in which everything has happened."""
    made = house.call("POST", "/api/v1/chats/new", {"chat": tour.conversation("A wheel", tour.full_answer())})
    return f"/c/{made['id']}"


def test_with_reduced_motion_nothing_moves(page: Page, house: House, chat: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.add_init_script(f"({MOVEMENT})()")
    house.admit(page.context, house.token)
    page.goto(chat)
    expect(steps.answers(page).last).to_be_visible()
    answer = steps.say(page, "Tell me about streaming")
    steps.click_action(answer, "Calculate")
    steps.dialog(page, "Calculate")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="More for this chat").click()
    expect(page.get_by_role("menuitem").first).to_be_visible()
    page.keyboard.press("Escape")
    assert page.evaluate("() => window.moving") == []
    page.goto("/admin/functions")
    tour.settled(page)
    page.get_by_role("button", name="Import").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate("() => window.moving") == []


def test_nothing_jumps(page: Page, house: House, chat: str) -> None:
    page.add_init_script(f"({SHIFTS})()")
    house.admit(page.context, house.token)
    page.goto(chat)
    expect(steps.answers(page).last.get_by_role("group", name="Actions")).to_be_visible()
    assert "layout-shift" in page.evaluate("() => PerformanceObserver.supportedEntryTypes")
    stays(page, "opening a chat")
    steps.say(page, "Tell me about streaming")
    expect(steps.answers(page).last.get_by_role("group", name="Actions")).to_be_visible()
    stays(page, "an answer that grows and gets its actions")
    for view in ("functions", "models", "people", "runs", "connections", "system"):
        page.goto(f"/admin/{view}")
        tour.settled(page)
        stays(page, f"the list of {view}")


def stays(page: Page, what: str) -> None:
    page.evaluate("() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")
    shifts = page.evaluate("() => window.shifts.splice(0)")
    assert sum(shift["value"] for shift in shifts) < 0.1, f"{what}: {shifts}"


def test_the_device_says_whether_it_is_dark(home: Page) -> None:
    root = home.locator("html")
    for scheme in ("dark", "light"):
        home.emulate_media(color_scheme=scheme)
        expect(root).to_have_attribute("data-theme", scheme)


def test_nothing_is_lost_while_offline(home: Page, house: House, complaints: Complaints) -> None:
    steps.say(home, "Hello")
    chat_id = home.url.rsplit("/", 1)[1]
    message_id = house.call("GET", f"/api/v1/chats/{chat_id}")["chat"]["history"]["currentId"]
    home.context.set_offline(True)
    expect(home.get_by_text("You are offline.")).to_be_visible()
    steps.write(home, "Are you there?")
    told = home.get_by_text("The server does not answer.").first
    expect(told).to_be_visible()
    change = {"type": "chat:message", "data": {"content": "Changed meanwhile."}}
    house.call("POST", f"/api/v1/chats/{chat_id}/messages/{message_id}/event", change)
    home.context.set_offline(False)
    expect(home.get_by_text("You are offline.")).to_be_hidden()
    expect(steps.text_of(steps.answers(home).first)).to_have_text("Changed meanwhile.")
    assert "Are you there?" in home.inner_text("body") + steps.composer(home).input_value()
    complaints.forgive("ERR_INTERNET_DISCONNECTED")


@pytest.fixture
def port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])


def test_the_page_outlives_its_server(
    context: BrowserContext, complaints: Complaints, tmp_path: Path, port: str
) -> None:
    page = context.new_page()
    with serving(tmp_path, port=port) as server:
        house = furnish(server, ["guide"])
        context.add_cookies([{"name": "token", "value": house.token, "url": server.url, "httpOnly": True}])
        page.goto(server.url)
        steps.say(page, "Hello")
        server.process.kill()
        server.process.wait()
        expect(page.get_by_text("Reconnecting to the server")).to_be_visible()
        steps.composer(page).fill("Tell me about streaming")
    with serving(tmp_path, port=port):
        expect(page.get_by_text("Reconnecting to the server")).to_be_hidden()
        expect(steps.answers(page)).to_have_count(1)
        expect(steps.composer(page)).to_have_value("Tell me about streaming")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(steps.answers(page)).to_have_count(2)
        expect(steps.text_of(steps.whole_answer(page))).to_contain_text("the outlet hooks the whole")
        page.close()
