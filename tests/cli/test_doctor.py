"""`penstock doctor`: what it finds on this machine, and when it says that a server cannot run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from penstock.engine.local.sandbox.layers import MEANS, NAMES

PARTS = ["Python", "platform", "data folder", "database", "page", "uv", "packages", "functions"]


def doctor(data_dir: Path, /, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PENSTOCK_")}
    given = {f"PENSTOCK_{name.upper()}": value for name, value in settings.items()}
    environment = {**inherited, "PENSTOCK_DATA_DIR": str(data_dir), "PENSTOCK_WHEELS": str(data_dir.parent), **given}
    command = [sys.executable, "-m", "penstock.cli", "doctor", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, check=False)


def findings(told: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {each["name"]: each for each in told["findings"]}


def test_a_machine_is_looked_at_part_by_part(tmp_path: Path) -> None:
    ended = doctor(tmp_path / "data", "--json")
    told = json.loads(ended.stdout)
    assert (ended.returncode, told["ok"], ended.stderr) == (0, True, "")
    found = findings(told)
    assert list(found) == PARTS
    assert "broken" not in {each["state"] for each in found.values()}
    assert found["packages"]["said"] == f"0 wheels in {tmp_path}"
    assert [layer["name"] for layer in told["layers"]] == list(NAMES)
    for layer in told["layers"]:
        assert layer["active"] == (layer["why_not"] == "")
        assert layer["what"]
    assert not (tmp_path / "data").exists()


def test_walls_that_are_missing_are_told_with_what_that_means(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    ended = doctor(tmp_path / "data", walls_without="seccomp, landlock")
    assert ended.returncode == 0, ended.stderr
    shown = " ".join(ended.stdout.split())
    assert "seccomp missing It was left out by the setting `walls_without`." in shown
    for word in MEANS["landlock"].split():
        assert word in shown
    assert "A server can run here." in shown
    assert list((tmp_path / "data").iterdir()) == []


@pytest.mark.parametrize(
    ("part", "settings", "says"),
    [
        ("database", {"database_url": "postgresql://nobody:hidden@127.0.0.1:1/none"}, "cannot be opened"),
        ("functions", {"walls_without": "moat"}, "`walls_without` names no layer: moat."),
        ("data folder", {"data_dir": "/dev/null/data"}, "cannot be written"),
    ],
)
def test_what_keeps_a_server_from_working_is_named(
    tmp_path: Path, part: str, settings: dict[str, str], says: str
) -> None:
    ended = doctor(tmp_path / "data", "--json", **settings)
    told = json.loads(ended.stdout)
    assert (ended.returncode, told["ok"]) == (1, False)
    found = findings(told)
    assert [name for name in found if found[name]["state"] == "broken"] == [part]
    assert says in found[part]["said"]
    assert "hidden" not in ended.stdout


def test_settings_that_cannot_be_used_are_said(tmp_path: Path) -> None:
    ended = doctor(tmp_path, port="many")
    assert ended.returncode == 1
    assert "port: Input should be a valid integer" in ended.stderr
