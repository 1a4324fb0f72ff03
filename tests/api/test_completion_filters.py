"""Filters around a completion of a program: inlet, stream, outlet, in order."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.stage import ASK, Stage, joined

pytestmark = pytest.mark.anyio

PIPE = """
import json
class Pipe:
    def pipe(self, body, __metadata__, __files__):
        text = body["messages"][-1]["content"]
        if not body["stream"]:
            return text
        return iter([text, " end"])
"""

SEEN = """
import json
class Pipe:
    def pipe(self, body, __metadata__, __files__):
        return json.dumps({"body": body, "metadata": __metadata__, "files": __files__})
"""


def appending(text: str, priority: int = 0, *, kind: str = "def") -> str:
    """A filter that writes itself into the question, each event and the answer."""
    return f"""
from pydantic import BaseModel
class Filter:
    class Valves(BaseModel):
        priority: int = {priority}
    def __init__(self):
        self.valves = self.Valves()
    {kind} inlet(self, body, __user__=None):
        body["messages"][-1]["content"] += " in-{text}"
        return body
    {kind} stream(self, event):
        for choice in event["choices"]:
            if choice["delta"].get("content"):
                choice["delta"]["content"] += "<{text}>"
        return event
    {kind} outlet(self, body, __user__=None):
        body["messages"][-1]["content"] += " out-{text}"
        return body
"""


@pytest.mark.spec("F1")
@pytest.mark.spec("F5")
async def test_filters_act_in_order(play: Stage) -> None:
    model = await play.install(PIPE)
    await play.install(appending("c", 1), "a_filter")
    await play.install(appending("b"), "c_filter")
    await play.install(appending("a", kind="async def"), "b_filter")
    assert await play.text(model) == "Hi in-a in-b in-c out-a out-b out-c"
    read = await play.stream(model)
    assert joined(read) == "Hi in-a in-b in-c<a><b><c> end<a><b><c>"
    assert read[-1]["choices"][0]["finish_reason"] == "stop"
    assert read[-1]["message"] == {"role": "assistant", "content": f"{joined(read)} out-a out-b out-c"}


@pytest.mark.spec("F1")
async def test_filters_around_a_server(play: Stage) -> None:
    await play.install(appending("f"))
    assert await play.text("echo") == "echo: Hi in-f out-f"
    assert joined(await play.stream("echo")) == "echo: <f>Hi <f>in-f <f>"


@pytest.mark.spec("F2")
async def test_an_inlet_that_raises_blocks_with_its_message(play: Stage) -> None:
    model = await play.install(PIPE)
    await play.install(
        'class Filter:\n    def inlet(self, body):\n        raise Exception("Not on Sundays.")', name="Sabbath"
    )
    for stream in (False, True):
        answer = await play.ask(model, stream=stream)
        assert answer.status_code == 400
        assert answer.json()["detail"] == "Not on Sundays."
        assert answer.json()["code"] == "filter_blocked"
        assert "Sabbath" in answer.json()["hint"]


@pytest.mark.spec("F2")
async def test_stream_and_outlet_that_raise_are_skipped_and_said(play: Stage) -> None:
    model = await play.install(PIPE)
    failing = """
        class Filter:
            def stream(self, event):
                raise ValueError("no stream")
            def outlet(self, body):
                raise ValueError("no outlet")
    """
    await play.install(failing, "a_failing", name="Failing")
    await play.install(appending("f"), "b_fine")
    body = (await play.ask(model)).json()
    assert body["choices"][0]["message"]["content"] == "Hi in-f out-f"
    assert body["warnings"] == ["The filter 'Failing' failed and was skipped: no outlet"]
    assert joined(await play.stream(model)) == "Hi in-f<f> end<f>"
    runs = await play.server.services.store.runs.list(function_id="a_failing", state="failed")
    assert {run.hook for run in runs} == {"stream", "outlet"}


@pytest.mark.spec("F1")
async def test_a_stream_filter_may_drop_and_see_every_event(play: Stage) -> None:
    model = await play.install('class Pipe:\n    def pipe(self, body):\n        yield from ["a", "b", "c"]')
    source = """
        class Filter:
            def stream(self, event, __metadata__):
                choice = event["choices"][0]
                if choice["delta"].get("content") == "b":
                    return None
                if choice["finish_reason"]:
                    choice["delta"]["content"] = "!"
                return event
    """
    await play.install(source)
    assert joined(await play.stream(model)) == "ac!"


@pytest.mark.spec("F6")
async def test_one_run_of_a_stream_filter_serves_a_whole_answer(play: Stage) -> None:
    model = await play.install('class Pipe:\n    def pipe(self, body):\n        yield from ["x"] * 2000')
    source = """
        class Filter:
            def __init__(self):
                self.seen = 0
            def stream(self, event):
                self.seen += 1
                event["seen"] = self.seen
                return event
    """
    function_id = await play.install(source)
    read = await play.stream(model)
    assert [event["seen"] for event in read] == list(range(1, 2002))
    assert len(await play.server.services.store.runs.list(function_id=function_id)) == 1


@pytest.mark.spec("F3")
async def test_switches(play: Stage) -> None:
    model = await play.install(PIPE)
    toggled = appending("on").replace("self.valves = self.Valves()", "self.toggle = True")
    switch = await play.install(toggled)
    assert await play.text(model) == "Hi"
    assert await play.text(model, filter_ids=[switch]) == "Hi in-on out-on"
    runs = await play.server.services.store.runs.list(function_id=switch)
    assert len(runs) == 2
    await play.client.post("/api/v1/models/create", json={"id": model, "meta": {"defaultFilterIds": [switch]}})
    assert await play.text(model) == "Hi in-on out-on"
    assert await play.text(model, filter_ids=[]) == "Hi"


@pytest.mark.spec("L10")
async def test_a_filter_that_is_not_global_acts_where_it_is_bound(play: Stage) -> None:
    first, second = await play.install(PIPE), await play.install(PIPE)
    bound = await play.install(appending("f"), is_global=False)
    await play.client.post("/api/v1/models/create", json={"id": first, "meta": {"filterIds": [bound]}})
    assert (await play.text(first), await play.text(second)) == ("Hi in-f out-f", "Hi")


@pytest.mark.spec("F4")
@pytest.mark.parametrize(
    "where",
    [
        "file_handler = True\nclass Filter:",
        "class Filter:\n    file_handler = True",
        "class Filter:\n    def __init__(self):\n        self.file_handler = True",
    ],
)
async def test_a_file_handler_keeps_files_from_the_model(play: Stage, where: str) -> None:
    model = await play.install(SEEN)
    files = [{"id": "file"}]
    assert json.loads(await play.text(model, files=files))["files"] == files
    inlet = "def inlet(self, body):\n        body['messages'][0]['content'] = str(body['files'])\n        return body"
    await play.install(f"{where}\n    {inlet}")
    seen = json.loads(await play.text(model, files=files))
    assert (seen["files"], seen["metadata"]["files"]) == ([], [])
    assert seen["body"]["messages"][0]["content"] == str(files)
    assert "files" not in seen["body"]


async def test_an_inlet_may_change_model_parameters_and_metadata(play: Stage) -> None:
    await play.install(PIPE, "one")
    other = await play.install(SEEN, "other")
    source = """
        class Filter:
            def inlet(self, body, __metadata__):
                body["temperature"] = 0.1
                body["metadata"]["mark"] = "m"
                body["features"] = {"web": True}
                body["model"] = "other"
                return body
    """
    await play.install(source)
    seen = json.loads(await play.text("one"))
    assert seen["body"] == {"model": other, "messages": ASK, "stream": False, "temperature": 0.1}
    assert seen["metadata"]["mark"] == "m"


async def test_completed_runs_outlets_for_old_clients(play: Stage) -> None:
    model = await play.install(PIPE)
    await play.install(appending("f"))
    messages: list[dict[str, Any]] = [*ASK, {"id": "a", "role": "assistant", "content": "Hello"}]
    body = {"model": model, "messages": messages, "chat_id": "local:1", "session_id": "s", "id": "a"}
    answer = await play.client.post("/api/chat/completed", json=body)
    assert answer.json()["messages"][-1] == {"id": "a", "role": "assistant", "content": "Hello out-f"}
    assert answer.json()["chat_id"] == "local:1"


@pytest.mark.spec("H1")
async def test_a_filter_that_asks_a_model_is_not_asked_itself(play: Stage) -> None:
    """And functions that ask models in a circle end with a clear error."""
    model = await play.install(PIPE)
    source = f"""
        from open_webui.utils.chat import generate_chat_completion
        from open_webui.models.users import Users
        class Filter:
            async def inlet(self, body, __user__, __request__):
                user = await Users.get_user_by_id(__user__["id"])
                asked = {{"model": "{model}", "messages": [{{"role": "user", "content": "inner"}}], "stream": False}}
                answer = await generate_chat_completion(__request__, asked, user)
                body["messages"][-1]["content"] += " + " + answer["choices"][0]["message"]["content"]
                return body
    """
    await play.install(source)
    assert await play.text(model) == "Hi + inner"

    circle = """
        from open_webui.utils.chat import generate_chat_completion
        from open_webui.models.users import Users
        class Pipe:
            async def pipe(self, body, __user__, __request__):
                user = await Users.get_user_by_id(__user__["id"])
                answer = await generate_chat_completion(__request__, {**body, "stream": False}, user)
                return answer
    """
    turning = await play.install(circle)
    answer = await play.ask(turning)
    assert answer.status_code >= 400
    assert "More than 5 functions ask models inside one another" in answer.text
