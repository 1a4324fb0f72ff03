"""How hosts are written and what they mean."""

from __future__ import annotations

import ipaddress
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.errors import BadHost
from penstock.functions.hosts import (
    HostRule,
    normal_address,
    normal_host,
    parse_host,
    parse_hosts,
    shown,
    split_authority,
)
from penstock.functions.refusals import RefusedHost, refusal_line, refused_hosts

LOCAL = IPv4Address("127.0.0.1")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("example.com", "example.com"),
        (" Example.COM.:443 ", "example.com:443"),
        ("ollama", "ollama"),
        ("my_service:80", "my_service:80"),
        ("*.example.com", "*.example.com"),
        ("*.Example.com:8443", "*.example.com:8443"),
        ("münchen.de", "xn--mnchen-3ya.de"),
        ("127.0.0.1:11434", "127.0.0.1:11434"),
        ("127.1", "127.0.0.1"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("10.0.0.0/8:5432", "10.0.0.0/8:5432"),
        ("::1", "[::1]"),
        ("[::1]:8080", "[::1]:8080"),
        ("[FD00::/8]:443", "[fd00::/8]:443"),
        ("[::ffff:10.0.0.1]:80", "10.0.0.1:80"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
    ],
)
def test_what_admins_write(written: str, meant: str) -> None:
    rule = parse_host(written)
    assert str(rule) == meant
    assert parse_host(meant) == rule


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "empty"),
        ("http://example.com", "address of a page"),
        ("user@example.com", "address of a page"),
        ("example.com/path", "no network"),
        ("10.0.0.1/8", "Did you mean `10.0.0.0/8`"),
        ("*", "stands for everything below a name"),
        ("a.*.com", "stands for everything below a name"),
        ("*.10.0.0.1", "only names"),
        ("example.com:", "no port"),
        ("example.com:0", "no port"),
        ("example.com:65536", "no port"),
        ("example.com:http", "no port"),
        ("exa mple.com", "no name"),
        ("-a.com", "no name"),
        ("a..com", "no name"),
        ("1.2.3.256", "looks like an address"),
        ("example.0x", "looks like an address"),
        ("fe80::1%eth0", "no address"),
        ("[::1", "brackets"),
        ("[example.com]:80", "brackets"),
    ],
)
def test_what_is_refused_says_why(written: str, why: str) -> None:
    with pytest.raises(BadHost, match=r".") as caught:
        parse_host(written)
    assert why in caught.value.message
    assert caught.value.status == 422
    assert caught.value.hint


def test_a_list_is_read_as_a_whole() -> None:
    assert [str(rule) for rule in parse_hosts(["a.b", "10.1.0.0/16"])] == ["a.b", "10.1.0.0/16"]
    with pytest.raises(BadHost):
        parse_hosts(["a.b", "a b"])


@pytest.mark.parametrize(
    ("rule", "name", "port", "covered"),
    [
        ("example.com", "example.com", 1, True),
        ("example.com", "www.example.com", 1, False),
        ("example.com:443", "example.com", 443, True),
        ("example.com:443", "example.com", 80, False),
        ("example.com:443", "example.com", None, True),
        ("*.example.com", "www.example.com", 1, True),
        ("*.example.com", "a.b.example.com", 1, True),
        ("*.example.com", "example.com", 1, False),
        ("*.example.com", "badexample.com", 1, False),
        ("10.0.0.1", "10.0.0.1", 1, False),
    ],
)
def test_which_names_are_covered(rule: str, name: str, port: int | None, covered: bool) -> None:
    assert parse_host(rule).covers_name(name, port) is covered


@pytest.mark.parametrize(
    ("rule", "address", "port", "covered"),
    [
        ("10.0.0.0/8", "10.2.3.4", 1, True),
        ("10.0.0.0/8:5432", "10.2.3.4", 1, False),
        ("10.0.0.0/8", "11.0.0.1", 1, False),
        ("127.0.0.1:80", "127.0.0.1", 80, True),
        ("127.0.0.1:80", "127.0.0.2", 80, False),
        ("[fd00::/8]", "fd12::1", 1, True),
        ("0.0.0.0/0", "::1", 1, False),
        ("example.com", "10.2.3.4", 1, False),
    ],
)
def test_which_addresses_are_covered(rule: str, address: str, port: int, covered: bool) -> None:
    assert parse_host(rule).covers_address(ipaddress.ip_address(address), port) is covered


@pytest.mark.parametrize(
    "written",
    [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "0x7f.1",
        "0x7F.0.0.1",
        "0177.0.0.1",
        "2130706433",
        "0x7f000001",
        "127.0.0.1.",
        "::ffff:127.0.0.1",
        "::FFFF:7f00:1",
        "１２７.０.０.１",
        "127。0。0。1",
    ],
)
def test_every_spelling_of_an_address_is_one(written: str) -> None:
    assert normal_host(written) == LOCAL


def test_authorities_of_requests() -> None:
    assert split_authority("Example.com:443") == ("example.com", 443)
    assert split_authority("example.com", 80) == ("example.com", 80)
    assert split_authority("[::1]:80") == (IPv6Address("::1"), 80)
    for wrong in ("example.com", "*.example.com:80", "10.0.0.0/8:80", "", ":80", "a b:80", "a\\b:80", "a%2f:80"):
        with pytest.raises(BadHost):
            split_authority(wrong)


def test_how_targets_are_shown() -> None:
    assert shown("a.b", 80) == "a.b:80"
    assert shown(IPv6Address("::1"), 80) == "[::1]:80"
    assert shown("a.b", 0) == "a.b"


@given(st.text(max_size=60))
def test_any_text_is_a_host_or_refused(text: str) -> None:
    try:
        rule = parse_host(text)
    except BadHost:
        return
    assert parse_host(str(rule)) == rule


@given(st.ip_addresses(v=4), st.sampled_from([str, int, lambda ip: hex(int(ip)), lambda ip: f"::ffff:{ip}"]))
def test_no_spelling_of_an_address_becomes_a_name(address: IPv4Address, spelling: type[str]) -> None:
    assert normal_host(str(spelling(address))) == address


@given(st.ip_addresses(), st.integers(1, 65535) | st.none())
def test_what_is_shown_is_read_again(address: IPv4Address | IPv6Address, port: int | None) -> None:
    rule = HostRule(network=ipaddress.ip_network(normal_address(address)), port=port)
    assert parse_host(str(rule)) == rule
    if port:
        assert split_authority(shown(address, port)) == (normal_address(address), port)


def test_refusals_are_read_from_a_log() -> None:
    lines = [
        refusal_line("10.0.0.5", 80, "10.0.0.5 is a private address"),
        "something else was said",
        refusal_line("fd00::1", 443, "private"),
        refusal_line("db.internal", 0, "private"),
        refusal_line("10.0.0.5", 80, "10.0.0.5 is a private address", 12),
    ]
    assert lines[0] == "10.0.0.5:80 was refused: 10.0.0.5 is a private address"
    assert refused_hosts(lines) == [
        RefusedHost("10.0.0.5", 80, "10.0.0.5 is a private address", 12),
        RefusedHost("fd00::1", 443, "private", 1),
        RefusedHost("db.internal", 0, "private", 1),
    ]
