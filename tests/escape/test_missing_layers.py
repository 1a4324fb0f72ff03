"""The same attempts with layers left out, as in a locked container: what is still stopped is as `cases` says.

In each arrangement one worker makes all attempts, and the server says which layers it has.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from penstock.engine.local.sandbox.layers import MEANS
from penstock.errors import BudgetExceeded
from tests.escape.cases import CASES, MAY, is_stopped
from tests.escape.conftest import stronghold

pytestmark = pytest.mark.anyio

WITHOUT = (
    "namespaces",
    "network",
    "landlock",
    "seccomp",
    "uid",
    "limits",
    "namespaces,network",
    "namespaces,network,uid",
    "namespaces,network,uid,landlock",
    "namespaces,network,uid,seccomp",
    "landlock,seccomp",
    "landlock,seccomp,uid",
    "namespaces,network,landlock,seccomp,uid,limits",
)


@pytest.mark.parametrize("without", WITHOUT)
async def test_what_is_still_stopped(tmp_path: Path, without: str) -> None:
    left_out = set(without.split(","))
    async with stronghold(tmp_path, walls_without=without) as hold:
        layers = {layer.name: layer for layer in hold.engine.layers()}
        for name in left_out:
            assert (layers[name].active, layers[name].means) == (False, MEANS[name])
            assert "walls_without" in layers[name].why_not
        present = hold.present
        got = await hold.attempt(*CASES)
        await hold.bystander_answers()
    escaped = {name: loot for name, loot in got.items() if loot and is_stopped(name, present)}
    assert escaped == {}
    stopped = [name for name, loot in got.items() if not loot and not is_stopped(name, present) and name not in MAY]
    assert stopped == []


FORKING = """
import os, subprocess, time
class Action:
    def action(self, body):
        for _ in range(150):
            subprocess.Popen(["sleep", "600"], start_new_session=True)
        time.sleep(60)
"""


async def test_processes_are_counted_where_the_kernel_does_not(tmp_path: Path) -> None:
    async with stronghold(tmp_path, walls_without="namespaces,network,uid") as hold:
        hold.start_counting()
        with pytest.raises(BudgetExceeded, match=r"its budget \(`processes`\) is 48"):
            await hold.run(hold.function(FORKING))
        await hold.bystander_answers()
        await hold.nothing_is_left()
