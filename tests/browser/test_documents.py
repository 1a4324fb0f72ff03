"""Documents that actions make, saved by a person and opened: through a script's download and through returned files."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Download, Page, expect

from tests.browser import steps
from tests.browser.house import House
from tests.browser.scripted import grant

pytestmark = [pytest.mark.browser, pytest.mark.spec("E3")]

EXAMPLES = ["guide"]
WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
CELLS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
EXPORT = '''
import base64
import io
import zipfile

WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
CELLS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "application/vnd.openxmlformats-officedocument"
WAYS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def packed(parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return buffer.getvalue()


def types(part, kind):
    return (
        f'<Types xmlns="{TYPES}"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{part}" ContentType="{OFFICE}.{kind}.main+xml"/></Types>'
    )


def links(kind, target):
    link = f'<Relationship Id="r1" Type="{WAYS}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{LINKS}">{link}</Relationships>'


def document(text):
    body = f'<w:document xmlns:w="{WORDS}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>'
    kinds = types("word/document.xml", "wordprocessingml.document")
    return packed({
        "[Content_Types].xml": kinds, "_rels/.rels": links("officeDocument", "word/document.xml"),
        "word/document.xml": body,
    })


def workbook(rows):
    cells = "".join("<row>" + "".join(f"<c><v>{value}</v></c>" for value in row) + "</row>" for row in rows)
    sheets = f'<sheets><sheet name="Figures" sheetId="1" r:id="r1"/></sheets>'
    return packed({
        "[Content_Types].xml": types("xl/workbook.xml", "spreadsheetml.sheet"),
        "_rels/.rels": links("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{CELLS}" xmlns:r="{WAYS}">{sheets}</workbook>',
        "xl/_rels/workbook.xml.rels": links("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{CELLS}"><sheetData>{cells}</sheetData></worksheet>',
    })


SAVE = """
const bytes = Uint8Array.from(atob("DATA"), (letter) => letter.charCodeAt(0));
const url = URL.createObjectURL(new Blob([bytes], {type: "KIND"}));
const link = document.createElement("a");
link.href = url;
link.download = "NAME";
document.body.appendChild(link);
link.click();
document.body.removeChild(link);
URL.revokeObjectURL(url);
return bytes.length;
"""


class Action:
    actions = [
        {"id": "script", "name": "By script"},
        {"id": "files", "name": "As files"},
    ]

    async def action(self, body, __id__=None, __event_call__=None):
        made = [
            ("report.docx", f"{OFFICE}.wordprocessingml.document", document("Gate 7 is open")),
            ("figures.xlsx", f"{OFFICE}.spreadsheetml.sheet", workbook([[1, 2], [3, 4]])),
        ]
        if __id__ == "files":
            return {"files": [
                {"name": name, "content_type": kind, "data": base64.b64encode(data).decode()}
                for name, kind, data in made
            ]}
        for name, kind, data in made:
            code = SAVE.replace("DATA", base64.b64encode(data).decode()).replace("KIND", kind).replace("NAME", name)
            assert await __event_call__({"type": "execute", "data": {"code": code}}) == len(data)
        return {"success": True, "message": "Both are saved."}
'''


@pytest.fixture(scope="module")
def exporting(house: House) -> House:
    house.add_function("export", "Export", EXPORT)
    return house


def opened(saved: Download, part: str) -> ElementTree.Element:
    with zipfile.ZipFile(Path(saved.path())) as archive:
        assert archive.testzip() is None
        return ElementTree.fromstring(archive.read(part))


def check(saved: dict[str, Download]) -> None:
    words = opened(saved["report.docx"], "word/document.xml").iter(f"{{{WORDS}}}t")
    assert [each.text for each in words] == ["Gate 7 is open"]
    cells = opened(saved["figures.xlsx"], "xl/worksheets/sheet1.xml").iter(f"{{{CELLS}}}v")
    assert [each.text for each in cells] == ["1", "2", "3", "4"]


@pytest.mark.parametrize("where", ["in a frame", "in the page"])
def test_documents_that_a_script_saves(home: Page, exporting: House, where: str) -> None:
    if where == "in the page":
        grant(exporting, "export")
        home.reload()
    answer = steps.say(home, "Tell me about streaming")
    saved: dict[str, Download] = {}
    home.on("download", lambda download: saved.update({download.suggested_filename: download}))
    steps.click_action(answer, "By script")
    steps.toast(home, "Both are saved.")
    steps.until(home, lambda: len(saved) == 2)
    check(saved)


def test_documents_that_are_returned_as_files(home: Page, exporting: House) -> None:
    answer = steps.say(home, "Tell me about streaming")
    steps.click_action(answer, "As files")
    saved = {}
    for name in ("report.docx", "figures.xlsx"):
        link = steps.answers(home).last.get_by_role("link", name=name)
        expect(link).to_be_visible()
        with home.expect_download() as waiting:
            link.click()
        saved[name] = waiting.value
        assert waiting.value.suggested_filename == name
    check(saved)
