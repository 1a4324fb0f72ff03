"""What happens to an answer when a filter fails: the policy of the filter decides, for programs and for the page."""

from __future__ import annotations

from typing import Any

import pytest

from tests.answers import ask_in_chat, stored_message
from tests.stage import Events, Stage, joined

pytestmark = pytest.mark.anyio

PIPE = """
class Pipe:
    def pipe(self, body, __task__=None):
        if not body["stream"]:
            return __task__ or "one two three"
        return iter(["one ", "two ", "three"])
"""


def failing(hook: str, top: str = "") -> str:
    """A filter whose hook raises; `stream` at the second event."""
    when = 'if event["choices"][0]["delta"].get("content") == "two ":\n            ' if hook == "stream" else ""
    given = "event" if hook == "stream" else "body"
    return f"""
class Filter:
    {top or "pass"}
    def {hook}(self, {given}):
        {when}raise ValueError("no {hook}")
        return {given}
"""


async def decide(play: Stage, function_id: str, **policy: Any) -> dict[str, Any]:
    answer = await play.client.post(f"/api/v1/functions/id/{function_id}/policy", json=policy)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


SKIPPED, FAILED = "The filter 'Failing' failed and was skipped: no {}", "The filter 'Failing' failed: no {}"


@pytest.mark.spec("F2")
@pytest.mark.parametrize("policy", ["skip", "fail", "block"])
async def test_a_failing_stream_filter_for_a_program(play: Stage, policy: str) -> None:
    model = await play.install(PIPE)
    await decide(play, await play.install(failing("stream"), name="Failing"), stream=policy)
    read = await play.stream(model)
    if policy == "skip":
        assert joined(read) == "one two three"
        assert read[-1]["warnings"] == [SKIPPED.format("stream")]
        return
    assert joined(read) == "one "
    code, said = ("filter_failed", FAILED.format("stream")) if policy == "fail" else ("filter_blocked", "no stream")
    assert (read[-1]["error"]["code"], read[-1]["error"]["message"]) == (code, said)
    assert not play.server.services.runs.of_function(model)


@pytest.mark.spec("F2")
@pytest.mark.parametrize("policy", ["skip", "fail", "block"])
async def test_a_failing_outlet_for_a_program(play: Stage, policy: str) -> None:
    model = await play.install(PIPE)
    await decide(play, await play.install(failing("outlet"), name="Failing"), outlet=policy)
    whole, read = await play.ask(model), await play.stream(model)
    assert joined(read) == "one two three"
    if policy == "skip":
        assert whole.json()["warnings"] == read[-1]["warnings"] == [SKIPPED.format("outlet")]
        return
    status, code, said = {
        "fail": (500, "filter_failed", FAILED.format("outlet")),
        "block": (400, "filter_blocked", "no outlet"),
    }[policy]
    assert (whole.status_code, whole.json()["code"], whole.json()["detail"]) == (status, code, said)
    assert "one two three" not in whole.text
    assert (read[-1]["error"]["code"], read[-1]["error"]["message"]) == (code, said)


@pytest.mark.spec("F2")
@pytest.mark.parametrize("hook", ["stream", "outlet"])
@pytest.mark.parametrize("policy", ["skip", "fail", "block"])
async def test_a_failing_filter_in_a_chat(play: Stage, events: Events, hook: str, policy: str) -> None:
    model = await play.install(PIPE)
    await decide(play, await play.install(failing(hook), name="Failing"), **{hook: policy})
    chat_id, message_id = await ask_in_chat(play, model)
    await events.until_done()
    stored = await stored_message(play, chat_id, message_id)
    shown = "one " if hook == "stream" else "one two three"
    if policy == "skip":
        assert (stored.content, stored.error) == ("one two three", None)
        (status,) = stored.status_history
        assert (status["description"], status["level"]) == (SKIPPED.format(hook), "warning")
    elif policy == "fail":
        assert (stored.content, stored.error) == (shown, {"content": FAILED.format(hook)})
    else:
        assert (stored.content, stored.error) == ("", {"content": f"no {hook}"})
        assert stored.original_content is None
    assert stored.done


@pytest.mark.spec("F2")
async def test_an_inlet_always_blocks(play: Stage, events: Events) -> None:
    model = await play.install(PIPE)
    blocking = await play.install(failing("inlet", 'on_error = "skip"'), name="Failing")
    policy = (await play.client.get(f"/api/v1/functions/id/{blocking}/policy")).json()
    assert policy["inlet"] == "block"
    assert (await play.ask(model)).json()["code"] == "filter_blocked"
    chat_id, message_id = await ask_in_chat(play, model)
    await events.until_done()
    assert (await stored_message(play, chat_id, message_id)).error == {"content": "no inlet"}


@pytest.mark.spec("F2")
async def test_the_author_proposes_and_the_admin_decides(play: Stage) -> None:
    model = await play.install(PIPE)
    function_id = await play.install(failing("outlet", 'on_error = {"outlet": "block", "stream": 7}'))
    where = f"/api/v1/functions/id/{function_id}/policy"
    assert (await play.client.get(where)).json() == {
        "stream": None,
        "outlet": None,
        "tasks": None,
        "inlet": "block",
        "proposed": {"outlet": "block"},
        "effective": {"stream": "skip", "outlet": "block", "tasks": False},
    }
    assert (await play.ask(model)).status_code == 400
    assert (await decide(play, function_id, outlet="skip"))["effective"]["outlet"] == "skip"
    assert (await play.ask(model)).status_code == 200
    assert (await decide(play, function_id, outlet=None))["effective"]["outlet"] == "block"
    audit = await play.server.services.store.audit.list()
    assert "function.policy_updated" in [entry.what for entry in audit]


@pytest.mark.spec("F2")
async def test_bad_policies(play: Stage) -> None:
    model, function_id = await play.install(PIPE), await play.install(failing("outlet"))
    where = f"/api/v1/functions/id/{function_id}/policy"
    bad = {"stream": "ignore", "tasks": "yes", "dance": True, "outlet": "fail"}
    answer = await play.client.post(where, json=bad)
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"stream", "tasks", "dance"}
    assert (await play.client.get(where)).json()["outlet"] is None
    answer = await play.client.get(f"/api/v1/functions/id/{model}/policy")
    assert (answer.status_code, answer.json()["detail"]) == (
        400,
        f"`{model}` is no filter; only filters have a policy.",
    )
    assert (await play.client.get("/api/v1/functions/id/nothing/policy")).status_code == 404
    _, token = await play.server.sign_up("norman", role="user")
    async with play.server.client(token) as client:
        assert (await client.get(where)).status_code == 403
        assert (await client.post(where, json={"outlet": "fail"})).status_code == 403


@pytest.mark.spec("F5")
async def test_tasks_pass_the_filters_that_want_them(play: Stage) -> None:
    """By default none, as with Open WebUI; a caller cannot call its question a task to get around them."""
    model = await play.install(PIPE)
    marking = """
        class Filter:
            def inlet(self, body, __task__):
                body["messages"][-1]["content"] = "seen"
                return body
            def outlet(self, body, __task__):
                body["messages"][-1]["content"] += f" via {__task__}"
                return body
    """
    passing = await play.install(marking)
    asked = {"model": model, "messages": [{"role": "user", "content": "Hi"}]}

    async def title() -> str:
        answer = await play.client.post("/api/v1/tasks/title/completions", json=asked)
        return str(answer.json()["choices"][0]["message"]["content"])

    assert await title() == "title_generation"
    disguised = await play.text(model, metadata={"task": "title_generation"})
    assert disguised == "title_generation via title_generation"
    await decide(play, passing, tasks=True)
    assert await title() == "title_generation via title_generation"
