"""A way past every view and the important dialogs, in a house with something in each of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser import steps
from tests.browser.house import House

EXAMPLES = ["guide", "improve", "analyse", "calculator", "chart", "export", "text_tools", "mask_secrets", "brief"]
ASKS = '''
"""
title: Ask everything
"""
from typing import Literal

from pydantic import BaseModel, Field

FIELDS = {
    "name": {"type": "string", "title": "Name", "description": "As on the plate"},
    "turns": {"type": "integer", "title": "Turns", "minimum": 1, "default": 2},
    "open": {"type": "boolean", "title": "Open", "default": True},
    "gate": {"type": "string", "title": "Gate", "enum": ["upper", "lower"], "default": "upper"},
    "parts": {"type": "array", "title": "Parts", "items": {"type": "string"}},
    "notes": {"type": "string", "title": "Notes", "input": {"type": "textarea"}},
    "colour": {"type": "string", "title": "Colour", "input": {"type": "color"}},
    "secret": {"type": "string", "title": "Key", "input": {"type": "password"}},
}
CHOICES = [{"label": "Hub", "value": "hub", "description": "In the middle"}, {"label": "Rim", "value": "rim"}]
SEVERAL = [
    {"id": "tone", "header": "Tone", "question": "Which tone?", "options": [{"label": "Formal"}, {"label": "Casual"}]},
    {"id": "why", "question": "What is it about?"},
]
QUESTIONS = {
    "confirm": {"type": "confirmation", "data": {"title": "Open the gate?", "message": "Water will flow."}},
    "input": {"type": "input", "data": {"title": "What is it called?", "placeholder": "A name"}},
    "select": {"type": "select", "data": {"title": "Which part?", "options": CHOICES}},
    "multiselect": {"type": "multiselect", "data": {"title": "Which parts?", "options": CHOICES}},
    "form": {"type": "form", "data": {"title": "A wheel", "schema": {"type": "object", "required": ["name"],
             "properties": FIELDS}}},
    "file": {"type": "file", "data": {"title": "The plan", "accept": ".txt"}},
    "several": {"type": "request:user_input", "data": {"questions": SEVERAL}},
}

class Action:
    actions = [{"id": kind, "name": f"Ask {kind}"} for kind in QUESTIONS]

    class Valves(BaseModel):
        turns: int = Field(2, description="How often")
        gate: Literal["upper", "lower"] = "upper"
        open: bool = True
        key: str = Field("", json_schema_extra={"input": {"type": "password"}})
        colour: str = Field("#336699", json_schema_extra={"input": {"type": "color"}})
        parts: list[str] = ["hub"]
        prices: dict[str, int] = {"hub": 12}

    async def action(self, body, __id__=None, __event_call__=None):
        answer = await __event_call__(QUESTIONS[__id__])
        return {"success": True, "message": f"Answered {__id__}", "data": {"answer": answer}}
'''
BREAKS = '''
"""
title: Break
"""
class Action:
    async def action(self, body):
        raise ValueError("the shaft is broken")
'''
ASKING = "Ask everything"
UNFOLD = "(each) => each.querySelectorAll('details').forEach((part) => (part.open = true))"
GO = "(to) => { history.pushState({}, '', to); dispatchEvent(new PopStateEvent('popstate')); }"
ELSEWHERE = ("Edit", "Runs", "Duplicate", "Export", "Versions")  # entries of the menu that open no dialog of their own
KINDS = ("confirm", "input", "select", "multiselect", "form", "file", "several")
TEXT = """## A wheel

Water turns it: $P = \\rho g Q H$. See [the plan](https://example.com/plan) [1] and `flow`.

| Part | Price |
|---|---:|
| Hub | 12 |
| Rim | 30 |

```python
# what it gives
def power(flow: float, head: float) -> float:
    return 9.81 * flow * head
```

- [x] drawn
- [ ] built

> Slow water, strong wheel.
"""
SVG = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 3'%3E"
    "%3Crect width='4' height='3'/%3E%3C/svg%3E"
)


@dataclass(frozen=True)
class Stop:
    name: str
    path: str
    open: Callable[[Page], Any] | None = None
    leave: Callable[[Page], Any] | None = None
    """What must be put away before the next stop, beside dialogs and menus."""


@dataclass(frozen=True)
class Places:
    """Addresses of what the house was given."""

    chat: str
    short_chat: str
    failed_run: str
    good_run: str
    shared: str


def furnish_places(house: House) -> Places:
    """A chat in which an answer shows everything that answers can, and runs that ended well and badly."""
    house.add_function("asks", "Ask everything", ASKS)
    house.add_function("breaks", "Break", BREAKS)
    house.add_person("Petra")
    chat = house.call("POST", "/api/v1/chats/new", {"chat": conversation("A wheel", full_answer())})["id"]
    short = house.call("POST", "/api/v1/chats/new", {"chat": conversation("A dam", {"content": "Not yet."})})["id"]
    body = {"model": "guide", "chat_id": chat, "id": "answer", "messages": [{"role": "user", "content": "Hi"}]}
    with house.server.client(house.token) as client:
        client.post("/api/chat/actions/breaks", json=body)
    house.call("POST", "/api/chat/actions/text_tools.count", body)
    share_id = house.call("POST", f"/api/v1/chats/{chat}/share")["share_id"]
    old = house.call("POST", "/api/v1/chats/new", {"chat": conversation("An old mill", {"content": "Gone."})})["id"]
    house.call("POST", f"/api/v1/chats/{old}/archive")
    run = {function: house.runs(function)[0]["id"] for function in ("breaks", "text_tools")}
    runs = (f"/admin/runs/{run['breaks']}", f"/admin/runs/{run['text_tools']}")
    return Places(f"/c/{chat}", f"/c/{short}", *runs, f"/s/{share_id}")


def conversation(title: str, answer: dict[str, Any]) -> dict[str, Any]:
    asked = {"id": "asked", "parentId": None, "childrenIds": ["answer"], "role": "user", "content": title}
    answered = {"id": "answer", "parentId": "asked", "childrenIds": [], "role": "assistant", "model": "guide", **answer}
    history = {"messages": {"asked": asked, "answer": {**answered, "done": True}}, "currentId": "answer"}
    return {"title": title, "models": ["guide"], "history": history}


def full_answer() -> dict[str, Any]:
    """With everything that can stand in an answer and under it."""
    parts = [{"part": "hub", "price": 12}, {"part": "rim", "price": 30}]
    plan = {"name": "Plan", "url": "https://example.com/plan"}
    return {
        "content": TEXT,
        "originalContent": TEXT.replace("Slow", "Quick"),
        "reasoning": "The head decides.",
        "statusHistory": [
            {"description": "Measuring", "done": False},
            {"description": "Measured", "done": True, "urls": ["https://example.com/a"]},
        ],
        "output": [
            {"id": "t", "kind": "table", "title": "Parts", "data": parts},
            {"id": "j", "kind": "json", "data": {"wheel": {"turns": 7, "parts": ["hub", None, True]}}},
            {"id": "x", "kind": "text", "data": "seven turns"},
        ],
        "embeds": ["<p style='margin:0'>An embed</p>"],
        "files": [
            {"type": "image", "url": SVG, "name": "plan.svg"},
            {"type": "file", "url": "/api/v1/files/x", "name": "plan.txt"},
        ],
        "sources": [{"source": plan, "document": ["The wheel has 7 parts."], "metadata": [{"source": "plan"}]}],
        "followUps": ["And the dam?"],
    }


def travel(page: Page, stop: Stop) -> None:
    """Without reading the page anew, as a link would."""
    if not page.url.startswith("http"):
        page.goto(stop.path)
    page.evaluate(GO, stop.path)
    if stop.open:
        stop.open(page)


def leave(page: Page, stop: Stop) -> None:
    """So that the next stop finds the page as it expects it."""
    if stop.leave:
        stop.leave(page)
    cancel = page.get_by_role("dialog").get_by_role("button", name="Cancel")
    if cancel.count():
        cancel.first.click()
    else:
        page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("menu")).to_have_count(0)
    dismiss = page.get_by_role("region", name="Notifications").get_by_role("button", name="Dismiss")
    dismiss.evaluate_all("(buttons) => buttons.forEach((button) => button.click())")


def outside() -> Iterator[Stop]:
    """What is seen by those who have not signed in."""
    yield Stop("sign-in", "/auth")
    yield Stop("sign-up", "/auth/new")


def chats(places: Places) -> Iterator[Stop]:
    yield Stop("welcome", "/", ready_to_write)
    yield Stop("chat", places.chat, open_changes)
    yield Stop(
        "models-to-choose", places.chat, lambda page: page.get_by_role("button", name=re.compile("^Model: ")).click()
    )
    yield Stop("commands", places.chat, lambda page: steps.composer(page).fill("/ask"))
    yield Stop("chat-menu", places.chat, open_chat_menu)
    yield Stop("share", places.chat, open_share_dialog)
    yield Stop("shared", places.shared, lambda page: expect(steps.answers(page).last).to_be_visible())
    yield Stop("archive", "/archive", lambda page: expect(page.get_by_text("An old mill")).to_be_visible())
    yield Stop("settings", "/settings", lambda page: expect(page.get_by_role("heading").first).to_be_visible())
    yield Stop("not-found", "/nowhere", lambda page: expect(page.get_by_role("heading").first).to_be_visible())


def open_share_dialog(page: Page) -> None:
    page.get_by_role("button", name="More for this chat").click()
    page.get_by_role("menuitem", name="Share").click()
    expect(page.get_by_role("textbox", name="Address")).to_be_visible()


def questions(places: Places) -> Iterator[Stop]:
    for kind in KINDS:
        yield Stop(f"question-{kind}", places.short_chat, partial(ask, kind=kind))


def administration(page: Page, places: Places) -> Iterator[Stop]:
    """Every section that the navigation leads to, and what is behind it."""
    page.goto("/admin/functions")
    links = page.get_by_role("navigation", name="Administration").get_by_role("link")
    expect(links.first).to_be_visible()
    for address in links.evaluate_all("links => links.map((link) => link.getAttribute('href'))"):
        area = address.removeprefix("/admin/")
        yield Stop("admin-settings" if area == "settings" else area, address, settled)
    yield Stop("editor", "/admin/functions/asks", lambda page: expect(page.locator(".cm-line").first).to_be_visible())
    yield Stop("new-function", "/admin/functions/new", settled)
    yield Stop("model", "/admin/models/guide", settled)
    yield Stop("failed-run", places.failed_run, settled)
    yield Stop("run", places.good_run, settled)
    yield Stop("nowhere", "/admin/nowhere", settled)


def dialogs(page: Page) -> Iterator[Stop]:
    """Behind the menu of a function, and what other sections open."""
    page.goto("/admin/functions")
    menu(page, ASKING)
    entries = page.get_by_role("menuitem")
    expect(entries.first).to_be_visible()
    names = [name for name in entries.all_inner_texts() if name not in ELSEWHERE]
    page.keyboard.press("Escape")
    yield Stop("function-menu", "/admin/functions", lambda page: menu(page, ASKING))
    for name in names:
        yield Stop(f"function {name}", "/admin/functions", partial(from_menu, entry=name))
    yield Stop("import", "/admin/functions", lambda page: press(page, "Import"))
    yield Stop("filter-policy", "/admin/functions", lambda page: from_menu(page, "When it fails", "Mask secrets"))
    yield Stop("connection", "/admin/connections", lambda page: press(page, "Add a connection"))
    yield Stop("person", "/admin/people", lambda page: press(page, "Add a person"))


def unfold(button: Locator) -> None:
    """On a phone, what takes room is folded."""
    if button.get_attribute("aria-expanded") == "false":
        button.click()


def ready_to_write(page: Page) -> None:
    expect(steps.composer(page)).to_be_visible()


def settled(page: Page) -> None:
    """The view is there and nothing in it is still being read."""
    expect(page.get_by_role("main").get_by_role("heading").first).to_be_visible()
    expect(page.locator("[data-skeleton]")).to_have_count(0)


def open_changes(page: Page) -> None:
    steps.answers(page).last.get_by_role("button", name="What changed").click()
    expect(page.get_by_role("list", name="What changed")).to_be_visible()


def open_chat_menu(page: Page) -> None:
    link = steps.chat_link(page, "A wheel").first
    if not link.is_visible():
        page.get_by_role("button", name="Show chats").click()
    link.hover()
    steps.chat_list(page).get_by_role("button", name="More for A wheel").first.click()
    expect(page.get_by_role("menuitem").first).to_be_visible()


def ask(page: Page, kind: str) -> None:
    answer = steps.answers(page).last
    steps.click_action(answer, f"Ask {kind}")
    expect(page.get_by_role("dialog")).to_be_visible()


def menu(page: Page, function: str) -> None:
    page.get_by_role("button", name=f"More for {function}").click()
    expect(page.get_by_role("menuitem").first).to_be_visible()


def from_menu(page: Page, entry: str, function: str = ASKING) -> None:
    menu(page, function)
    page.get_by_role("menuitem", name=entry, exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def press(page: Page, name: steps.Words) -> None:
    page.get_by_role("button", name=name).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
