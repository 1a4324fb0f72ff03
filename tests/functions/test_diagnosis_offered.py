"""What the doctor knows of `open_webui` is what a worker really offers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import penstock
from penstock.flows.offered_names import offered_names

SHIMS = Path(penstock.__file__).parent / "worker" / "shims"
IMPORT_ALL = """
import importlib, sys
for line in sys.stdin:
    module, _, name = line.strip().partition(" ")
    try:
        found = importlib.import_module(module)
        if name:
            getattr(found, name)
    except Exception as error:
        print(module, name, type(error).__name__, error)
"""


def test_every_name_that_is_known_can_be_imported() -> None:
    offered = offered_names()
    wanted = [
        f"open_webui.{path} {name}".replace(". ", " ")
        for path, module in offered.modules.items()
        for name in [*module.names, *module.lacking, *(["Anything"] if module.any_name else [])]
    ]
    wanted += [f"open_webui.{path} Anything" for path in offered.absent if "*" not in path]
    assert len(offered.modules) > 40
    assert len(offered.absent) > 30
    environment = {**os.environ, "PYTHONPATH": str(SHIMS)}
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL], input="\n".join(wanted), env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""


def test_methods_of_tables_are_known() -> None:
    before = set(sys.modules)
    users = offered_names().modules["models.users"]
    assert "get_user_by_id" in users.methods["Users"]
    assert offered_names().lack_of("routers.retrieval") is None
    assert offered_names().lack_of("retrieval.web.main") is not None
    assert not [name for name in set(sys.modules) - before if name.startswith("open_webui")], "names are read, not run"
