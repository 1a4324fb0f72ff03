"""The server's own address, as functions may write it."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from penstock.engine.local.egress.addresses import is_local
from penstock.functions.hosts import Address, Host, normal_host
from penstock.settings import Settings

Place = tuple[Address, int]
Own = Callable[[], Collection[tuple[str, int]]]
"""Where the server itself listens, and under which names it is known: host and port each."""

LOOPBACKS = tuple(map(ipaddress.ip_address, ("127.0.0.1", "::1")))
PORTS = {"http": 80, "https": 443}


def own_addresses(settings: Settings) -> set[tuple[str, int]]:
    """What the settings say of it."""
    found = {(settings.host, settings.port)}
    parts = urlsplit(settings.public_url)
    if parts.hostname:
        found.add((parts.hostname, parts.port or PORTS[parts.scheme]))
    return found


class OwnAddresses:
    """The server's own address, which every function with a network may reach."""

    def __init__(self, own: Own) -> None:
        self._own = own

    def includes(self, host: Host, port: int | None) -> bool:
        return any(port in (own_port, None) and _same(own_host, host) for own_host, own_port in self._listed())

    def places(self) -> list[Place]:
        """Where the server is reached from here."""
        found = []
        for host, port in self._listed():
            if isinstance(host, str):
                continue
            found.append((LOOPBACKS[host.version == 6] if host.is_unspecified else host, port))
        return found

    def _listed(self) -> list[tuple[Host, int]]:
        return [(normal_host(host), port) for host, port in self._own()]


def _same(own: Host, host: Host) -> bool:
    if own == host:
        return True
    if isinstance(own, str) or isinstance(host, str) or not own.is_unspecified:
        return False
    return (own.version == 6 or host.version == 4) and is_local(host)
