"""Packages on the pages of the administration: told while they are installed, given up, listed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Complaints
from tests.browser.house import House
from tests.environments.index import Index, serving_index
from tests.environments.wheels import make_wheel
from tests.serving import ServerProcess, serving

pytestmark = [pytest.mark.browser, pytest.mark.spec("M4")]

EXAMPLES = ["guide"]
PEN = '"""\ntitle: Pen\nrequirements: tinypen=={}\n"""\nimport tinypen\n\n\nclass Filter: ...\n'


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("index")
    for version in ("1.0", "2.0"):
        make_wheel(folder, "tinypen", version, ballast=2_000_000)
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as environment, serving_index(folder, environment, cache) as started:
        yield started


@pytest.fixture(scope="module")
def server(index: Index, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with serving(tmp_path_factory.mktemp("data")) as started:
        yield started


def test_a_slow_install_is_told_and_can_be_given_up(home: Page, house: House, index: Index, second: Page) -> None:
    house.add_function("pen", "Pen", PEN.format("1.0"), everywhere=False)
    second.goto("/admin/functions")
    home.goto("/admin/functions/pen")
    index.holds.clear()
    steps.paste_source(home, PEN.format("2.0"))
    home.get_by_role("button", name="Save").click()
    expect(home.get_by_role("status").filter(has_text="Downloading tinypen (2.0 MB)")).to_be_visible()
    expect(home.get_by_role("list", name="What was done so far")).to_contain_text("Resolving tinypen==2.0")
    expect(second.get_by_text("Downloading")).to_be_hidden()
    home.get_by_role("button", name="Give up").click()
    steps.toast(home, "The save was given up.", "info")
    assert house.call("GET", "/api/v1/functions/id/pen")["version_number"] == 1
    index.holds.set()

    home.get_by_role("button", name="Save").click()
    steps.toast(home, "Version 2 is saved and serves from the next run on.")


def test_what_cannot_be_installed_is_said_where_it_was_asked_for(home: Page, complaints: Complaints) -> None:
    home.goto("/admin/functions/pen")
    steps.paste_source(home, PEN.format("9.0"))
    home.get_by_role("button", name="Save").click()
    problem = home.get_by_role("region", name="Not saved")
    expect(problem.get_by_role("alert")).to_contain_text("tinypen")


def test_the_system_page_lists_what_is_installed(home: Page) -> None:
    home.goto("/admin/system")
    row = home.get_by_role("listitem").filter(has_text="tinypen==2.0")
    expect(row).to_contain_text("2.0 MB")
    expect(row).to_contain_text("Used by: Pen")
    home.get_by_role("button", name="Remove unused").click()
    steps.toast(home, "Nothing to remove: all are used, or were asked for since yesterday.", "info")
