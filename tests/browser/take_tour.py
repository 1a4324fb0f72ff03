"""Takes the pictures of docs/tour: `python -m tests.browser.take_tour`, when views have changed.

Every view at 1280 in the light and at 390 in the dark; all together stay below 3 MB, so that they can be kept.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.browser import steps, tour
from tests.browser.conftest import QUIET, chromium
from tests.browser.house import House, furnish
from tests.browser.tour import Places, Stop
from tests.serving import serving

FOLDER = Path(__file__).parents[2] / "docs" / "tour"
SIZES = {"light": (1280, 800), "dark": (390, 844)}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data, serving(Path(data)) as server, sync_playwright() as playwright:
        house = furnish(server, tour.EXAMPLES)
        places = tour.furnish_places(house)
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        for theme, (width, height) in SIZES.items():
            context = browser.new_context(base_url=server.url, viewport={"width": width, "height": height})
            context.set_default_timeout(30_000)
            picture(context, house, places, theme)
            context.close()
        browser.close()


def picture(context: BrowserContext, house: House, places: Places, theme: str) -> None:
    page = context.new_page()
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.goto("/auth")
    shoot(page, "sign-in", theme)
    house.admit(context, house.token)
    for stop in stops(page, places):
        page.goto(stop.path)
        if stop.open:
            stop.open(page)
        shoot(page, stop.name, theme)
        cancel = page.get_by_role("dialog").get_by_role("button", name="Cancel")
        if cancel.count():
            cancel.first.click()
    page.close()


def stops(page: Page, places: Places) -> Iterator[Stop]:
    yield Stop("welcome", "/", tour.ready_to_write)
    yield Stop("answer", "/", lambda page: steps.say(page, "Show me a table with numbers"))
    yield Stop("results", places.chat, show_results)
    yield from (stop for stop in tour.questions(places) if stop.name in ("question-select", "question-form"))
    yield Stop("settings", "/settings", tour.settled)
    yield from (stop for stop in tour.administration(page, places) if stop.name not in ("nowhere", "run"))
    wanted = ("function Settings", "function Rights", "import", "connection")
    yield from (stop for stop in tour.dialogs(page) if stop.name in wanted)


def show_results(page: Page) -> None:
    steps.output(steps.answers(page).last, "table").scroll_into_view_if_needed()


def shoot(page: Page, name: str, theme: str) -> None:
    page.wait_for_timeout(400)
    page.screenshot(path=FOLDER / f"{name.replace(' ', '-').lower()}-{theme}.png", scale="css")


if __name__ == "__main__":
    main()
