"""Every view against WCAG 2.2 AA with axe-core: light and dark, on a desk and on a phone.

On the way it is seen that no view asks another host for anything, and that none allows scripts but the page's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, Response, expect

from tests.browser import room, tour
from tests.browser.house import House
from tests.browser.tour import Places, Stop

pytestmark = pytest.mark.browser

EXAMPLES = tour.EXAMPLES
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async (rules) => {
    await Promise.all(document.getAnimations().map((each) => each.effect.getComputedTiming().iterations === Infinity
        ? each.cancel() : each.finish()));
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const runOnly = rules ? { type: "rule", values: rules } : { type: "tag", values: tags };
    const options = { runOnly, iframes: false, preload: false, resultTypes: ["violations"], elementRef: false };
    if (!rules) options.rules = { "target-size": { enabled: true } };
    const found = await axe.run(document.querySelector("[role=dialog]") ?? document, options);
    const why = (node) => node.any.concat(node.all, node.none)[0]?.message ?? "";
    return found.violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.html.slice(0, 160)} | ${why(node)}`));
}"""
OF_SIZE = ["color-contrast", "scrollable-region-focusable", "target-size"]
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


class Inspector:
    """Looks at a page four times; what depends on neither colours nor room is looked for once."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[str] = []
        page.on("request", self._asked)
        page.on("response", self._answered)

    def look(self, name: str) -> None:
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        self.found.extend(f"{name}, {each}" for each in room.too_wide(self.page))
        for size in (DESK, PHONE):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            for theme, rules in (("light", None if size is DESK else OF_SIZE), ("dark", ["color-contrast"])):
                self.page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", theme)
                self._note(f"{name}, {size['width']}, {theme}", rules)
        self.page.set_viewport_size(DESK)  # type: ignore[arg-type]

    def walk(self, stops: Iterable[Stop]) -> None:
        for stop in stops:
            travel(self.page, stop)
            self.look(stop.name)
            close_dialogs(self.page)

    def _asked(self, request: Request) -> None:
        """Nothing may be fetched from elsewhere: what a page needs, it has."""
        own = self.page.url.split("/")[2] if self.page.url.startswith("http") else ""
        place = urlsplit(request.url)
        if own and place.scheme in ("http", "https") and place.netloc != own:
            self.found.append(f"{self.page.url} asks another host: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.request.resource_type != "document" or response.request.frame != self.page.main_frame:
            return
        policy = response.headers["content-security-policy"]
        scripts = next(part for part in policy.split(";") if part.strip().startswith("script-src "))
        if scripts.strip() != "script-src 'self'":
            self.found.append(f"{response.url} allows more scripts than its own: {scripts}")

    def _note(self, where: str, rules: list[str] | None) -> None:
        violations: list[str] = self.page.evaluate(RUN, rules)
        self.found.extend(f"{where}: {violation}" for violation in violations)


def travel(page: Page, stop: Stop) -> None:
    """Without reading the page anew, as a link would."""
    if not page.url.startswith("http"):
        page.goto(stop.path)
    page.evaluate("(to) => { history.pushState({}, '', to); dispatchEvent(new PopStateEvent('popstate')); }", stop.path)
    if stop.open:
        stop.open(page)


def close_dialogs(page: Page) -> None:
    cancel = page.get_by_role("dialog").get_by_role("button", name="Cancel")
    if cancel.count():
        cancel.first.click()
    else:
        page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("menu")).to_have_count(0)


@pytest.fixture
def inspector(page: Page) -> Iterator[Inspector]:
    made = Inspector(page)
    yield made
    assert not made.found, "\n".join(made.found)


@pytest.fixture(scope="module")
def places(house: House) -> Places:
    return tour.furnish_places(house)


def test_the_set_up_page(page: Page, inspector: Inspector) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Set up Penstock")).to_be_visible()
    inspector.look("set-up")


def test_the_pages_before_signing_in(page: Page, inspector: Inspector, house: House) -> None:
    page.goto("/auth")
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    inspector.walk(tour.outside())


def test_the_chats(home: Page, inspector: Inspector, places: Places) -> None:
    inspector.walk(tour.chats(places))


def test_the_questions(home: Page, inspector: Inspector, places: Places) -> None:
    inspector.walk(tour.questions(places))


def test_the_administration(home: Page, inspector: Inspector, places: Places) -> None:
    inspector.walk(tour.administration(home, places))


def test_the_dialogs_of_the_administration(home: Page, inspector: Inspector, places: Places) -> None:
    inspector.walk(tour.dialogs(home))
