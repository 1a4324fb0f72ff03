"""`penstock check`: what a save would say, without a server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples" / "functions"


def penstock_check(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "penstock.cli", "check", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, stdin=subprocess.DEVNULL)


def test_all_examples_load_without_a_warning() -> None:
    ended = penstock_check("--strict", "--json", *sorted(EXAMPLES.glob("*.py")))
    assert ended.returncode == 0, ended.stdout
    assert all(verdict["ok"] for verdict in json.loads(ended.stdout))


@pytest.mark.spec("L4")
def test_a_bad_file_is_named_with_its_line(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("class Action:\n    def action(self, body)\n")
    fails = tmp_path / "fails.py"
    fails.write_text("import nowhere_to_be_found\nclass Filter: ...\n")
    ended = penstock_check(EXAMPLES / "calculator.py", bad, fails, "--json")
    assert ended.returncode == 1
    good, syntax, missing = json.loads(ended.stdout)
    assert (good["ok"], good["kind"], good["hooks"]) == (True, "action", ["action"])
    assert syntax["error"]["detail"] == "line 2, column 27: expected ':'"
    assert (missing["error"]["phase"], missing["error"]["line"]) == ("import", 1)
    assert "requirements: nowhere-to-be-found" in missing["error"]["hint"]
    shown = penstock_check(bad)
    assert shown.returncode == 1
    assert "does not load (syntax)" in shown.stdout


@pytest.mark.spec("M3")
def test_warnings_fail_only_when_asked(tmp_path: Path) -> None:
    file = tmp_path / "newer.py"
    file.write_text('"""\nrequired_open_webui_version: 99\n"""\nclass Filter: ...\n')
    ended = penstock_check(file)
    assert (ended.returncode, "1 warning" in ended.stdout) == (0, True)
    assert penstock_check(file, "--strict").returncode == 1


@pytest.mark.spec("M6", "L4")
def test_a_folder_is_checked_as_a_package(tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    for folder in (good, bad):
        folder.mkdir()
        (folder / "__init__.py").write_text("from .part import Action\n")
        (folder / "part.py").write_text("class Action:\n    def action(self, body): ...\n")
    (bad / "part.py").write_text("import os\n1 / 0\n")
    shown = penstock_check(good, bad, "--json")
    assert shown.returncode == 1
    first, second = json.loads(shown.stdout)
    assert (first["ok"], first["kind"]) == (True, "action")
    assert (second["error"]["file"], second["error"]["line"]) == ("part.py", 2)
    assert second["error"]["detail"].startswith("part.py, line 2, column 1: ZeroDivisionError")
