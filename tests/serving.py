"""A real server in a process of its own, for tests that need one: sockets, browsers, client libraries."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ADMIN = {"name": "Ada Admin", "email": "ada@example.com", "password": "correct horse battery"}


@dataclass
class ServerProcess:
    """A started `penstock serve`."""

    url: str
    data_dir: Path
    process: subprocess.Popen[str]
    lines: list[str]

    def client(self, token: str | None = None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60)

    def sign_up(self, **account: str) -> str:
        """Make an account and give its token."""
        with self.client() as client:
            answer = client.post("/api/v1/auths/signup", json={**ADMIN, **account})
            assert answer.status_code == 200, answer.text
            return str(answer.json()["token"])


@contextmanager
def serving(data_dir: Path, **settings: str) -> Iterator[ServerProcess]:
    """Start a server on a free port and end it, as an operator would with Ctrl-C."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PENSTOCK_")}
    chosen = {f"PENSTOCK_{key.upper()}": value for key, value in settings.items()}
    environment = {**inherited, "PENSTOCK_DATA_DIR": str(data_dir), "PENSTOCK_PORT": "0", **chosen}
    process = subprocess.Popen(
        [sys.executable, "-m", "penstock.cli", "serve"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: list[str] = []
    reader = threading.Thread(target=_read_on, args=(process, lines), daemon=True)
    try:
        url = _ready(process, lines)
        reader.start()
        yield ServerProcess(url, data_dir, process, lines)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if reader.ident is not None:
            reader.join(5)
        if process.stdout is not None and not reader.is_alive():
            process.stdout.close()


def _read_on(process: subprocess.Popen[str], lines: list[str]) -> None:
    assert process.stdout is not None
    lines.extend(process.stdout)


def _ready(process: subprocess.Popen[str], lines: list[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if found := re.search(r"ready at (http://\S+)", line):
            return found.group(1)
    raise AssertionError("the server ended before it was ready:\n" + "".join(lines))
