"""Views that have nothing to show: they wait for the server, it fails, or there is nothing yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.tour import Places


@dataclass(frozen=True)
class View:
    name: str
    path: str
    """An address, or the name of one of the house's places."""
    asks: str
    """What it reads from the server."""
    nothing: Any = None
    """What the server says when there is nothing; `None` where that cannot be."""
    says: str = ""


CHATS = (
    View("chats", "/", "**/api/v1/chats/?page=1", [], "Your chats will appear here."),
    View("chat", "short_chat", "**/api/v1/chats/*-*"),
    View("shared", "shared", "**/api/v1/chats/share/*"),
    View("archive", "/archive", "**/api/v1/chats/archived", [], "No archived chats"),
)
ADMINISTRATION = (
    View("functions", "/admin/functions", "**/api/v1/functions/list", [], "No functions yet"),
    View("editor", "/admin/functions/asks", "**/api/v1/functions/id/asks"),
    View("models", "/admin/models", "**/api/v1/models/export"),
    View("model", "/admin/models/guide", "**/api/v1/models/export"),
    View("connections", "/admin/connections", "**/api/v1/connections", [], "No connections yet"),
    View("people", "/admin/people", "**/api/v1/users/?*", {"users": [], "total": 0}, "Nobody fits"),
    View("runs", "/admin/runs", "**/api/v1/runs?*", [], "No runs yet"),
    View("run", "good_run", "**/api/v1/runs/*"),
    View("system", "/admin/system", "**/api/v1/system"),
)


PRESS = "(buttons) => (buttons.forEach((button) => button.click()), buttons.length)"
"""At once: a view that reads anew by itself may take the button away."""


class Server:
    """Answers for the real one."""

    def __init__(self, page: Page, view: View) -> None:
        self._held: list[Route] = []
        self._nothing = view.nothing
        self._state = "waits"
        page.route(view.asks, self._answer)

    def turn(self, state: str) -> None:
        self._state = state
        held, self._held = self._held, []
        for route in held:
            self._answer(route)

    def _answer(self, route: Route) -> None:
        if self._state == "waits":
            self._held.append(route)
        elif self._state == "fails":
            route.fulfill(status=500, json={"detail": "The disk is full."})
        else:
            route.fulfill(json=self._nothing)


def states(page: Page, view: View, places: Places) -> Iterator[str]:
    server = Server(page, view)
    page.goto(getattr(places, view.path, view.path))
    expect(page.locator("[data-skeleton]").first).to_be_visible()
    yield "waiting"
    server.turn("fails")
    expect(page.get_by_text("The disk is full.").first).to_be_visible()
    yield "failed"
    if view.nothing is None:
        page.unroute(view.asks)
    server.turn("has nothing")
    if not page.get_by_role("button", name="Try again").evaluate_all(PRESS):
        page.reload()
    if view.says:
        expect(page.get_by_text(view.says)).to_be_visible()
        yield "empty"
    expect(page.locator("[data-skeleton]")).to_have_count(0)
    page.unroute_all(behavior="wait")
