"""Looks at views with axe-core against WCAG 2.2 AA: light and dark, on a desk and on a phone; and whether they fit.

A view that is light on a desk is dark on a phone, and with the next one it is the other way round: so each is seen
under both themes and in both windows, and what all views share in all four ways.

On the way it is seen that no view asks another host for anything, and that none allows scripts but the page's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request, Response, ViewportSize, expect

from tests.browser import room, tour
from tests.browser.tour import Stop

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async () => {
    await Promise.all(document.getAnimations().map((each) => each.effect.getComputedTiming().iterations === Infinity
        ? each.cancel() : each.finish()));
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const options = {
        runOnly: { type: "tag", values: tags }, rules: { "target-size": { enabled: true } },
        iframes: false, preload: false, resultTypes: ["violations"], elementRef: false,
    };
    const found = await axe.run(document.querySelector("[role=dialog], [role=menu]") ?? document, options);
    const why = (node) => node.any.concat(node.all, node.none)[0]?.message ?? "";
    return found.violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.html.slice(0, 160)} | ${why(node)}`));
}"""
Theme = Literal["light", "dark"]
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}


@dataclass(frozen=True)
class Seen:
    """By the tests of a file."""

    stops: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)


class Inspector:
    """Looks at a page in the window of a desk and, under the other theme, in that of a phone."""

    def __init__(self, page: Page, seen: Seen) -> None:
        self.page = page
        self._theme: Theme = "light"
        self._seen = seen
        self.found: list[str] = []
        page.emulate_media(color_scheme=self._theme)
        page.on("request", self._asked)
        page.on("response", self._answered)

    def look(self, name: str) -> None:
        address = urlsplit(self.page.url).path
        sizes = [room.SMALLEST] if address in self._seen.addresses else [room.LARGEST, room.SMALLEST]
        self._seen.stops.add(name)
        self._seen.addresses.add(address)
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        self._check(name, DESK)
        self.found.extend(f"{name}, {each}" for each in room.too_wide(self.page, sizes))
        self.page.set_viewport_size(PHONE)
        self._turn()
        self._check(name, PHONE)
        self.page.set_viewport_size(DESK)

    def _check(self, name: str, size: ViewportSize) -> None:
        self.page.set_viewport_size(size)
        self.page.evaluate(room.DRAWN)
        violations: list[str] = self.page.evaluate(RUN)
        self.found.extend(f"{name}, {size['width']}, {self._theme}: {violation}" for violation in violations)

    def _turn(self) -> None:
        """The next view begins as this one ends, so that each is dressed anew only once."""
        self._theme = "dark" if self._theme == "light" else "light"
        self.page.bring_to_front()
        self.page.emulate_media(color_scheme=self._theme)
        expect(self.page.locator(f"html[data-theme={self._theme}]")).to_be_attached()

    def walk(self, stops: Iterable[Stop]) -> None:
        for stop in stops:
            tour.travel(self.page, stop)
            self.look(stop.name)
            tour.leave(self.page, stop)

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
