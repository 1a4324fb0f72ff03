"""Starts the Ray of a test session."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from penstock.engine.ray.cluster import ALONE

SECONDS = 60


@contextmanager
def head_of_ray(folder: Path, actors: int) -> Iterator[str]:
    """Its address. Variables that those who connect to it need are set, and stay so."""
    os.environ.update(ALONE, RAY_AUTH_TOKEN=secrets.token_hex(32))
    environment = {
        **os.environ,
        "XDG_DATA_HOME": str(folder),  # where actors keep what is the node's own
        "RAY_health_check_period_ms": "500",  # a lost node is noticed soon
        "RAY_health_check_failure_threshold": "3",
    }
    theirs, ours = os.pipe()
    command = [sys.executable, str(Path(__file__).with_name("head.py")), str(theirs), str(actors), str(folder)]
    with (folder / "log").open("wb") as log:
        subprocess.run(
            ["sh", "-c", '"$@" &', "sh", *command],
            env=environment,
            stdout=log,
            stderr=log,
            pass_fds=[theirs],
            check=True,
        )
    os.close(theirs)
    try:
        _until(lambda: (folder / "address").exists(), folder)
        yield (folder / "address").read_text()
    finally:
        os.close(ours)
        _until(lambda: not (folder / "address").exists(), folder)


def _until(condition: Callable[[], bool], folder: Path) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError((folder / "log").read_text())
        time.sleep(0.05)
