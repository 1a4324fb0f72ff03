"""Control groups, as far as files go: a folder stands in for the kernel's, which few machines let tests have."""

from __future__ import annotations

from pathlib import Path

import pytest

from penstock.engine.local import LocalEngine
from penstock.engine.local.sandbox.groups import KERNEL_EXTRA
from penstock.functions.rights import Budget, Rights
from penstock.settings import Settings
from tests.engine.conftest import Bench

pytestmark = pytest.mark.anyio

SOURCE = "class Action:\n    def action(self, body): return 1\n"


async def test_each_worker_enters_a_group_with_its_budget(tmp_path: Path) -> None:
    root = tmp_path / "group"
    root.mkdir()
    (root / "cgroup.controllers").write_text("cpu memory pids\n")
    engine = LocalEngine(Settings(data_dir=tmp_path / "data", cgroup=root))
    await engine.start()
    bench = Bench(engine)
    version = bench.version(SOURCE, rights=Rights(budget=Budget(memory=2**28, processes=7)))
    assert (await bench.run(version)).value == 1
    assert (root / "cgroup.subtree_control").read_text() == "+memory +pids"
    (group,) = [folder for folder in root.glob("worker-*") if (folder / "cgroup.procs").exists()]
    assert (group / "memory.max").read_text() == str(2**28 + KERNEL_EXTRA)
    assert (group / "pids.max").read_text() == "7"
    assert (group / "cgroup.procs").read_text()
    assert [layer.active for layer in engine.layers() if layer.name == "cgroup"] == [True]
    await engine.stop(0)
    assert (group / "cgroup.kill").read_text() == "1"


async def test_a_group_without_the_controllers_is_said_to_be_missing(tmp_path: Path) -> None:
    (tmp_path / "cgroup.controllers").write_text("cpu\n")
    engine = LocalEngine(Settings(data_dir=tmp_path / "data", cgroup=tmp_path))
    await engine.start()
    assert (await Bench(engine).run(SOURCE)).value == 1
    (layer,) = [layer for layer in engine.layers() if layer.name == "cgroup"]
    assert not layer.active
    assert "memory and pids" in layer.why_not
    await engine.stop(0)
