"""What a hostile function tries with all walls up: each attempt by its name, and what it saw of the outside."""

from __future__ import annotations

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
