"""Who may be reached: the decision about one host, and the addresses to which it leads."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from penstock.engine.local.egress.addresses import why_not_public
from penstock.engine.local.egress.own import Own, OwnAddresses, Place
from penstock.engine.local.egress.resolver import Resolver, UnknownName
from penstock.functions.hosts import Address, Host, parse_hosts
from penstock.functions.rights import Rights

CLOSED = "this function has no network (its profile is `closed`)"


class Refused(Exception):
    """Raised when a host may not be reached; `reason` completes `it was refused: ...`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


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
