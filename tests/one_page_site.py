"""A web site on loopback that answers every address with the one text that it holds."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def one_page_site(text: str) -> Iterator[tuple[str, list[str]]]:
    """Its address without a path, and what it holds, to be changed while it runs."""
    held = [text]

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(held[0].encode())

        def log_message(self, *arguments: object) -> None:
            """Quiet."""

    made = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{made.server_port}", held
    finally:
        made.shutdown()
        made.server_close()
        thread.join()
