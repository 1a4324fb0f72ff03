"""Which Open WebUI the functions find here, and how a demand for another one is read (spec M3)."""

from __future__ import annotations

import re

OPEN_WEBUI_VERSION = "0.12.4"
_NUMBERS = re.compile(r"\d+(?:\.\d+)*")


def demands_newer(demand: str, offered: str = OPEN_WEBUI_VERSION) -> bool:
    """Whether `0.5.0`, `>= 0.9` or `0.6.0+` asks for more than `offered`; what is no version asks for nothing."""
    found = _NUMBERS.search(demand)
    if found is None or "<" in demand[: found.start()]:
        return False
    return _numbers(found[0]) > _numbers(offered)


def _numbers(version: str) -> tuple[int, ...]:
    parts = [int(part) for part in version.split(".")]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)
