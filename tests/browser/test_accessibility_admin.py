"""The administration against WCAG 2.2 AA: every view, dialog, menu and state of it, as the tour comes past them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser import tour, tour_functions, tour_index, tour_states
from tests.browser.conftest import Complaints
from tests.browser.house import House
from tests.browser.inspector import Inspector, Seen
from tests.browser.tour import Places
from tests.browser.tour_states import View

pytestmark = pytest.mark.browser

EXAMPLES = tour.EXAMPLES
SEEN = Seen()


@pytest.fixture
def inspector(page: Page) -> Iterator[Inspector]:
    made = Inspector(page, SEEN)
    yield made
    assert not made.found, "\n".join(made.found)


@pytest.fixture(scope="module")
def places(house: House) -> Places:
    made = tour.furnish_places(house)
    tour_functions.furnish_trials(house)
    return made


def test_the_administration(home: Page, inspector: Inspector, places: Places) -> None:
    inspector.walk(tour.administration(home, places))


def test_the_dialogs_of_the_administration(home: Page, inspector: Inspector, places: Places) -> None:
    inspector.walk(tour.dialogs(home))


def test_lists_and_imports(home: Page, inspector: Inspector, complaints: Complaints, places: Places) -> None:
    inspector.walk(tour_functions.lists())
    inspector.walk(tour_functions.imports())
    complaints.forgive("status of 4")


def test_editing(home: Page, inspector: Inspector, complaints: Complaints, places: Places) -> None:
    inspector.walk(tour_functions.editing())
    complaints.forgive("status of 4")


def test_trying(home: Page, inspector: Inspector, places: Places) -> None:
    inspector.walk(tour_functions.trying())


def test_the_rest(home: Page, inspector: Inspector, house: House, places: Places) -> None:
    inspector.walk(tour_functions.others(house))


@pytest.mark.parametrize("view", tour_states.ADMINISTRATION, ids=lambda view: view.name)
def test_a_view_without_an_answer(
    home: Page, inspector: Inspector, complaints: Complaints, places: Places, view: View
) -> None:
    """While it waits for the server, when the server fails, and when there is nothing yet."""
    for state in tour_states.states(home, view, places):
        inspector.look(f"{view.name}, {state}")
    complaints.forgive("500")


def test_no_view_is_left_out(request: pytest.FixtureRequest) -> None:
    """After all the others: what the sources have, the tour has passed."""
    tour_index.whole_file(request)
    assert not tour_index.left_out(SEEN, administration=True)
