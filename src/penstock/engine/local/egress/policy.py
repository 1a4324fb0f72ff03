"""Who may be reached: the decision about one host, and the addresses to which it leads."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Collection, Sequence

from penstock.engine.local.egress.addresses import is_local, why_not_public
from penstock.engine.local.egress.resolver import Resolver, UnknownName
from penstock.functions.hosts import Address, Host, normal_host, parse_hosts
from penstock.functions.rights import Rights

Place = tuple[Address, int]
Own = Callable[[], Collection[tuple[str, int]]]
"""Where the server itself listens, and under which names it is known: host and port each."""

CLOSED = "this function has no network (its profile is `closed`)"
LOOPBACKS = tuple(map(ipaddress.ip_address, ("127.0.0.1", "::1")))


class Refused(Exception):
    """Raised when a host may not be reached; `reason` completes `it was refused: ...`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


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


class Policy:
    """The rights of one function. `known_as` are hosts under which requests have reached the server."""

    def __init__(self, rights: Rights, own: Own, resolver: Resolver, known_as: Collection[tuple[Host, int]]) -> None:
        self._profile = rights.profile
        self._rules = parse_hosts(rights.hosts)
        self._own = OwnAddresses(own)
        self._resolver = resolver
        self._known_as = known_as

    async def places(self, host: Host, port: int) -> Sequence[Place]:
        """Where a connection to that host may go; these very addresses, since names can change what they mean.

        Raises `Refused`, `UnknownName`.
        """
        if self._profile == "closed":
            raise Refused(CLOSED)
        try:
            addresses = await self._addresses(host)
            return [(address, port) for address in self._allowed(host, addresses, port)]
        except (Refused, UnknownName):
            if (host, port) in self._known_as and (own := self._own.places()):
                return own
            raise

    async def addresses(self, name: Host, port: int | None) -> Sequence[Address]:
        """What a name means to those who will connect to it; any port where it is None.

        Raises `Refused`, `UnknownName`.
        """
        if self._profile == "closed":
            raise Refused(CLOSED)
        return self._allowed(name, await self._addresses(name), port)

    async def _addresses(self, host: Host) -> Sequence[Address]:
        return await self._resolver.addresses(host) if isinstance(host, str) else (host,)

    def _allowed(self, host: Host, addresses: Sequence[Address], port: int | None) -> Sequence[Address]:
        if self._profile == "trusted" or self._own.includes(host, port):
            return addresses
        if isinstance(host, str) and any(rule.covers_name(host, port) for rule in self._rules):
            return addresses
        granted = [address for address in addresses if self._granted(address, port)]
        if granted:
            return granted
        for address in addresses:
            if kind := why_not_public(address):
                raise Refused(f"{host} is {kind}" if host == address else f"{host} is at {address}, {kind}")
        return addresses

    def _granted(self, address: Address, port: int | None) -> bool:
        return self._own.includes(address, port) or any(rule.covers_address(address, port) for rule in self._rules)
