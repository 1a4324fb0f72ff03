"""Functions that an admin brings in: exports with broken rows, zips, and updates of what came from an address."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import FilePayload, Locator, Page, ViewportSize, expect

from tests.browser import steps
from tests.browser.conftest import Complaints, both_widths
from tests.browser.house import House
from tests.one_page_site import one_page_site
from tests.serving import ServerProcess, serving

pytestmark = [pytest.mark.browser, both_widths]

EXAMPLES = ["guide"]
ACTION = '"""\ntitle: Shout\nversion: 1\n"""\n\n\nclass Action:\n    def action(self, body):\n        return "one"\n'
NEWER = ACTION.replace("version: 1", "version: 2").replace('"one"', '"two"')


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, viewport: ViewportSize) -> Iterator[ServerProcess]:
    """One that may import from this machine."""
    with serving(tmp_path_factory.mktemp("data"), private_urls="true") as started:
        yield started


@pytest.fixture
def site() -> Iterator[tuple[str, list[str]]]:
    """An address, and what it holds."""
    with one_page_site(ACTION) as (url, held):
        yield f"{url}/loud/shout.py", held


def file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def packed() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("tool/__init__.py", '"""\ntitle: My tool\n"""\nfrom .part import Action\n')
        archive.writestr("tool/part.py", "class Action:\n    def action(self, body): ...\n")
    return buffer.getvalue()


def row(form: Locator, name: str) -> Locator:
    return form.locator("li").filter(has=form.page.get_by_role("checkbox"), has_text=name).first


@pytest.mark.spec("L2", "M6")
def test_what_is_good_comes_in_and_the_rest_is_listed(home: Page, house: House) -> None:
    home.goto("/admin/functions")
    home.get_by_role("button", name="Import", exact=True).click()
    form = steps.dialog(home, "Import functions")
    rows = [{"id": "shout", "name": "Shout", "content": ACTION}, {"id": "x", "content": "x ="}, {"name": "Empty"}]
    files = [file("export.json", json.dumps(rows).encode()), file("my-tool.zip", packed()), file("bad.zip", b"PK")]
    form.get_by_label("Choose files").set_input_files(files)
    expect(form.get_by_role("alert")).to_have_text(
        "export.json, row 3 (Empty): it has no source, so it cannot be imported."
    )
    form.get_by_text("Look at Shout").click()
    expect(form.get_by_label("Source", exact=True)).to_contain_text("title: Shout")
    expect(row(form, "bad.zip")).to_contain_text("Has an error")
    expect(row(form, "x")).to_contain_text("Has an error")
    form.get_by_role("button", name="Import 4 functions").click()
    refused = form.get_by_role("alert").filter(has_text="2 functions were refused").locator("..")
    expect(refused).to_contain_text("x: line 1, column 4: invalid syntax")
    expect(refused).to_contain_text("bad: The package cannot be used: it is no zip")

    expect(row(form, "Shout")).to_contain_text("Imported, switched off")
    expect(row(form, "my-tool.zip")).to_contain_text("Imported, switched off")
    expect(row(form, "bad.zip")).to_contain_text("Refused")
    expect(form.get_by_role("button", name="Import 2 functions")).to_be_enabled()
    home.keyboard.press("Escape")
    assert {each["id"] for each in house.call("GET", "/api/v1/functions/")} == {"guide", "shout", "my_tool"}

    home.get_by_role("link", name="My tool", exact=True).click()
    steps.unfold(home, "Files")
    expect(home.get_by_role("navigation", name="Files")).to_contain_text("2 files")
    with home.expect_download() as saved:
        home.get_by_role("button", name="Download all files").click()
    with zipfile.ZipFile(saved.value.path()) as archive:
        assert archive.namelist() == ["__init__.py", "part.py"]
    steps.unfold(home, "Details")
    home.get_by_label("Name", exact=True).fill("My own tool")
    home.get_by_role("button", name="Save").click()
    steps.toast(home, "Saved. The source is as before, so there is no new version.")
    assert len(house.call("GET", "/api/v1/functions/id/my_tool")["files"]) == 2


@pytest.mark.spec("L3", "L1")
def test_an_update_is_shown_before_it_is_taken(
    home: Page, house: House, site: tuple[str, list[str]], complaints: Complaints
) -> None:
    url, held = site
    home.goto("/admin/functions")
    home.get_by_role("button", name="Import", exact=True).click()
    form = steps.dialog(home, "Import functions")
    form.get_by_label("Address").fill(url)
    form.get_by_role("button", name="Open", exact=True).click()
    form.get_by_role("button", name="Open in the editor").click()
    steps.unfold(home, "Details")
    expect(home.get_by_label("Name", exact=True)).to_have_value("Shout")
    home.get_by_label("Name", exact=True).fill("From there")
    home.get_by_label("Id", exact=True).fill("from_there")
    home.get_by_role("button", name="Save").click()
    expect(home).to_have_url(re.compile("/admin/functions/from_there$"))
    expect(home.get_by_text(f"From {url}")).to_be_visible()

    home.get_by_role("button", name="Look for an update").click()
    update = steps.dialog(home, "Update")
    expect(update).to_contain_text("What stands there is what was taken last.")
    home.keyboard.press("Escape")

    held[0] = NEWER
    home.goto("/admin/functions")
    home.get_by_role("button", name="More for From there").click()
    home.get_by_role("menuitem", name="Look for an update").click()
    update = steps.dialog(home, "Update")
    expect(update).to_contain_text("Version 2 stands there.")
    expect(update.locator(".cm-insertedLine, .cm-changedLine").first).to_be_visible()
    assert house.call("GET", "/api/v1/functions/id/from_there")["content"] == ACTION
    update.get_by_role("button", name="Make it a new version").click()
    steps.toast(home, "Version 2 serves from the next run on.")
    assert house.call("GET", "/api/v1/functions/id/from_there")["content"] == NEWER

    held[0] = "<!doctype html><title>Gone</title>"
    home.get_by_role("button", name="Look for an update").click()
    expect(steps.dialog(home, "Update").get_by_role("alert")).to_contain_text("is a web page, not a Python file")
    complaints.forgive("400 (Bad Request)")


ASKS = '''"""
title: Ask our wiki
requirements: msgspec
"""
import requests
from open_webui.models.users import Users


class Action:
    async def action(self, body, __event_call__=None):
        Users.get_users()
        await __event_call__({"type": "execute", "data": {"code": "document.title = 'Wiki'"}})
        return requests.get("http://wiki.internal:8080/pages").text
'''


def drop(page: Page, name: str, content: str) -> None:
    """Let a file fall somewhere on the page."""
    page.get_by_role("heading", name="Functions").evaluate(
        """(element, [name, content]) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([content], name));
            for (const type of ["dragenter", "dragover", "drop"])
                element.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
        }""",
        [name, content],
    )


@pytest.mark.spec("L2")
def test_what_it_asks_for_is_seen_and_given_before_anything_runs(home: Page, house: House) -> None:
    home.goto("/admin/functions")
    expect(home.get_by_role("heading", name="Functions")).to_be_visible()
    title = "our_wiki"
    drop(home, "wiki.py", ASKS.replace("Ask our wiki", title))
    form = steps.dialog(home, "Import functions")
    asked = form.get_by_role("group", name="Rights it asks for")
    for what in ("Reach wiki.internal:8080", "Data of everybody", "Script in the page"):
        expect(asked.get_by_role("checkbox", name=what)).not_to_be_checked()
    expect(form.get_by_role("definition").nth(0)).to_contain_text("msgspec")
    expect(form.get_by_role("definition").nth(1)).to_contain_text("wiki.internal:8080")
    assert title not in {each["id"] for each in house.call("GET", "/api/v1/functions/")}
    assert form.evaluate("element => element.scrollWidth <= element.clientWidth")
    asked.get_by_role("checkbox", name="Reach wiki.internal:8080").check()
    asked.get_by_role("checkbox", name="Script in the page").check()
    form.get_by_role("button", name="Import 1 function").click()
    steps.toast(home, f"{title} is imported and switched off.")
    rights = house.call("GET", f"/api/v1/functions/id/{title}/rights")
    assert (rights["hosts"], rights["data"], rights["page_script"]) == (["wiki.internal:8080"], "user", True)
    assert house.runs(title) == []


def test_an_id_that_is_taken_and_files_that_are_none(home: Page, house: House, site: tuple[str, list[str]]) -> None:
    url, held = site
    house.add_function("loud", "Loud", ACTION)
    home.goto("/admin/functions")
    home.get_by_role("button", name="Import", exact=True).click()
    form = steps.dialog(home, "Import functions")
    broken = [
        file("notes.txt", b"x"),
        file("cut.json", b'[{"id": "a",'),
        file("empty.py", b" "),
        file("utf.py", b"\xff"),
    ]
    form.get_by_label("Choose files").set_input_files(broken)
    said = form.get_by_role("alert")
    expect(said).to_contain_text(
        ["neither a Python file", "not valid JSON (line 1, column 13)", "is empty", "is not a text file"]
    )
    held[0] = json.dumps([{"id": "loud", "name": "Louder", "content": NEWER}])
    form.get_by_label("Address").fill(url.replace("shout.py", "all.json"))
    form.get_by_role("button", name="Open", exact=True).click()
    expect(row(form, "Louder")).to_contain_text("Becomes version 2")
    form.get_by_role("button", name="Import it beside that one").click()
    expect(row(form, "Louder")).to_contain_text("loud_2")
    form.get_by_role("button", name="Choose other files").click()
    expect(form.get_by_label("Address")).to_have_value(url.replace("shout.py", "all.json"))
    form.get_by_role("button", name="Open", exact=True).click()
    form.get_by_role("button", name="Import it beside that one").click()
    form.get_by_role("button", name="Import 1 function").click()
    steps.toast(home, "Louder is imported and switched off.")
    assert house.call("GET", "/api/v1/functions/id/loud")["content"] == ACTION
    assert house.call("GET", "/api/v1/functions/id/loud_2")["content"] == NEWER


def test_an_address_that_holds_nothing_stays_to_be_mended(home: Page, house: House, complaints: Complaints) -> None:
    home.goto("/admin/functions")
    home.get_by_role("button", name="Import", exact=True).click()
    form = steps.dialog(home, "Import functions")
    form.get_by_label("Address").fill(f"{house.server.url}/api/v1/no/such/file.py")
    form.get_by_role("button", name="Open", exact=True).click()
    expect(form.get_by_role("alert")).to_contain_text("answered 404 Not Found. There is no such file")
    expect(form.get_by_label("Address")).to_have_value(f"{house.server.url}/api/v1/no/such/file.py")
    complaints.forgive("400 (Bad Request)")
