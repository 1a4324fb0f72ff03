"""Functions from an address: five bad ones, and updates that are looked at before they are taken (spec L3)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from penstock.flows import source_urls
from tests.api.running import RunningServer
from tests.api.test_functions import ACTION, BASE, clean, form

__all__ = ["clean"]

pytestmark = [pytest.mark.anyio, pytest.mark.spec("L3")]

PAGE = b"\n<!-- hello -->\n<!DOCTYPE html><html><body>404</body></html>"


class Site:
    """What a web server answers, by path; it may never answer, and it may change its mind."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes | None] = {"/silent.py": None}

    def put(self, path: str, body: bytes, status: str = "200 OK", *headers: str) -> None:
        head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers])
        self.answers[path] = f"{head}\r\n\r\n".encode() + body

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        except asyncio.IncompleteReadError:  # the other side had enough before it said a word
            writer.close()
            return
        answer = self.answers.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        if answer is None:
            await reader.read()  # until the other side has had enough
        else:
            writer.write(answer)
        writer.close()


@asynccontextmanager
async def open_site() -> AsyncIterator[tuple[Site, str]]:
    site = Site()
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
    async with server:
        yield site, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.fixture
def allowed(server: RunningServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with PENSTOCK_PRIVATE_URLS."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(server.services.settings, "private_urls", True)


async def test_five_bad_addresses_have_five_clear_errors(
    admin: httpx.AsyncClient, allowed: None, server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_site() as (site, url):
        site.put("/page.py", PAGE)
        site.put("/large.py", b"#" * 20_000_000)
        site.put("/moved.py", b"", "302 Found", "Location: http://10.0.0.1/inner.py")

        async def refused(path: str) -> tuple[int, str, bool]:
            answer = await admin.post(f"{BASE}/load/url", json={"url": url + path})
            said: str = answer.json()["detail"]
            return answer.status_code, said.replace(url, ""), bool(answer.json()["hint"])

        assert await refused("/page.py") == (400, "/page.py is a web page, not a Python file.", True)
        assert await refused("/absent.py") == (400, "/absent.py answered 404 Not Found.", True)
        too_large = "What /large.py holds is larger than 4 MB, the most that a function may have."
        assert await refused("/large.py") == (413, too_large, True)
        with monkeypatch.context() as soon:
            soon.setattr(source_urls, "DEADLINE", 0.3)
            assert await refused("/silent.py") == (400, "/silent.py did not answer within 0.3 seconds.", True)

        monkeypatch.setattr(server.services.settings, "private_urls", False)
        monkeypatch.setattr(source_urls, "_is_public", lambda address: address == "127.0.0.1")
        private = "10.0.0.1 is a private address, and functions are not loaded from those."
        assert await refused("/moved.py") == (403, private, True)


async def test_an_update_is_looked_at_before_it_is_taken(admin: httpx.AsyncClient, allowed: None) -> None:
    async with open_site() as (site, url):
        site.put("/tools/my-shout.py", ACTION.encode())
        found = (await admin.post(f"{BASE}/load/url", json={"url": f"{url}/tools/my-shout.py"})).json()
        assert (found["name"], found["sha256"]) == ("my_shout", hashlib.sha256(ACTION.encode()).hexdigest())
        await created(admin, found)
        function = (await admin.get(f"{BASE}/id/my_shout")).json()
        assert function["origin_url"] == f"{url}/tools/my-shout.py"

        same = (await admin.get(f"{BASE}/id/my_shout/origin")).json()
        assert (same["changed"], same["edited"], same["content_diff"]) == (False, False, "")
        assert isinstance(same["checked_at"], int)

        site.put("/tools/my-shout.py", newer(2).encode())
        offered = (await admin.get(f"{BASE}/id/my_shout/origin")).json()
        assert (offered["changed"], offered["edited"], offered["version"]) == (True, False, "2")
        assert '-        return "A"' in offered["content_diff"]
        assert '+        return "2"' in offered["content_diff"]
        assert (await admin.get(f"{BASE}/id/my_shout")).json()["content"] == ACTION, "looking changes nothing"

        site.put("/tools/my-shout.py", newer(3).encode())
        stale = await admin.post(f"{BASE}/id/my_shout/origin/update", json={"sha256": offered["sha256"]})
        assert (stale.status_code, "has changed since" in stale.json()["detail"]) == (409, True)

        offered = (await admin.get(f"{BASE}/id/my_shout/origin")).json()
        taken = await admin.post(f"{BASE}/id/my_shout/origin/update", json={"sha256": offered["sha256"]})
        assert (taken.json()["version_number"], taken.json()["content"]) == (2, newer(3))
        assert (await admin.get(f"{BASE}/id/my_shout/origin")).json()["changed"] is False
        newest = (await admin.get(f"{BASE}/id/my_shout/history")).json()[0]
        assert newest["commit_message"] == f"Updated from {url}/tools/my-shout.py"

        await admin.post(f"{BASE}/id/my_shout/update", json=form("my_shout"))
        edited = (await admin.get(f"{BASE}/id/my_shout/origin")).json()
        assert (edited["changed"], edited["edited"]) == (False, True)
        assert '+        return "3"' in edited["content_diff"]


async def test_an_update_that_does_not_load_leaves_what_serves(admin: httpx.AsyncClient, allowed: None) -> None:
    async with open_site() as (site, url):
        site.put("/shout.py", ACTION.encode())
        await created(admin, (await admin.post(f"{BASE}/load/url", json={"url": f"{url}/shout.py"})).json())
        site.put("/shout.py", b"class Action(\n")
        offered = (await admin.get(f"{BASE}/id/shout/origin")).json()
        refused = await admin.post(f"{BASE}/id/shout/origin/update", json={"sha256": offered["sha256"]})
        assert (refused.status_code, refused.json()["line"]) == (400, 1)
        assert (await admin.get(f"{BASE}/id/shout")).json()["content"] == ACTION
        assert (await admin.get(f"{BASE}/id/shout/origin")).json()["changed"] is True


async def test_a_function_that_came_from_nowhere_has_no_updates(
    admin: httpx.AsyncClient, user: httpx.AsyncClient
) -> None:
    await admin.post(f"{BASE}/create", json=form("shout"))
    answer = await admin.get(f"{BASE}/id/shout/origin")
    assert (answer.status_code, "did not come from an address" in answer.json()["detail"]) == (400, True)
    assert (await user.get(f"{BASE}/id/shout/origin")).status_code == 403
    assert (await user.post(f"{BASE}/id/shout/origin/update", json={"sha256": ""})).status_code == 403


def newer(number: int) -> str:
    return ACTION.replace("1.0", str(number)).replace('"A"', f'"{number}"')


async def created(admin: httpx.AsyncClient, found: dict[str, Any]) -> None:
    body = form(found["name"], found["content"], origin_url=found["url"], origin_hash=found["sha256"])
    answer = await admin.post(f"{BASE}/create", json=body)
    assert answer.status_code == 200, answer.text
