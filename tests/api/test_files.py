"""Uploads over HTTP."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.api.running import RunningServer, running_server

pytestmark = pytest.mark.anyio

FILES = "/api/v1/files"


async def upload(client: httpx.AsyncClient, name: str, content: bytes, type: str) -> httpx.Response:
    return await client.post(f"{FILES}/", files={"file": (name, content, type)})


async def test_an_uploaded_file_comes_back(server: RunningServer, user: httpx.AsyncClient) -> None:
    made = (await upload(user, "Notes ä.txt", b"some text", "text/plain")).json()
    assert set(made) >= {"id", "user_id", "hash", "filename", "path", "data", "meta", "created_at", "updated_at"}
    assert made["meta"] == {"name": "Notes ä.txt", "content_type": "text/plain", "size": 9}
    assert made["hash"] == hashlib.sha256(b"some text").hexdigest()
    assert (server.settings.data_dir / made["path"]).read_bytes() == b"some text"
    path = f"{FILES}/{made['id']}"
    assert (await user.get(path)).json()["id"] == made["id"]
    for address in (f"{path}/content", f"{path}/content/Notes.txt"):
        content = await user.get(address)
        assert content.content == b"some text"
        assert content.headers["content-disposition"] == "inline; filename*=UTF-8''Notes%20%C3%A4.txt"
    assert (await user.get(f"{path}/data/content")).json() == {"content": "some text"}
    part = await user.get(f"{path}/content", headers={"range": "bytes=5-8"})
    assert (part.status_code, part.content) == (206, b"text")
    listed = (await user.get(f"{FILES}/")).json()
    assert made["id"] in [each["id"] for each in listed["items"]]
    assert listed["total"] == len(listed["items"])
    found = (await user.get(f"{FILES}/search", params={"filename": "notes*"})).json()
    assert made["id"] in [each["id"] for each in found]


async def test_clients_that_wait_for_an_upload_find_it_ready(user: httpx.AsyncClient) -> None:
    made = (await upload(user, "a.md", b"# Tea", "text/markdown")).json()
    path = f"{FILES}/{made['id']}"
    assert made["data"]["status"] == "completed"
    assert (await user.get(path)).json()["data"] == {"status": "completed", "content": "# Tea"}
    assert (await user.get(f"{path}/process/status")).json() == {"status": "completed"}
    streamed = await user.get(f"{path}/process/status", params={"stream": "true"})
    assert streamed.headers["content-type"].startswith("text/event-stream")
    assert streamed.text == 'data: {"status": "completed"}\n\n'
    assert (await user.get(f"{FILES}/none/process/status")).status_code == 404
    image = (await upload(user, "a.png", b"not text", "image/png")).json()
    assert "content" not in (await user.get(f"{FILES}/{image['id']}")).json()["data"]


@pytest.mark.parametrize(
    ("name", "type", "kind"),
    [
        ("a.png", "image/png", "inline"),
        ("a.pdf", "application/pdf", "inline"),
        ("a.html", "text/html", "attachment"),
        ("a.svg", "image/svg+xml", "attachment"),
        ("a.svg", "", "attachment"),
        ("a.js", "text/javascript", "attachment"),
        ("a.xhtml", "application/xhtml+xml", "attachment"),
        ("a.bin", "not a type", "attachment"),
        ("a.png", "image/png\r\nx-evil: 1", "inline"),
    ],
)
async def test_what_could_run_is_never_shown_as_a_page(
    user: httpx.AsyncClient, name: str, type: str, kind: str
) -> None:
    made = (await upload(user, name, b"<script>1</script>", type)).json()
    content = await user.get(f"{FILES}/{made['id']}/content")
    assert content.headers["content-disposition"].partition(";")[0] == kind
    assert content.headers["x-content-type-options"] == "nosniff"
    assert "x-evil" not in content.headers
    if made["meta"]["content_type"] != "application/pdf":
        assert "sandbox" in content.headers["content-security-policy"]


@pytest.mark.parametrize("name", ["../../secret.key", "..\\..\\x", "a/b.txt", "\x01.txt", "." * 300, "x" * 500])
async def test_names_cannot_leave_the_folder(server: RunningServer, user: httpx.AsyncClient, name: str) -> None:
    made = (await upload(user, name, b"x", "text/plain")).json()
    assert "/" not in made["filename"]
    assert "\\" not in made["filename"]
    assert 0 < len(made["filename"]) <= 255
    path = (server.settings.data_dir / made["path"]).resolve()
    assert path.is_relative_to(server.settings.data_dir / "files")


async def test_only_the_owner_and_admins_see_a_file(
    user: httpx.AsyncClient, other: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    made = (await upload(user, "mine.txt", b"x", "text/plain")).json()
    path = f"{FILES}/{made['id']}"
    assert (await other.get(path)).status_code == 404
    assert (await other.get(f"{path}/content")).status_code == 404
    assert (await other.delete(path)).status_code == 404
    assert (await admin.get(f"{path}/content")).status_code == 200


async def test_deleted_files_are_gone_from_the_disk(server: RunningServer, user: httpx.AsyncClient) -> None:
    made = (await upload(user, "gone.txt", b"x", "text/plain")).json()
    assert (await user.delete(f"{FILES}/{made['id']}")).status_code == 200
    assert (await user.get(f"{FILES}/{made['id']}")).status_code == 404
    assert not (server.settings.data_dir / made["path"]).exists()


async def test_what_is_too_large_is_refused(tmp_path: Path) -> None:
    async with running_server(tmp_path, upload_limit=100_000, body_limit=10_000) as server:
        _, token = await server.sign_up("first")
        async with server.client(token) as client:
            assert (await upload(client, "fits", b"x" * 100_000, "text/plain")).status_code == 200
            over = await upload(client, "over", b"x" * 100_001, "text/plain")
            assert (over.status_code, over.json()["code"]) == (413, "too_large")
            far_over = await upload(client, "far", b"x" * 400_000, "text/plain")
            assert (far_over.status_code, far_over.json()["code"]) == (413, "too_large")
            body = b'{"chat": {"title": "%s"}}' % (b"x" * 10_000)
            announced = await client.post("/api/v1/chats/new", content=body)
            assert (announced.status_code, announced.json()["code"]) == (413, "too_large")

            async def unannounced() -> AsyncIterator[bytes]:
                for start in range(0, len(body), 1000):
                    yield body[start : start + 1000]

            streamed = await client.post("/api/v1/chats/new", content=unannounced())
            assert (streamed.status_code, streamed.json()["code"]) == (413, "too_large")
        left = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
        assert len(left) == 1
