"""A package index on the loopback, with whatever may go wrong with one."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

METADATA = ".metadata"


@dataclass
class Index:
    """What it serves are the files in `folder`."""

    folder: Path
    url: str = ""
    asked: list[str] = field(default_factory=list)
    breaks_off: bool = False  # downloads end in the middle
    holds: threading.Event = field(default_factory=threading.Event)  # until it is set, downloads wait in the middle
    begun: threading.Event = field(default_factory=threading.Event)  # set by the first download

    def page(self, name: str) -> bytes:
        found = [path for path in self.folder.iterdir() if path.name.lower().replace("_", "-").startswith(f"{name}-")]
        return "\n".join(map(_link, sorted(found))).encode()


@contextmanager
def serving_index(folder: Path, environment: pytest.MonkeyPatch, cache: Path) -> Iterator[Index]:
    """Serve `folder`, and let uv ask nobody else. The cache is its own, so that nothing is known beforehand."""
    index = Index(folder)
    index.holds.set()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            index.asked.append(self.path)
            kind, _, name = self.path.strip("/").partition("/")
            if kind == "simple" and not index.page(name):
                self.send_error(404)
            elif kind == "simple":
                self._answer(index.page(name), "text/html")
            elif name.endswith(METADATA):
                self._answer(_metadata(folder / name.removesuffix(METADATA)), "text/plain")
            else:
                self._download(folder / name)

        do_HEAD = do_GET

        def _download(self, path: Path) -> None:
            body = path.read_bytes()
            if self.command == "HEAD":
                self._answer(body, "application/octet-stream")
                return
            half = len(body) // 2
            self._answer(body[:half], "application/octet-stream", length=len(body))
            self.wfile.flush()
            index.begun.set()
            index.holds.wait(60)
            if not index.breaks_off:
                self.wfile.write(body[half:])
            self.close_connection = index.breaks_off

        def _answer(self, body: bytes, kind: str, *, length: int | None = None) -> None:
            self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body) if length is None else length))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    index.url = f"http://127.0.0.1:{server.server_address[1]}"
    environment.setenv("UV_DEFAULT_INDEX", f"{index.url}/simple")
    environment.setenv("UV_CACHE_DIR", str(cache))
    environment.setenv("UV_HTTP_RETRIES", "0")
    try:
        yield index
    finally:
        index.holds.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are what some tests are about."""


def _link(path: Path) -> str:
    """With the promise of metadata (PEP 658), so that a wheel is asked for only when it is installed."""
    metadata = ' data-core-metadata="true"' if path.suffix == ".whl" else ""
    return f'<a href="/files/{path.name}#sha256={_digest(path)}"{metadata}>{path.name}</a>'


def _metadata(wheel: Path) -> bytes:
    with zipfile.ZipFile(wheel) as opened:
        return opened.read(next(name for name in opened.namelist() if name.endswith(".dist-info/METADATA")))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
