"""What an admin decides about the rights of a function on its page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import steps
from tests.browser.conftest import Complaints, both_widths
from tests.browser.house import House

pytestmark = [pytest.mark.browser, both_widths]

EXAMPLES = ["guide"]
ADDRESS = "/api/v1/functions/id/guide/rights"


def open_rights(page: Page) -> Locator:
    """By the button of its own, or from the menu that holds it on a phone."""
    more = page.get_by_role("button", name="More for Penstock Guide")
    expect(more).to_be_visible()
    direct = page.get_by_role("button", name="Rights", exact=True)
    if direct.is_visible():
        direct.click()
    else:
        more.click()
        page.get_by_role("menuitem", name="Rights", exact=True).click()
    return steps.dialog(page, "Rights of Penstock Guide")


def test_a_profile_and_a_budget_are_changed(home: Page, house: House, complaints: Complaints) -> None:
    home.goto("/admin/functions/guide")
    form = open_rights(home)
    expect(form.get_by_role("radio", name=re.compile("^Standard"))).to_be_checked()
    expect(form.get_by_text("Nobody has changed these rights.")).to_be_visible()
    memory = form.get_by_label("Memory (MiB)")
    expect(memory).to_have_attribute("placeholder", "1024")
    expect(form.get_by_role("button", name="Save")).to_be_disabled()

    form.get_by_role("radio", name=re.compile("^Closed")).check()
    memory.fill("1")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_contain_text("`memory` is from 64 MiB")
    expect(memory).to_be_focused()
    complaints.forgive("422")

    memory.fill("256")
    steps.submit(form, "Save")
    steps.toast(home, "The rights are saved.")
    rights = house.call("GET", ADDRESS)
    assert (rights["profile"], rights["budget"]["memory"]) == ("closed", 256 * 2**20)

    form = open_rights(home)
    expect(form.get_by_text("Changed by Ada Admin, just now")).to_be_visible()
    expect(form.get_by_label("Memory (MiB)")).to_have_value("256")
    form.get_by_label("Memory (MiB)").fill("")
    steps.submit(form, "Save")
    assert house.call("GET", ADDRESS)["budget"]["memory"] is None


def test_hosts_are_checked_one_by_one(home: Page, house: House, complaints: Complaints) -> None:
    house.call("POST", ADDRESS, {"profile": "standard"})
    home.goto("/admin/functions")
    home.get_by_role("button", name="More for Penstock Guide").click()
    home.get_by_role("menuitem", name="Rights").click()
    form = steps.dialog(home, "Rights of Penstock Guide")
    for number, host in enumerate(["127.0.0.1:11434", "http://x/y"], 1):
        form.get_by_role("button", name="Add a host").click()
        form.get_by_label(f"Host {number}").fill(host)
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_contain_text("is an address of a page, not a host")
    expect(form.get_by_label("Host 2")).to_be_focused()
    complaints.forgive("422")
    form.get_by_role("button", name="Remove http://x/y").click()
    steps.submit(form, "Save")
    assert house.call("GET", ADDRESS)["hosts"] == ["127.0.0.1:11434"]


def test_what_is_dangerous_is_asked_about(home: Page, house: House, complaints: Complaints) -> None:
    home.goto("/admin/functions/guide?rights")
    form = steps.dialog(home, "Rights of Penstock Guide")
    form.get_by_role("radio", name=re.compile("^Trusted")).check()
    form.get_by_role("button", name="Save").click()
    sure = steps.dialog(home, "Give this right?")
    expect(sure).to_contain_text("takes away all walls")
    complaints.forgive("409")
    sure.get_by_role("button", name="Cancel").click()
    expect(sure).to_be_hidden()
    assert house.call("GET", ADDRESS)["profile"] == "standard"
    form.get_by_role("button", name="Save").click()
    steps.dialog(home, "Give this right?").get_by_role("button", name="Allow it").click()
    steps.toast(home, "The rights are saved.")
    complaints.forgive("409")
    assert house.call("GET", ADDRESS)["profile"] == "trusted"
    home.get_by_role("link", name="Functions", exact=True).first.click()
    expect(home.locator("[data-function=guide]").get_by_text("Trusted", exact=True)).to_be_visible()
