"""Stops of the administration beyond its sections: what is written, tried, imported, refused and taken back there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser import steps, tour
from tests.browser.house import House
from tests.browser.tour import Stop

FUNCTIONS = "/admin/functions"
ASKS = "/admin/functions/asks"
BROKEN = "class Action:\n    async def action(self, body)\n        pass\n"
CAREFUL = 'import os\n\n\nclass Action:\n    async def action(self, body):\n        os.system("ls")\n'
STATES = ("needs_configuration", "needs_packages", "quarantined", "failed")
EXPORT = [
    {"id": "fine", "name": "Fine", "type": "action", "content": tour.BREAKS, "meta": {"description": "Works"}},
    {"id": "bad", "name": "Bad", "type": "action", "content": BROKEN, "meta": {"description": ""}},
]


def furnish_trials(house: House) -> None:
    """Somebody who waits, a connection that leads nowhere, a function to be changed."""
    house.server.sign_up(name="Wanda", email="wanda@example.com")
    form = {"url": "http://127.0.0.1:9/v1", "name": "Down", "prefix": "", "model_ids": [], "key": "k"}
    house.call("POST", "/api/v1/connections", form)
    house.call("POST", "/api/v1/groups/create", {"name": "Millers", "description": "They know the wheel."})
    house.add_function("steady", "Steady", tour.BREAKS, everywhere=False)
    house.call("POST", "/api/v1/functions/id/steady/toggle")
    changed = tour.BREAKS.replace("the shaft is", "the shaft and the wheel are")
    body = {"id": "steady", "name": "Steady", "content": changed, "meta": {"description": "Steady"}}
    house.call("POST", "/api/v1/functions/id/steady/update", body)


def stops(house: House) -> Iterator[Stop]:
    yield from lists()
    yield from imports()
    yield from editing()
    yield from trying()
    yield from others(house)


def lists() -> Iterator[Stop]:
    yield Stop("functions-none-fits", FUNCTIONS, search_functions, clear_search)
    yield Stop("new-dialog", FUNCTIONS, lambda page: tour.press(page, "New function"))
    yield Stop("transfer-menu", FUNCTIONS, partial(press_menu, name="More"))
    yield Stop("function-drop", FUNCTIONS, partial(drag, kind="dragenter"), partial(drag, kind="dragleave"))
    yield Stop("settings-refused", FUNCTIONS, refuse_settings, leave_settings)


def imports() -> Iterator[Stop]:
    yield Stop("import-choice", FUNCTIONS, choose_files)
    yield Stop("import-refused", FUNCTIONS, import_files)
    yield Stop("import-address", FUNCTIONS, load_nowhere)


def editing() -> Iterator[Stop]:
    yield Stop("new-action", "/admin/functions/new?kind=action", source_is_there)
    yield Stop("not-saved", "/admin/functions/new", save_broken, leave_editor)
    yield Stop("cautions", "/admin/functions/steady", save_careful)
    yield Stop("switched-off", "/admin/functions/steady", there("switched off"))
    yield Stop("versions", f"{ASKS}?versions", lambda page: expect(versions(page)).to_be_visible())
    yield Stop("version", "/admin/functions/steady?versions", show_version)
    yield Stop("new-file", "/admin/functions/steady", name_file)
    yield Stop("files", "/admin/functions/steady", open_file_menu, leave_editor)
    yield Stop("origin", FUNCTIONS, update_is_there, unroute)
    yield Stop("changes", ASKS, show_changes)
    for state in STATES:
        yield Stop(f"editor-{state}", "/admin/functions/breaks", partial(in_state, state=state), unroute)


def trying() -> Iterator[Stop]:
    yield Stop("try", ASKS, open_panel)
    yield Stop("try-asks", "/admin/functions/analyse", partial(run_panel, shows="It asks"), stop_trying)
    yield Stop("try-failed", "/admin/functions/breaks", partial(run_panel, shows="It failed"))
    yield Stop("try-done", "/admin/functions/text_tools", partial(run_panel, shows="What happened"))
    yield Stop("runs-beside", "/admin/functions/breaks", open_runs)


def others(house: House) -> Iterator[Stop]:
    yield Stop("new-model", "/admin/models/new", refuse_model)
    yield Stop("reset-model", "/admin/models/guide", ask_to_reset)
    yield Stop("models-none-fits", "/admin/models", partial(search, label="Search models"), clear_search)
    yield Stop("connection-refused", "/admin/connections", refuse_connection)
    yield Stop("connections-one", "/admin/connections", try_connection)
    yield Stop("connection-menu", "/admin/connections", partial(press_menu, name="More for Down"))
    yield Stop("people-waiting", "/admin/people", there("waits for approval"))
    yield Stop("account-menu", "/admin/people", partial(press_menu, name="More for Petra"))
    yield Stop("group", "/admin/people", lambda page: tour.press(page, "Edit Millers"))
    yield Stop("group-unnamed", "/admin/people", refuse_group)
    yield Stop("edit-person", "/admin/people", partial(from_menu, name="Petra", entry="Edit"))
    yield Stop("delete-person", "/admin/people", partial(from_menu, name="Petra", entry="Delete"))
    yield Stop("people-nobody-fits", "/admin/people", partial(search, label="Search people"), clear_search)
    run = house.runs("breaks")[0]
    for state in ("running", "cancelled", "interrupted"):
        changed = {"state": state, "ended_at": None if state == "running" else run["ended_at"], "refused": [REFUSED]}
        error = None if state == "running" else {"message": "It was stopped."}
        fake = partial(in_run_state, run={**run, **changed, "error": error})
        yield Stop(f"run-{state}", f"/admin/runs/{run['id']}", fake, unroute)
    yield Stop("runs-none-fits", "/admin/runs", choose_interrupted, choose_any)
    yield Stop("paused", "/admin/system", pause_function, unroute)


REFUSED = {"host": "192.168.1.1", "port": 80, "reason": "It is in a private network.", "count": 2}


def there(text: str) -> Any:
    return lambda page: expect(page.get_by_role("main").get_by_text(text).first).to_be_visible()


def unroute(page: Page) -> None:
    page.unroute_all(behavior="wait")


def search(page: Page, label: str) -> None:
    page.get_by_role("searchbox", name=label).fill("zzzz")
    expect(page.get_by_role("heading", name=re.compile("Nothing fits|Nobody fits"))).to_be_visible()


def search_functions(page: Page) -> None:
    search(page, "Search functions")


def clear_search(page: Page) -> None:
    page.get_by_role("main").get_by_role("searchbox").fill("")


def press_menu(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("menuitem").first).to_be_visible()


def from_menu(page: Page, name: str, entry: str) -> None:
    press_menu(page, f"More for {name}")
    page.get_by_role("menuitem", name=entry, exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def drag(page: Page, kind: str) -> None:
    page.get_by_role("main").locator("[role=presentation]").first.evaluate(
        """(element, kind) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File(["x"], "x.py"));
            element.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true }));
        }""",
        kind,
    )
    expect(page.get_by_text("Drop to import")).to_have_count(int(kind == "dragenter"))


def refuse_settings(page: Page) -> None:
    tour.from_menu(page, "Settings")
    asked = page.get_by_role("dialog")
    asked.get_by_label("Turns", exact=True).fill("1.5")
    asked.get_by_role("button", name="Save").click()
    expect(asked.get_by_role("alert").first).to_be_visible()


def leave_settings(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    page.get_by_role("dialog", name="Discard").get_by_role("button").last.click()


def choose_files(page: Page) -> None:
    tour.press(page, "Import")
    chosen = {"name": "export.json", "mimeType": "application/json", "buffer": json.dumps(EXPORT).encode()}
    page.get_by_role("dialog").locator("input[type=file]").set_input_files(chosen)  # type: ignore[arg-type]
    expect(page.get_by_role("button", name="Import 2 functions")).to_be_visible()
    page.get_by_role("dialog").evaluate(tour.UNFOLD)
    expect(page.get_by_role("dialog").locator("[data-skeleton]")).to_have_count(0)


def import_files(page: Page) -> None:
    choose_files(page)
    page.get_by_role("button", name="Import 2 functions").click()
    expect(page.get_by_text("1 function was refused")).to_be_visible()


def load_nowhere(page: Page) -> None:
    tour.press(page, "Import")
    asked = page.get_by_role("dialog")
    asked.get_by_label("Address").fill("http://127.0.0.1:9/function.py")
    asked.get_by_role("button", name="Open").click()
    expect(asked.get_by_role("alert")).to_be_visible()


def source_is_there(page: Page) -> None:
    expect(page.locator(".cm-line").first).to_be_visible()


def save_broken(page: Page) -> None:
    source_is_there(page)
    steps.paste_source(page, BROKEN)
    details = page.get_by_role("button", name="Details", exact=True)
    if details.count():
        tour.unfold(details)
    page.get_by_label("Name", exact=True).fill("Broken")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("region", name="Not saved")).to_be_visible()


def leave_editor(page: Page) -> None:
    """What was written is kept in the browser."""
    page.evaluate(tour.GO, FUNCTIONS)
    tour.settled(page)


def save_careful(page: Page) -> None:
    source_is_there(page)
    steps.paste_source(page, CAREFUL)
    page.get_by_role("button", name="Save", exact=True).click()
    steps.toast(page, "Version 3 is saved")


def versions(page: Page) -> Any:
    return page.get_by_role("dialog").get_by_role("listitem").first


def show_version(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button", name="Compare version 1").click()
    expect(page.get_by_role("button", name="Let version 1 serve")).to_be_visible()
    expect(page.get_by_role("dialog").locator(".cm-line").first).to_be_visible()


def name_file(page: Page) -> None:
    source_is_there(page)
    tour.press(page, "Add a file")


def open_file_menu(page: Page) -> None:
    name_file(page)
    asked = page.get_by_role("dialog")
    asked.get_by_label("Name, with its folders").fill("data/wheel.py")
    steps.submit(asked, "Add")
    press_menu(page, "More for data/wheel.py")


def show_changes(page: Page) -> None:
    source_is_there(page)
    steps.paste_source(page, tour.ASKS.replace("Ask everything", "Ask all", 1))
    page.get_by_role("button", name="Changes").click()
    expect(steps.dialog(page, "Your changes").locator(".cm-line").first).to_be_visible()


def update_is_there(page: Page) -> None:
    """The address that the function comes from has another source by now."""
    found = {"url": "https://example.com/asks.py", "sha256": "0", "checked_at": 0, "changed": True, "edited": True}
    newer = {**found, "version": "2", "content": tour.ASKS.replace("everything", "all")}
    page.route("**/api/v1/functions/id/asks/origin", lambda route: route.fulfill(json=newer))
    again(page, f"{ASKS}?update")
    expect(page.get_by_role("dialog").locator(".cm-line").first).to_be_visible()


def in_state(page: Page, state: str) -> None:
    def answer(route: Route) -> None:
        known = route.fetch()
        route.fulfill(
            response=known, json={**known.json(), "state": state, "reason": "The key of the gate is missing."}
        )

    page.route("**/api/v1/functions/id/breaks", answer)
    again(page, "/admin/functions/breaks")
    expect(page.get_by_text("The key of the gate is missing.").first).to_be_visible()


def again(page: Page, path: str) -> None:
    page.evaluate(tour.GO, "/admin/connections")
    page.evaluate(tour.GO, path)


def in_run_state(page: Page, run: dict[str, Any]) -> None:
    page.route(f"**/api/v1/runs/{run['id']}", lambda route: route.fulfill(json=run))
    again(page, f"/admin/runs/{run['id']}")
    tour.settled(page)
    expect(page.get_by_role("main").get_by_text(run["state"].capitalize(), exact=True).first).to_be_visible()


def pause_function(page: Page) -> None:
    trouble = {"function_id": "breaks", "version_id": "v", "crashes": 3, "reason": "It was killed.", "retry_at": 2e9}

    def answer(route: Route) -> None:
        known = route.fetch()
        route.fulfill(response=known, json={**known.json(), "troubles": [trouble]})

    page.route("**/api/v1/system", answer)
    again(page, "/admin/system")
    expect(page.get_by_text("Paused functions")).to_be_visible()


def open_panel(page: Page) -> None:
    source_is_there(page)
    button = page.get_by_role("button", name="Try it").first
    if button.get_attribute("aria-pressed") != "true":
        button.click()
    expect(page.get_by_role("complementary", name="Try it")).to_be_visible()


def run_panel(page: Page, shows: str) -> None:
    open_panel(page)
    beside = page.get_by_role("complementary", name="Try it")
    beside.get_by_role("button", name="Run", exact=True).click()
    expect(beside.get_by_text(shows).first).to_be_visible()


def stop_trying(page: Page) -> None:
    page.get_by_role("complementary").get_by_role("button", name="Stop").click()
    expect(page.get_by_role("complementary").get_by_text("Stopped.")).to_be_visible()


def open_runs(page: Page) -> None:
    open_panel(page)
    page.get_by_role("radio", name="Runs").click()
    expect(page.get_by_role("complementary", name="Runs").get_by_role("listitem").first).to_be_visible()


def refuse_model(page: Page) -> None:
    tour.settled(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()


def ask_to_reset(page: Page) -> None:
    tour.settled(page)
    reset = page.get_by_role("button", name=re.compile("^(Reset|Delete)"))
    if reset.count():
        reset.click()


def refuse_group(page: Page) -> None:
    tour.press(page, "New group")
    page.get_by_role("dialog").locator("button[type=submit]").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()


def refuse_connection(page: Page) -> None:
    tour.press(page, "Add a connection")
    page.get_by_role("dialog").locator("button[type=submit]").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()


def try_connection(page: Page) -> None:
    page.evaluate(tour.GO, "/admin/people")
    page.evaluate(tour.GO, "/admin/connections")
    page.get_by_role("button", name="Test").first.click()
    expect(page.get_by_role("main").locator(".text-danger").first).to_be_visible()


def choose_interrupted(page: Page) -> None:
    page.get_by_role("combobox", name="State").select_option("interrupted")
    expect(page.get_by_role("heading", name="No run fits")).to_be_visible()


def choose_any(page: Page) -> None:
    page.get_by_role("combobox", name="State").select_option("")
