"""The servers that are measured: Penstock of this checkout, and Open WebUI where it is installed.

Name an environment with Open WebUI in it by `PENSTOCK_BENCH_OPEN_WEBUI=/path/to/venv`; it is one of its own, made
with `python -m venv` and `pip install open-webui`.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ACCOUNT = {"name": "Bench", "email": "bench@example.com", "password": "a long password for bench"}


@dataclass
class Measured:
    """A server that runs and has an admin."""

    name: str
    url: str
    process: subprocess.Popen[bytes]
    seconds_to_answer: float
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def install(self, function_id: str, source: str) -> None:
        """Save a function, switch it on, and make it apply to all models."""
        with httpx.Client(base_url=self.url, headers=self.headers, timeout=60) as client:
            body = {
                "id": function_id,
                "name": function_id,
                "content": source,
                "meta": {"description": "", "manifest": {}},
            }
            saved = client.post("/api/v1/functions/create", json=body)
            saved.raise_for_status()
            client.post(f"/api/v1/functions/id/{function_id}/toggle").raise_for_status()
            if saved.json()["type"] in ("action", "filter"):
                client.post(f"/api/v1/functions/id/{function_id}/toggle/global").raise_for_status()
            client.get("/api/models").raise_for_status()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def penstock_command(port: int, folder: Path) -> tuple[list[str], dict[str, str]]:
    settings = {"PENSTOCK_PORT": str(port), "PENSTOCK_DATA_DIR": str(folder)}
    return [sys.executable, "-m", "penstock.cli", "serve"], settings


def open_webui_command(port: int, folder: Path) -> tuple[list[str], dict[str, str]] | None:
    """How to start Open WebUI, without the parts that would look for other servers; None where it is not there."""
    place = os.environ.get("PENSTOCK_BENCH_OPEN_WEBUI")
    program = Path(place) / "bin" / "open-webui" if place else None
    if program is None or not program.exists():
        return None
    settings = {
        "DATA_DIR": str(folder),
        "WEBUI_SECRET_KEY": "bench",
        "ENABLE_OLLAMA_API": "False",
        "ENABLE_OPENAI_API": "False",
        "OFFLINE_MODE": "True",
        "HF_HUB_OFFLINE": "1",
        "RAG_EMBEDDING_ENGINE": "openai",
        "GLOBAL_LOG_LEVEL": "WARNING",
    }
    return [str(program), "serve", "--host", "127.0.0.1", "--port", str(port)], settings


@contextmanager
def started(name: str) -> Iterator[Measured | None]:
    """Start `penstock` or `open-webui` on loopback with an empty data folder; None where it is not installed."""
    folder, port = Path(tempfile.mkdtemp(prefix="penstock-bench-")), free_port()
    made = penstock_command(port, folder) if name == "penstock" else open_webui_command(port, folder)
    if made is None:
        yield None
        return
    command, settings = made
    log = (folder / "log").open("wb")
    begun = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, **settings}, stdout=log, stderr=log, cwd=folder)
    try:
        url = f"http://127.0.0.1:{port}"
        _until_healthy(url, process)
        server = Measured(name, url, process, time.perf_counter() - begun)
        answer = httpx.post(f"{url}/api/v1/auths/signup", json=ACCOUNT, timeout=30)
        answer.raise_for_status()
        server.token = answer.json()["token"]
        server.headers = {"Authorization": f"Bearer {server.token}"}
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _until_healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        try:
            if httpx.get(f"{url}/health", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.02)
    raise RuntimeError(f"{url} did not answer within 120 s")
