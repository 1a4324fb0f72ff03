"""What callers hear when something is wrong: one shape, the right status, never a page."""

from __future__ import annotations

import httpx
import pytest

from tests.api.running import RunningServer

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/api/v1/nothing", None, 404, "not_found"),
        ("GET", "/api", None, 404, "not_found"),
        ("POST", "/api/v1/chats/search", None, 422, "invalid"),
        ("PUT", "/api/config", None, 405, "method_not_allowed"),
        ("POST", "/api/v1/chats/new", "{", 400, "bad_json"),
        ("POST", "/api/v1/chats/new", "", 422, "invalid"),
        ("POST", "/api/v1/chats/new", "[]", 422, "invalid"),
        ("POST", "/api/v1/chats/new", '{"chat": NaN}', 422, "invalid"),
        ("POST", "/api/v1/chats/new", "[" * 100_000, 400, "bad_json"),
        ("GET", "/api/v1/chats/?page=0", None, 422, "invalid"),
        ("GET", "/api/v1/chats/unknown", None, 404, "not_found"),
        ("GET", "/api/v1/chats/local:1", None, 404, "not_found"),
        ("GET", "/api/v1/users/", None, 403, "not_allowed"),
        ("POST", "/", None, 405, "method_not_allowed"),
    ],
)
async def test_every_error_has_one_shape(
    user: httpx.AsyncClient, method: str, path: str, body: str | None, status: int, code: str
) -> None:
    answer = await user.request(method, path, content=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["code"] == code
    assert answer.json()["detail"]
    assert "hint" in answer.json()


@pytest.mark.parametrize("depth", [100, 500, 700, 900, 990])
async def test_deep_nesting_is_kept_or_refused(user: httpx.AsyncClient, depth: int) -> None:
    nested = '{"chat": {"title": "Deep", "odd": ' + "[" * depth + "]" * depth + "}}"
    answer = await user.post("/api/v1/chats/new", content=nested)
    assert answer.status_code in (200, 400), answer.text
    if answer.status_code == 200:
        assert (await user.get(f"/api/v1/chats/{answer.json()['id']}")).status_code == 200
        await user.delete(f"/api/v1/chats/{answer.json()['id']}")


async def test_bytes_that_are_no_text(user: httpx.AsyncClient) -> None:
    answer = await user.post("/api/v1/chats/new", content=b'{"chat": "\xff"}')
    assert answer.status_code == 400, answer.text
    assert set(answer.json()) >= {"detail", "code", "hint"}


async def test_invalid_fields_are_named_and_input_is_not_repeated(client: httpx.AsyncClient) -> None:
    body = {"email": "x", "password": ["secret"]}
    answer = await client.post("/api/v1/auths/signin", json=body)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "password"]
    assert "secret" not in answer.text


async def test_what_nobody_expected_gets_an_id_and_a_log_entry(
    server: RunningServer, user: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("the secret reason")

    monkeypatch.setattr(server.services.chats, "own", broken)
    answer = await user.get("/api/v1/chats/any")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal_error"
    assert "the secret reason" not in answer.text
    out, err = capfd.readouterr()
    assert answer.json()["error_id"] in out + err


async def test_the_schema_lists_every_path(client: httpx.AsyncClient) -> None:
    schema = (await client.get("/api/openapi.json")).json()
    assert "/api/v1/chats/{chat_id}" in schema["paths"]
