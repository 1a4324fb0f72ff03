"""Pictures that stand in `data:` addresses. Lists name them by an address that their content determines.

A list of models repeats the icon of every button for every model; an address of its own makes the list small, and lets
browsers keep each picture for good.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

ADDRESS = "/api/v1/pictures/"
SHORT = 200  # addresses that are no longer than that stay as they are
MOST = 10_000
DATA = re.compile(r"data:(image/[a-z0-9.+-]+)((?:;[^;,]*)*),(.*)", re.IGNORECASE | re.DOTALL)
ENDINGS = {"image/svg+xml": "svg", "image/jpeg": "jpg", "image/x-icon": "ico", "image/vnd.microsoft.icon": "ico"}


@dataclass(frozen=True, slots=True)
class Picture:
    """What a `data:` address holds."""

    media_type: str
    content: bytes

    @property
    def name(self) -> str:
        digest = hashlib.sha256(self.media_type.encode() + b"\n" + self.content).hexdigest()[:40]
        ending = ENDINGS.get(self.media_type) or re.sub(r"[^a-z0-9]", "", self.media_type.rpartition("/")[2])
        return f"{digest}.{ending}"


def read_picture(address: object) -> Picture | None:
    """The picture in a `data:` address; None for every other address, and for data that cannot be read."""
    found = DATA.fullmatch(address) if isinstance(address, str) else None
    if found is None:
        return None
    media_type, parameters, data = found[1].lower(), found[2].lower().split(";"), found[3]
    if "base64" not in parameters:
        return Picture(media_type, unquote_to_bytes(data))
    try:
        return Picture(media_type, base64.b64decode("".join(data.split()), validate=True))
    except (binascii.Error, ValueError):
        return None


class Icons:
    """Remembers where the pictures are that it gave an address to."""

    def __init__(self) -> None:
        self._addresses: dict[str, str] = {}
        self._sources: dict[str, str] = {}

    def address(self, icon: str) -> str:
        """Where to load an icon: a path of this server for one that stands in a long `data:` address, else itself."""
        if len(icon) <= SHORT or icon[:5].lower() != "data:":
            return icon
        if icon not in self._addresses:
            picture = read_picture(icon)
            if picture is None:
                return icon
            if len(self._addresses) >= MOST:
                self._addresses.clear()
                self._sources.clear()
            self._addresses[icon] = ADDRESS + picture.name
            self._sources[picture.name] = icon
        return self._addresses[icon]

    def picture(self, name: str, among: Iterable[str]) -> Picture | None:
        """The picture with that name: one that was given an address, or one of those given now."""
        if name not in self._sources:
            for icon in among:
                self.address(icon)
        return read_picture(self._sources.get(name))
