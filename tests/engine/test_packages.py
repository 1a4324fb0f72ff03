"""Functions of several files, on every engine (spec M6)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from penstock.engine.base import VersionSource
from penstock.errors import SourceError
from penstock.functions.packages import Package
from tests.engine.conftest import Bench

pytestmark = [pytest.mark.anyio, pytest.mark.spec("M6")]

INIT = """
import os
from importlib import resources
from pathlib import Path

from .helpers import shout


class Action:
    def action(self, body):
        around = Path(__file__).parent
        return [shout("a"), resources.files(__package__).joinpath("data.txt").read_text(), os.listdir(around.parent)]
"""
HELPERS = "def shout(text):\n    return text.upper()\n"


def packed(bench: Bench, **files: str) -> VersionSource:
    texts = {"__init__.py": INIT, "helpers.py": HELPERS, "data.txt": "data", **files}
    package = Package.of({path: text.encode() for path, text in texts.items()})
    version = bench.version(package.source)
    return replace(version, filename=f"{version.function_id}/__init__.py", package=package.zipped)


async def test_a_worker_has_the_files_of_its_package_and_no_others(bench: Bench) -> None:
    await bench.run(packed(bench))
    shouted, data, seen = (await bench.run(packed(bench, **{"other.txt": ""}))).value
    assert (shouted, data) == ("A", "data")
    if any(layer.name == "namespaces" and layer.active for layer in bench.engine.layers()):
        assert len(seen) == 1, "the other function's package cannot be seen"


async def test_a_broken_module_is_named(bench: Bench) -> None:
    with pytest.raises(SourceError, match=r"^helpers\.py, line 1, column 1: ZeroDivisionError") as refused:
        await bench.engine.check(packed(bench, **{"helpers.py": "1 / 0"}), 60)
    assert (refused.value.fields["file"], refused.value.fields["line"]) == ("helpers.py", 1)
