"""How workers end."""

from __future__ import annotations

import signal
from typing import Literal

from penstock.errors import WorkerLost

Ending = Literal[
    "idle", "room", "replaced", "leak", "budget", "stuck", "admin", "crash", "protocol", "load", "check", "stopped"
]

DEATHS: frozenset[Ending] = frozenset(("crash", "protocol", "budget"))
"""Ends that a version brought upon its worker."""

SENTENCES: dict[Ending, str] = {
    "idle": "It was not used for a while.",
    "room": "It made room for other workers.",
    "replaced": "Another version, or other rights, took its place.",
    "leak": "It kept its memory after its runs.",
    "stuck": "A cancelled run did not stop.",
    "admin": "An administrator ended it.",
    "stopped": "The server stopped.",
}


def lost(status: int | None, output: bytes) -> WorkerLost:
    """The error for a process that ended by itself, or by somebody who is not the server."""
    return WorkerLost(
        f"The process of this function is gone: {_how(status)}.",
        hint="The next call gets a new one.",
        exit_status=status,
        output=output.decode("utf-8", "replace").strip(),
    )


def _how(status: int | None) -> str:
    if status is None:
        return "it hung up"
    if status >= 0:
        return f"it ended with exit code {status}"
    try:
        return f"it was ended by signal {-status} ({signal.Signals(-status).name})"
    except ValueError:
        return f"it was ended by signal {-status}"
