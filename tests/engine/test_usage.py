"""What processes use is found out with everything that they started."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from penstock.engine.local import disk, usage

MB = 2**20
HOLD = "import time; a = b'a' * (40 * 2**20); print(flush=True); time.sleep(60)"
NEST = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLD!r}])"
TABLE = """\
  1     0  10240   1:02.50
 20     1   2048   0:00.25
 21    20   1024 01:00:00
 30    21    512 1-00:00:01
 99     1   4096   0:09.00
not a line
"""


@pytest.fixture
def tree() -> Iterator[int]:
    """A process whose child holds memory."""
    with subprocess.Popen([sys.executable, "-c", NEST], stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process.pid
        os.killpg(process.pid, 9)


@pytest.mark.parametrize("has_children", [True, False])
def test_children_count(tree: int, has_children: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "_HAS_CHILDREN", has_children and usage._HAS_CHILDREN)
    found = usage.measure([tree])[tree]
    assert found.processes == 2
    assert found.memory > 40 * MB


def test_processor_time_grows_and_a_process_that_is_gone_is_left_out() -> None:
    own = os.getpid()
    before = usage.measure([own])[own].cpu
    until = time.process_time() + 0.1
    while time.process_time() < until:
        pass
    assert usage.measure([own])[own].cpu >= before + 0.05
    assert usage.measure([2**22 + 1]) == {}


def test_memory_files_and_deleted_files_are_found(tmp_path: Path) -> None:
    own = os.getpid()
    before = usage.measure([own])[own]
    held = os.memfd_create("held")
    os.write(held, bytes(20 * MB))
    path = tmp_path / "deleted"
    with path.open("wb") as file:
        file.write(bytes(10 * MB))
        file.flush()
        path.unlink()
        found = usage.measure([own])[own]
    os.close(held)
    assert found.memory - before.memory > 15 * MB
    assert found.unlinked - before.unlinked > 9 * MB


def test_a_table_of_processes_is_read() -> None:
    found = usage.read_ps(TABLE, [20, 99, 5])
    assert found[20] == usage.Usage(memory=(2048 + 1024 + 512) * 1024, cpu=0.25 + 3600 + 86_401, processes=3)
    assert found[99].cpu == 9
    assert 5 not in found


def test_room_is_counted_up_to_the_limit(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_bytes(bytes(MB))
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    assert MB <= disk.room([str(tmp_path)], 10 * MB) < 2 * MB
    for number in range(300):
        (tmp_path / str(number)).touch()
    assert disk.room([str(tmp_path)], MB) > MB
    assert disk.room([str(tmp_path / "not there")], MB) == 0
