"""Which addresses belong to everybody, and which to this machine or its neighbourhood."""

from __future__ import annotations

import contextlib
import functools
import ipaddress
import socket
from collections.abc import Iterable

from penstock.functions.hosts import Address, Network, normal_address

_METADATA = frozenset(
    map(ipaddress.ip_address, ("169.254.169.254", "fd00:ec2::254", "168.63.129.16", "100.100.100.200"))
)
_SHARED = ipaddress.ip_network("100.64.0.0/10")
_UNICAST = ipaddress.ip_network("2000::/3")  # the only part of IPv6 from which public addresses are given
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # NAT64: the last 32 bits are an IPv4 address
_SPECIAL = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "2001::/23", "3fff::/20")))  # protocols, documentation
_TUNNELS = tuple(map(ipaddress.ip_network, ("2002::/16", "2001::/32", "192.88.99.0/24")))  # 6to4, Teredo
_NOBODYS = {4: ipaddress.ip_address("192.0.2.1"), 6: ipaddress.ip_address("2001:db8::1")}


def why_not_public(address: Address) -> str | None:
    """What kind of address it is, as the end of a sentence (`a private address`); None for a public one."""
    address = normal_address(address)
    if address in _METADATA:
        return "the metadata service of a cloud"
    if isinstance(address, ipaddress.IPv6Address) and address in _TRANSLATED:
        return why_not_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    for kind, applies in (
        ("an unspecified address", address.is_unspecified),
        ("a loopback address", address.is_loopback),
        ("a link-local address", address.is_link_local),
        ("a multicast address", address.is_multicast),
        ("a shared address of a provider's network", address.version == 4 and address in _SHARED),
        ("an address of a tunnel", _within(address, _TUNNELS)),
        ("a private address", address.is_private),
        ("a reserved address", address.is_reserved or not address.is_global),
        ("a reserved address", _within(address, _SPECIAL) or (address.version == 6 and address not in _UNICAST)),
    ):
        if applies:
            return kind
    return "an address of this machine" if is_local(address) else None


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def is_local(address: Address) -> bool:
    """Whether this machine has that address. Services behind it may be meant for the machine alone."""
    return _binds(address) and not _binds_anything(address.version)


def _binds(address: Address) -> bool:
    with contextlib.suppress(OSError), socket.socket(family_of(address), socket.SOCK_DGRAM) as probe:
        probe.bind((str(address), 0))
        return True
    return False


@functools.cache
def _binds_anything(version: int) -> bool:
    """Some machines may bind addresses that they do not have (`ip_nonlocal_bind`)."""
    return _binds(_NOBODYS[version])


def family_of(address: Address) -> socket.AddressFamily:
    return socket.AF_INET if address.version == 4 else socket.AF_INET6
