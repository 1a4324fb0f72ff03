"""The list of functions: what they do, finding one, which models they act on, which version serves."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import steps
from tests.browser.house import House

pytestmark = pytest.mark.browser

EXAMPLES = ["guide", "brief"]
PIPE = '''"""
title: Fickle
author: Mara
version: 2
"""


class Pipe:
    async def pipe(self, body):
        if "fail" in body["messages"][-1]["content"]:
            raise ValueError("no")
        return "well"
'''
FIRST = 'class Pipe:\n    async def pipe(self, body):\n        yield "the first version"\n'
SECOND = """class Pipe:
    async def pipe(self, body, __event_call__):
        yield "begun by the second"
        await __event_call__({"type": "confirmation", "data": {"title": "Go on?", "message": ""}})
        yield " and ended by it"
"""


def row(page: Page, function_id: str) -> Locator:
    return page.locator(f"[data-function={function_id}]")


def ask(house: House, model: str, words: str) -> None:
    with house.server.client(house.token) as client:
        body = {"model": model, "messages": [{"role": "user", "content": words}], "stream": False}
        client.post("/api/chat/completions", json=body)


def open_panel(page: Page, name: str, entry: str) -> None:
    page.get_by_role("button", name=f"More for {name}").click()
    page.get_by_role("menuitem", name=entry, exact=True).click()


def save(house: House, function_id: str, source: str, message: str) -> None:
    body = {"id": function_id, "name": "", "content": source, "meta": {}, "commit_message": message}
    house.call("POST", f"/api/v1/functions/id/{function_id}/update", body)


@pytest.mark.parametrize("width", [1280, 390])
def test_what_functions_do_is_seen_found_and_kept_fresh(home: Page, house: House, width: int) -> None:
    home.set_viewport_size({"width": width, "height": 844})
    fickle = f"fickle_{width}"
    house.add_function(fickle, "Fickle", PIPE, everywhere=False)
    ask(house, fickle, "well")
    ask(house, fickle, "fail")
    home.goto("/admin/functions?sort=errors")
    shown = row(home, fickle).filter(visible=True)
    expect(shown).to_contain_text("by Mara")
    expect(shown.get_by_role("button", name="Models of Fickle: Fickle").filter(visible=True)).to_be_visible()
    expect(shown.get_by_role("link", name="50% failed")).to_have_attribute(
        "href", f"/admin/runs?function={fickle}&state=failed"
    )
    expect(home.locator("[data-function]").first).to_have_attribute("data-function", fickle)

    if width == 1280:  # the page looks again every few seconds
        ask(house, fickle, "fail")
        expect(shown.get_by_role("link", name="67% failed")).to_be_visible()

    home.get_by_label("State").select_option("failing")
    home.get_by_role("searchbox", name="Search functions").fill(f"{width}")
    expect(home.locator("[data-function]")).to_have_count(1)
    home.reload()
    expect(home.locator("[data-function]")).to_have_count(1)
    home.get_by_role("searchbox", name="Search functions").fill("no such thing")
    expect(home.get_by_role("heading", name="Nothing fits")).to_be_visible()
    home.get_by_role("button", name="Clear the filters").click()
    expect(row(home, "guide")).to_be_visible()
    assert home.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    house.call("DELETE", f"/api/v1/functions/id/{fickle}/delete")
    if width == 1280:
        expect(row(home, fickle)).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 390])
def test_models_are_chosen_from_the_function(home: Page, house: House, width: int) -> None:
    home.set_viewport_size({"width": width, "height": 844})

    def bound() -> Any:
        records = {each["id"]: each for each in house.call("GET", "/api/v1/models/export")}
        return records.get("guide", {}).get("meta", {}).get("filterIds", [])

    home.goto("/admin/functions")
    home.get_by_role("button", name="More for Brief answers").click()
    home.keyboard.press("End")
    expect(home.get_by_role("menuitem", name="Delete")).to_be_in_viewport(ratio=1)
    home.keyboard.press("Escape")
    open_panel(home, "Brief answers", "Models")
    panel = steps.dialog(home, "Models of Brief answers")
    panel.get_by_role("switch", name="All models").click()
    panel.get_by_role("checkbox", name="Penstock Guide").check()
    steps.until(home, lambda: bound() == ["brief"])
    home.keyboard.press("Escape")
    models = row(home, "brief").get_by_role("button", name="Models of Brief answers: 1 model")
    models.filter(visible=True).click()
    panel.get_by_role("checkbox", name="Penstock Guide").uncheck()
    steps.until(home, lambda: bound() == [])
    panel.get_by_role("switch", name="All models").click()
    home.keyboard.press("Escape")
    expect(row(home, "brief").get_by_role("button", name="All models").filter(visible=True)).to_be_visible()
    open_panel(home, "Penstock Guide", "Models")
    expect(steps.dialog(home, "Models of Penstock Guide").get_by_role("link", name="Settings of")).to_be_visible()


@pytest.mark.spec("L5", "L9")
@pytest.mark.parametrize("width", [1280, 390])
def test_another_version_serves_while_somebody_chats(home: Page, second: Page, house: House, width: int) -> None:
    second.set_viewport_size({"width": width, "height": 844})
    steady = f"steady_{width}"
    house.add_function(steady, steady, FIRST)
    save(house, steady, SECOND, "Ask first")
    home.reload()
    steps.choose_model(home, steady)
    steps.write(home, "Go")
    expect(home.get_by_role("dialog", name="Go on?")).to_be_visible()

    second.bring_to_front()
    second.goto("/admin/functions")
    open_panel(second, steady, "Versions")
    versions = steps.dialog(second, f"Versions of {steady}")
    expect(versions).to_contain_text("Version 2 serves.")
    versions.get_by_role("button", name="Let version 1 serve").click()
    steps.toast(second, "Version 1 serves now.")
    expect(versions).to_contain_text("Version 1 serves.")
    expect(versions.locator("[aria-current]")).to_have_attribute("data-version", "1")

    home.bring_to_front()
    home.get_by_role("dialog", name="Go on?").get_by_role("button", name="Continue").click()
    expect(steps.whole_answer(home)).to_contain_text("begun by the second and ended by it")
    expect(steps.say(home, "And now?")).to_contain_text("the first version")

    second.bring_to_front()
    versions.get_by_role("button", name="Compare version 2").click()
    compared = steps.dialog(second, f"Compare versions of {steady}")
    expect(compared).to_contain_text("What version 1 changed since version 2.")
    compared.get_by_role("button", name="Swap them").click()
    expect(compared).to_contain_text("What version 2 changed since version 1.")
    expect(compared.locator(".cm-insertedLine, .cm-changedLine").first).to_be_visible()
    compared.get_by_role("button", name="All versions").click()
    second.get_by_role("button", name="Back to version 2").click()
    steps.toast(second, "Version 2 serves now.")
    assert house.call("GET", f"/api/v1/functions/id/{steady}")["version_number"] == 2
    house.call("DELETE", f"/api/v1/functions/id/{steady}/delete")


@pytest.mark.spec("L5")
def test_versions_are_deleted_and_worked_on_again(home: Page, house: House) -> None:
    house.add_function("worn", "Steady", FIRST)
    save(house, "worn", SECOND, "Ask first")
    save(house, "worn", SECOND + "\n", "A line")
    home.goto("/admin/functions/worn")
    home.get_by_role("button", name="Versions").click()
    versions = steps.dialog(home, "Versions of Steady")
    versions.get_by_role("button", name="Delete version 2").click()
    steps.dialog(home, "Delete version 2?").get_by_role("button", name="Delete", exact=True).click()
    steps.toast(home, "Version 2 was deleted.")
    expect(versions.locator("[data-version]")).to_have_count(2)
    expect(versions.get_by_role("button", name="Delete version 3")).to_have_count(0)
    versions.get_by_role("button", name="Compare version 1").click()
    home.get_by_role("button", name="Open version 1 in the editor").click()
    expect(home.get_by_role("textbox", name="Source code")).to_contain_text("the first version")
    expect(home.get_by_role("button", name=re.compile("Changes"))).to_be_visible()
    home.get_by_role("button", name="More for Steady").click()
    home.get_by_role("menuitem", name="Delete", exact=True).click()
    home.get_by_role("dialog", name="Delete this function?").get_by_role("button", name="Delete").click()
    expect(home.get_by_role("heading", name="Functions")).to_be_visible()
    assert "worn" not in {each["id"] for each in house.call("GET", "/api/v1/functions/")}


@pytest.mark.parametrize("width", [1280, 390])
def test_a_function_begins_with_a_template(home: Page, house: House, width: int) -> None:
    home.set_viewport_size({"width": width, "height": 844})
    home.goto("/admin/functions")
    home.get_by_role("button", name="New function").click()
    offered = steps.dialog(home, "New function")
    offered.get_by_role("button", name="A model of your own").click()
    expect(offered.get_by_role("region", name="Source of A model of your own")).to_contain_text("class Pipe")
    offered.get_by_role("button", name="Use this").click()
    expect(home).to_have_url(re.compile(r"/admin/functions/new\?template=words_model$"))
    home.reload()
    expect(home.get_by_role("textbox", name="Source code")).to_contain_text("class Pipe")
    home.get_by_role("button", name="Save").click()
    expect(home).to_have_url(re.compile("/admin/functions/a_model_of_my_own$"))
    house.call("DELETE", "/api/v1/functions/id/a_model_of_my_own/delete")
