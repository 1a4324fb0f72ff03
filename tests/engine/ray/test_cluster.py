"""What keeps a server from using a cluster is said in a sentence."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
from pathlib import Path

import pytest

from penstock.engine.chosen import chosen_engine
from penstock.engine.local import LocalEngine
from penstock.engine.ray import RayEngine, versions
from penstock.errors import CannotStart
from penstock.settings import Settings
from tests.engine.ray.processes import helps_ray, listening_on, runs
from tests.engine.test_workers import until

pytestmark = pytest.mark.anyio

LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_the_setting_chooses_the_engine(tmp_path: Path) -> None:
    assert isinstance(chosen_engine(Settings(data_dir=tmp_path)), LocalEngine)
    assert isinstance(chosen_engine(Settings(data_dir=tmp_path, engine="ray")), RayEngine)


@pytest.mark.parametrize("address", ["ray://head:10001", "auto", "head", "127.0.0.1:http"])
async def test_an_address_of_another_kind_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(CannotStart, match="not an address of a Ray cluster"):
        await RayEngine(Settings(data_dir=tmp_path, ray_address=address)).start()


async def test_a_cluster_that_is_not_there_is_named(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    with pytest.raises(CannotStart, match=f"{address} cannot be reached"):
        await RayEngine(Settings(data_dir=tmp_path, ray_address=address)).start()


async def test_ray_that_is_not_installed_is_named_with_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(CannotStart, match="not installed") as raised:
        await RayEngine(Settings(data_dir=tmp_path)).start()
    assert "penstock[cluster]" in raised.value.hint


async def test_another_version_on_a_node_is_refused(ray: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "__version__", "9.9.9")
    with pytest.raises(CannotStart, match=r"has Penstock \d.*; this server has Penstock 9\.9\.9"):
        await RayEngine(Settings(data_dir=tmp_path)).start()


def test_a_node_without_penstock_is_told_apart() -> None:
    found = versions.probe()()
    assert versions.complaint(found) == ""
    assert "does not have Penstock" in versions.complaint({**found, "penstock": ""})
    assert "has Python 2.7" in versions.complaint({**found, "python": "2.7"})


async def test_a_cluster_with_other_versions_is_refused(
    ray: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ray as ray_library

    monkeypatch.setattr(versions, "__version__", "9.9.9")
    address = ray_library.get_runtime_context().gcs_address
    with pytest.raises(CannotStart, match=rf"{address} cannot be used\. The node .+ has Penstock \d"):
        await RayEngine(Settings(data_dir=tmp_path, ray_address=address)).start()


async def test_our_own_ray_listens_here_alone_and_does_not_outlive_a_crash(tmp_path: Path) -> None:
    script = tmp_path / "server.py"
    script.write_text(
        f"""
import asyncio, os, pathlib
from penstock.engine.base import HookCall, VersionSource
from penstock.engine.ray import RayEngine
from penstock.settings import Settings
from tests.engine.ray.processes import descendants
async def main():
    engine = RayEngine(Settings(data_dir=pathlib.Path({str(tmp_path)!r}), ray_actors=1))
    await engine.start()
    source = "class Action:\\n    def action(self, body):\\n        while True: pass\\n"
    run = await engine.run(VersionSource("f", "v", source, "<f>"), HookCall("r", "action"))
    print(*descendants(os.getpid()), flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    environment = {name: value for name, value in environment.items() if not name.startswith("RAY_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(script), stdout=asyncio.subprocess.PIPE, env=environment
    )
    assert process.stdout is not None
    pids = [int(pid) for pid in (await process.stdout.readline()).split()]
    assert len(pids) > 6
    assert set() < listening_on(pids) <= LOOPBACK
    pids = [pid for pid in pids if not helps_ray(pid)]
    process.kill()
    await process.wait()
    await until(lambda: not any(map(runs, pids)), seconds=20)
    shutil.rmtree((tmp_path / "ray.session").readlink())  # which the next start would do
