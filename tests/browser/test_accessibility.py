"""The page of the chats against WCAG 2.2 AA: every view, dialog, menu and state of it, as the tour comes past them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import tour, tour_chats, tour_index, tour_states
from tests.browser.conftest import Complaints
from tests.browser.house import House
from tests.browser.inspector import Inspector, Seen
from tests.browser.tour import Places
from tests.browser.tour_chats import Rooms
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
    return tour.furnish_places(house)


@pytest.fixture(scope="module")
def rooms(house: House) -> Rooms:
    return tour_chats.furnish_rooms(house)


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


def test_the_conversations(home: Page, inspector: Inspector, house: House, places: Places, rooms: Rooms) -> None:
    inspector.walk(tour_chats.conversations(house, places, rooms))


def test_around_the_conversations(home: Page, inspector: Inspector, places: Places) -> None:
    inspector.walk(tour_chats.surroundings(places))


def test_the_questions(home: Page, inspector: Inspector, places: Places) -> None:
    inspector.walk(tour.questions(places))


@pytest.mark.parametrize("view", tour_states.CHATS, ids=lambda view: view.name)
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
    assert not tour_index.left_out(SEEN, administration=False)
