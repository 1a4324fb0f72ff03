"""Runs while workers are killed at random: the short form of `python -m bench.soak`."""

from __future__ import annotations

import pytest
from bench.soak import soak

pytestmark = pytest.mark.anyio


async def test_every_run_ends_and_none_runs_twice_while_workers_are_killed() -> None:
    tally = await soak(500, seed=1, at_once=12)
    assert tally.wrong == []
    assert tally.runs == 500
    assert tally.ends["done"] > 100
    assert tally.ends["worker_lost"]
    assert tally.before is not None
    assert tally.after is not None
    assert tally.after.descriptors <= tally.before.descriptors
    assert tally.after.processes == tally.before.processes
    assert tally.after.folders == 0
