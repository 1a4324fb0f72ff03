"""Settings of functions on the page: errors at fields, layers with their origin, who may use what."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Complaints, both_widths
from tests.browser.house import House

pytestmark = [pytest.mark.browser, both_widths]

EXAMPLES = ["guide"]
TUNED = """
from typing import Literal
from pydantic import BaseModel, Field

def hint(kind, **more):
    return {"input": {"type": kind, **more}}

class Action:
    class Valves(BaseModel):
        tone: str = Field(default="plain", title="Tone")
        size: int = Field(default=1, le=9, title="Size")
        api_key: str = Field(default="", title="Key", json_schema_extra=hint("password"))
        flavour: str = Field(default="a", title="Flavour", json_schema_extra=hint("select", options="flavours"))
        tags: list[str] = Field(default=[], title="Tags", json_schema_extra=hint("multiselect", options=["x", "y"]))
        sky: str = Field(default="#0000ff", title="Sky", json_schema_extra=hint("color"))
        note: str = Field(default="", title="Note", json_schema_extra=hint("textarea"))
        table: dict = Field(default={}, title="Table", json_schema_extra=hint("map"))
        day: str = Field(default="", title="Day", json_schema_extra=hint("date"))
        mode: Literal["fast", "slow"] = Field(default="fast", title="Mode")
        loud: bool = Field(default=False, title="Loud")

        @classmethod
        def flavours(cls, __user__=None):
            return [{"value": "a", "label": "Apple"}, {"value": "b", "label": "Bread for " + __user__["name"]}]

    class UserValves(BaseModel):
        nickname: str = Field(default="", max_length=5, title="Nickname")

    def __init__(self):
        self.valves = self.Valves()

    def action(self, body):
        return None
"""
VALVES = "/api/v1/functions/id/tuned/valves"


@pytest.fixture(scope="module")
def tuned(house: House) -> House:
    house.add_function("tuned", "Tuned", TUNED)
    return house


def settings(home: Page) -> None:
    home.goto("/admin/functions")
    home.get_by_role("button", name="More for Tuned").click()
    home.get_by_role("menuitem", name="Settings").click()


@pytest.mark.spec("V2")
@pytest.mark.spec("V3")
@pytest.mark.spec("V5")
def test_each_hint_has_its_input_and_errors_stand_at_fields(home: Page, tuned: House, complaints: Complaints) -> None:
    settings(home)
    form = steps.dialog(home, "Settings of Tuned")
    form.get_by_label("Tone", exact=True).fill("warm")
    form.get_by_label("Size", exact=True).fill("12")
    form.get_by_label("Key", exact=True).fill("sesame-open")
    form.get_by_label("Flavour", exact=True).select_option(label="Bread for Ada Admin")
    form.get_by_label("y", exact=True).check()
    expect(form.get_by_label("Sky", exact=True)).to_have_attribute("type", "color")
    form.get_by_label("Note", exact=True).fill("two\nlines")
    expect(form.get_by_label("Day", exact=True)).to_have_attribute("type", "date")
    form.get_by_label("Day", exact=True).fill("2026-01-31")
    table = form.locator("[data-valve=table]")
    table.get_by_role("button", name="Add").click()
    table.get_by_role("textbox").first.fill("one")
    table.get_by_role("textbox").last.fill("1")
    form.get_by_label("Mode", exact=True).select_option(label="slow")
    form.get_by_role("switch", name="Loud").click()
    form.get_by_role("button", name="Save").click()
    size = form.get_by_label("Size", exact=True)
    expect(form.get_by_role("alert")).to_contain_text("less than or equal to 9")
    expect(size).to_be_focused()
    complaints.forgive("422")
    assert tuned.call("GET", VALVES) == {}
    size.fill("3")
    steps.submit(form, "Save")
    stored = tuned.call("GET", VALVES)
    assert stored == {
        "tone": "warm",
        "size": 3,
        "api_key": "********",
        "flavour": "b",
        "tags": ["y"],
        "note": "two\nlines",
        "table": {"one": "1"},
        "day": "2026-01-31",
        "mode": "slow",
        "loud": True,
    }
    settings(home)
    key = steps.dialog(home, "Settings of Tuned").get_by_label("Key", exact=True)
    expect(key).to_have_value("")
    expect(key).to_have_attribute("type", "password")


@pytest.mark.spec("V6")
def test_a_group_differs_in_one_field_and_the_page_says_what_won(home: Page, tuned: House) -> None:
    tuned.call("POST", f"{VALVES}/update", {"tone": "warm"})
    group = tuned.call("POST", "/api/v1/groups/create", {"name": "Writers"})["id"]
    settings(home)
    form = steps.dialog(home, "Settings of Tuned")
    form.get_by_label("For whom").select_option(label="Group: Writers")
    tone = form.locator("[data-valve=tone]")
    expect(tone).to_contain_text("As for everybody")
    expect(tone.get_by_role("textbox")).to_have_value("warm")
    expect(form.locator("[data-valve=size]")).to_contain_text("Default")
    tone.get_by_role("textbox").fill("dry")
    expect(tone).to_contain_text("For everybody: warm")
    steps.submit(form, "Save")
    assert tuned.call("GET", f"{VALVES}/layers/group/{group}") == {"tone": "dry"}
    assert tuned.call("GET", VALVES) == {"tone": "warm"}

    settings(home)
    form = steps.dialog(home, "Settings of Tuned")
    expect(form.locator("[data-valve=tone]")).to_contain_text("Another value for Group: Writers.")
    form.get_by_label("For whom").select_option(label="Group: Writers (1 set)")
    form.get_by_role("button", name="As for everybody: Tone").click()
    steps.submit(form, "Save")
    assert tuned.call("GET", f"{VALVES}/layers") == []
    tuned.call("DELETE", f"/api/v1/groups/id/{group}/delete")


@pytest.mark.spec("V3")
@pytest.mark.spec("V4")
def test_everybody_has_settings_of_their_own(home: Page, tuned: House, complaints: Complaints) -> None:
    home.goto("/settings")
    home.get_by_role("button", name="Tuned").click()
    form = steps.dialog(home, "Tuned")
    form.get_by_label("Nickname").fill("much too long")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_contain_text("at most 5 characters")
    complaints.forgive("422")
    form.get_by_label("Nickname").fill("Ada")
    steps.submit(form, "Save")
    assert tuned.call("GET", f"{VALVES}/user") == {"nickname": "Ada"}


@pytest.mark.spec("A8")
@pytest.mark.spec("L10")
def test_who_may_use_it_and_why_it_is_not_here(home: Page, tuned: House) -> None:
    token = tuned.add_person("Una")
    home.goto("/admin/functions")
    home.get_by_role("button", name="More for Tuned").click()
    home.get_by_role("menuitem", name="Who may use it").click()
    form = steps.dialog(home, "Who may use Tuned")
    why = form.get_by_role("region", name="Why is it (not) here?")
    why.get_by_label("For", exact=True).select_option(label="Una")
    expect(why.get_by_role("status")).to_contain_text("It is here.")
    form.get_by_role("radio", name="Chosen people and groups").click()
    steps.submit(form, "Save")
    access = tuned.call("GET", "/api/v1/functions/id/tuned/access")["access_control"]
    assert access == {"read": {"user_ids": [], "group_ids": [], "role_ids": []}}
    models = tuned.call("GET", "/api/models", token=token)["data"]
    assert "tuned" not in [action["id"] for model in models for action in model["actions"]]

    home.get_by_role("button", name="More for Tuned").click()
    home.get_by_role("menuitem", name="Who may use it").click()
    form = steps.dialog(home, "Who may use Tuned")
    why = form.get_by_role("region", name="Why is it (not) here?")
    why.get_by_label("For", exact=True).select_option(label="Una")
    expect(why.get_by_role("status")).to_contain_text(re.compile("It is not here.*chosen people and groups"))
    form.get_by_role("checkbox", name=re.compile("Una")).check()
    steps.submit(form, "Save")
    models = tuned.call("GET", "/api/models", token=token)["data"]
    assert "tuned" in [action["id"] for model in models for action in model["actions"]]
