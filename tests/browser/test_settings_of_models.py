"""What an admin settles about models, groups and the server itself."""

from __future__ import annotations

import base64
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Complaints
from tests.browser.house import House
from tests.browser.test_phone import fits

pytestmark = pytest.mark.browser

EXAMPLES = ["guide"]
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_model_gets_a_picture_parameters_and_its_people(
    home: Page, house: House, complaints: Complaints, width: int
) -> None:
    name = f"Una{width}"
    house.add_person(name)
    home.set_viewport_size({"width": width, "height": 844})
    home.goto("/admin/models/new")
    home.get_by_label("Name", exact=True).fill(f"Tutor {width}")
    home.get_by_label("Built on").select_option(label="Penstock Guide")
    home.get_by_role("group", name="Picture").locator("input").set_input_files(
        {"name": "dot.png", "mimeType": "image/png", "buffer": DOT}
    )
    expect(home.get_by_role("button", name="Change")).to_be_visible()
    home.get_by_label("Temperature").fill("3")
    home.get_by_label("Further parameters").fill("[1]")
    home.get_by_role("button", name="Save").click()
    expect(home.get_by_text("From 0 to 2.")).to_be_visible()
    expect(home.get_by_text("This is not a JSON object.")).to_be_visible()
    fits(home)
    home.get_by_label("Temperature").fill("0.4")
    home.get_by_label("Stop words").fill("END\nSTOP")
    home.get_by_label("Further parameters").fill('{"top_k": 4}')
    home.get_by_text("Chosen people and groups").click()
    home.get_by_role("checkbox", name=re.compile(name)).check()
    home.get_by_role("button", name="Save").click()
    row = home.locator(f"[data-model=tutor-{width}]")
    expect(row).to_contain_text("Chosen people only")
    expect(row.locator("img")).to_be_visible()
    fits(home)
    records = {record["id"]: record for record in house.call("GET", "/api/v1/models/export")}
    made = records[f"tutor-{width}"]
    assert made["params"] == {"temperature": 0.4, "stop": ["END", "STOP"], "custom_params": {"top_k": 4}}
    assert made["meta"]["profile_image_url"].startswith("data:image/png;base64,")
    assert len(made["access_control"]["read"]["user_ids"]) == 1

    home.get_by_role("link", name=f"Tutor {width}").click()
    expect(home.get_by_label("Temperature")).to_have_value("0.4")
    expect(home.get_by_role("checkbox", name=re.compile(name))).to_be_checked()
    home.get_by_label("Temperature").fill("")
    home.get_by_role("button", name="Remove", exact=True).click()
    home.get_by_role("button", name="Save").click()
    expect(row.locator("img")).to_have_count(0)


def test_new_models_are_opened_and_closed(home: Page, house: House, complaints: Complaints) -> None:
    home.goto("/admin/models")
    switch = home.get_by_role("switch", name="New models are for everybody")
    expect(switch).to_be_checked()
    switch.click()
    steps.toast(home, "New models are for administrators only.")
    assert house.call("GET", "/api/v1/models/public") == {"public": False}
    home.reload()
    expect(switch).not_to_be_checked()
    home.route("**/api/v1/models/public", lambda route: route.fulfill(status=503, json={"detail": "Not now."}))
    switch.click()
    steps.toast(home, "Not now.", "error")
    expect(switch).not_to_be_checked()
    home.unroute("**/api/v1/models/public")
    complaints.forgive("503")
    switch.click()
    steps.toast(home, "New models are for everybody.")


def test_a_group_is_made_changed_and_deleted(home: Page, house: House, complaints: Complaints) -> None:
    house.add_person("Gus")
    home.goto("/admin/people")
    groups = home.locator("section").filter(has=home.get_by_role("heading", name="Groups"))
    expect(groups).to_contain_text("There are no groups yet.")
    groups.get_by_role("button", name="New group").click()
    form = steps.dialog(home, "New group")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_have_text("Give it a name.")
    form.get_by_label("Name", exact=True).fill("Sales")
    form.get_by_role("checkbox", name=re.compile("Gus")).check()
    steps.submit(form, "Save")
    row = home.get_by_role("list", name="Groups").get_by_role("listitem")
    expect(row).to_contain_text("Sales 1 member")
    expect(row).to_contain_text("Gus")
    row.get_by_role("button", name="Edit Sales").click()
    form = steps.dialog(home, "Edit Sales")
    form.get_by_label("Description").fill("They sell.")
    form.get_by_role("checkbox", name=re.compile("Gus")).uncheck()
    home.set_viewport_size({"width": 390, "height": 844})
    fits(home)
    with steps.refusing(home, "**/api/v1/groups/id/**", complaints):
        steps.submit(form, "Save")
        expect(row).to_contain_text("They sell.")
    steps.toast(home, "Sales stays as it was: The disk is full.", "error")
    expect(row).to_contain_text("1 member")
    home.get_by_role("button", name="Edit it again").click()
    steps.submit(form, "Save")
    expect(row).to_contain_text("0 members")
    expect(row).to_contain_text("They sell.")
    remove = row.get_by_role("button", name="Delete Sales")
    with steps.refusing(home, "**/api/v1/groups/id/**", complaints):
        remove.click()
        steps.submit(steps.dialog(home, "Delete this group?"), "Delete")
        expect(row).to_have_count(0)
    steps.toast(home, "Sales was not deleted: The disk is full.", "error")
    remove.click()
    steps.submit(steps.dialog(home, "Delete this group?"), "Delete")
    expect(groups).to_contain_text("There are no groups yet.")
    assert house.call("GET", "/api/v1/groups/") == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_system_shows_load(home: Page, house: House, width: int) -> None:
    home.set_viewport_size({"width": width, "height": 844})
    home.goto("/admin/system")
    plots = home.locator("[data-plot]")
    expect(plots).to_have_count(4)
    expect(plots.first.locator("polyline")).to_be_attached()  # at once: the server remembers
    expect(plots.first.get_by_role("img", name=re.compile("^Memory: now .*, at most "))).to_be_visible()
    fits(home)


@pytest.mark.parametrize("width", [1280, 390])
def test_settings_say_what_they_do_and_are_changed(
    home: Page, house: House, complaints: Complaints, width: int
) -> None:
    home.set_viewport_size({"width": width, "height": 844})
    home.goto("/admin/settings")
    grace = home.locator("[data-setting=stop_grace]")
    expect(grace).to_contain_text("How long running work may take to finish")
    expect(grace).to_contain_text("PENSTOCK_STOP_GRACE · Takes: A number of seconds, at least 0")
    expect(grace).to_contain_text("10 seconds")
    expect(home.locator("[data-setting=data_dir]")).to_contain_text("Environment")
    expect(home.locator("[data-setting=data_dir]")).to_contain_text("by default:")
    expect(home.locator("[data-setting=default_profile]")).to_contain_text("closed, standard or trusted")
    fits(home)

    row = home.locator("[data-setting=signup]")
    switch = row.get_by_role("switch", name="Sign-up")
    expect(switch).to_be_checked()
    home.route("**/api/v1/system/settings", lambda route: route.fulfill(status=503, json={"detail": "Not now."}))
    switch.click()
    steps.toast(home, "Sign-up is as it was: Not now.", "error")
    expect(switch).to_be_checked()
    complaints.forgive("503")
    home.unroute("**/api/v1/system/settings")
    switch.click()
    steps.toast(home, "Sign-up is saved.")
    expect(row).to_contain_text("Set here")
    expect(row).to_contain_text("without it: on")
    home.get_by_label("Changed only").check()
    expect(grace).to_be_hidden()
    home.reload()
    expect(switch).not_to_be_checked()
    row.get_by_role("button", name="Reset Sign-up").click()
    expect(switch).to_be_checked()
    expect(row).not_to_contain_text("Set here")
    home.get_by_label("Search settings").fill("no such words")
    expect(home.get_by_text("No setting fits")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_people_are_added_changed_and_deleted(home: Page, house: House, complaints: Complaints, width: int) -> None:
    home.set_viewport_size({"width": width, "height": 844})
    house.server.sign_up(name=f"Wanda{width}", email=f"wanda{width}@a-rather-long-name-of-a-company.example.com")
    home.goto("/admin/people")
    waiting = home.get_by_role("region", name=re.compile("approval"))
    waiting.get_by_role("button", name="Approve").click()
    steps.toast(home, f"Wanda{width} may use Penstock now.")
    expect(waiting).to_be_hidden()
    home.get_by_role("button", name="Add a person").click()
    form = steps.dialog(home, "Add a person")
    form.get_by_label("Name", exact=True).fill(f"Ned{width}")
    form.get_by_label("Email").fill("ada@example.com")
    form.get_by_label("Password", exact=True).fill("long enough for Ned")
    form.get_by_role("button", name="Add", exact=True).click()
    expect(form.get_by_role("alert")).to_be_visible()  # the address is taken
    complaints.forgive("api/v1/auths/add")
    form.get_by_label("Email").fill(f"ned{width}@example.com")
    steps.submit(form, "Add")
    home.get_by_label("Search people").fill(f"ned{width}")
    row = home.get_by_role("listitem").filter(has_text=f"ned{width}@")
    role = row.get_by_label(f"Role of Ned{width}")
    expect(role).to_have_value("user")
    fits(home)

    home.route("**/users/*/update", lambda route: route.fulfill(status=503, json={"detail": "Not now."}))
    role.select_option("admin")
    steps.toast(home, f"Ned{width} is still: User. Not now.", "error")
    expect(role).to_have_value("user")
    complaints.forgive("503")
    home.unroute("**/users/*/update")
    role.select_option("moderator")
    steps.toast(home, f"Ned{width} is now: Moderator.")
    row.get_by_role("button", name=f"More for Ned{width}").click()
    home.get_by_role("menuitem", name="Edit").click()
    form = steps.dialog(home, f"Edit Ned{width}")
    form.get_by_label("Name", exact=True).fill(f"Ted{width}")
    steps.submit(form, "Save")
    row.get_by_role("button", name=f"More for Ted{width}").click()
    home.get_by_role("menuitem", name="Delete").click()
    steps.submit(steps.dialog(home, "Delete this account?"), "Delete")
    expect(home.get_by_text("Nobody fits")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_connection_that_fails_says_what_helps(home: Page, house: House, width: int) -> None:
    home.set_viewport_size({"width": width, "height": 844})
    home.goto("/admin/connections")
    home.get_by_role("button", name="Add a connection").click()
    form = steps.dialog(home, "Add a connection")
    form.get_by_label("Address").fill("http://127.0.0.1:9/v1")
    form.get_by_label("Name").fill("Nobody")
    steps.submit(form, "Save and test")
    card = home.get_by_role("listitem").filter(has=home.get_by_role("heading", name="Nobody"))
    expect(card.get_by_role("status")).to_contain_text("Nobody cannot be reached: nothing listens there.")
    expect(card.get_by_role("status")).to_contain_text("Is it started, and the port right?")
    fits(home)
    card.get_by_role("switch", name="Nobody is in use").click()
    expect(card).to_contain_text("Off")
    card.get_by_role("button", name="More for Nobody").click()
    home.get_by_role("menuitem", name="Delete").click()
    steps.submit(steps.dialog(home, "Delete this connection?"), "Delete")
    expect(home.get_by_text("No connections yet")).to_be_visible()
