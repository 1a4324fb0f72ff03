"""What a hostile function tries with all walls up: each attempt by its name, and what it saw of the outside."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.escape import intruder
from tests.escape.cases import CASES, MAY, is_stopped
from tests.escape.conftest import Stronghold

pytestmark = pytest.mark.anyio


def test_each_attempt_has_a_case() -> None:
    assert set(CASES) == set(intruder.ATTEMPTS)
    assert set(CASES) > MAY


@pytest.mark.parametrize("name", CASES)
async def test_it_is_stopped(hold: Stronghold, name: str) -> None:
    if not is_stopped(name, hold.present):
        pytest.skip("this machine lacks the layer that stops it")
    assert (await hold.attempt(name))[name] == ""
    assert hold.scene.connected == 0


STOPPED_NOW = """
import json, os, sys
sys.path.insert(0, os.environ["DATA_DIR"])
from intruder import run
with open(os.path.join(os.environ["DATA_DIR"], "given.json")) as file:
    body = json.load(file)
REPORTS = run(body["attempts"], body["given"])

class Action:
    def action(self, body):
        return REPORTS
"""


async def test_the_walls_stand_before_the_first_line_of_a_module(hold: Stronghold) -> None:
    names = [name for name in CASES if is_stopped(name, hold.present)]
    version = hold.function(STOPPED_NOW)
    folder = hold.lay_out_for(version)
    hold.scene.renew()
    (folder / "given.json").write_text(json.dumps({"attempts": names, "given": hold.scene.given}))
    reports = (await hold.run(version)).value
    assert {name: hold.judge(name, reports[name]) for name in names} == dict.fromkeys(names, "")


async def test_a_fresh_interpreter_has_the_same_walls(hold: Stronghold) -> None:
    """It is another program: what was put up before it started must hold for it as well."""
    names = [name for name in CASES if is_stopped(name, hold.present)]
    packages = hold.scene.folder / "packages"
    packages.mkdir()
    (packages / "sitecustomize.py").write_text("raise SystemExit('it was run without walls')")
    by = replace(hold.intruder(name="fresh"), site_packages=str(packages), packages=frozenset({"msgspec", "httpx"}))
    assert await hold.attempt(*names, by=by) == dict.fromkeys(names, "")
