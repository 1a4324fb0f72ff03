"""`penstock push`, `pull` and `functions`: a running server, from the command line (spec L2)."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from penstock.cli import app
from tests.one_page_site import one_page_site
from tests.serving import serving

pytestmark = pytest.mark.spec("L2")

ACTION = '"""\ntitle: Shout\n"""\n\n\nclass Action:\n    def action(self, body):\n        return "A"\n'
PACKED = {
    "__init__.py": "from .helpers import ANSWER\n\n\nclass Action:\n    action = lambda self, body: ANSWER\n",
    "helpers.py": "ANSWER = 1\n",
    "data/words.txt": "words",
}


@dataclass
class Command:
    """The command of an administrator whose server is known."""

    url: str
    key: str

    def __call__(self, *arguments: object, typed: str | None = None) -> Result:
        environment = {"PENSTOCK_URL": self.url, "PENSTOCK_API_KEY": self.key}
        return CliRunner().invoke(app, [str(each) for each in arguments], env=environment, input=typed)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    with serving(tmp_path_factory.mktemp("cli"), private_urls="true", environments="false") as running:
        token = running.sign_up()
        with running.client(token) as client:
            key = client.post("/api/v1/auths/api_key").json()["api_key"]
        yield Command(running.url, key)


@pytest.fixture
def penstock(server: Command) -> Iterator[Command]:
    yield server
    for each in json.loads(server("functions", "list", "--json").stdout):
        server("functions", "delete", each["id"], "--yes")


def packed(folder: Path, **changed: str) -> Path:
    for path, text in {**PACKED, **changed}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def written(file: Path, text: str = ACTION) -> Path:
    file.write_text(text)
    return file


def test_a_file_is_pushed_changed_switched_and_rolled_back(penstock: Command, tmp_path: Path) -> None:
    file = written(tmp_path / "my-shout.py")
    first = penstock("push", file, "--on", "-m", "first")
    assert (first.exit_code, first.stdout) == (0, "my_shout  version 1, on  Shout\n")
    written(file, ACTION.replace('"A"', '"B"'))
    assert penstock("push", file, "-m", "louder").stdout == "my_shout  version 2, on  Shout\n"
    listed = penstock("functions", "list").stdout
    assert listed.split() == ["my_shout", "action", "on", "chosen", "v2", "ready"]
    history = penstock("functions", "history", "my_shout").stdout.splitlines()
    assert [line.split()[-1] for line in history] == ["louder", "first"]
    assert penstock("functions", "roll-back", "my_shout", 1).stdout == "my_shout  version 1 serves\n"
    assert json.loads(penstock("functions", "show", "my_shout").stdout)["content"] == ACTION
    assert penstock("functions", "off", "my_shout").stdout == "my_shout  done\n"
    assert penstock("functions", "off", "my_shout").stdout == "my_shout  as it was\n"
    assert penstock("functions", "global", "my_shout").exit_code == 0
    assert penstock("functions", "clone", "my_shout", "--new-id", "copy").stdout == "copy\n"
    assert penstock("functions", "delete", "copy", typed="n\n").exit_code == 1
    assert penstock("functions", "delete", "copy", typed="y\n").stdout.endswith("copy  deleted\n")
    assert penstock("functions", "list").stdout.split() == ["my_shout", "action", "off", "global", "v1", "ready"]


@pytest.mark.spec("M6")
def test_a_folder_is_pushed_and_pulled(penstock: Command, tmp_path: Path) -> None:
    folder = packed(tmp_path / "tool")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert penstock("push", folder).stdout == "tool  version 1, off  tool\n"
    into = tmp_path / "pulled"
    assert penstock("pull", "tool", "--into", into).stdout == f"{into / 'tool'}  written\n"
    found = {path.relative_to(into / "tool").as_posix(): path.read_text() for path in into.rglob("*.*")}
    assert found == PACKED
    assert penstock("pull", "--into", into).stdout == f"{into / 'tool'}  unchanged\n"

    (into / "tool" / "helpers.py").write_text("mine")
    refused = penstock("pull", "tool", "--into", into)
    assert (refused.exit_code, (into / "tool" / "helpers.py").read_text()) == (1, "mine")
    assert "--force replaces it" in refused.stderr
    (into / "tool" / "extra.py").write_text("")
    assert penstock("pull", "tool", "--into", into, "--force").exit_code == 0
    assert (into / "tool" / "helpers.py").read_text() == PACKED["helpers.py"]
    assert not (into / "tool" / "extra.py").exists()


@pytest.mark.spec("L4", "M6")
def test_what_does_not_load_is_named_with_file_and_line_and_the_rest_is_pushed(
    penstock: Command, tmp_path: Path
) -> None:
    bad = written(tmp_path / "bad.py", "class Action(:\n")
    folder = packed(tmp_path / "tool", **{"helpers.py": "\nANSWER = nowhere\n"})
    text = written(tmp_path / "notes.txt", "x")
    empty = tmp_path / "empty"
    empty.mkdir()
    pushed = penstock("push", bad, folder, text, empty, written(tmp_path / "good.py"))
    assert (pushed.exit_code, pushed.stdout) == (1, "good  version 1, off  Shout\n")
    assert f"{bad}:1  line 1, column 14: invalid syntax" in pushed.stderr
    assert f"{folder}/helpers.py:2  helpers.py, line 2, column 10: NameError" in pushed.stderr
    assert "neither a `.py` file nor a package" in pushed.stderr
    assert f"{empty}  The package cannot be used: it is empty." in pushed.stderr


def test_an_export_is_imported_with_its_broken_rows_listed(penstock: Command, tmp_path: Path) -> None:
    penstock("push", written(tmp_path / "shout.py"), packed(tmp_path / "tool"))
    export = tmp_path / "export.json"
    assert penstock("functions", "export", "-o", export).stdout == f"{export}  2 functions\n"
    rows = json.loads(export.read_text())
    assert [row["id"] for row in rows] == ["shout", "tool"]
    one = json.loads(penstock("functions", "export", "tool", "--valves").stdout)
    assert (one[0]["id"], one[0]["valves"]) == ("tool", {})
    for row in rows:
        penstock("functions", "delete", row["id"], "--yes")

    export.write_text(json.dumps([rows[0], {"id": "broken"}, {"id": "syntax", "content": "x ="}, rows[1]]))
    done = penstock("functions", "import", export)
    assert (done.exit_code, done.stdout) == (1, "shout  created, off\ntool  created, off\n")
    assert "broken row 2  This is no function: it has no `content`." in done.stderr
    assert "syntax:1  line 1, column" in done.stderr
    export.write_text(json.dumps(rows))
    assert penstock("functions", "import", export).stdout == "shout  updated\ntool  updated\n"
    alone = penstock("functions", "import", written(tmp_path / "none.json", '[{"id": "broken"}]'))
    assert (alone.exit_code, "it has no `content`" in alone.stderr) == (1, True)


def test_a_sync_makes_the_set_that_of_the_exports_or_changes_nothing(penstock: Command, tmp_path: Path) -> None:
    penstock("push", written(tmp_path / "keep.py"), written(tmp_path / "drop.py"))
    export = tmp_path / "export.json"
    penstock("functions", "export", "keep", "-o", export)
    rows = json.loads(export.read_text())
    bad = written(tmp_path / "bad.json", json.dumps([*rows, {"id": "x", "content": "x ="}]))
    refused = penstock("functions", "sync", bad, "--yes")
    assert (refused.exit_code, refused.stderr.splitlines()[-1]) == (1, "Nothing was changed.")
    assert "x:1  x: line 1" in refused.stderr
    assert "Delete drop" in penstock("functions", "sync", export, typed="n\n").stdout
    assert "drop" in penstock("functions", "list").stdout
    assert penstock("functions", "sync", export, "--yes").stdout == "1 functions, 1 deleted\n"
    assert "drop" not in penstock("functions", "list").stdout


@pytest.mark.spec("L3")
def test_an_update_is_shown_before_it_is_taken(penstock: Command, tmp_path: Path) -> None:
    with one_page_site(ACTION) as (url, held):
        row = {"id": "shout", "content": ACTION, "origin_url": f"{url}/shout.py"}
        penstock("functions", "import", written(tmp_path / "export.json", json.dumps([row])))
        assert "nothing new" in penstock("functions", "update", "shout").stdout
        held[0] = ACTION.replace('"A"', '"B"')
        left = penstock("functions", "update", "shout", typed="n\n")
        assert '+        return "B"' in left.stdout
        assert left.stdout.endswith("shout  left as it is\n")
        assert penstock("functions", "update", "shout", "--yes").stdout.endswith("shout  version 2 serves\n")


def test_a_server_that_is_not_there_or_refuses_is_said_in_a_sentence(penstock: Command, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    nobody = Command(f"http://127.0.0.1:{port}", "k")("functions", "list")
    assert (nobody.exit_code, "cannot be reached" in nobody.stderr) == (1, True)
    stranger = Command(penstock.url, "sk-wrong")("pull")
    assert (stranger.exit_code, stranger.stdout) == (1, "")
    assert stranger.stderr
    keyless = Command(penstock.url, "")("push", written(tmp_path / "a.py"))
    assert "An API key is needed." in keyless.stderr
    page = Command(f"{penstock.url}/admin", penstock.key)("functions", "list")
    assert "not as a Penstock server does" in page.stderr
    two = penstock("push", tmp_path / "a.py", written(tmp_path / "b.py"), "--id", "x")
    assert "--id names one function" in two.stderr
    assert penstock("functions", "on", "absent").stderr.startswith("absent  There is no function")
