"""Stops on the page of the chats: everything that opens, goes on or goes wrong there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.browser import steps, tour
from tests.browser.house import House
from tests.browser.tour import Places, Stop

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 800}
GOES_ON = """
import asyncio

class Action:
    actions = [{"id": "turn", "name": "Turn"}, {"id": "tell", "name": "Tell"}]

    async def action(self, body, __id__=None, __event_emitter__=None):
        if __id__ == "tell":
            for kind in ("success", "info", "warning", "error"):
                data = {"type": kind, "content": f"A word of {kind}"}
                await __event_emitter__({"type": "notification", "data": data})
            return
        for done in (10, 40):
            data = {"description": "Turning", "progress": done, "done": False}
            await __event_emitter__({"type": "status", "data": data})
        await asyncio.sleep(120)
"""
PAGE = "Here is one:\n\n```html\n<!doctype html><html><body><h1>A page</h1></body></html>\n```\n"


@dataclass(frozen=True)
class Rooms:
    """Chats in a state that one has to bring about."""

    branches: str
    failed: str
    long: str


def furnish_rooms(house: House) -> Rooms:
    house.add_function("goes_on", "Goes on", GOES_ON)
    bad = {"content": "The shaft is broken.", "hint": "Mend it, then ask again."}
    ran = {"name": "Weigh", "language": "python", "code": "print(1 / 0)", "result": {"output": "7", "error": "no"}}
    failed = {"content": PAGE, "error": bad, "code_executions": [ran]}
    rows = [{"part": f"Part {number}", "price": number} for number in range(60)]
    outputs = [
        {"id": "long", "kind": "table", "title": "All parts", "data": rows},
        {"id": "words", "kind": "text", "data": "seven turns\n" * 60},
        {"id": "file", "kind": "download", "file": {"url": "/api/v1/files/x", "name": "plan.txt"}},
    ]
    return Rooms(
        _new(house, branched()),
        _new(house, tour.conversation("A broken wheel", failed)),
        _new(house, tour.conversation("A long list", {"content": "All of them.", "output": outputs})),
    )


def _new(house: House, chat: dict[str, Any]) -> str:
    return f"/c/{house.call('POST', '/api/v1/chats/new', {'chat': chat})['id']}"


def branched() -> dict[str, Any]:
    """A question that was asked in two ways, and answered twice."""
    chat = tour.conversation("Two ways", {"content": "The second answer."})
    known = chat["history"]["messages"]
    known["other"] = {**known["answer"], "id": "other", "content": "The first answer."}
    known["asked"]["childrenIds"] = ["other", "answer"]
    known["before"] = {**known["asked"], "id": "before", "content": "Two roads", "childrenIds": []}
    return chat


def conversations(house: House, places: Places, rooms: Rooms) -> Iterator[Stop]:
    """What stands in a chat."""
    yield Stop("answer-opened", places.chat, open_everything)
    yield Stop("editing", places.short_chat, edit_both)
    yield Stop("citation", places.chat, open_citation)
    yield Stop("image", places.chat, lambda page: tour.press(page, "Show plan.svg in full"))
    yield Stop("branches", rooms.branches, there("The second answer."))
    yield Stop("failed-answer", rooms.failed, show_page)
    yield Stop("long-results", rooms.long, there("All of them."))
    yield Stop("delete-message", places.short_chat, lambda page: press_last(page, "Delete"))
    yield Stop("action-running", places.short_chat, turn, stop_turning)
    yield Stop("notices", places.short_chat, tell)
    yield Stop("tray", places.short_chat, put_aside, answer_from_tray)
    yield Stop("tray-elsewhere", places.chat, partial(put_aside_elsewhere, places=places), answer_from_tray)
    yield Stop("writing", "/", partial(begin_writing, house=house), partial(stop_writing, house=house))


def surroundings(places: Places) -> Iterator[Stop]:
    """What stands around the messages."""
    yield Stop("more-actions", places.short_chat, partial(press_menu, name="More actions"))
    yield Stop("attachments", "/", attach, lambda page: page.get_by_role("button", name="Remove plan.txt").click())
    yield Stop("filters", "/", switch_filters, switch_off)
    yield Stop("no-command", places.short_chat, partial(type_command, text="/zzz"), partial(type_command, text=""))
    yield Stop("drop", "/", partial(drag, kind="dragenter"), partial(drag, kind="dragleave"))
    yield Stop("temporary", "/", keep_nothing, keep_nothing)
    yield Stop("no-such-model", "/", search_models)
    yield Stop("why-here", places.short_chat, ask_why)
    yield Stop("shortcuts", places.short_chat, open_shortcuts)
    yield Stop("chat-header-menu", places.short_chat, partial(press_menu, name="More for this chat"))
    yield Stop("person-menu", "/", partial(press_menu, name="Ada Admin"))
    yield Stop("rename", "/", partial(from_chat_menu, entry="Rename"), lambda page: page.keyboard.press("Escape"))
    yield Stop("delete-chat", "/", partial(from_chat_menu, entry="Delete"))
    yield Stop("nothing-found", "/", search_chats, clear_search)
    yield Stop("chats-on-a-phone", places.short_chat, open_on_phone, close_on_phone)
    yield Stop("chats-hidden", places.short_chat, hide_chats, show_chats)
    yield Stop("offline", "/", partial(tell_window, event="offline"), partial(tell_window, event="online"))
    yield Stop("api-key", "/settings", show_key)
    yield Stop("new-api-key", "/settings", lambda page: tour.press(page, "Create a new key"))
    yield Stop("own-settings", "/settings", open_own_settings)


def there(text: str) -> Any:
    return lambda page: expect(page.get_by_text(text, exact=True)).to_be_visible()


def open_everything(page: Page) -> None:
    answer = steps.answers(page).last
    answer.get_by_role("button", name="Show the original").click()
    answer.evaluate(tour.UNFOLD)
    expect(answer.get_by_role("button", name="Hide the original")).to_be_visible()


def open_citation(page: Page) -> None:
    steps.answers(page).last.locator("[data-cite]:visible").first.click()
    expect(page.get_by_role("dialog", name="Source 1")).to_be_visible()


def edit_both(page: Page) -> None:
    for message in (steps.questions(page).last, steps.answers(page).last):
        message.hover()
        message.get_by_role("button", name="Edit", exact=True).click()
    expect(page.get_by_role("main").get_by_role("textbox", name="Message")).to_have_count(3)


def show_page(page: Page) -> None:
    answer = steps.answers(page).last
    answer.evaluate(tour.UNFOLD)
    answer.get_by_role("radio", name="Preview").click()
    expect(answer.locator("iframe")).to_be_visible()


def press_last(page: Page, name: str) -> None:
    steps.answers(page).last.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def turn(page: Page) -> None:
    steps.click_action(steps.answers(page).last, "Turn")
    expect(page.get_by_role("progressbar", name="Turning")).to_have_attribute("aria-valuenow", "40")
    expect(page.get_by_role("button", name="Stop Turn")).to_be_enabled()


def stop_turning(page: Page) -> None:
    page.get_by_role("button", name="Stop Turn").click()
    expect(page.get_by_role("button", name="Stop Turn")).to_have_count(0)


def tell(page: Page) -> None:
    steps.click_action(steps.answers(page).last, "Tell")
    expect(page.get_by_role("region", name="Notifications").get_by_text("A word of")).to_have_count(4)


def tray(page: Page) -> Locator:
    return page.get_by_role("region", name="Questions")


def put_aside(page: Page) -> None:
    tour.ask(page, "input")
    page.keyboard.press("Escape")
    tour.unfold(tray(page).get_by_role("heading").get_by_role("button"))
    expect(tray(page).get_by_role("listitem")).to_be_visible()


def put_aside_elsewhere(page: Page, places: Places) -> None:
    page.evaluate(tour.GO, places.short_chat)
    put_aside(page)
    page.evaluate(tour.GO, places.chat)
    expect(page.get_by_role("button", name="Go to the chat")).to_be_visible()


def answer_from_tray(page: Page) -> None:
    tray(page).get_by_role("listitem").get_by_role("button").first.click()
    asked = page.get_by_role("dialog")
    asked.get_by_role("button", name="Cancel").click()
    expect(asked).to_have_count(0)


def begin_writing(page: Page, house: House) -> None:
    house.set_valves("guide", pace=0.4)
    steps.choose_model(page, "Penstock Guide")
    steps.write(page, "Tell me about streaming")
    expect(page.get_by_role("button", name="Stop the answer")).to_be_visible()
    expect(steps.text_of(steps.answers(page).last)).to_be_visible()


def stop_writing(page: Page, house: House) -> None:
    page.get_by_role("button", name="Stop the answer").click()
    steps.whole_answer(page)
    house.set_valves("guide", pace=0.0)


def attach(page: Page) -> None:
    chosen = {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"Seven turns."}
    page.locator("input[type=file]").first.set_input_files(chosen)  # type: ignore[arg-type]
    expect(page.get_by_text("12 B")).to_be_visible()


def switch_filters(page: Page) -> None:
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("switch", name="Brief answers").click()
    expect(page.get_by_role("switch", name="Brief answers")).to_be_checked()


def switch_off(page: Page) -> None:
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Switch off Brief answers").click()


def type_command(page: Page, text: str) -> None:
    steps.composer(page).fill(text)


def drag(page: Page, kind: str) -> None:
    page.locator("#chat-container").evaluate(
        """(element, kind) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File(["x"], "x.txt"));
            element.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true }));
        }""",
        kind,
    )
    expect(page.get_by_text("Drop files to attach them")).to_have_count(int(kind == "dragenter"))


def keep_nothing(page: Page) -> None:
    page.get_by_role("button", name="Temporary chat").click()


def search_models(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Model: ")).click()
    page.get_by_placeholder("Search models").fill("zzz")
    expect(page.get_by_text("No model has this name.")).to_be_visible()


def ask_why(page: Page) -> None:
    press_menu(page, "More actions")
    page.get_by_role("menuitem", name="Why is a button").click()
    expect(steps.dialog(page, "Why is a button").locator("[data-skeleton]")).to_have_count(0)


def open_shortcuts(page: Page) -> None:
    page.keyboard.press("ControlOrMeta+/")
    steps.dialog(page, "Keyboard shortcuts")


def press_menu(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("menuitem").first).to_be_visible()


def from_chat_menu(page: Page, entry: str) -> None:
    steps.chat_menu(page, "A dam", entry)


def search_chats(page: Page) -> None:
    hidden = page.get_by_role("button", name="Show chats")
    if hidden.is_visible():
        hidden.click()
    page.get_by_role("searchbox", name="Search chats").fill("zzzz")
    expect(page.get_by_text("No chat has these words.")).to_be_visible()


def clear_search(page: Page) -> None:
    page.get_by_label("Clear the search").click()
    page.keyboard.press("Escape")


def open_on_phone(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="Show chats").click()
    expect(steps.chat_link(page, "A dam").first).to_be_visible()


def close_on_phone(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Show chats")).to_be_visible()
    page.set_viewport_size(DESK)


def hide_chats(page: Page) -> None:
    page.get_by_role("button", name="Hide chats").click()
    expect(page.get_by_role("button", name="Show chats")).to_be_visible()


def show_chats(page: Page) -> None:
    page.get_by_role("button", name="Show chats").click()


def tell_window(page: Page, event: str) -> None:
    page.evaluate("(event) => dispatchEvent(new Event(event))", event)
    expect(page.get_by_text("You are offline.")).to_have_count(int(event == "offline"))


def show_key(page: Page) -> None:
    page.get_by_role("button", name="Create a new key").click()
    expect(page.get_by_role("button", name="Delete the key")).to_be_visible()


def open_own_settings(page: Page) -> None:
    page.get_by_role("main").get_by_role("list").get_by_role("button").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
