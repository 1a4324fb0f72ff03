"""Which tests of several processes (`pytest -n 2`) go to the same one: those of a file, and all that need Ray."""

from __future__ import annotations

from xdist.scheduler.loadfile import LoadFileScheduling

RAY = "tests/engine"  # two clusters on one machine disturb each other
FIRST = (f"{RAY}/", "tests/browser/")  # what takes longest, so that no process waits for another at the end


class ByFile(LoadFileScheduling):  # type: ignore[misc]
    """Files go out in the order in which they stand."""

    def _split_scope(self, nodeid: str) -> str:
        return RAY if nodeid.startswith(f"{RAY}/") else super()._split_scope(nodeid)


def turn(nodeid: str) -> int:
    """What to sort tests by."""
    return next((place for place, folder in enumerate(FIRST) if nodeid.startswith(folder)), len(FIRST))
