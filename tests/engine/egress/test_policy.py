"""Whom functions may reach through the proxy, and whom not."""

from __future__ import annotations

import ipaddress
import json

import pytest

from penstock.engine.local.egress import addresses
from penstock.functions.rights import Profile
from tests.engine.egress.conftest import House

pytestmark = pytest.mark.anyio

PUBLIC = "93.184.215.14"
PUBLIC_6 = "2606:2800:21f:cb07::1"


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.5",
        "172.16.0.1",
        "192.168.1.1",
        "127.0.0.1",
        "127.8.9.10",
        "0.0.0.0",
        "0.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "169.254.169.254",
        "169.254.1.1",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::10.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b:1::8.8.8.8",
        "2002:a00:1::",
        "2002:7f00:1::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "100::1",
        "4000::1",
    ],
)
async def test_what_is_not_public_is_refused(house: House, address: str) -> None:
    house.names["sly.example.com"] = [address]
    house.open()
    status, answer = await house.get("http://sly.example.com/")
    assert (status, house.reached) == (403, [])
    literal = f"[{address}]" if ":" in address else address
    status, answer = await house.get(f"http://{literal}:80/")
    assert (status, house.reached) == (403, []), answer


@pytest.mark.parametrize("address", [PUBLIC, PUBLIC_6, "64:ff9b::8.8.8.8", "1.1.1.1", "2a00:1450:4001::1"])
async def test_what_is_public_is_reached_at_the_address_that_was_checked(house: House, address: str) -> None:
    house.names["example.com"] = [address]
    house.open()
    assert (await house.get("http://example.com/"))[0] == 200
    assert house.reached == [(ipaddress.ip_address(address), 80)]


async def test_one_address_that_is_not_public_spoils_a_name(house: House) -> None:
    house.names["example.com"] = [PUBLIC, "10.0.0.1"]
    house.open()
    status, answer = await house.get("http://example.com:8000/")
    assert status == 403
    assert b"403 example.com:8000 was refused: example.com is at 10.0.0.1, a private address\r\n" in answer
    body = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert body["code"] == "host_refused"
    assert "add `example.com:8000` to the hosts in the rights of the function" in body["hint"]


async def test_a_name_is_not_asked_for_twice(house: House) -> None:
    house.names["rebinding.example.com"] = [PUBLIC]
    house.open()
    await house.get("http://rebinding.example.com/")
    house.names["rebinding.example.com"] = ["127.0.0.1"]
    await house.get("http://rebinding.example.com/")
    assert house.lookups == ["rebinding.example.com"]
    assert {address for address, _ in house.reached} == {ipaddress.ip_address(PUBLIC)}


@pytest.mark.parametrize(
    "spelling",
    [
        "0x7f.1",
        "0177.0.0.1",
        "2130706433",
        "0x7f000001",
        "127.1",
        "127.0.0.1.",
        "0",
        "[::ffff:127.0.0.1]",
        "[::FFFF:7F00:1]",
        "[0:0:0:0:0:0:0:1]",
        "LOCALHOST",
        "localhost.",
        "user:password@127.0.0.1",
        "example.com@127.0.0.1",
        "example.com:80@127.0.0.1",
    ],
)
async def test_odd_spellings_lead_nowhere(house: House, spelling: str) -> None:
    house.names["localhost"] = ["127.0.0.1", "::1"]
    house.names["example.com"] = [PUBLIC]
    house.open()
    for request in (f"GET http://{spelling}/ HTTP/1.1\n\n", f"CONNECT {spelling}:443 HTTP/1.1\n\n"):
        status, answer = await house.ask(request)
        assert status in (400, 403), answer
    assert house.reached == []
    assert not {refusal.host for refusal in await house.told(1)} & {"example.com"}


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1\\@example.com/", "http://exam%70le.com/", "http://ex ample.com/", "http://[::1/", "http:///x"],
)
async def test_what_cannot_be_read_is_no_host(house: House, target: str) -> None:
    house.names["example.com"] = [PUBLIC]
    house.open()
    assert (await house.get(target))[0] == 400
    assert house.reached == []


@pytest.mark.parametrize(
    ("granted", "url", "reached"),
    [
        ("db.internal", "http://db.internal:5432/", "10.0.0.7:5432"),
        ("db.internal:5432", "http://DB.internal.:5432/", "10.0.0.7:5432"),
        ("*.internal", "http://db.internal/", "10.0.0.7:80"),
        ("10.0.0.0/8", "http://db.internal/", "10.0.0.7:80"),
        ("10.0.0.7:80", "http://10.0.0.7/", "10.0.0.7:80"),
        ("10.0.0.7", "http://0xa000007/", "10.0.0.7:80"),
        ("127.0.0.1:11434", "http://localhost:11434/", "127.0.0.1:11434"),
        ("[fd00::/8]", "http://[fd00::5]:81/", "fd00::5:81"),
        ("example.com", "http://example.com/", f"{PUBLIC}:80"),
    ],
)
async def test_granted_hosts_are_reached(house: House, granted: str, url: str, reached: str) -> None:
    house.names.update({"db.internal": ["10.0.0.7"], "localhost": ["::1", "127.0.0.1"], "example.com": [PUBLIC]})
    house.open(granted)
    status, answer = await house.get(url)
    assert status == 200, answer
    assert [f"{address}:{port}" for address, port in house.reached] == [reached]


@pytest.mark.parametrize(
    ("granted", "url"),
    [
        ("db.internal:5432", "http://db.internal:80/"),
        ("*.internal", "http://internal/"),
        ("*.internal", "http://dbinternal/"),
        ("db.internal", "http://10.0.0.7/"),
        ("10.0.0.7:80", "http://10.0.0.7:81/"),
        ("10.0.0.0/24", "http://10.0.1.7/"),
    ],
)
async def test_grants_reach_no_further(house: House, granted: str, url: str) -> None:
    house.names.update({"db.internal": ["10.0.0.7"], "internal": ["10.0.0.7"], "dbinternal": ["10.0.0.7"]})
    house.open(granted)
    assert (await house.get(url))[0] == 403
    assert house.reached == []


async def test_the_server_itself_can_be_reached(house: House) -> None:
    house.names.update({"localhost": ["::1", "127.0.0.1"], "chat.example.com": ["10.1.1.1"]})
    house.open()
    assert (await house.get("http://127.0.0.1:8080/api"))[0] == 200
    assert (await house.get("http://localhost:8080/api"))[0] == 200
    assert (await house.get("http://chat.example.com:443/api"))[0] == 200
    assert [str(address) for address, _ in house.reached] == ["127.0.0.1", "127.0.0.1", "10.1.1.1"]
    for other in ("http://127.0.0.1:8081/", "http://127.0.0.2:8080/", "http://chat.example.com/"):
        assert (await house.get(other))[0] == 403


async def test_a_server_on_all_addresses_is_reached_at_each(house: House) -> None:
    house.own = [("0.0.0.0", 8080)]
    house.open()
    assert (await house.get("http://127.0.0.2:8080/"))[0] == 200
    assert (await house.get("http://10.0.0.1:8080/"))[0] == 403


async def test_the_address_under_which_requests_come_leads_to_the_server(house: House) -> None:
    """Also where it means nothing here (a container whose port has another number outside)."""
    house.names["example.com"] = [PUBLIC]
    gate = house.open("10.0.0.9")
    for known in ("chat.lan", "example.com"):
        gate.known_as(known, 3000)
    gate.known_as(ipaddress.ip_address("10.0.0.9"), 3000)
    for url in ("http://chat.lan:3000/", "http://example.com:3000/", "http://10.0.0.9:3000/"):
        assert (await house.get(url))[0] == 200
    assert [(str(address), port) for address, port in house.reached] == [
        ("127.0.0.1", 8080),
        (PUBLIC, 3000),
        ("10.0.0.9", 3000),
    ], "it must not take the place of what is there and allowed"


@pytest.mark.parametrize("url", ["http://example.com/", "http://127.0.0.1:8080/", "http://granted.example.com/"])
async def test_a_closed_function_reaches_nobody(house: House, url: str) -> None:
    house.names.update({"example.com": [PUBLIC], "granted.example.com": [PUBLIC]})
    house.open("granted.example.com", profile="closed")
    status, answer = await house.get(url)
    assert status == 403
    assert b"this function has no network" in answer
    assert (house.reached, house.lookups) == ([], [])


async def test_addresses_of_this_machine_are_not_public(monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    monkeypatch.setattr(addresses, "is_local", lambda address: str(address) == PUBLIC)
    house.open()
    status, answer = await house.get(f"http://{PUBLIC}/")
    assert status == 403
    assert b"an address of this machine" in answer


async def test_names_are_told_to_those_who_connect_by_themselves(house: House) -> None:
    house.names.update({"example.com": [PUBLIC, PUBLIC_6], "db.internal": ["10.0.0.7"], "hidden": ["10.0.0.8"]})
    house.open("db.internal:5432")

    async def names(query: str) -> tuple[int, object]:
        status, answer = await house.ask(f"GET /names?{query} HTTP/1.1\n\n")
        return status, json.loads(answer.partition(b"\r\n\r\n")[2])

    assert await names("host=example.com&port=25") == (200, [PUBLIC, PUBLIC_6])
    assert await names("host=db.internal&port=5432") == (200, ["10.0.0.7"])
    assert await names("host=db.internal") == (200, ["10.0.0.7"])
    assert (await names("host=db.internal&port=22"))[0] == 403
    assert (await names("host=hidden"))[0] == 403
    assert (await names("host=nowhere.example.com"))[0] == 404
    assert (await names("host="))[0] == 400
    assert [(refusal.host, refusal.port) for refusal in await house.told(2)] == [("db.internal", 22), ("hidden", 0)]


@pytest.mark.parametrize("profile", ["standard", "trusted"])
async def test_names_that_nobody_knows(house: House, profile: Profile) -> None:
    house.open(profile=profile)
    status, answer = await house.get("http://nowhere.example.com/")
    assert status == 502
    assert b"its name is not known" in answer
