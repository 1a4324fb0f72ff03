"""An actor whose server has fallen silent ends by itself, with everything that it started."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
from anyio import fail_after

from tests.engine.ray.processes import runs
from tests.engine.test_workers import until

pytestmark = pytest.mark.anyio

SCRIPT = """
import asyncio, pathlib, sys, types
context = types.SimpleNamespace(get_node_id=lambda: "node")
sys.modules["ray"] = types.SimpleNamespace(get_runtime_context=lambda: context)
from penstock.engine.base import HookCall, VersionSource
from penstock.engine.ray import actor
from penstock.engine.ray.wire import Begin, Serve
from penstock.protocol.framing import encode
from penstock.settings import Settings
actor.LEASE_SECONDS = 1.5
async def main():
    folder = pathlib.Path(sys.argv[1])
    (folder / "server").write_text("token")
    home = actor.Home("s", folder / "server", "token")
    made = actor.Actor("a", home, Settings(data_dir=folder), {})
    await made.hello()
    source = "class Action:\\n    def action(self, body):\\n        while True: pass\\n"
    await made.send(bytes(encode(Serve(VersionSource("f", "v", source, "<f>")))))
    await made.send(bytes(encode(Begin(HookCall("r", "action"), True))))
    while not (workers := made._engine.workers()):
        await made.poll()
    print(workers[0].pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


async def test_an_actor_that_nobody_asks_for_news_ends(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SCRIPT, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    with fail_after(30):
        pid = int(await process.stdout.readline())
        assert await process.wait() == 0
    await until(lambda: not runs(pid))
    assert sorted(os.listdir(tmp_path)) == ["server"]
