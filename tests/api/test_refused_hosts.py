"""What a function could not reach: seen in its run, and allowed from there."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.api.running import RunningServer
from tests.api.test_functions import BASE, clean, made

__all__ = ["clean"]

pytestmark = [pytest.mark.anyio, pytest.mark.spec("H3")]

VISITOR = """
import requests
class Action:
    def action(self, body, __request__):
        url = body.get("url") or str(__request__.base_url) + "api/config"
        answer = requests.get(url, timeout=30)
        for _ in range(2):
            requests.get(url, timeout=30)
        return {"content": f"{answer.status_code} {answer.reason}"}
"""
REFUSED = "127.0.0.9:1 was refused: 127.0.0.9 is a loopback address"


@pytest.fixture
async def visit(admin: httpx.AsyncClient) -> Any:
    await made(admin, "visitor", VISITOR)
    await admin.post(f"{BASE}/id/visitor/toggle")

    async def call(client: httpx.AsyncClient, **body: Any) -> tuple[str, dict[str, Any]]:
        """What the function says, and the record of its run."""
        answer = await client.post("/api/v1/actions/visitor/run", json=body)
        assert answer.status_code == 200, answer.text
        (newest,) = (await client.get("/api/v1/runs", params={"function_id": "visitor", "limit": 1})).json()
        run = (await client.get(f"/api/v1/runs/{newest['id']}")).json()
        return run["result"]["content"], run

    return call


async def test_a_refused_host_can_be_allowed(admin: httpx.AsyncClient, visit: Any) -> None:
    said, run = await visit(admin, url="http://127.0.0.9:1/")
    assert said == f"403 {REFUSED}"
    reason = "127.0.0.9 is a loopback address"
    assert run["refused"] == [{"host": "127.0.0.9", "port": 1, "reason": reason, "count": 3}]
    logs = (await admin.get(f"/api/v1/runs/{run['id']}/logs")).json()
    assert tuple(logs[0][name] for name in ("level", "text", "thread")) == ("warning", REFUSED, "egress")

    allowed = await admin.post(f"{BASE}/id/visitor/rights", json={"hosts": ["127.0.0.9:1"]})
    assert allowed.status_code == 200, allowed.text
    said, run = await visit(admin, url="http://127.0.0.9:1/")
    assert said == "502 127.0.0.9:1 cannot be reached: connection refused"
    assert run["refused"] == []


async def test_the_server_is_reached_under_the_address_of_the_request(server: RunningServer, visit: Any) -> None:
    _, token = await server.sign_up("alia", role="admin")
    port = server.url.rpartition(":")[2]
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", "chat.invalid:3000", f"127.0.0.7:{port}"):
        async with server.client(token) as client:
            client.headers["host"] = host
            said, run = await visit(client)
        assert (said, run["refused"]) == ("200 OK", []), host
