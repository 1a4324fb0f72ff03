"""Tools that a request offers to a pipe: the server's own and actions, called with the rights of the run."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.answers import ask_in_chat, stored_message
from tests.stage import ASK, Stage

pytestmark = pytest.mark.anyio

CALLING = """
import asyncio, json
class Pipe:
    async def pipe(self, body, __tools__, __metadata__):
        said = {"tools": {name: [tool["tool_id"], tool["type"], tool["spec"]] for name, tool in __tools__.items()},
                "metadata": sorted(__metadata__.get("tools", {})), "results": []}
        for name, arguments in json.loads(body["messages"][-1]["content"]):
            try:
                result = await __tools__[name]["callable"](**arguments)
            except Exception as error:
                result = f"{type(error).__name__}: {error}"
            said["results"].append(result)
        return json.dumps(said)
"""

WEATHER = '''
"""
title: Weather
description: Tell the weather of a place.
"""
class Action:
    parameters = {
        "type": "object",
        "properties": {"place": {"type": "string"}, "days": {"type": "integer", "default": 1}},
        "required": ["place"],
    }
    async def action(self, body, __user__, __chat_id__=None):
        return f"{__user__['name']} in {body['place']}: sun"
'''


async def called(play: Stage, model: str, *calls: tuple[str, dict[str, Any]], **body: Any) -> dict[str, Any]:
    question = [{"role": "user", "content": json.dumps(calls)}]
    return dict(json.loads(await play.text(model, messages=question, **body)))


@pytest.mark.spec("P3")
async def test_the_tools_of_the_server(play: Stage) -> None:
    model = await play.install(CALLING)
    ids = ["builtin:memories", "builtin:time"]
    said = await called(
        play,
        model,
        ("add_memory", {"content": "The user likes penstocks."}),
        ("search_memories", {"query": "penstocks and such", "count": 1}),
        ("search_memories", {"query": "xyz"}),
        ("get_current_timestamp", {}),
        tool_ids=ids,
    )
    assert said["tools"].keys() == {
        "list_memories", "search_memories", "add_memory", "delete_memory", "get_current_timestamp",
    }  # fmt: skip
    assert said["metadata"] == sorted(said["tools"])
    tool_id, kind, spec = said["tools"]["add_memory"]
    assert (tool_id, kind, spec["name"]) == ("builtin:memories", "builtin", "add_memory")
    assert spec["parameters"]["required"] == ["content"]
    added, found, nothing, now = map(json.loads, said["results"])
    assert found == [added]
    assert nothing == []
    assert now["timestamp"] > 0
    known = (await play.client.get("/api/v1/memories/")).json()
    assert [memory["content"] for memory in known] == ["The user likes penstocks."]
    forgotten = await called(play, model, ("delete_memory", {"memory_id": added["id"]}), tool_ids=ids)
    assert json.loads(forgotten["results"][0]) == {"deleted": True}


@pytest.mark.spec("P3")
async def test_chats_and_files_are_those_of_the_user(play: Stage) -> None:
    model = await play.install(CALLING)
    made = await play.client.post("/api/v1/chats/new", json={"chat": {"title": "About penstocks"}})
    uploaded = await play.client.post("/api/v1/files/", files={"file": ("note.txt", b"Water falls.", "text/plain")})
    chat_id, file_id = made.json()["id"], uploaded.json()["id"]
    ids = ["builtin:chats", "builtin:files"]
    wanted = [
        ("search_chats", {"query": "penstocks"}),
        ("view_chat", {"chat_id": chat_id}),
        ("list_files", {}),
        ("view_file", {"file_id": file_id, "offset": 6}),
    ]
    results = (await called(play, model, *wanted, tool_ids=ids))["results"]
    found, chat, files, text = map(json.loads, results)
    assert [each["id"] for each in found] == [chat_id]
    assert (chat["title"], chat["messages"]) == ("About penstocks", [])
    assert "note.txt" in [each["filename"] for each in files]
    assert (text["content"], text["characters"]) == ("falls.", 12)

    _, token = await play.server.sign_up("tobias", role="user")
    async with play.server.client(token) as client:
        question = {"model": model, "messages": [{"role": "user", "content": json.dumps(wanted)}], "tool_ids": ids}
        answer = (await client.post("/api/chat/completions", json=question)).json()
    found, chat, files, text = json.loads(answer["choices"][0]["message"]["content"])["results"]
    assert (json.loads(found), json.loads(files)) == ([], [])
    assert "This chat does not exist." in chat
    assert "This file does not exist." in text


@pytest.mark.spec("P3")
async def test_an_action_as_a_tool(play: Stage) -> None:
    model = await play.install(CALLING)
    await play.install(WEATHER, "weather")
    said = await called(
        play,
        model,
        ("weather", {"place": "Chur"}),
        ("weather", {"days": "three"}),
        tool_ids=["action:weather"],
    )
    tool_id, kind, spec = said["tools"]["weather"]
    assert (tool_id, kind) == ("action:weather", "action")
    assert spec["description"] == "Tell the weather of a place."
    assert spec["parameters"]["required"] == ["place"]
    told, refused = said["results"]
    assert told == "Ada in Chur: sun"
    assert "`weather` cannot be called so:" in refused
    assert "place" in refused
    assert "days" in refused
    runs = await play.server.services.store.runs.list(function_id="weather")
    assert [(run.trigger, run.state) for run in runs] == [("function", "done")]


@pytest.mark.spec("P3")
async def test_a_plain_pipe_calls_a_tool_from_its_thread(play: Stage) -> None:
    source = """
        import asyncio
        class Pipe:
            def pipe(self, body, __tools__):
                tool = __tools__["weather"]["callable"]
                assert asyncio.iscoroutinefunction(tool) and tool.__name__ == "weather"
                return asyncio.run(tool(place="Bern"))
    """
    model = await play.install(source)
    await play.install(WEATHER, "weather")
    assert await play.text(model, tool_ids=["action:weather"]) == "Ada in Bern: sun"


@pytest.mark.spec("P3")
async def test_an_admin_chooses_tools_for_a_model(play: Stage) -> None:
    model = await play.install(CALLING)
    await play.client.post("/api/v1/models/create", json={"id": model, "meta": {"toolIds": ["builtin:time"]}})
    assert (await called(play, model))["tools"].keys() == {"get_current_timestamp"}
    said = await called(play, model, tool_ids=["builtin:files"])
    assert said["tools"].keys() == {"list_files", "view_file"}
    assert (await called(play, model, tool_ids=[]))["tools"] == {}


@pytest.mark.spec("P3")
async def test_tools_that_cannot_be_used_are_said(play: Stage) -> None:
    model = await play.install(CALLING)
    await play.install(WEATHER, "weather", is_global=False)
    question = [{"role": "user", "content": "[]"}]
    ids = ["nothing", "action:missing", "builtin:time"]
    answer = (await play.ask(model, messages=question, tool_ids=ids)).json()
    assert json.loads(answer["choices"][0]["message"]["content"])["tools"].keys() == {"get_current_timestamp"}
    assert answer["warnings"] == [
        "The tool 'nothing' cannot be used: There is no such tool.",
        "The tool 'action:missing' cannot be used: There is no action with the id `missing`.",
    ]
    bound = (await play.ask(model, messages=question, tool_ids=["action:weather"])).json()
    assert "not chosen for this model" in bound["warnings"][0]
    provider = (await play.ask("echo", tool_ids=["builtin:time"])).json()
    assert "only models of pipes can" in provider["warnings"][0]
    events = play.listen()
    chat_id, message_id = await ask_in_chat(play, model, "[]", tool_ids=["nothing"])
    await events.until_done()
    events.close()
    (status,) = (await stored_message(play, chat_id, message_id)).status_history
    assert status["level"] == "warning"


@pytest.mark.spec("P3")
async def test_tools_are_listed_and_empty_without_ids(play: Stage) -> None:
    model = await play.install(CALLING)
    await play.install(WEATHER, "weather")
    said = await called(play, model)
    assert (said["tools"], said["metadata"]) == ({}, [])
    known = {tool["id"]: tool for tool in (await play.client.get("/api/v1/tools/")).json()}
    assert {"builtin:memories", "builtin:chats", "builtin:files", "builtin:time", "action:weather"} <= known.keys()
    assert known["action:weather"]["name"] == "weather"
    assert (await play.ask(model, messages=ASK, tool_ids="x")).status_code == 400
