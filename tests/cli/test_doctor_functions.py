"""`penstock doctor PLACE...`: functions, read and driven, before anybody installs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from textwrap import dedent
from threading import Thread
from typing import Any

import pytest

from penstock.cli.doctoring.table import common_folder

ASKING = '''
"""
title: Every question
version: 1.2
"""

FORM = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 3}}, "required": ["n"]}


class Action:
    actions = [{"id": "one", "name": "One"}, {"id": "two", "name": "Two"}]

    async def action(self, body, __id__, __event_emitter__, __event_call__):
        if __id__ == "two":
            raise KeyError("lost")
        got = []
        for kind, data in [
            ("confirmation", {}),
            ("input", {}),
            ("select", {"options": ["a", "b"]}),
            ("multiselect", {"options": [{"label": "A", "value": "a"}]}),
            ("form", {"schema": FORM}),
            ("file", {}),
            ("execute", {"code": "return 1"}),
        ]:
            got.append(await __event_call__({"type": kind, "data": {"title": kind, "message": kind, **data}}))
        assert got[0] is True and got[2] == "a" and got[3] == ["a"] and got[4] == {"n": 3} and got[6] is None, got
        await __event_emitter__({"type": "status", "data": {"description": "Done", "done": True}})
        print("heard", len(got), "answers")
'''
FILTER = """
class Filter:
    def inlet(self, body):
        body["features"].pop("web_search")
        return {**body, "model": "another-model"}
    def stream(self, event):
        return event
    async def outlet(self, body):
        assert body["messages"][-1]["content"].startswith("A canned answer")
        return body
"""
PIPE = '''
"""requirements: """
import httpx
from pydantic import BaseModel, Field

class Pipe:
    class Valves(BaseModel):
        OPENAI_BASE_URL: str = "https://api.openai.com/v1"
        OPENAI_API_KEY: str = "your-key"
        TEAM: str = Field(...)

    def __init__(self):
        self.valves = self.Valves(TEAM="")

    class UserValves(BaseModel):
        team_token: str = ""

    async def pipes(self):
        return [{"id": "one", "name": "One"}]

    async def pipe(self, body, __user__):
        assert __user__["valves"].team_token == "sk-test"
        assert self.valves.OPENAI_API_KEY == "sk-test" and self.valves.TEAM
        async with httpx.AsyncClient() as client:
            asked = {"model": "gpt-4o", "messages": body["messages"]}
            answer = await client.post(self.valves.OPENAI_BASE_URL + "/chat/completions", json=asked)
        return answer.json()["choices"][0]["message"]["content"]
'''
KEYLESS = """
class Pipe:
    async def pipe(self, body):
        return "Error: please set the API key for " + body["messages"][-1]["content"].strip()
"""
WRAPPING = """
from fastapi import HTTPException
class Action:
    async def action(self, body):
        try:
            raise HTTPException(status_code=400, detail="There is no chart in this answer.")
        except Exception as error:
            raise RuntimeError(f"The export failed: {error}")
"""
SILENT = """
class Pipe:
    def pipes(self):
        return []
    def pipe(self, body):
        return "never"
"""
SQL = """
from open_webui.internal.db import get_db
class Event:
    async def event(self, event):
        with get_db() as db:
            print(event["name"], db.execute("SELECT * FROM user"))
"""
UNKNOWN_PACKAGE = (
    '"""requirements: penstock-has-no-such-package"""\nclass Filter:\n    def inlet(self, body):\n        return body\n'
)


def doctor(tmp_path: Path, *arguments: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PENSTOCK_")}
    wheels = tmp_path / "wheels"
    wheels.mkdir(exist_ok=True)
    given = {f"PENSTOCK_{name.upper()}": value for name, value in settings.items()}
    environment = {**inherited, "PENSTOCK_DATA_DIR": str(tmp_path / "data"), "PENSTOCK_WHEELS": str(wheels), **given}
    command = [sys.executable, "-m", "penstock.cli", "doctor", *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, check=False)


def report(ended: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


def by_id(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in told["functions"]}


def outcomes(function: dict[str, Any]) -> dict[str, str]:
    return {run["hook"]: run["outcome"] for run in function["runs"]}


def write(folder: Path, **sources: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, source in sources.items():
        (folder / f"{name}.py").write_text(dedent(source).lstrip("\n"))
    return folder


def test_a_folder_is_run_and_every_hook_has_an_outcome(tmp_path: Path) -> None:
    sources = {
        "asking": ASKING,
        "plain": FILTER,
        "asked": PIPE,
        "keyless": KEYLESS,
        "wrapping": WRAPPING,
        "silent": SILENT,
        "sql": SQL,
    }
    helper = "from enum import Enum\nclass Event(str, Enum):\n    A = 'a'\n"
    folder = write(tmp_path / "functions", **sources, unknown=UNKNOWN_PACKAGE, helper=helper)
    ended = doctor(tmp_path, folder, "--run", "--json", "--timeout", "60", "--html", tmp_path / "report.html")
    told = report(ended)
    found = by_id(told)
    assert ended.returncode == 1
    assert (told["passed_over"], told["ok"], told["interrupted"]) == (1, False, False)
    assert outcomes(found["asking"]) == {"action.one": "ok", "action.two": "failed"}
    one, two = found["asking"]["runs"]
    questions = ["confirmation", "input", "select", "multiselect", "form", "file", "execute"]
    assert one["questions"] == 2 * questions  # in two conversations
    assert one["events"] == {"status": 2}
    assert any("heard 7 answers" in line for line in one["log"])
    assert (two["type"], two["line"]) == ("KeyError", 14)
    assert outcomes(found["plain"]) == {"inlet": "ok", "stream": "ok", "outlet": "ok"}
    assert outcomes(found["asked"]) == {"pipes": "ok", "pipe": "ok"}
    assert outcomes(found["keyless"]) == {"pipe": "said"}
    assert outcomes(found["silent"]) == {"pipes": "ok", "pipe": "not_asked"}
    assert outcomes(found["wrapping"]) == {"action": "said"}
    assert [(each["code"], each["line"]) for each in found["keyless"]["findings"]] == [("no_images", 3)]
    assert outcomes(found["unknown"]) == {"load": "packages"}
    assert outcomes(found["sql"]) == {"event": "failed"}
    assert ("direct_sql", 1) in {(each["code"], each["line"]) for each in found["sql"]["findings"]}
    assert told["kinds"]["all"]["hooks"] == {"ok": 7, "failed": 2, "said": 2, "packages": 1, "not_asked": 1}
    assert told["kinds"]["pipe"]["to_an_end"] == 1.0
    assert told["kinds"]["filter"] | {"hooks": {}} == {
        "functions": 2,
        "installed": 1,
        "loaded": 1,
        "hooks": {},
        "loads": 1.0,
        "to_an_end": 1.0,
        "to_an_end_or_service": 1.0,
    }
    assert ended.stderr.count("\n") == 8
    page = (tmp_path / "report.html").read_text()
    assert "Every question" in page
    assert "http://" not in page.replace("http://127.0.0.1", "")
    assert "<script" not in page


def test_an_export_with_broken_rows_and_a_package_are_read(tmp_path: Path) -> None:
    rows = [
        {"id": "good", "name": "Good", "type": "filter", "content": FILTER, "meta": {}},
        {"id": "broken", "name": "Broken", "type": "filter"},
        {"id": "syntax", "name": "Syntax", "type": "filter", "content": "class Filter\n"},
    ]
    export = tmp_path / "functions.json"
    export.write_text(json.dumps(rows))
    package = tmp_path / "pack"
    package.mkdir()
    (package / "__init__.py").write_text("from .inner import Filter\n")
    (package / "inner.py").write_text(FILTER)
    with zipfile.ZipFile(tmp_path / "zipped.zip", "w") as archive:
        archive.writestr("__init__.py", FILTER)
    ended = doctor(tmp_path, export, package, tmp_path / "zipped.zip", tmp_path / "nowhere.py", "--json")
    found = by_id(report(ended))
    assert ended.returncode == 1
    assert {name: each["verdict"] for name, each in found.items()} == {
        "good": "works",
        "broken": "fails",
        "syntax": "fails",
        "pack": "works",
        "zipped": "works",
        "nowhere": "fails",
    }
    assert found["pack"]["kind"] == "filter"
    assert "no `content`" in found["broken"]["findings"][0]["message"]
    assert (found["syntax"]["findings"][0]["code"], found["syntax"]["findings"][0]["line"]) == ("syntax", 1)
    assert found["good"]["runs"] is None


def test_people_get_a_line_for_each_function_and_then_what_was_found(tmp_path: Path) -> None:
    blocking = (
        "import time\nclass Filter:\n    async def inlet(self, body):\n        time.sleep(1)\n        return body\n"
    )
    folder = write(tmp_path / "functions", slow=blocking)
    ended = doctor(tmp_path, folder)
    assert ended.returncode == 0  # warnings only
    assert f"warning {folder}/slow.py:4 blocks_loop" in ended.stdout
    assert "await asyncio.sleep" in ended.stdout
    assert "1 functions: 0 works, 1 look, 0 fails." in ended.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["empty"], "There is no function in empty"),
        (["--run"], "name a file, a folder or an address"),
        (["empty", "--html", "no/such/folder.html"], "there is no folder"),
    ],
)
def test_bad_arguments_end_with_2(tmp_path: Path, arguments: list[str], says: str, monkeypatch: Any) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    ended = doctor(tmp_path, *arguments)
    assert ended.returncode == 2
    assert says in ended.stderr
    assert ended.stdout == ""


def test_an_address_is_fetched_or_says_why_not(tmp_path: Path) -> None:
    write(tmp_path / "site", good=FILTER)
    with site(tmp_path / "site") as url:
        places = [f"{url}/good.py", f"{url}/missing.py"]
        ended = doctor(tmp_path, *places, "--json", private_urls="true", no_proxy="*")
        refused = doctor(tmp_path, places[0], "--json")
    good, missing = report(ended)["functions"]
    assert (good["id"], good["verdict"], missing["verdict"]) == ("good", "works", "fails")
    assert "404" in missing["findings"][0]["message"]
    assert "private address" in report(refused)["functions"][0]["findings"][0]["message"]


@contextmanager
def site(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_folder_that_all_share_is_named_once() -> None:
    assert common_folder(["/a/b/one.py", "/a/b/c/two.py"]) == "/a/b/"
    assert common_folder(["/a/bone.py", "/a/b/two.py"]) == "/a/"
    assert common_folder(["one.py", "https://example.com/two.py"]) == ""
    assert common_folder(["/a/b/one.py"]) == ""
