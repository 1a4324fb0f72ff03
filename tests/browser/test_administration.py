"""What an admin does on the pages: write a function, set its valves, connect a provider."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from anyio.from_thread import start_blocking_portal
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Complaints, both_widths
from tests.browser.house import House
from tests.provider import KEY, FakeProvider, fake_provider

pytestmark = [pytest.mark.browser, both_widths]

EXAMPLES = ["guide"]
BROKEN = '''"""
title: Shout
description: Says it louder.
"""
from pydantic import BaseModel, Field


class Action:
    class Valves(BaseModel):
        marks: int = Field(default=1, ge=1, le=5, description="How many exclamation marks")

    def __init__(self):
        self.valves = self.Valves()

    def action(self, body):
        return body["content"].upper() + "!" * self.valves.marks +
'''
CORRECT = BROKEN.replace("marks +\n", "marks\n")
BROKEN_LINE = 16


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(fake_provider()) as started:
        yield started


def test_a_function_is_written_mended_and_switched_on(home: Page, house: House, complaints: Complaints) -> None:
    steps.user_menu(home, "Administration")
    home.get_by_role("button", name="New function").click()
    steps.dialog(home, "New function").get_by_role("button", name="Add a note").click()
    home.get_by_role("button", name="Use this").click()
    steps.paste_source(home, BROKEN)
    steps.unfold(home, "Details")
    expect(home.get_by_label("Name", exact=True)).to_have_value("Shout")
    expect(home.get_by_label("Id", exact=True)).to_have_value("shout")
    home.get_by_role("button", name="Save").click()

    problem = home.get_by_role("region", name="Not saved")
    expect(problem.get_by_role("alert")).to_contain_text(f"line {BROKEN_LINE}, column ")
    expect(problem.get_by_role("button", name=f"Go to line {BROKEN_LINE}")).to_be_visible()
    line = home.locator(".cm-line").filter(has=home.locator(".cm-lintRange-error, .cm-lintPoint-error"))
    expect(line).to_contain_text('body["content"].upper()')
    expect(home.locator(".cm-activeLine")).to_contain_text('body["content"].upper()')
    complaints.forgive("400 (Bad Request)")
    assert [function["id"] for function in house.call("GET", "/api/v1/functions/")] == ["guide"]

    steps.paste_source(home, CORRECT)
    home.get_by_label("Id", exact=True).press("ControlOrMeta+s")
    expect(home).to_have_url(re.compile("/admin/functions/shout$"))
    expect(problem).to_be_hidden()
    expect(home.get_by_label("Id", exact=True)).to_be_focused()
    expect(home.get_by_label("Id", exact=True)).not_to_be_editable()
    home.get_by_role("button", name="Switch on").click()
    steps.toast(home, "Shout is on.")
    home.get_by_role("link", name="Functions", exact=True).first.click()
    home.get_by_role("switch", name="Shout is used with all models").click()
    expect(home.get_by_role("switch", name="Shout is used with all models")).to_be_checked()
    expect(home.get_by_role("switch", name="Shout is on")).to_be_checked()

    home.get_by_role("link", name="Back to chats").click()
    answer = steps.say(home, "Hello")
    steps.click_action(answer, "Shout")
    expect(steps.text_of(answer)).to_contain_text("WELCOME TO PENSTOCK")


def test_valves_are_checked_and_stored(home: Page, house: House, complaints: Complaints) -> None:
    home.goto("/admin/functions")
    home.get_by_role("button", name="More for Penstock Guide").click()
    home.get_by_role("menuitem", name="Settings").click()
    form = steps.dialog(home, "Settings of Penstock Guide")
    pace = form.get_by_label(re.compile("pace", re.IGNORECASE)).first
    expect(pace).to_have_value("0")
    pace.fill("7")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_contain_text("less than or equal to 1")
    expect(pace).to_have_attribute("aria-invalid", "true")
    expect(pace).to_be_focused()
    complaints.forgive("422")
    assert house.call("GET", "/api/v1/functions/id/guide/valves") == {"pace": 0.0}

    pace.fill("0.001")
    steps.submit(form, "Save")
    steps.toast(home, "The settings are saved.")
    assert house.call("GET", "/api/v1/functions/id/guide/valves") == {"pace": 0.001}


def test_a_connection_brings_models(home: Page, provider: FakeProvider, complaints: Complaints) -> None:
    home.goto("/admin/connections")
    home.get_by_role("button", name="Add a connection").click()
    form = steps.dialog(home, "Add a connection")
    form.get_by_label("Address").fill(provider.url)
    form.get_by_label("Key", exact=True).fill(KEY)
    form.get_by_label("Name").fill("The fake")
    steps.submit(form, "Save and test")
    card = home.get_by_role("listitem").filter(has=home.get_by_role("heading", name="The fake"))
    expect(card.get_by_role("status")).to_contain_text("It answers and lists 4 models.")
    listed = provider.listed
    card.get_by_role("button", name="Test").click()
    steps.until(home, lambda: provider.listed > listed)
    expect(card.get_by_role("status")).to_contain_text("It answers and lists 4 models.")
    card.get_by_text("It answers and lists").click()
    expect(card.get_by_role("listitem")).to_have_text(provider.models)

    with steps.refusing(home, "**/api/v1/connections/*", complaints):
        card.get_by_role("button", name="More for The fake").click()
        home.get_by_role("menuitem", name="Delete").click()
        steps.submit(steps.dialog(home, "Delete this connection?"), "Delete")
        expect(card).to_have_count(0)
    steps.toast(home, "The fake was not deleted: The disk is full.", "error")
    expect(card).to_be_visible()

    home.get_by_role("link", name="Back to chats").click()
    steps.choose_model(home, "echo")
    steps.follow_growth(home)
    answer = steps.say(home, "one two three four five six seven eight")
    expect(steps.text_of(answer)).to_have_text("echo: one two three four five six seven eight")
    expect(steps.text_of(steps.reload(home))).to_have_text("echo: one two three four five six seven eight")


def test_a_model_whose_id_holds_a_slash(home: Page, house: House, provider: FakeProvider) -> None:
    slashed = "vendor/model-1.5"
    connection = house.call(
        "POST",
        "/api/v1/connections",
        {"url": provider.url, "key": KEY, "name": "", "prefix": "", "model_ids": [slashed]},
    )
    home.goto("/admin/models")
    row = home.locator(f"[data-model='{slashed}']")
    row.get_by_role("link", name=slashed).click()
    expect(home).to_have_url(re.compile("/admin/models/vendor%2Fmodel-1.5$"))
    home.reload()
    home.get_by_label("Description").fill("It has a slash.")
    home.get_by_text("Chosen people and groups").click()
    home.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("It has a slash.")
    expect(row).to_contain_text("Chosen people only")
    row.get_by_role("switch").click()
    with house.server.client(house.token) as client:
        steps.until(home, lambda: client.get(f"/api/v1/models/{slashed}").status_code == 404)

    row.get_by_role("switch").click()
    home.goto("/admin/functions/guide?access")
    why = steps.dialog(home, "Who may use Penstock Guide").get_by_role("region", name=re.compile("^Why"))
    why.get_by_label("For", exact=True).select_option(index=1)
    with home.expect_response(re.compile("/why.*vendor%2Fmodel-1.5")) as asked:
        why.get_by_label("With the model").select_option(label=slashed)
    assert asked.value.status == 200
    house.call("POST", "/api/v1/functions/id/guide/valves/layers/model/vendor%2Fmodel-1.5", {"pace": 0.5})
    (layer,) = house.call("GET", "/api/v1/functions/id/guide/valves/layers")
    assert layer["subject"] == slashed
    house.call("DELETE", f"/api/v1/functions/id/guide/valves/layers/model/{slashed}")
    house.call("POST", "/api/v1/models/model/delete", {"id": slashed})
    house.call("DELETE", f"/api/v1/connections/{connection['id']}")


def test_a_wrong_key_says_so(home: Page, provider: FakeProvider) -> None:
    home.goto("/admin/connections")
    home.get_by_role("button", name="Add a connection").click()
    form = steps.dialog(home, "Add a connection")
    form.get_by_label("Address").fill(provider.url)
    form.get_by_label("Key", exact=True).fill("sk-wrong")
    form.get_by_label("Name").fill("Locked out")
    steps.submit(form, "Save and test")
    card = home.get_by_role("listitem").filter(has=home.get_by_role("heading", name="Locked out"))
    expect(card.get_by_role("status")).to_contain_text("401")
