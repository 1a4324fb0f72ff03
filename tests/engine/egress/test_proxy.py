"""How the proxy passes things on: tunnels, requests, what is too much, and what is no HTTP at all."""

from __future__ import annotations

import asyncio
import os
import socket

import pytest

from penstock.engine.local.egress import Limits
from penstock.engine.local.egress.exchange import TURNED_AWAY
from penstock.engine.local.egress.own import Place
from tests.engine.egress.conftest import House, echo
from tests.waiting import eventually

pytestmark = pytest.mark.anyio

PUBLIC = "93.184.215.14"
CONNECT = b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n"
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
BIG = 8 * 2**20


@pytest.fixture(autouse=True)
def names(house: House) -> None:
    house.names["example.com"] = [PUBLIC]


# Requests


async def test_a_request_reaches_its_server_as_one_of_its_own(house: House) -> None:
    house.open()
    fields = "Accept: */*\nProxy-Connection: keep-alive\nConnection: X-Private, keep-alive\nX-Private: 1\n"
    status, answer = await house.get("http://user@Example.com:8000/path?q=http://x/#part", fields)
    assert status == 200
    assert b"Connection: close" in answer.partition(b"\r\n\r\n")[0]
    head = answer.partition(b"hello\n")[2]
    assert head.startswith(b"GET /path?q=http://x/ HTTP/1.1\r\nHost: example.com:8000\r\nAccept: */*\r\n")
    for gone in (b"anything", b"roxy", b"X-Private", b"keep-alive", b"user"):
        assert gone not in head
    assert head.count(b"Connection: close") == 1


@pytest.mark.parametrize(("url", "path"), [("http://example.com", b"/"), ("http://example.com?q=1", b"/?q=1")])
async def test_addresses_without_a_path(house: House, url: str, path: bytes) -> None:
    house.open()
    assert b"hello\nGET %s HTTP/1.1\r\n" % path in (await house.get(url))[1]


async def test_bodies_are_passed_on_whole_and_nothing_behind_them(house: House) -> None:
    received: list[bytes] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await reader.readuntil(b"\r\n\r\n"))
        received.append(await reader.readuntil(b"end"))
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok")
        received.append(await reader.read())

    await house.serve(take)
    house.open()
    second = "GET http://other.example.com/ HTTP/1.1\n\n"
    request = "POST http://example.com/ HTTP/1.1\nContent-Length: 6\n\nthe end"
    status, answer = await house.ask(request[:-7] + "theend" + second)
    assert (status, answer.endswith(b"\r\n\r\nok")) == (201, True)
    await eventually(lambda: received[1:] == [b"theend", b""])

    received.clear()
    chunked = "POST http://example.com/ HTTP/1.1\nTransfer-Encoding: chunked\n\n4;a=b\nthe \n3\nend\n0\nX: y\n\n"
    assert (await house.ask(chunked + second))[0] == 201
    await eventually(lambda: len(received) == 3)
    assert received[1:] == [b"4;a=b\r\nthe \r\n3\r\nend", b"\r\n0\r\nX: y\r\n\r\n"]


@pytest.mark.parametrize(
    "body",
    [
        "Content-Length: 1\nContent-Length: 2\n\nab",
        "Content-Length: -1\n\n",
        "Content-Length: 1\nTransfer-Encoding: chunked\n\n0\n\n",
        "Transfer-Encoding: gzip\n\n",
        "Transfer-Encoding: chunked\n\nmany\n",
        " folded: field\n\n",
        "no colon\n\n",
        "na me: x\n\n",
    ],
)
async def test_requests_that_could_be_read_in_two_ways_are_refused(house: House, body: str) -> None:
    house.open()

    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    await house.serve(wait)
    assert (await house.ask(f"POST http://example.com/ HTTP/1.1\n{body}"))[0] == 400


async def test_an_answer_that_comes_before_the_end_of_the_body(house: House) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\n\r\nlarge")

    await house.serve(refuse)
    house.open()
    async with house.client() as (reader, writer):
        writer.write(b"POST http://example.com/ HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % BIG + b"x" * 2**20)
        assert (await reader.readuntil(b"large")).startswith(b"HTTP/1.1 413")


async def test_interim_answers_come_first(house: House) -> None:
    async def expect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await reader.readexactly(4)
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await reader.read()

    await house.serve(expect)
    house.open()
    async with house.client() as (reader, writer):
        writer.write(b"PUT http://example.com/ HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"body")
        assert await reader.read() == b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


async def test_the_pieces_of_a_stream_come_as_they_are_sent(house: House) -> None:
    go_on = asyncio.Event()

    async def stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for piece in (b"one", b"two"):
            writer.write(b"3\r\n%s\r\n" % piece)
            await go_on.wait()
        writer.write(b"0\r\n\r\n")

    await house.serve(stream)
    house.open()
    async with house.client() as (reader, writer):
        writer.write(b"GET http://example.com/ HTTP/1.1\r\n\r\n")
        await reader.readuntil(b"one\r\n")
        go_on.set()
        assert (await reader.read()).endswith(b"two\r\n0\r\n\r\n")


async def test_a_connection_may_become_something_else(house: House) -> None:
    async def upgrade(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"Connection: Upgrade\r\nUpgrade: websocket\r\n" in head
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        await echo(reader, writer)

    await house.serve(upgrade)
    house.open()
    async with house.client() as (reader, writer):
        writer.write(
            b"GET http://example.com/ HTTP/1.1\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n"
        )
        assert b"Upgrade: websocket" in await reader.readuntil(b"\r\n\r\n")
        writer.write(b"ping")
        assert await reader.readexactly(4) == b"ping"


@pytest.mark.parametrize(
    "said", [b"", b"SSH-2.0-OpenSSH_9\r\n\r\n", b"HTTP/1.1 200 OK\r\nbad field\r\n\r\n", b"HTTP/1.1 200" + b"x" * 2**17]
)
async def test_what_is_no_answer_is_said_to_be_none(house: House, said: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)

    await house.serve(answer)
    house.open()
    assert (await house.get("http://example.com/"))[0] == 502


@pytest.mark.parametrize("target", ["/", "https://example.com/", "ftp://example.com/", "example.com", "*"])
async def test_only_what_a_proxy_is_for(house: House, target: str) -> None:
    house.open()
    status, answer = await house.get(target)
    assert status == 400
    assert b"This is a proxy" in answer


async def test_a_server_that_cannot_be_reached(house: House) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        house.server_port = unused.getsockname()[1]
        house.open()
        status, answer = await house.get("http://example.com/")
    assert (status, b"connection refused" in answer) == (502, True)


async def test_a_server_that_does_not_answer_in_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(place: object) -> socket.socket:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(house, "connect", never)
    house.limits = Limits(connect_seconds=0.05)
    house.open()
    assert (await house.get("http://example.com/"))[0] == 504


async def test_the_next_address_is_tried(house: House) -> None:
    house.names["example.com"] = ["2606:2800:21f:cb07::1", PUBLIC]
    connect = house.connect

    async def only_old(place: Place) -> socket.socket:
        if ":" in str(place[0]):
            raise OSError(101, "Network is unreachable")
        return await connect(place)

    house.connect = only_old  # type: ignore[method-assign]
    house.open()
    assert (await house.get("http://example.com/"))[0] == 200


# Tunnels


async def test_a_tunnel_carries_everything_both_ways(house: House) -> None:
    await house.serve(echo)
    house.open()
    data = os.urandom(BIG)
    async with house.client() as (reader, writer):
        writer.write(CONNECT)
        assert await reader.readexactly(len(ESTABLISHED)) == ESTABLISHED
        writer.write(data)
        writer.write_eof()
        assert await reader.read() == data


async def test_what_comes_right_behind_the_head_is_not_lost(house: House) -> None:
    await house.serve(echo)
    house.open()
    async with house.client() as (reader, writer):
        writer.write(CONNECT + b"early")
        assert await reader.readexactly(len(ESTABLISHED) + 5) == ESTABLISHED + b"early"


async def test_a_slow_reader_holds_the_sender_back(house: House) -> None:
    sent = 0

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.transport.set_write_buffer_limits(high=0)
        while sent < 64 * 2**20:
            writer.write(b"x" * 65536)
            await writer.drain()
            sent += 65536

    await house.serve(pour)
    house.open()
    async with house.client() as (reader, writer):
        writer.write(CONNECT)
        await reader.readexactly(len(ESTABLISHED))
        reached = -1
        while reached != sent:
            reached = sent
            await asyncio.sleep(0.1)
        assert sent < 32 * 2**20, "the rest waits where it comes from"


async def test_closing_a_gate_ends_its_tunnels(house: House) -> None:
    ended = asyncio.Event()

    async def watch(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        ended.set()

    await house.serve(watch)
    gate = house.open()
    async with house.client() as (reader, writer):
        writer.write(CONNECT)
        await reader.readexactly(len(ESTABLISHED))
        gate.close()
        gate.close()
        assert await asyncio.wait_for(reader.read(), 30) == b""
    await asyncio.wait_for(ended.wait(), 5)
    await eventually(lambda: gate.over)
    with pytest.raises(ConnectionError):
        await asyncio.open_connection("127.0.0.1", house.port)


async def test_a_leaving_client_ends_what_it_asked_for(house: House) -> None:
    ended = asyncio.Event()

    async def think(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await reader.read()
        ended.set()

    await house.serve(think)
    house.open()
    async with house.client() as (_, writer):
        writer.write(b"GET http://example.com/ HTTP/1.1\r\n\r\n")
        await eventually(lambda: house.reached)
    await asyncio.wait_for(ended.wait(), 5)


# What is too much


async def test_connections_above_the_limit_are_told_so_and_then_wait(house: House) -> None:
    await house.serve(echo)
    house.limits = Limits(connections=2)
    house.open()
    async with house.client() as first, house.client() as second:
        for reader, writer in (first, second):
            writer.write(CONNECT)
            await reader.readexactly(len(ESTABLISHED))
        status, answer = await house.get("http://example.com/")
        assert (status, TURNED_AWAY.encode().rstrip(b".") in answer) == (503, True)
        first[1].close()
        await eventually(lambda: _status_is(house, 200))


async def _status_is(house: House, status: int) -> bool:
    async with house.client() as (reader, writer):
        writer.write(CONNECT)
        return int((await reader.read(12))[9:]) == status


@pytest.mark.parametrize(
    "head", [b"GET http://example.com/ HTTP/1.1\r\nX: " + b"x" * 2**17, b"x" * 2**18, b"GET http://a/" + b"a" * 2**17]
)
async def test_heads_have_a_limit(house: House, head: bytes) -> None:
    house.open()
    assert (await house.ask(head))[0] == 431


async def test_heads_have_a_time(house: House) -> None:
    house.limits = Limits(head_seconds=0.1)
    house.open()
    async with house.client() as (reader, writer):
        writer.write(b"GET http://example.com/ HTTP/1.1\r\nX-Slow: ")
        assert await asyncio.wait_for(reader.read(), 30) == b""


@pytest.mark.parametrize("half_open", [False, True])
async def test_connections_that_stand_still_are_ended(house: House, half_open: bool) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(100):
            pass
        await asyncio.sleep(600)

    await house.serve(silent)
    house.limits = Limits(half_open_seconds=0.2) if half_open else Limits(idle_seconds=0.2)
    house.open()
    async with house.client() as (reader, writer):
        writer.write(CONNECT)
        await reader.readexactly(len(ESTABLISHED))
        if half_open:
            writer.write_eof()
        assert await asyncio.wait_for(reader.read(), 30) == b""


@pytest.mark.parametrize(
    "garbage", [b"\0" * 99, b"\x16\x03\x01\x02\0\1\r\n\r\n", b"\r\n\r\n", b"GET\r\n\r\n"], ids=repr
)
async def test_garbage_does_no_harm(house: House, garbage: bytes) -> None:
    house.limits = Limits(head_seconds=1)
    house.open()
    assert (await house.ask(garbage))[0] in (0, 400)
    assert (await house.get("http://example.com/"))[0] == 200


# Whose attempt it was


async def test_refusals_name_their_run(house: House) -> None:
    gate = house.open()
    async with house.client() as (reader, writer):
        gate.connecting(writer.get_extra_info("sockname")[1], "early")
        writer.write(b"CONNECT 10.0.0.1:443 HTTP/1.1\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 403 10.0.0.1:443 was refused: ")
    async with house.client() as (reader, writer):
        writer.write(b"CONNECT 10.0.0.2:443 HTTP/1.1\r\n\r\n")
        await reader.readline()
        gate.connecting(writer.get_extra_info("sockname")[1], "late")
    await house.get("http://10.0.0.3/")
    refusals = await house.told(3)
    assert [(each.host, each.port, each.run) for each in refusals] == [
        ("10.0.0.1", 443, "early"),
        ("10.0.0.2", 443, "late"),
        ("10.0.0.3", 80, None),
    ]
    assert refusals[0].reason == "10.0.0.1 is a private address"
