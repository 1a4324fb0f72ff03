"""Accounts over HTTP: who gets in, as what, and for how long."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from penstock.flows.host_access import Access
from tests.api.running import PASSWORD, RunningServer, running_server

pytestmark = pytest.mark.anyio

SIGN_UP = "/api/v1/auths/signup"
SIGN_IN = "/api/v1/auths/signin"


def person(name: str, **more: str) -> dict[str, str]:
    return {"name": name, "email": f"{name}@example.com", "password": PASSWORD, **more}


async def test_first_account_is_admin_and_later_ones_wait(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server, server.client() as client:
        before = (await client.get("/api/config")).json()
        assert before["onboarding"] is True
        answers = await asyncio.gather(*(client.post(SIGN_UP, json=person(f"p{n}")) for n in range(4)))
        assert [each.status_code for each in answers] == [200] * 4
        assert sorted(each.json()["role"] for each in answers) == ["admin", "pending", "pending", "pending"]
        assert "onboarding" not in (await client.get("/api/config")).json()


async def test_answer_of_a_sign_up(server: RunningServer, admin: httpx.AsyncClient) -> None:
    async with server.client() as client:
        answer = await client.post(SIGN_UP, json=person("shape"))
    body = answer.json()
    expected = {"id", "name", "role", "email", "profile_image_url", "token", "token_type", "expires_at", "permissions"}
    assert set(body) == expected
    assert body["token_type"] == "Bearer"
    assert isinstance(body["expires_at"], int)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


async def test_signing_in_and_out(server: RunningServer, admin: httpx.AsyncClient) -> None:
    await server.sign_up("inna", role="user")
    async with server.client() as client:
        answer = await client.post(SIGN_IN, json={"email": "INNA@example.com ", "password": PASSWORD})
        token = answer.json()["token"]
    async with server.client(token) as signed_in:
        assert (await signed_in.get("/api/v1/auths/")).json()["email"] == "inna@example.com"
        assert (await signed_in.get("/api/config")).json()["signed_in"] is True
        assert (await signed_in.get("/api/v1/auths/signout")).json() == {"status": True}
        assert (await signed_in.get("/api/config")).json()["signed_in"] is False
        gone = await signed_in.get("/api/v1/auths/")
        assert gone.status_code == 401
        assert gone.json()["code"] == "not_signed_in"


async def test_who_is_signed_in_reads_which_parts_there_are(client: httpx.AsyncClient, user: httpx.AsyncClient) -> None:
    features = (await user.get("/api/config")).json()["features"]
    assert (features["enable_folders"], features["enable_channels"]) == (True, False)
    assert "enable_folders" not in (await client.get("/api/config")).json()["features"]


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"email": "nowhere"}, 400, "not an email address"),
        ({"email": "a b@example.com"}, 400, "not an email address"),
        ({"password": "short"}, 400, "at least 8"),
        ({"name": "   "}, 400, "name"),
        ({"name": "a\x00b"}, 400, "name"),
        ({"email": "ada@example.com"}, 400, "already registered"),
        ({"email": "ADA@example.com"}, 400, "already registered"),
        ({"password": None}, 422, "valid string"),
    ],
)
async def test_bad_sign_ups_say_why(
    client: httpx.AsyncClient, admin: httpx.AsyncClient, change: dict[str, str], status: int, says: str
) -> None:
    answer = await client.post(SIGN_UP, json={**person("nobody"), **change})
    assert answer.status_code == status
    assert says in str(answer.json()["detail"])
    assert answer.json()["code"]


async def test_sign_up_may_be_closed(tmp_path: Path) -> None:
    async with running_server(tmp_path, signup=False) as server, server.client() as client:
        assert (await client.post(SIGN_UP, json=person("first"))).json()["role"] == "admin"
        answer = await client.post(SIGN_UP, json=person("second"))
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
        assert (await client.get("/api/config")).json()["features"]["enable_signup"] is False


async def test_wrong_password_and_unknown_address_sound_alike(
    client: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    wrong = await client.post(SIGN_IN, json={"email": "ada@example.com", "password": "not this one"})
    unknown = await client.post(SIGN_IN, json={"email": "nobody@example.com", "password": "not this one"})
    assert wrong.status_code == unknown.status_code == 400
    assert wrong.json() == unknown.json()


async def test_too_many_wrong_passwords(server: RunningServer, admin: httpx.AsyncClient) -> None:
    await server.sign_up("ralf")
    async with server.client() as client:
        tries = [
            await client.post(SIGN_IN, json={"email": "ralf@example.com", "password": f"wrong {n}"}) for n in range(11)
        ]
        right = await client.post(SIGN_IN, json={"email": "ralf@example.com", "password": PASSWORD})
    assert [each.status_code for each in tries] == [400] * 10 + [429]
    assert right.status_code == 429
    assert int(right.headers["retry-after"]) > 0


async def test_pending_accounts_see_only_themselves(server: RunningServer, admin: httpx.AsyncClient) -> None:
    _, token = await server.sign_up("petra")
    async with server.client(token) as client:
        assert (await client.get("/api/v1/auths/")).json()["role"] == "pending"
        refused = await client.get("/api/v1/configs/banners")
        assert (refused.status_code, refused.json()["code"]) == (403, "account_pending")


async def test_api_keys(server: RunningServer, user: httpx.AsyncClient) -> None:
    path = "/api/v1/auths/api_key"
    first = (await user.post(path)).json()["api_key"]
    assert first.startswith("sk-")
    assert (await user.get(path)).json() == {"api_key": first}
    second = (await user.post(path)).json()["api_key"]
    async with server.client(first) as old, server.client(second) as new:
        assert (await old.get("/api/v1/auths/")).status_code == 401
        assert (await new.get("/api/v1/auths/")).json()["name"] == "Una"
        assert (await user.delete(path)).json() is True
        assert (await new.get("/api/v1/auths/")).status_code == 401
    assert (await user.get(path)).json() == {"api_key": None}


async def test_a_new_password_ends_other_sign_ins(server: RunningServer, admin: httpx.AsyncClient) -> None:
    _, token = await server.sign_up("paula", role="user")
    async with server.client(token) as here, server.client() as client:
        elsewhere = (await client.post(SIGN_IN, json={"email": "paula@example.com", "password": PASSWORD})).json()
        path = "/api/v1/auths/update/password"
        wrong = await here.post(path, json={"password": "no, not that", "new_password": "another one 1"})
        assert wrong.status_code == 400
        changed = await here.post(path, json={"password": PASSWORD, "new_password": "another one 1"})
        assert changed.json() is True
        assert (await here.get("/api/v1/auths/")).status_code == 200
        async with server.client(elsewhere["token"]) as other_place:
            assert (await other_place.get("/api/v1/auths/")).status_code == 401
        again = await client.post(SIGN_IN, json={"email": "paula@example.com", "password": "another one 1"})
        assert again.status_code == 200


async def test_demoted_and_deleted_users_lose_access_at_once(server: RunningServer, admin: httpx.AsyncClient) -> None:
    user_id, token = await server.sign_up("dora", role="admin")
    async with server.client(token) as dora:
        assert (await dora.get("/api/v1/users/")).status_code == 200
        assert (await admin.post(f"/api/v1/users/{user_id}/update", json={"role": "user"})).status_code == 200
        assert (await dora.get("/api/v1/users/")).status_code == 403
        assert (await admin.delete(f"/api/v1/users/{user_id}")).json() is True
        assert (await dora.get("/api/v1/auths/")).status_code == 401


async def test_a_cookie_alone_changes_nothing_from_another_site(server: RunningServer, user: httpx.AsyncClient) -> None:
    token = user.headers["authorization"].removeprefix("Bearer ")
    path = "/api/v1/auths/api_key"
    async with server.client() as browser:
        browser.cookies.set("token", token)
        host = browser.base_url.netloc.decode()
        assert (await browser.get("/api/v1/auths/")).status_code == 200
        for headers in ({}, {"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}):
            refused = await browser.post(path, headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (403, "cross_site")
        for headers in ({"origin": f"http://{host}"}, {"sec-fetch-site": "same-origin"}):
            assert (await browser.post(path, headers=headers)).status_code == 200


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
async def test_another_site_signs_nobody_in(
    client: httpx.AsyncClient, admin: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    for path, body in ((SIGN_UP, person("tricked")), (SIGN_IN, {"email": "ada@example.com", "password": PASSWORD})):
        refused = await client.post(path, json=body, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "cross_site")


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "sk-unknown", "eyJhbGciOiJub25lIn0.eyJpZCI6IjEifQ."])
async def test_bad_tokens(server: RunningServer, admin: httpx.AsyncClient, token: str) -> None:
    async with server.client() as client:
        answer = await client.get("/api/v1/auths/", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert set(answer.json()) == {"detail", "code", "hint"}


@pytest.mark.spec("I5")
async def test_the_token_of_a_run_ends_with_it_and_makes_no_other(
    server: RunningServer, user: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = server.services.accounts
    una = await server.services.store.users.get_by_email("una@example.com")
    assert una is not None
    live = {"run-1": Access(una)}
    monkeypatch.setattr(accounts, "_access_of_run", live.get)
    async with server.client(accounts.run_token("run-1", una)) as client:
        assert (await client.get("/api/v1/auths/")).json()["name"] == "Una"
        assert (await client.post("/api/v1/auths/api_key")).status_code == 403
        live.clear()
        assert (await client.get("/api/v1/auths/")).status_code == 401
