"""The page, its headers, and the frame for embeds."""

from __future__ import annotations

import gzip
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from penstock.api import errors
from penstock.api.page import Page
from tests.api.running import RunningServer

pytestmark = pytest.mark.anyio


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """What a build leaves behind."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>Page</title>")
    (tmp_path / "assets" / "index-1a2b.js").write_text("let a")
    (tmp_path / "favicon.svg").write_text("<svg/>")
    return tmp_path


@pytest.fixture
def page(built: Path) -> httpx.AsyncClient:
    app = Starlette(exception_handlers={404: errors.on_http_error, 405: errors.on_http_error})
    app.router.default = Page(built)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


@pytest.mark.parametrize("path", ["/", "/c/some-chat", "/admin/functions", "/admin/models/guide.short", "/index.html"])
async def test_every_page_address_gives_the_page(page: httpx.AsyncClient, path: str) -> None:
    answer = await page.get(path)
    assert answer.text.endswith("<title>Page</title>")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-cache"


async def test_assets_last_and_are_revalidated(page: httpx.AsyncClient) -> None:
    asset = await page.get("/assets/index-1a2b.js")
    assert asset.headers["content-type"].startswith("text/javascript")
    assert "immutable" in asset.headers["cache-control"]
    icon = await page.get("/favicon.svg")
    assert icon.headers["cache-control"] == "no-cache"
    again = await page.get("/favicon.svg", headers={"if-none-match": icon.headers["etag"]})
    assert again.status_code == 304


async def test_assets_come_compressed_where_the_browser_takes_that(page: httpx.AsyncClient, built: Path) -> None:
    (built / "assets" / "index-1a2b.js.gz").write_bytes(gzip.compress(b"let a"))
    packed = await page.get("/assets/index-1a2b.js")
    plain = await page.get("/assets/index-1a2b.js", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    for answer in (packed, plain):
        assert answer.text == "let a"
        assert answer.headers["content-type"].startswith("text/javascript")
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "path", ["/assets/gone.js", "/../secret.key", "/%2e%2e/secret.key", "/assets/..%2f..%2fx.txt", "/a%00.js", "/api/x"]
)
async def test_what_is_not_there(page: httpx.AsyncClient, built: Path, path: str) -> None:
    (built.parent / "secret.key").write_text("secret")
    answer = await page.get(path)
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


async def test_without_a_build_the_server_says_so(server: RunningServer, tmp_path: Path) -> None:
    app = Starlette()
    app.router.default = Page(tmp_path)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        assert "has not been built" in (await client.get("/")).text


async def test_embeds_live_in_a_frame_without_rights(client: httpx.AsyncClient) -> None:
    answer = await client.get("/embed/frame")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts")
    assert "allow-same-origin" not in policy
    assert "/embed/frame.js" in answer.text
