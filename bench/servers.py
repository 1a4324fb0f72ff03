"""The servers that are measured: Penstock of this checkout, Open WebUI where it is installed, and the raw floor.

`PENSTOCK_BENCH_OPEN_WEBUI` names an environment (venv) with Open WebUI in it; `--install-open-webui` makes one.
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
from typing import Any

import httpx

PENSTOCK, OPEN_WEBUI, FLOOR = "penstock", "open-webui", "floor"
ACCOUNT = {"name": "Bench", "email": "bench@example.com", "password": "a long password for bench"}
OWN_ENVIRONMENT = Path(__file__).parent / ".open-webui"
VARIABLE = "PENSTOCK_BENCH_OPEN_WEBUI"
START_SECONDS = 180
STOP_SECONDS = 20


@dataclass
class Server:
    """A server that runs; `headers` sign its admin in."""

    name: str
    url: str
    pid: int
    seconds_to_answer: float
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def http(self) -> httpx.Client:
        """For what is not measured; use it in a `with`."""
        return httpx.Client(base_url=self.url, headers=self.headers, timeout=120)

    def install(self, function_id: str, source: str, *, everywhere: bool = False) -> None:
        """Save a function and switch it on; `everywhere` makes an action or filter apply to all models."""
        form = {"id": function_id, "name": function_id, "content": source, "meta": {"description": "", "manifest": {}}}
        with self.http as client:
            client.post("/api/v1/functions/create", json=form).raise_for_status()
            client.post(f"/api/v1/functions/id/{function_id}/toggle").raise_for_status()
            if everywhere:
                client.post(f"/api/v1/functions/id/{function_id}/toggle/global").raise_for_status()

    def update(self, function_id: str, source: str) -> tuple[str, dict[str, Any]]:
        """The address and the form that save a changed function."""
        form = {"id": function_id, "name": function_id, "content": source, "meta": {"description": "", "manifest": {}}}
        return f"{self.url}/api/v1/functions/id/{function_id}/update", form

    def derive(self, model_id: str, base_id: str, **meta: Any) -> None:
        """Record a model that is built on another."""
        form = {"id": model_id, "name": model_id, "base_model_id": base_id, "params": {}, "meta": meta}
        with self.http as client:
            client.post("/api/v1/models/create", json={**form, "is_active": True}).raise_for_status()
            client.get("/api/models").raise_for_status()

    def sign_up(self) -> None:
        with self.http as client:
            answer = client.post("/api/v1/auths/signup", json=ACCOUNT)
            if answer.status_code != 200:
                answer = client.post("/api/v1/auths/signin", json=ACCOUNT)
            answer.raise_for_status()
        self.token = answer.json()["token"]
        self.headers = {"Authorization": f"Bearer {self.token}"}


def program_of_open_webui() -> Path | None:
    """Where Open WebUI is installed; None where it is not."""
    places = [Path(os.environ[VARIABLE])] if os.environ.get(VARIABLE) else []
    for place in [*places, OWN_ENVIRONMENT]:
        if (program := place / "bin" / "open-webui").exists():
            return program
    return None


def install_open_webui() -> None:
    """Make an environment with the newest Open WebUI (some gigabytes, some minutes)."""
    subprocess.run([sys.executable, "-m", "venv", str(OWN_ENVIRONMENT)], check=True)
    subprocess.run([str(OWN_ENVIRONMENT / "bin" / "pip"), "install", "--upgrade", "open-webui"], check=True)


def version_of(name: str) -> str | None:
    """The version that would be measured; None where it is not installed."""
    if name == FLOOR:
        return "fastapi, uvicorn, python-socketio"
    if name == PENSTOCK:
        from penstock import __version__

        return __version__
    program = program_of_open_webui()
    if program is None:
        return None
    ask = "import importlib.metadata as m; print(m.version('open-webui'))"
    found = subprocess.run([program.parent / "python", "-c", ask], capture_output=True, text=True, check=True)
    return found.stdout.strip()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def command(name: str, port: int, folder: Path) -> tuple[list[str], dict[str, str]]:
    """How to start a server: its command line and what its environment has besides."""
    if name == FLOOR:
        return [sys.executable, "-m", "bench.floor", str(port)], {"PYTHONPATH": str(Path(__file__).parents[1])}
    if name == PENSTOCK:
        settings = {"PENSTOCK_PORT": str(port), "PENSTOCK_DATA_DIR": str(folder), "PENSTOCK_EXAMPLES": "false"}
        return [sys.executable, "-m", "penstock.cli", "serve"], settings
    program = program_of_open_webui()
    assert program is not None
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
def data_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="penstock-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def started(name: str, folder: Path, **settings: str) -> Iterator[Server]:
    """A server on loopback with its data in that folder, and its admin signed in. It is ended behind the block."""
    port = free_port()
    line, own = command(name, port, folder)
    log = (folder / "bench.log").open("ab")
    begun = time.perf_counter()
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(line, env={**inherited, **own, **settings}, stdout=log, stderr=log, cwd=folder)
    try:
        url = f"http://127.0.0.1:{port}"
        _until_answered(f"{url}/api/config", process, folder / "bench.log")
        server = Server(name, url, process.pid, time.perf_counter() - begun)
        if name != FLOOR:
            server.sign_up()
        yield server
    finally:
        _end(process)
        log.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _until_answered(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    with httpx.Client(timeout=5) as client:
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise RuntimeError(f"{process.args!r} ended with {process.returncode}:\n{log.read_text()[-2000:]}")
            try:
                if client.get(url).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.01)
    raise RuntimeError(f"{url} did not answer within {START_SECONDS} s")
