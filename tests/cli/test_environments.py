"""`penstock environments`, and what `penstock check` says while it installs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environments.wheels import make_wheel

pytestmark = pytest.mark.spec("M4")

PEN = '"""\nrequirements: tinypen\n"""\nimport tinypen\n\n\nclass Filter: ...\n'


def penstock(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    own = {"PENSTOCK_DATA_DIR": str(tmp_path / "data"), "PENSTOCK_WHEELS": str(tmp_path / "wheels"), "COLUMNS": "200"}
    command = [sys.executable, "-m", "penstock.cli", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=240, stdin=subprocess.DEVNULL, env={**os.environ, **own}
    )


def test_packages_are_told_listed_collected_and_forgotten(tmp_path: Path) -> None:
    make_wheel(tmp_path / "wheels", "tinypen", "1.0")
    (tmp_path / "pen.py").write_text(PEN)
    assert "No packages are installed" in penstock(tmp_path, "environments").stdout

    checked = penstock(tmp_path, "check", str(tmp_path / "pen.py"))
    assert checked.returncode == 0, checked.stdout
    told = checked.stderr.splitlines()
    assert told[:2] == ["pen.py: Resolving tinypen", "pen.py: Installing tinypen==1.0"]
    assert told[2].startswith("pen.py: Installed 1 package in ")

    (listed,) = json.loads(penstock(tmp_path, "environments", "--json").stdout)
    assert (listed["packages"], listed["function_ids"]) == (["tinypen==1.0"], [])
    assert listed["size"] > 0
    assert "nobody" in penstock(tmp_path, "environments").stdout

    assert penstock(tmp_path, "environments", "collect").stdout == "Nothing to remove.\n"
    removed = penstock(tmp_path, "environments", "collect", "--days", "0").stdout
    assert removed.startswith(f"removed {listed['id'][:12]} tinypen==1.0")
    assert "1 lock with tinypen forgotten" in penstock(tmp_path, "environments", "forget", "tinypen").stdout
    assert penstock(tmp_path, "environments", "forget").returncode == 2
