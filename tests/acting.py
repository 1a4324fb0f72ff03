"""A running server with actions on it: functions are installed in a line, chats made, messages clicked."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

import httpx

from penstock.flows.context import Services
from penstock.store.records import Function, User
from tests.api.running import RunningServer
from tests.waiting import eventually

_numbers = itertools.count(1)


@dataclass
class Person:
    """Somebody with an account, and what they do over HTTP."""

    user: User
    token: str
    http: httpx.AsyncClient

    async def chat(self, content: str = "hello", **answer: Any) -> str:
        """A saved chat with a question `a` and the answer `b`; gives its id."""
        messages = {
            "a": {
                "id": "a",
                "parentId": None,
                "childrenIds": ["b"],
                "role": "user",
                "content": "hi",
                "timestamp": 1000,
            },
            "b": {
                "id": "b",
                "parentId": "a",
                "childrenIds": [],
                "role": "assistant",
                "content": content,
                "timestamp": 2000,
                "done": True,
                **answer,
            },
        }
        document = {"title": "A chat", "models": [], "history": {"currentId": "b", "messages": messages}}
        made = await self.http.post("/api/v1/chats/new", json={"chat": document})
        assert made.status_code == 200, made.text
        return str(made.json()["id"])

    async def message(self, chat_id: str, message_id: str = "b") -> dict[str, Any]:
        """The message as a page reads it after a reload."""
        chat = await self.http.get(f"/api/v1/chats/{chat_id}")
        assert chat.status_code == 200, chat.text
        message: dict[str, Any] = chat.json()["chat"]["history"]["messages"][message_id]
        return message

    async def click(self, action_id: str, chat_id: str | None = None, **body: Any) -> httpx.Response:
        """Click an action under the answer `b`."""
        headers = body.pop("headers", {})
        where = {"chat_id": chat_id, "id": "b", "session_id": "tab"} if chat_id else {}
        return await self.http.post(f"/api/chat/actions/{action_id}", json={**where, **body}, headers=headers)

    async def clicked(self, action_id: str, chat_id: str | None = None, **body: Any) -> Any:
        """The same where it must work; gives the JSON."""
        answer = await self.click(action_id, chat_id, **body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def run(self, action_id: str, body: Any = None, **headers: str) -> httpx.Response:
        """Run an action without a chat."""
        return await self.http.post(f"/api/v1/actions/{action_id}/run", json=body, headers=headers)

    async def question(self) -> dict[str, Any]:
        """The question that waits, as soon as there is one."""

        async def look() -> Any:
            return (await self.http.get("/api/v1/questions")).json()

        waiting: list[dict[str, Any]] = await eventually(look)
        return waiting[-1]

    async def answer(self, answer: Any) -> dict[str, Any]:
        """Answer the question that waits, and give it."""
        question = await self.question()
        given = await self.http.post(f"/api/v1/questions/{question['id']}/answer", json={"answer": answer})
        assert given.status_code == 200, given.text
        return question

    async def last_run(self, function_id: str, state: str | None = None) -> dict[str, Any]:
        """The newest run of a function, when it has got to that state."""

        async def look() -> Any:
            runs = (await self.http.get("/api/v1/runs", params={"function_id": function_id})).json()
            return [run for run in runs[:1] if state is None or run["state"] == state]

        (found,) = await eventually(look)
        return dict(found)


@dataclass
class Theatre:
    """The server, its admin and a user."""

    server: RunningServer
    admin: Person
    user: Person

    @property
    def services(self) -> Services:
        return self.server.services

    async def install(self, source: str, function_id: str = "", **how: Any) -> str:
        """An active, global action; gives its id."""
        function_id = function_id or f"act{next(_numbers)}"
        how = {"is_active": True, "is_global": True, **how}
        name = how.pop("name", function_id.title())
        made: Function = await self.services.registry.save(
            function_id, name, dedent(source), {}, self.admin.user, **how
        )
        return made.id


async def person(server: RunningServer, name: str, role: str) -> Person:
    user_id, token = await server.sign_up(name, role=role)
    user = await server.services.store.users.get(user_id)
    assert user is not None
    return Person(user, token, server.client(token))
