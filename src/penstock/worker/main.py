"""A worker in a fresh interpreter, for versions whose packages replace what the zygote has imported.

Started as `python -m penstock.worker.main <packages>`, in a process that the zygote has isolated already; the socket is
where `isolation.FRAMES` says.
"""

from __future__ import annotations

import os
import socket
import sys

from penstock.worker.isolation import FRAMES
from penstock.worker.search_path import prepare_search_path


def command(packages: str) -> list[str]:
    """How this is started. `packages` is imported from before anything else; empty: the server's set alone."""
    return [sys.executable, "-P", "-m", "penstock.worker.main", packages]


def main() -> None:
    """Serve on the author's versions of what both use, or on the server's where those do not fit the worker."""
    packages = sys.argv[1]
    prepare_search_path(packages or None)
    try:
        from penstock.worker.process import serve
    except Exception as error:  # whatever an older package raises while it is imported
        if not packages:
            raise
        print(f"The worker cannot use these packages and takes the server's: {error!r}", file=sys.stderr, flush=True)
        os.execv(sys.executable, command(""))
    os.set_inheritable(FRAMES, False)
    serve(socket.socket(fileno=FRAMES))


if __name__ == "__main__":
    main()
