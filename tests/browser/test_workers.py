"""What an admin sees of workers, and how one is ended."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Complaints

pytestmark = pytest.mark.browser

EXAMPLES = ["guide"]


def test_a_worker_is_seen_and_ended(home: Page, complaints: Complaints) -> None:
    steps.say(home, "hello")
    steps.user_menu(home, "Administration")
    home.get_by_role("link", name="System").click()
    workers = home.get_by_role("region", name="Workers")
    row = workers.get_by_role("row").filter(has_text="Penstock Guide")
    expect(row).to_contain_text("Ready")
    expect(row).to_contain_text("MB")
    row.get_by_role("button", name="End the worker of Penstock Guide").click()
    dialog = home.get_by_role("dialog", name="End this worker?")
    expect(dialog).to_contain_text("The next call starts a new process.")
    dialog.get_by_role("button", name="Cancel").click()
    expect(row).to_be_visible()
    row.get_by_role("button", name="End the worker of Penstock Guide").click()
    dialog.get_by_role("button", name="End worker").click()
    expect(home.get_by_text("The worker of Penstock Guide has ended.")).to_be_visible()
    expect(row).to_have_count(0)
    expect(home.get_by_text("No worker runs just now.")).to_be_visible()
