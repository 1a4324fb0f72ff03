"""Which hosts a function may reach: how admins write it, and what it means. Pure: nothing is resolved here."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass

from penstock.errors import BadHost

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Host = str | Address
"""A name in lower case without a dot at its end, or an address in its simplest form."""

LONGEST_NAME = 253
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)")


@dataclass(frozen=True, slots=True)
class HostRule:
    """One granted host. Either `name` or `network` is set; without a `port` all of them are meant."""

    name: str = ""
    subdomains: bool = False  # everything below the name, not the name itself
    network: Network | None = None
    port: int | None = None

    def covers_name(self, name: str, port: int | None) -> bool:
        """Whether it grants that name; with `port` None: whether it grants any port of it."""
        if not self.name or not self._covers_port(port):
            return False
        return name.endswith(f".{self.name}") if self.subdomains else name == self.name

    def covers_address(self, address: Address, port: int | None) -> bool:
        if self.network is None or not self._covers_port(port):
            return False
        return address.version == self.network.version and address in self.network

    def _covers_port(self, port: int | None) -> bool:
        return self.port is None or port is None or port == self.port

    def __str__(self) -> str:
        """As an admin would write it; `parse_host` reads it again."""
        host = f"*.{self.name}" if self.subdomains else self.name
        if self.network is not None:
            single = self.network.prefixlen == self.network.max_prefixlen
            host = str(self.network.network_address if single else self.network)
            host = f"[{host}]" if self.network.version == 6 else host
        return host if self.port is None else f"{host}:{self.port}"


def parse_host(text: str) -> HostRule:
    """Read what an admin typed. Raises `BadHost`."""
    written = text.strip()
    if not written:
        raise BadHost("An empty text is no host.")
    if "://" in written or "@" in written:
        raise BadHost(f"`{written}` is an address of a page, not a host.")
    host, port = _split_port(written)
    if "/" in host:
        return HostRule(network=_network(host), port=port)
    if host.startswith("*."):
        name = normal_host(host[2:])
        if not isinstance(name, str):
            raise BadHost(f"`{written}` has an address behind its `*.`; only names have names below them.")
        return HostRule(name=name, subdomains=True, port=port)
    if "*" in host:
        raise BadHost(f"`{written}` has a `*` where none may be: it stands for everything below a name, as `*.name`.")
    found = normal_host(host)
    if isinstance(found, str):
        return HostRule(name=found, port=port)
    return HostRule(network=ipaddress.ip_network(found), port=port)


def parse_hosts(texts: Iterable[str]) -> tuple[HostRule, ...]:
    """Read a list of them. Raises `BadHost` for the first that is none."""
    return tuple(parse_host(text) for text in texts)


def normal_host(text: str) -> Host:
    """The one spelling of a host: `0x7f.1`, `127.1`, `2130706433` and `::ffff:127.0.0.1` are all 127.0.0.1.

    Raises `BadHost` for what can be neither a name nor an address.
    """
    if ":" in text:
        return normal_address(_ip_address(text, text))
    name = _ascii(text).lower()
    name = name.removesuffix(".")
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _numeric(name, text)
    if len(name) > LONGEST_NAME or not all(map(_LABEL.fullmatch, labels)):
        raise BadHost(f"`{text[:80]}` is no name of a host.")
    return name


def normal_address(address: Address) -> Address:
    """IPv4 addresses that are written as IPv6 ones (`::ffff:0:0/96`) become what they are."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def shown(host: Host, port: int) -> str:
    """`example.com:443`, `[::1]:80`; without the port where it is 0."""
    text = f"[{host}]" if isinstance(host, ipaddress.IPv6Address) else str(host)
    return f"{text}:{port}" if port else text


def split_authority(text: str, default_port: int | None = None) -> tuple[Host, int]:
    """Host and port of `host:port`, as it stands in a request. Raises `BadHost`."""
    host, port = _split_port(text)
    if "/" in host or "*" in host:
        raise BadHost(f"`{text[:80]}` is no host.")
    if port is None:
        port = default_port
    if port is None:
        raise BadHost(f"`{text[:80]}` has no port.")
    return normal_host(host), port


def _split_port(text: str) -> tuple[str, int | None]:
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")) or ":" not in host:
            raise BadHost(f"`{text[:80]}` has brackets that do not enclose an IPv6 address.")
        return host, _port(rest[1:], text) if rest else None
    if text.count(":") > 1:
        return text, None  # an IPv6 address without brackets
    host, colon, port = text.partition(":")
    return host, _port(port, text) if colon else None


def _port(digits: str, text: str) -> int:
    if not digits.isascii() or not digits.isdigit() or len(digits) > 5 or not 1 <= int(digits) <= 65535:
        raise BadHost(f"`{text[:80]}` has no port between 1 and 65535 behind its colon.")
    return int(digits)


def _network(text: str) -> Network:
    try:
        found = ipaddress.ip_network(text)
    except ValueError as error:
        if "has host bits set" in str(error):
            whole = ipaddress.ip_network(text, strict=False)
            raise BadHost(f"`{text}` is an address within a network. Did you mean `{whole}`?") from None
        raise BadHost(f"`{text[:80]}` is no network; a host has no path.") from None
    if found.version == 6 and found.network_address.ipv4_mapped is not None and found.prefixlen >= 96:
        return ipaddress.IPv4Network((found.network_address.ipv4_mapped, found.prefixlen - 96))
    return found


def _ascii(text: str) -> str:
    """International names as they are on the wire, full-width digits and dots as plain ones."""
    if text.isascii():
        return text
    if len(text) > LONGEST_NAME:
        raise BadHost("The name of the host is too long.")
    try:
        return text.encode("idna").decode("ascii")
    except UnicodeError:
        raise BadHost(f"`{text[:80]}` is no name of a host.") from None


def _numeric(name: str, text: str) -> Address:
    """What C libraries read as an IPv4 address: one to four numbers, decimal, octal or hexadecimal."""
    try:
        return ipaddress.IPv4Address(socket.inet_aton(name))
    except OSError:
        raise BadHost(f"`{text[:80]}` looks like an address and is none.") from None


def _ip_address(text: str, written: str) -> Address:
    try:
        if "%" in text:
            raise ValueError
        return ipaddress.ip_address(text)
    except ValueError:
        raise BadHost(f"`{written[:80]}` is no address.") from None
