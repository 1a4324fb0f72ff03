"""Workers that say whatever hurts: the short form of `python -m bench.fuzz`."""

from __future__ import annotations

import logging

import pytest
from bench.fuzz import fuzz

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_run_of_a_hostile_worker_ends_by_name(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    tally = await fuzz(seed, 4)
    assert tally.wrong == []
    assert tally.runs > 50
    assert tally.ends["protocol_broken"]
    assert tally.ends["Result"]
    assert tally.descriptors[1] <= tally.descriptors[0]
