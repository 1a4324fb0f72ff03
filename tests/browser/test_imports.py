"""Functions that an admin brings in: exports with broken rows, zips, and updates of what came from an address."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser import steps
from tests.browser.conftest import Complaints
from tests.browser.house import House
from tests.one_page_site import one_page_site
from tests.serving import ServerProcess, serving

pytestmark = pytest.mark.browser

EXAMPLES = ["guide"]
ACTION = '"""\ntitle: Shout\nversion: 1\n"""\n\n\nclass Action:\n    def action(self, body):\n        return "one"\n'
NEWER = ACTION.replace("version: 1", "version: 2").replace('"one"', '"two"')


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
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
    form.get_by_role("button", name="Import 4 functions").click()
    refused = form.get_by_role("alert").filter(has_text="2 functions were refused").locator("..")
    expect(refused).to_contain_text("x: line 1, column 4: invalid syntax")
    expect(refused).to_contain_text("bad: The package cannot be used: it is no zip")

    def row(name: str) -> str:
        return form.get_by_role("listitem").filter(has=home.get_by_role("checkbox"), has_text=name).inner_text()

    assert "Imported, switched off" in row("Shout")
    assert "Imported, switched off" in row("my-tool.zip")
    assert "Refused" in row("bad.zip")
    home.keyboard.press("Escape")
    assert {each["id"] for each in house.call("GET", "/api/v1/functions/")} == {"guide", "shout", "my_tool"}

    home.get_by_role("link", name="My tool", exact=True).click()
    expect(home.get_by_text("A package of 2 files.")).to_be_visible()
    with home.expect_download() as saved:
        home.get_by_role("button", name="Download all files").click()
    with zipfile.ZipFile(saved.value.path()) as archive:
        assert archive.namelist() == ["__init__.py", "part.py"]
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
