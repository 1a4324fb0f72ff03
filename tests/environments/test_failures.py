"""What goes wrong while packages are installed is said in a sentence, and leaves nothing half."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from penstock.environments import Environments
from penstock.errors import RequirementsError
from tests.environments.index import Index, serving_index
from tests.environments.wheels import make_wheel

pytestmark = [pytest.mark.anyio, pytest.mark.spec("M4")]

INSTALL = (
    "import asyncio, sys; from pathlib import Path; from penstock.environments import Environments;"
    "asyncio.run(Environments(Path(sys.argv[1])).ensure(['tinypen'], print))"
)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    folder = tmp_path / "index"
    make_wheel(folder, "tinypen", "1.0")
    make_wheel(folder, "bigpen", "1.0", ballast=3_000_000)
    with serving_index(folder, monkeypatch, tmp_path / "cache") as started:
        yield started


@pytest.fixture
def environments(tmp_path: Path) -> Environments:
    return Environments(tmp_path / "data")


def left(tmp_path: Path) -> list[str]:
    return [path.name for path in (tmp_path / "data" / "environments").iterdir()]


async def refused(environments: Environments, *requirements: str) -> RequirementsError:
    with pytest.raises(RequirementsError) as caught:
        await environments.ensure(requirements)
    return caught.value


async def test_a_package_that_nobody_has(environments: Environments, index: Index) -> None:
    error = await refused(environments, "nosuchpen", "tinypen")
    assert error.message == "nosuchpen was not found in the package registry."
    assert (error.fields["package"], error.fields["cause"]) == ("nosuchpen", "unknown")


async def test_pins_that_contradict_each_other(environments: Environments, index: Index) -> None:
    error = await refused(environments, "tinypen<1", "tinypen>=1")
    assert (error.fields["package"], error.fields["cause"]) == ("tinypen", "conflict")


async def test_no_wheel_for_this_platform(environments: Environments, index: Index) -> None:
    make_wheel(index.folder, "elsewhere", "1.0", platform="win32" if sys.platform != "win32" else "linux_x86_64")
    error = await refused(environments, "elsewhere")
    assert (error.fields["package"], error.fields["cause"]) == ("elsewhere", "no_wheel")
    assert "wheel for this platform" in error.hint


async def test_a_package_that_changed_since_it_was_locked(
    environments: Environments, index: Index, tmp_path: Path
) -> None:
    await environments.lock(["tinypen"])
    shutil.rmtree(tmp_path / "cache")
    make_wheel(index.folder, "tinypen", "1.0", extra="Summary: not what was locked\n")
    error = await refused(environments, "tinypen")
    assert error.message == "tinypen: the package is not the one that was locked: its hash differs."
    assert (error.fields["cause"], left(tmp_path)) == ("hash", [])
    assert await environments.forget("TinyPen") == 1
    assert await environments.ensure(["tinypen"]) is not None


async def test_a_version_that_has_left_the_index_is_locked_anew(
    environments: Environments, index: Index, tmp_path: Path
) -> None:
    await environments.lock(["tinypen"])
    (index.folder / "tinypen-1.0-py3-none-any.whl").unlink()
    make_wheel(index.folder, "tinypen", "1.1")
    shutil.rmtree(tmp_path / "cache")
    assert await environments.ensure(["tinypen"]) is not None
    assert (await environments.lock(["tinypen"])).pins == ("tinypen==1.1",)


async def test_a_network_that_goes_away_in_the_middle(environments: Environments, index: Index, tmp_path: Path) -> None:
    await environments.lock(["bigpen"])
    shutil.rmtree(tmp_path / "cache")
    index.breaks_off = True
    error = await refused(environments, "bigpen")
    assert error.message.startswith("bigpen: its download broke off: ")
    assert (error.fields["cause"], error.fields["package"], left(tmp_path)) == ("network", "bigpen", [])
    index.breaks_off = False
    assert await environments.ensure(["bigpen"]) is not None


async def test_a_save_that_is_given_up_leaves_nothing(environments: Environments, index: Index, tmp_path: Path) -> None:
    index.holds.clear()
    lines: list[str] = []
    given_up, waits = (asyncio.ensure_future(environments.ensure(["bigpen"], lines.append)) for _ in range(2))
    await asyncio.to_thread(index.begun.wait, 30)
    given_up.cancel()
    index.holds.set()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    environment = await waits
    assert environment is not None
    assert left(tmp_path) == [environment.id]
    assert "Waiting for another save that installs the same packages" in lines
    assert "Downloading bigpen (3.0 MB)" in lines


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
async def test_a_server_that_is_killed_leaves_what_the_next_start_clears_away(index: Index, tmp_path: Path) -> None:
    index.holds.clear()
    command = [sys.executable, "-c", INSTALL, str(tmp_path / "data")]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL)
    await asyncio.to_thread(index.begun.wait, 30)
    next_one = Environments(tmp_path / "data")
    assert await next_one.sweep() == [], "somebody is at work there"
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    index.holds.set()
    async with asyncio.timeout(30):
        while not await next_one.sweep():  # noqa: ASYNC110 (its uv may live a moment longer)
            await asyncio.sleep(0.02)
    assert left(tmp_path) == []
    assert await next_one.ensure(["tinypen"]) is not None


FULL = """
mount -t tmpfs -o size=600k tmpfs "$1" || exit 77
PENSTOCK_DATA_DIR="$1" PENSTOCK_WHEELS="$2" exec "$3" -m penstock.cli check --json "$4"
"""


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare(1)")
def test_a_full_disk_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    make_wheel(tmp_path / "wheels", "bigpen", "1.0", ballast=3_000_000)
    (tmp_path / "pen.py").write_text('"""\nrequirements: bigpen\n"""\nclass Filter: ...\n')
    given = [tmp_path / "data", tmp_path / "wheels", sys.executable, tmp_path / "pen.py"]
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", FULL, "sh", *map(str, given)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if ended.returncode == 77 or "unshare" in ended.stderr:
        pytest.skip("no name spaces here")
    assert "bigpen: not installed, since no space is left on the server's disk." in ended.stdout
