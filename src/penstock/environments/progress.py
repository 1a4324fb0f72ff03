"""What uv says while it works, in lines for people."""

from __future__ import annotations

import re
from collections.abc import Callable

Progress = Callable[[str], None]

_DOWNLOADING = re.compile(r"^\s*Downloading (?P<what>\S+) \((?P<number>[\d.]+) ?(?P<unit>[KMG]?)i?B\)")
_MEGABYTES = {"": 1e-6, "K": 1024e-6, "M": 1.048576, "G": 1073.741824}
_DOWNLOADED = re.compile(r"^\s*Downloaded (?P<what>\S+)")


def silent(_: str) -> None:
    """For those who do not want to know."""


class Downloads:
    """Tells of each download when it begins, and when it has to begin again."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._begun: set[str] = set()

    def line(self, text: str) -> None:
        """One line of uv's messages."""
        if begun := _DOWNLOADING.match(text):
            again = ", again" if begun["what"] in self._begun else ""
            self._begun.add(begun["what"])
            megabytes = float(begun["number"]) * _MEGABYTES[begun["unit"]]
            self._progress(f"Downloading {begun['what']} ({megabytes:.1f} MB){again}")
        elif ended := _DOWNLOADED.match(text):
            self._progress(f"Downloaded {ended['what']}")


def counted(number: int, one: str) -> str:
    return f"1 {one}" if number == 1 else f"{number} {one}s"
