"""`generate_chat_completion`, back through models, filters and access rules (spec H1)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from penstock.store.records import Connection, Model
from tests.compat.conftest import Stage
from tests.provider import KEY, FakeProvider, fake_provider

pytestmark = [pytest.mark.anyio, pytest.mark.spec("H1")]

PIPE = """
    class Pipe:
        async def pipe(self, body, __user__):
            for word in ["Hello", " ", __user__["name"], "!"]:
                yield word
"""
CALLER = """
    import json
    from open_webui.utils.chat import generate_chat_completion
    from open_webui.models.users import Users
    class Action:
        async def action(self, body, __user__, __request__):
            user = await Users.get_user_by_id(__user__["id"])
            form = {"model": body["model"], "messages": [{"role": "user", "content": "Hi"}], "stream": body["stream"]}
            answer = await generate_chat_completion(__request__, form, user=user, bypass_filter=True)
            if not body["stream"]:
                return answer["choices"][0]["message"]["content"]
            said = []
            async for chunk in answer.body_iterator:
                line = chunk.decode("utf-8") if isinstance(chunk, bytes) else chunk
                assert line.startswith("data: ") and line.count("data: ") == 1
                event = {} if line.strip() == "data: [DONE]" else json.loads(line[6:])
                assert "error" not in event, event["error"]
                said += [choice["delta"].get("content") or "" for choice in event.get("choices", [])]
            return "".join(said)
"""


@pytest.fixture(scope="module")
async def model(stage: Stage) -> AsyncIterator[str]:
    serving = await stage.save(PIPE)
    yield serving.id
    await stage.services.registry.delete(serving.id, stage.admin)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_a_model_answers_a_function(stage: Stage, model: str, stream: bool) -> None:
    assert await stage.run(CALLER, {"model": model, "stream": stream}) == "Hello Una!"


FROM_A_THREAD = """
    import asyncio, threading
    from open_webui.utils.chat import generate_chat_completion
    class Action:
        def action(self, body, __user__, __request__):
            form = {"model": body["model"], "messages": [{"role": "user", "content": "Hi"}], "stream": body["stream"]}
            found = []
            async def ask():
                answer = await generate_chat_completion(__request__, form, __user__)
                if not body["stream"]:
                    return answer["choices"][0]["message"]["content"]
                return "".join([chunk async for chunk in answer.body_iterator])
            thread = threading.Thread(target=lambda: found.append(asyncio.run(ask())))
            thread.start()
            thread.join()
            return found[0]
"""


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_a_thread_with_a_loop_of_its_own_asks(stage: Stage, model: str, stream: bool) -> None:
    answer = await stage.run(FROM_A_THREAD, {"model": model, "stream": stream})
    assert answer.rstrip().endswith("data: [DONE]") if stream else answer == "Hello Una!"


@pytest.fixture(scope="module")
async def provided(stage: Stage) -> AsyncIterator[FakeProvider]:
    """A server with models of its own, which Penstock asks."""
    async with fake_provider() as provider:
        provider.models += ["429", "html"]
        connection = Connection(id="fake", url=provider.url, key=KEY)
        await stage.services.connections.save(connection)
        await stage.services.connections.models()
        yield provider
        await stage.services.connections.delete(connection.id)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_a_model_of_a_provider_answers_a_function(stage: Stage, provided: FakeProvider, stream: bool) -> None:
    answer = await stage.run(CALLER, {"model": "echo", "stream": stream})
    assert answer.strip() == "echo: Hi"
    assert provided.requests[-1]["messages"] == [{"role": "user", "content": "Hi"}]


@pytest.mark.parametrize(
    ("model_id", "stream", "says"),
    [
        ("429", False, "the provider says 429"),
        ("429", True, "the provider says 429"),
        ("html", False, "502"),
        ("broken", True, "the provider broke off"),
    ],
)
async def test_what_a_provider_refuses_is_said(
    stage: Stage, provided: FakeProvider, model_id: str, stream: bool, says: str
) -> None:
    with pytest.raises(Exception, match=says):
        await stage.run(CALLER, {"model": model_id, "stream": stream})


@pytest.mark.parametrize(("bypass", "expected"), [(False, "Hello UNA!"), (True, "Hello Una!")])
async def test_filters_are_passed_unless_they_are_left_out(
    stage: Stage, model: str, bypass: bool, expected: str
) -> None:
    loud = """
    class Filter:
        def outlet(self, body):
            body["messages"][-1]["content"] = body["messages"][-1]["content"].replace("Una", "UNA")
            return body
        def inlet(self, body, __user__):
            __user__["name"]
            return body
        def stream(self, event):
            for choice in event.get("choices", []):
                delta = choice.get("delta", {})
                delta["content"] = (delta.get("content") or "").replace("Una", "UNA")
            return event
    """
    serving = await stage.save(loud, id=f"loud_{bypass}".lower())
    await stage.services.registry.toggle_global(serving.id, stage.admin)
    try:
        source = CALLER.replace("bypass_filter=True", f"bypass_filter={bypass}")
        assert await stage.run(source, {"model": model, "stream": True}) == expected
    finally:
        await stage.services.registry.delete(serving.id, stage.admin)


async def test_a_model_of_others_is_refused_and_what_a_pipe_raises_is_said(stage: Stage) -> None:
    hidden = await stage.save(PIPE, id="hidden_pipe")
    await stage.services.store.models.save(
        Model(
            id="hidden_pipe",
            user_id=stage.admin.id,
            base_model_id=None,
            name="H",
            access_control={"read": {"user_ids": [], "group_ids": []}},
        )
    )
    with pytest.raises(Exception, match=r"hidden_pipe"):
        await stage.run(CALLER, {"model": hidden.id, "stream": False})
    broken = await stage.save("class Pipe:\n    def pipe(self, body):\n        raise ValueError('no more rivers')")
    for stream in (False, True):
        with pytest.raises(Exception, match=r"no more rivers"):
            await stage.run(CALLER, {"model": broken.id, "stream": stream})


async def test_older_names_and_orders_of_arguments(stage: Stage, model: str) -> None:
    source = """
    from open_webui.main import generate_chat_completions
    class Action:
        async def action(self, body, __user__):
            form = {"model": body["model"], "messages": [{"role": "user", "content": "Hi"}]}
            return (await generate_chat_completions(form, user=__user__))["choices"][0]["message"]["content"]
    """
    assert await stage.run(source, {"model": model}) == "Hello Una!"


async def test_an_unknown_model_is_an_error_at_the_call(stage: Stage) -> None:
    with pytest.raises(Exception, match="Model 'nobody' was not found"):
        await stage.run(CALLER, {"model": "nobody", "stream": True})


async def test_nobody_asks_in_the_name_of_another(stage: Stage, model: str) -> None:
    source = """
    from open_webui.utils.chat import generate_chat_completion
    class Action:
        async def action(self, body):
            form = {"model": body["model"], "messages": [{"role": "user", "content": "Hi"}]}
            return await generate_chat_completion(None, form, {"id": body["other"]})
    """
    with pytest.raises(Exception, match="of nobody else"):
        await stage.run(source, {"model": model, "other": stage.admin.id})


async def test_a_pipe_that_asks_itself_ends(stage: Stage) -> None:
    source = """
    from open_webui.utils.chat import generate_chat_completion
    class Pipe:
        async def pipe(self, body, __user__, __request__):
            return await generate_chat_completion(__request__, {**body, "stream": False}, __user__)
    """
    serving = await stage.save(source)
    with pytest.raises(Exception, match="ask models inside one another"):
        await stage.run(CALLER, {"model": serving.id, "stream": False})


async def test_the_models_are_listed(stage: Stage, model: str) -> None:
    source = """
    from open_webui.utils.models import get_all_models
    from open_webui.models.models import Models
    class Action:
        async def action(self, body, __request__):
            listed = [each["id"] for each in await get_all_models(__request__)]
            known, base = __request__.app.state.MODELS, __request__.app.state.BASE_MODELS
            assert isinstance(known, dict) and isinstance(base, list) and known and base
            same = [body["model"] in each for each in ({**known}, dict(known), list(known), [m["id"] for m in base])]
            same.append(known[body["model"]]["id"] == body["model"])
            return [body["model"] in listed, *same, Models.get_model_by_id("no")]
    """
    assert await stage.run(source, {"model": model}) == [True, True, True, True, True, True, None]


async def test_a_stream_left_early_stops_the_model(stage: Stage) -> None:
    endless = await stage.save(
        """
    import asyncio
    class Pipe:
        async def pipe(self, body):
            while True:
                yield "more "
                await asyncio.sleep(0.001)
    """
    )
    source = """
    from open_webui.utils.chat import generate_chat_completion
    class Action:
        async def action(self, body, __user__, __request__):
            form = {"model": body["model"], "messages": [{"role": "user", "content": "Hi"}], "stream": True}
            answer = await generate_chat_completion(__request__, form, __user__)
            async for chunk in answer.body_iterator:
                return "enough"
    """
    assert await stage.run(source, {"model": endless.id}) == "enough"
    async with asyncio.timeout(30):
        while stage.services.runs.of_function(endless.id):  # noqa: ASYNC110 (nothing tells that a run has gone)
            await asyncio.sleep(0.01)
