"""What the seed documents describe in fragments and in words: the body, the kinds of events, who invokes an action."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

import pytest

from tests.acting import Theatre

pytestmark = pytest.mark.anyio

ASK = [{"role": "user", "content": "Hi"}]


@pytest.mark.spec("A3")
async def test_the_body_has_what_the_documents_list(theatre: Theatre) -> None:
    action = await theatre.install("""
        class Action:
            def action(self, body, __user__=None):
                wanted = ("content", "metadata", "message_id", "timestamp")
                return {"success": True, "message": __user__["name"], "data": {key: body[key] for key in wanted}}
    """)
    data = (await theatre.user.clicked(action, await theatre.user.chat("The text")))["data"]
    assert (data["content"], data["message_id"]) == ("The text", "b")
    assert isinstance(data["metadata"], dict)
    assert datetime.fromisoformat(data["timestamp"])


@pytest.mark.spec("E1")
@pytest.mark.parametrize(
    ("type", "data", "found"),
    [
        ("status", {"description": "Processing...", "done": False}, ("statusHistory", "Processing...")),
        ("progress", {"progress": 40}, ("statusHistory", "40")),
        ("message", {"content": " and more"}, ("content", "hello and more")),
    ],
)
async def test_the_kinds_of_events(theatre: Theatre, type: str, data: dict[str, Any], found: tuple[str, str]) -> None:
    action = await theatre.install(f"""
        class Action:
            async def action(self, body, __event_emitter__=None):
                if __event_emitter__:
                    await __event_emitter__({{"type": {type!r}, "data": {data!r}}})
    """)
    chat = await theatre.user.chat()
    await theatre.user.clicked(action, chat)
    field, text = found
    assert text in str((await theatre.user.message(chat))[field])


@pytest.mark.spec("A4")
@pytest.mark.parametrize(
    "caller",
    [
        """
        class Pipe:
            async def pipe(self, body, __event_call__=None):
                answer = await __event_call__(CALL)
                return answer["message"]
        """,
        """
        class Filter:
            async def inlet(self, body, __event_call__=None):
                answer = await __event_call__(CALL)
                body["messages"][-1]["content"] = answer["message"]
                return body
        """,
    ],
    ids=["pipe", "filter"],
)
async def test_other_functions_invoke_an_action(theatre: Theatre, caller: str) -> None:
    inner = await theatre.install("""
        class Action:
            def action(self, body, __user__=None):
                return {"success": True, "message": f"{__user__['name']} adds {body['num1'] + body['num2']}"}
    """)
    call = repr({"type": "action", "data": {"id": inner, "body": {"num1": 2, "num2": 3}}})
    is_pipe = "Pipe" in caller
    echo = await theatre.install("""
        class Pipe:
            def pipe(self, body):
                return body["messages"][-1]["content"]
    """)
    outer = await theatre.install(caller.replace("CALL", call))
    asked = {"model": outer if is_pipe else echo, "messages": ASK}
    answer = await theatre.user.http.post("/api/chat/completions", json=asked)
    await theatre.services.registry.delete(outer, theatre.admin.user)
    assert answer.json()["choices"][0]["message"]["content"] == "Una adds 5"


@pytest.mark.spec("A2")
async def test_one_function_shows_several_actions(theatre: Theatre) -> None:
    action = await theatre.install("""
        class Action:
            actions = [{"id": "short", "name": "Shorten", "icon_url": "data:,x"}, {"id": "loud", "name": "Louder"}]

            async def action(self, body, __id__=None, __model__=None, __request__=None):
                text = body["content"]
                return {"content": text[:4] if __id__ == "short" else text.upper()}
    """)
    for button, text in (("short", "hell"), ("loud", "HELLO")):
        chat = await theatre.user.chat()
        await theatre.user.clicked(f"{action}.{button}", chat)
        assert (await theatre.user.message(chat))["content"] == text


@pytest.mark.spec("A5")
async def test_files_come_in_and_go_out(theatre: Theatre) -> None:
    action = await theatre.install("""
        import base64
        class Action:
            def action(self, body):
                text = base64.b64decode(body["file"]["data"]).decode()
                media = {"name": "loud.txt", "content_type": "text/plain", "content": text.upper()}
                return {"content": f"Read {body['file']['name']}", "files": [media]}
    """)
    chat = await theatre.user.chat()
    file = {"name": "a.txt", "data": base64.b64encode(b"quiet").decode()}
    await theatre.user.clicked(action, chat, file=file)
    message = await theatre.user.message(chat)
    assert message["content"] == "Read a.txt"
    (attached,) = message["files"]
    assert attached["name"] == "loud.txt"
    assert (await theatre.user.http.get(attached["url"])).text == "QUIET"
