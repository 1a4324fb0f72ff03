"""Where the kernel holds a function to its budget, the author reads which one and how much it is."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.engine.conftest import Bench
from tests.engine.local_engine import MB, budget, local_bench

pytestmark = pytest.mark.anyio

HITS = {
    "memory": ("body = bytearray(2**40)", {"memory": 128 * MB}, "`memory`: 128 MB"),
    "file_size": ("open('big', 'wb').write(bytes(3 * 2**20))", {"file_size": MB}, "`file_size`: 1 MB"),
    "open_files": ("kept = [open(os.devnull) for _ in range(100)]", {"open_files": 64}, "`open_files`: 64"),
    "threads": (
        "threads = [threading.Thread(target=time.sleep, args=(1,), daemon=True) for _ in range(50)]\n"
        "        for thread in threads: thread.start()",
        {"processes": 20},
        "`processes`: 20",
    ),
    "processes": (
        "kept = [subprocess.Popen(['sleep', '20']) for _ in range(50)]",
        {"processes": 20},
        "`processes`: 20",
    ),
}


@pytest.fixture(scope="module")
async def bench(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bench]:
    async with local_bench(tmp_path_factory.mktemp("exhaustion")) as made:
        yield made


@pytest.mark.parametrize("hit", HITS)
async def test_the_error_names_the_budget_and_its_value(bench: Bench, hit: str) -> None:
    line, budgets, named = HITS[hit]
    source = "import os, subprocess, threading, time\nclass Action:\n    async def action(self, body):\n"
    outcome = await bench.run(bench.version(f"{source}        {line}\n", rights=budget(**budgets)))
    assert outcome.failed is not None
    assert f"The function went over its budget {named}." in outcome.failed.message


async def test_other_errors_stay_as_they_are(bench: Bench) -> None:
    outcome = await bench.run("class Action:\n    async def action(self, body): raise BlockingIOError(11, 'busy')\n")
    assert outcome.failed is not None
    assert outcome.failed.message == "[Errno 11] busy"
