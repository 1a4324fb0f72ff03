"""What may run in the page: its policy at every address, with and without functions that run scripts in it."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from penstock.api import errors
from penstock.api.page import Page
from tests.stage import Stage

pytestmark = [pytest.mark.anyio, pytest.mark.spec("H3")]

ADDRESSES = ["/", "/index.html", "/auth", "/auth/new", "/c/some-chat", "/s/some-share", "/archive", "/settings"]
ADDRESSES += ["/admin", "/admin/functions", "/admin/functions/new", "/admin/runs/some-run", "/nowhere/at/all"]
HTML = (
    '<!doctype html><head><link rel="icon" href="/favicon.svg"><script src="/theme.js"></script></head><title>P</title>'
)
ACTION = "class Action:\n    async def action(self, body):\n        return None\n"


@pytest.fixture
def page(play: Stage, tmp_path: Path) -> httpx.AsyncClient:
    """A built page before the parts of a running server."""
    (tmp_path / "index.html").write_text(HTML)
    app = Starlette(exception_handlers={404: errors.on_http_error, 405: errors.on_http_error})
    app.state.services = play.server.services
    app.router.default = Page(tmp_path)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


def policy_of(answer: httpx.Response) -> dict[str, list[str]]:
    parts = answer.headers["content-security-policy"].split(";")
    return {name: sources for name, *sources in (part.split() for part in parts)}


def is_strict(answer: httpx.Response) -> bool:
    policy = policy_of(answer)
    runs = {source for name in ("script-src", "default-src") for source in policy[name]}
    assert policy["object-src"] == ["'none'"]
    assert policy["base-uri"] == policy["form-action"] == policy["frame-ancestors"] == ["'self'"]
    return not runs & {"'unsafe-inline'", "'unsafe-eval'", "'wasm-unsafe-eval'", "'unsafe-hashes'", "data:", "blob:"}


async def grant(play: Stage, page_script: bool) -> None:
    address = f"/api/v1/functions/id/{await play.install(ACTION)}/rights"
    answer = await play.client.post(address, json={"page_script": page_script, "confirm": True})
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ADDRESSES)
async def test_only_its_own_files_run_without_a_grant(page: httpx.AsyncClient, play: Stage, path: str) -> None:
    await grant(play, page_script=False)
    answer = await page.get(path)
    assert is_strict(answer)
    assert policy_of(answer)["script-src"] == ["'self'"]
    assert answer.text == HTML


@pytest.mark.parametrize("path", ADDRESSES)
async def test_with_a_grant_what_bears_the_number_of_the_answer(
    page: httpx.AsyncClient, play: Stage, path: str
) -> None:
    await grant(play, page_script=True)
    answer, another = await page.get(path), await page.get(path)
    assert is_strict(answer)
    source, dynamic = policy_of(answer)["script-src"]
    assert dynamic == "'strict-dynamic'"
    nonce = source.removeprefix("'nonce-").removesuffix("'")
    assert len(nonce) > 20
    marked = re.findall(r'<(\w+)[^>]* nonce="([^"]+)"', answer.text)
    assert marked == [("meta", nonce), ("link", nonce), ("script", nonce)]
    assert answer.headers["cache-control"] == "no-store"
    assert source not in policy_of(another)["script-src"]


async def test_addresses_that_are_no_page_are_no_html(client: httpx.AsyncClient) -> None:
    for path in ("/api/nothing", "/api/v1/chats/nothing", "/ws/nothing", "/openai/nothing", "/assets/none.js"):
        answer = await client.get(path)
        assert answer.status_code in (401, 404), path
        assert answer.headers["content-type"] == "application/json", path


async def test_before_the_page_is_built(page: httpx.AsyncClient, tmp_path: Path) -> None:
    (tmp_path / "index.html").unlink()
    answer = await page.get("/")
    assert "has not been built" in answer.text
    assert is_strict(answer)


async def test_only_the_frame_without_an_origin_may_run_what_it_is_given(client: httpx.AsyncClient) -> None:
    policy = policy_of(await client.get("/embed/frame"))
    assert "allow-same-origin" not in policy["sandbox"]
    assert not [word for word in policy["sandbox"] if word.startswith(("allow-top", "allow-popups-to"))]
    assert policy["frame-ancestors"] == ["'self'"]


async def test_looking_at_an_address_signs_nobody_out(play: Stage) -> None:
    sign_out = "/api/v1/auths/signout"
    for looking in ("image", "document", "iframe", "video"):
        answer = await play.client.get(sign_out, headers={"sec-fetch-dest": looking})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    assert (await play.client.get("/api/v1/auths/")).status_code == 200


async def test_the_description_of_the_api_runs_nothing(client: httpx.AsyncClient) -> None:
    answer = await client.get("/docs")
    assert policy_of(answer)["default-src"] == ["'none'"]
    assert "script-src" not in policy_of(answer)
    assert "<script" not in answer.text
