"""A server as an admin has furnished it over the API, for tests that begin later than the first visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext

from tests.serving import ServerProcess


@dataclass(frozen=True)
class House:
    server: ServerProcess
    token: str  # of the admin

    def call(self, method: str, path: str, body: Any = None, token: str | None = None) -> Any:
        """A call of the API that must work, by the admin unless said otherwise."""
        with self.server.client(token or self.token) as client:
            answer = client.request(method, path, json=body)
            assert answer.status_code == 200, f"{method} {path}: {answer.status_code} {answer.text}"
            return answer.json()

    def runs(self, function_id: str) -> list[dict[str, Any]]:
        """Newest first."""
        found: list[dict[str, Any]] = self.call("GET", f"/api/v1/runs?function_id={function_id}")
        return found

    def set_valves(self, function_id: str, **valves: Any) -> None:
        self.call("POST", f"/api/v1/functions/id/{function_id}/valves/update", valves)

    def add_function(self, function_id: str, name: str, source: str, *, everywhere: bool = True) -> None:
        """Save a function and switch it on; an action or filter for all models, unless said otherwise."""
        body = {"id": function_id, "name": name, "content": source, "meta": {"description": name}}
        self.call("POST", "/api/v1/functions/create", body)
        self.call("POST", f"/api/v1/functions/id/{function_id}/toggle")
        if everywhere:
            self.call("POST", f"/api/v1/functions/id/{function_id}/toggle/global")

    def add_person(self, name: str, role: str = "user") -> str:
        """Make an account that may enter; gives its token."""
        token = self.server.sign_up(name=name, email=f"{name.lower()}@example.com")
        account = self.call("GET", "/api/v1/auths/", token=token)
        self.call("POST", "/api/v1/users/update/role", {"id": account["id"], "role": role})
        return token

    def admit(self, context: BrowserContext, token: str) -> None:
        """Sign the tabs of this context in, without the form."""
        context.add_cookies([{"name": "token", "value": token, "url": self.server.url, "httpOnly": True}])


def furnish(server: ServerProcess, examples: Sequence[str]) -> House:
    house = House(server, server.sign_up())
    house.call("POST", "/api/v1/examples/install", {"ids": list(examples)})
    house.set_valves("guide", pace=0.0)
    return house
