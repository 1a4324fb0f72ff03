"""Takes the pictures of docs/tour and writes its page: `python -m tests.browser.take_tour`, when views have changed.

Every view at 1280 in the light and at 390 in the dark, small enough to be kept.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import steps, tour, tour_chats, tour_functions
from tests.browser.conftest import QUIET, chromium
from tests.browser.house import House, furnish
from tests.browser.pictures import Camera
from tests.browser.tour import Places, Stop
from tests.browser.tour_chats import Rooms
from tests.serving import serving

FOLDER = Path(__file__).parents[2] / "docs" / "tour"
SIZES = {"light": (1280, 800), "dark": (390, 844)}
HEAD = """# A tour

Every view on a desk in the light and on a phone in the dark. `python -m tests.browser.take_tour` takes the pictures
from a real server and writes this page; do so again when views change.
"""
SECTIONS: dict[str, dict[str, str]] = {
    "Chatting": {
        "sign-in": "Sign in",
        "welcome": "A new chat",
        "answer": "An answer, and the actions under it",
        "writing": "While an answer is written",
        "models-to-choose": "Choosing a model",
        "filters": "Filters that people switch on",
        "commands": "Actions and filters by `/`",
        "attachments": "A file to send along",
        "answer-opened": "Reasoning, steps, code, mathematics, and what an action replaced",
        "citation": "A source, where the answer refers to it",
        "results": "What functions leave under an answer: files, embeds, tables, data, text",
        "chat": "What an action changed, line by line",
        "failed-answer": "An answer that failed, code that ran, a page in preview",
        "action-running": "An action at work",
        "question-select": "An action asks",
        "question-form": "An action asks with a form, made from its JSON Schema",
        "question-several": "An action asks several things at once",
        "tray-elsewhere": "A question waits in another chat",
        "notices": "What functions tell",
        "why-here": "Why a button is here, or not",
        "chat-menu": "What can be done with a chat",
        "nothing-found": "Searching chats",
        "share": "Sharing a chat",
        "shared": "A shared chat",
        "archive": "Archived chats",
        "temporary": "A chat that is not kept",
        "offline": "Without a connection",
        "settings": "Settings of a person",
    },
    "Functions": {
        "functions": "All functions",
        "new-dialog": "A new one, from a template",
        "function-menu": "What can be done with one",
        "import": "Import",
        "import-choice": "What an import brings and needs, before anything runs",
        "editor": "The editor",
        "not-saved": "A mistake, found when saving",
        "changes": "Changes that are not saved yet",
        "new-function": "A new function",
        "try-asks": "Trying a function beside its source: it asks",
        "try-done": "What a trial did",
        "versions": "Versions",
        "version": "A version, against the one that serves",
        "origin": "News at the address that a function came from",
        "function-settings": "Valves: one form per layer",
        "function-models": "Which models it acts on",
        "function-rights": "Rights and budgets",
        "function-who-may-use-it": "Who may use it, and why it is (not) here",
        "filter-policy": "What becomes of an answer when a filter fails",
    },
    "Looking after it": {
        "runs": "What functions did",
        "run": "A run",
        "failed-run": "Why a run failed",
        "run-cancelled": "A run that was stopped, and hosts it was refused",
        "models": "Models",
        "model": "One model",
        "connections-one": "Connections",
        "connection": "A new connection",
        "people-waiting": "People",
        "person": "A new person",
        "group": "A group of people",
        "system": "Workers, walls and packages",
        "admin-settings": "Settings of the server",
        "paused": "A function that keeps crashing is paused",
    },
}
SHOWN = {name for section in SECTIONS.values() for name in section}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    missing = set(SHOWN)
    with tempfile.TemporaryDirectory() as data, serving(Path(data)) as server, sync_playwright() as playwright:
        house = furnish(server, tour.EXAMPLES)
        places, rooms = tour.furnish_places(house), tour_chats.furnish_rooms(house)
        tour_functions.furnish_trials(house)
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        for theme in SIZES:
            missing &= SHOWN - picture(browser, house, places, rooms, theme)
        browser.close()
    write_page()
    for old in FOLDER.glob("*.png"):
        if old.stem.rpartition("-")[0] not in SHOWN:
            old.unlink()
    if missing:
        raise SystemExit(f"no stop is named {sorted(missing)}")


def picture(browser: Browser, house: House, places: Places, rooms: Rooms, theme: str) -> set[str]:
    """Of all stops, the ones that the page shows; gives their names."""
    width, height = SIZES[theme]
    context = browser.new_context(base_url=house.server.url, viewport={"width": width, "height": height})
    context.set_default_timeout(30_000)
    camera, page = Camera(context, FOLDER), context.new_page()
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.goto("/auth")
    page.wait_for_timeout(400)
    camera.shoot(page, f"sign-in-{theme}")
    house.admit(context, house.token)
    page.goto("/")
    taken = {"sign-in"}
    for stop in stops(page, house, places, rooms):
        name = stop.name.replace(" ", "-").lower()
        if name not in SHOWN or name in taken:
            continue
        tour.travel(page, stop)
        page.wait_for_timeout(400)
        camera.shoot(page, f"{name}-{theme}")
        tour.leave(page, stop)
        taken.add(name)
    context.close()
    return taken


def stops(page: Page, house: House, places: Places, rooms: Rooms) -> Iterator[Stop]:
    yield Stop("answer", "/", lambda page: steps.say(page, "Show me a table with numbers"))
    yield Stop("results", places.chat, show_results)
    yield from tour.chats(places)
    yield from tour_chats.conversations(house, places, rooms)
    yield from tour_chats.surroundings(places)
    yield from tour.questions(places)
    yield from tour.administration(page, places)
    yield from tour.dialogs(page)
    yield from tour_functions.stops(house)


def show_results(page: Page) -> None:
    steps.output(steps.answers(page).last, "table").scroll_into_view_if_needed()


def write_page() -> None:
    lines = [HEAD]
    for section, captions in SECTIONS.items():
        lines.append(f"## {section}\n")
        for name, caption in captions.items():
            alt = caption.replace("`", "")
            pictures = [
                f'<img src="{name}-{theme}.png" alt="{alt}, {where}" height="400">'
                for theme, where in (("light", "on a desk"), ("dark", "on a phone"))
            ]
            lines.append(f"### {caption}\n\n{' '.join(pictures)}\n")
    (FOLDER / "README.md").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
