"""A real Chromium before a real server. Every page must stay free of console errors and failed requests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.browser.house import House, furnish
from tests.serving import ServerProcess, serving

WITH_WINDOWS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NAMES = ("chromium-headless-shell", *WITH_WINDOWS)
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--site-per-process",  # as Chromium has it on desks; its shell without a window does not
    "--disable-features="  # replaces Playwright's own list, of which these are what concerns us
    "AvoidCorsURLLoaderRestartOnRedirect,AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,"
    "HttpsFirstBalancedModeAutoEnable,HttpsUpgrades,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,"
    "AimEnabled,NetworkTimeServiceQuerying,OptimizationHints,PreconnectToSearch,"
    "WebUIOmniboxAimPopup,WebUIOmniboxPopup",  # pages of the browser itself: half of the work of opening a window
]

WIDTHS: dict[str, ViewportSize] = {"1280": {"width": 1280, "height": 800}, "390": {"width": 390, "height": 844}}
both_widths = pytest.mark.parametrize("viewport", WIDTHS.values(), ids=WIDTHS, scope="module")
PATIENCE = 15_000  # milliseconds: far more than anything needs, on a machine that does other things as well


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In CI a test that fails is tried once more, and said to have been: each RERUN has a cause to be found."""
    if os.environ.get("CI") == "true":
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.flaky(reruns=1))


def chromium(names: Sequence[str] = NAMES) -> str | None:
    found = next((path for name in names if (path := shutil.which(name))), None)
    return found or (MAC if Path(MAC).exists() else None)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """For this folder only: while Playwright runs, no other event loop may run in this thread."""
    executable = chromium()
    if executable is None:
        message = "NO CHROMIUM: the browser tests did not run"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=QUIET)
        expect.set_options(timeout=PATIENCE)
        yield started
        started.close()


@pytest.fixture(scope="module")
def viewport() -> ViewportSize:
    """Of the windows of a module's tests; `both_widths` runs them all on a phone as well."""
    return WIDTHS["1280"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, viewport: ViewportSize) -> Iterator[ServerProcess]:
    """A fresh server with no account yet, for each width."""
    with serving(tmp_path_factory.mktemp("data")) as started:
        yield started


@pytest.fixture(scope="module")
def house(server: ServerProcess, request: pytest.FixtureRequest) -> House:
    """The same server with an admin, and with those examples that `EXAMPLES` of the test's module names."""
    return furnish(server, request.module.EXAMPLES)


@pytest.fixture
def context(
    browser: Browser, server: ServerProcess, viewport: ViewportSize, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """Of somebody who wants no motion, for whom no click waits; but on a desk in modules that say `MOVES`."""
    still = viewport == WIDTHS["390"] or not getattr(request.module, "MOVES", False)
    made = browser.new_context(
        base_url=server.url,
        viewport=viewport,
        accept_downloads=True,
        reduced_motion="reduce" if still else "no-preference",
    )
    made.set_default_timeout(PATIENCE)
    yield made
    made.close()


class Complaints:
    """What a page complained about: console errors, uncaught errors, requests that failed."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"uncaught: {error}"))
        page.on("requestfailed", self._failed)

    def forgive(self, part: str) -> None:
        """Take away what a test has brought about on purpose; it must be there."""
        kept = [complaint for complaint in self.found if part not in complaint]
        assert len(kept) < len(self.found), f"nobody complained of {part!r}: {self.found}"
        self.found = kept

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.found.append(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def _failed(self, request: Request) -> None:
        if request.failure and "ERR_ABORTED" not in request.failure:
            self.found.append(f"request failed: {request.method} {request.url}: {request.failure}")


@pytest.fixture
def complaints(server: ServerProcess) -> Iterator[Complaints]:
    """Tests that expect a complaint forgive it before they end."""
    heard = Complaints()
    yield heard
    assert heard.found == [], "the server's last words:\n" + "".join(server.lines[-20:])


@pytest.fixture
def page(context: BrowserContext, complaints: Complaints) -> Page:
    """A tab that nobody has signed in to."""
    made = context.new_page()
    complaints.watch(made)
    return made


@pytest.fixture
def second(page: Page, complaints: Complaints) -> Page:
    """Another tab of the same browser, behind the first: a tab behind others draws once a second, so every click takes
    two. Whoever works in it brings it to the front.
    """
    made = page.context.new_page()
    complaints.watch(made)
    page.bring_to_front()
    return made


@pytest.fixture
def home(page: Page, house: House) -> Page:
    """A tab of the admin, before a new chat."""
    house.admit(page.context, house.token)
    page.goto("/")
    return page
