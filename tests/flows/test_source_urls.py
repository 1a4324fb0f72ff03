"""Sources from addresses: pages become files, private addresses are refused on every hop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from penstock.errors import BadRequest, NotAllowed, TooLarge
from penstock.flows import source_urls
from penstock.flows.source_urls import fetch, name_from, raw_url

pytestmark = [pytest.mark.anyio, pytest.mark.spec("L3")]


@pytest.mark.parametrize(
    ("given", "raw"),
    [
        ("https://github.com/o/r/blob/main/a/b.py", "https://raw.githubusercontent.com/o/r/main/a/b.py"),
        ("https://github.com/o/r/tree/main/a", "https://raw.githubusercontent.com/o/r/main/a/main.py"),
        ("https://github.com/o/r/tree/main", "https://raw.githubusercontent.com/o/r/main/main.py"),
        ("https://gist.github.com/u/1234", "https://gist.githubusercontent.com/u/1234/raw"),
        ("https://gitlab.com/o/r/-/blob/main/a.py?ref_type=heads", "https://gitlab.com/o/r/-/raw/main/a.py"),
        ("https://gitlab.example.org/o/r/-/tree/main/a", "https://gitlab.example.org/o/r/-/raw/main/a/main.py"),
        (" https://example.org/a.py#L3 ", "https://example.org/a.py"),
        ("https://github.com/o/r", "https://github.com/o/r"),
    ],
)
def test_pages_become_the_files_they_show(given: str, raw: str) -> None:
    assert raw_url(given) == raw


@pytest.mark.parametrize("given", ["", "ftp://example.org/a.py", "file:///a.py", "example.org/a.py", "https://"])
def test_other_addresses_are_refused(given: str) -> None:
    with pytest.raises(BadRequest):
        raw_url(given)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/o/r/blob/main/my-tool.py", "my_tool"),
        ("https://github.com/o/r/tree/main/chart", "chart"),
        ("https://example.org/chart/main.py", "chart"),
        ("https://gist.github.com/u/1234/raw", "1234"),
        ("https://example.org", "function"),
    ],
)
def test_the_name_comes_from_the_path(url: str, name: str) -> None:
    assert name_from(url) == name


@asynccontextmanager
async def answering(respond: Callable[[str], bytes]) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(respond(head.split()[1].decode()))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def http(status: str, body: bytes = b"", *headers: str) -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers])
    return f"{head}\r\n\r\n".encode() + body


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


async def test_a_source_is_fetched_with_its_hash() -> None:
    async with answering(lambda path: http("200 OK", "\ufeffé = 1\n".encode())) as url:
        found = await fetch(f"{url}/tools/my-tool.py", allow_private=True)
    assert (found.name, found.content, len(found.sha256)) == ("my_tool", "é = 1\n", 64)


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (http("404 Not Found"), BadRequest, r"a\.py answered 404 Not Found"),
        (http("200 OK", b"<!DOCTYPE html><html>"), BadRequest, "web page"),
        (http("200 OK", b"\n<?xml version='1'?>\n<!-- x -->\n<html lang=en>"), BadRequest, "web page"),
        (http("200 OK", b" \n"), BadRequest, "is empty"),
        (http("200 OK", b"\xff\xfe\x00"), BadRequest, "not a text"),
        (http("302 Found", b"", "Location: /again"), BadRequest, "without an end"),
        (http("302 Found", b"", "Location: file:///etc/passwd"), BadRequest, "without an end"),
        (http("200 OK", b"x" * 3000), TooLarge, "larger than"),
        (b"nonsense\r\n\r\n", BadRequest, "cannot be read"),
    ],
)
async def test_what_is_no_source_is_refused(
    answer: bytes, error: type[Exception], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_urls, "LARGEST", 2000)
    async with answering(lambda path: answer) as url:
        with pytest.raises(error, match=said):
            await fetch(f"{url}/a.py", allow_private=True)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.1.2.3", "192.168.0.1", "169.254.169.254", "[::ffff:127.0.0.1]"]
)
async def test_private_addresses_are_refused(host: str) -> None:
    with pytest.raises(NotAllowed, match="private"):
        await fetch(f"http://{host}/a.py", allow_private=False)


async def test_a_redirect_to_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    async with answering(lambda path: http("302 Found", b"", "Location: http://127.0.0.2:1/x.py")) as url:
        monkeypatch.setattr(source_urls, "_is_public", lambda address: address == "127.0.0.1")
        with pytest.raises(NotAllowed):
            await fetch(f"{url}/a.py", allow_private=False)
