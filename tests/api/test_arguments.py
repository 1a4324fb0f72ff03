"""What hooks of every kind get by name, called as they are by programs, by the page and by a click."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.answers import ask_in_chat
from tests.stage import ASK, Stage, until

pytestmark = pytest.mark.anyio

NAMES = (
    "user", "model", "metadata", "request", "id", "event_emitter", "event_call", "chat_id", "session_id", "message_id",
    "messages", "files", "tools", "task", "task_body", "features", "body", "oauth_token", "app",
)  # fmt: skip
KINDS = {"pipe": ("pipe",), "filter": ("inlet", "stream", "outlet"), "action": ("action",)}
EVENTS = frozenset({"event_name"})  # of event functions only
NONE = "NoneType"


def telling(kind: str, form: str, parameters: str) -> str:
    """A function whose hooks log the names and types of what they get, and give back their first argument."""
    first = {"stream": "event"}
    hooks = "".join(
        f"""
    {form} {hook}(self, {first.get(hook, "body")}, {parameters}):
        told = {{name: type(value).__name__ for name, value in locals().items() if name.startswith("__")}}
        if "rest" in locals():
            told = {{name: type(value).__name__ for name, value in rest.items()}}
        print("TOLD " + json.dumps(["{hook}", told]))
        return {'"answer"' if hook == "pipe" else first.get(hook, "body")}
"""
        for hook in KINDS[kind]
    )
    return f"import json\nclass {kind.capitalize()}:\n{hooks}"


async def told(play: Stage, function_id: str, hooks: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """By hook, the types of what was passed, as the log of its run has it."""
    found: dict[str, dict[str, str]] = {}

    async def look() -> None:
        runs = (await play.client.get(f"/api/v1/runs?function_id={function_id}")).json()
        for run in runs["items"] if isinstance(runs, dict) else runs:
            for line in (await play.client.get(f"/api/v1/runs/{run['id']}/logs")).json():
                if line["text"].startswith("TOLD "):
                    hook, types = json.loads(line["text"].removeprefix("TOLD "))
                    found[hook] = types

    for _ in range(100):
        await look()
        if found.keys() == set(hooks):
            break
    assert found.keys() == set(hooks)
    return found


async def call(play: Stage, kind: str, function_id: str, model: str) -> None:
    if kind == "action":
        events = play.listen()
        chat_id, message_id = await ask_in_chat(play, model)
        await events.until_done()
        events.close()
        body = {"model": model, "chat_id": chat_id, "id": message_id, "session_id": "s", "messages": ASK}
        answer = await play.client.post(f"/api/chat/actions/{function_id}", json=body)
        assert answer.status_code == 200, answer.text
        return
    events = play.listen()
    await ask_in_chat(play, model)
    await events.until_done()
    events.close()
    await until(lambda: not play.server.services.runs.of_function(function_id))


PLAIN = 'class Pipe:\n    def pipe(self, body):\n        return "answer"'
ALWAYS = {
    "__user__": "UserInfo",
    "__model__": "dict",
    "__request__": "Request",
    "__id__": "str",
    "__chat_id__": "str",
    "__session_id__": "str",
    "__message_id__": "str",
    "__body__": "dict",
}
COMPLETION = {"__metadata__": "dict", "__files__": "list", "__tools__": "dict", "__features__": "dict"}


@pytest.mark.spec("I1")
@pytest.mark.spec("I2")
@pytest.mark.parametrize("form", ["def", "async def"])
@pytest.mark.parametrize("kind", KINDS)
async def test_every_name_that_a_hook_declares_is_passed(play: Stage, kind: str, form: str) -> None:
    """Without a default always, be it as None; the names of a completion have what their name says."""
    parameters = ", ".join(f"__{name}__" for name in [*NAMES, *EVENTS])
    function_id = await play.install(telling(kind, form, parameters))
    model = function_id if kind == "pipe" else await play.install(PLAIN)
    await call(play, kind, function_id, model)
    for types in (await told(play, function_id, KINDS[kind])).values():
        assert types.keys() == {f"__{name}__" for name in [*NAMES, *EVENTS]}
        known = ALWAYS | (COMPLETION if kind != "action" else {})
        assert {name: kind for name, kind in types.items() if name in known} == known | {"__user__": types["__user__"]}
        assert NONE not in (types["__event_emitter__"], types["__event_call__"], types["__app__"], types["__user__"])
        assert (
            types["__task__"] == types["__task_body__"] == types["__oauth_token__"] == types["__event_name__"] == NONE
        )


@pytest.mark.spec("I1")
@pytest.mark.parametrize("kind", KINDS)
async def test_defaults_stay_and_the_rest_has_only_known_names(play: Stage, kind: str) -> None:
    function_id = await play.install(telling(kind, "async def", "__event_name__=7, unknown=3, **rest"))
    model = function_id if kind == "pipe" else await play.install(PLAIN)
    await call(play, kind, function_id, model)
    for types in (await told(play, function_id, KINDS[kind])).values():
        assert {"__user__", "__id__", "__event_emitter__", "__event_call__", "__request__"} <= types.keys()
        assert types.keys() <= {f"__{name}__" for name in NAMES}


async def values_of(play: Stage, source: str, **body: Any) -> Any:
    return json.loads(await play.text(await play.install(source), **body))


@pytest.mark.spec("I1")
async def test_what_a_program_asks_has_no_chat(play: Stage) -> None:
    source = """
        import json
        class Pipe:
            def pipe(self, body, __chat_id__, __session_id__, __message_id__, __event_emitter__, __event_call__):
                return json.dumps([__chat_id__, __session_id__, __message_id__, callable(__event_emitter__),
                                   callable(__event_call__)])
    """
    assert await values_of(play, source) == [None, None, None, True, True]
