"""A worker in a fresh interpreter, for versions whose packages replace what the zygote has imported.

The zygote has isolated this process already; the socket is where `isolation.FRAMES` says.
"""

from __future__ import annotations

import os
import socket

from penstock.worker.isolation import FRAMES
from penstock.worker.process import serve


def main() -> None:
    os.set_inheritable(FRAMES, False)
    serve(socket.socket(fileno=FRAMES))


if __name__ == "__main__":
    main()
