"""`POST /api/chat/completions` for programs: what pipes and servers give arrives as OpenAI's clients read it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam

from tests.stage import ASK, Stage, joined, until

pytestmark = pytest.mark.anyio

QUESTION: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Hi"}]


PIPES: dict[str, str] = {
    "str": 'return "one two"',
    "dict": 'return {"choices": [{"message": {"role": "assistant", "content": "one two"}}]}',
    "model": "return Answer()",
    "generator": 'return (word for word in ["one", " ", "two"])',
    "async generator": "return later()",
    "lines": 'return iter([line("one"), "", line(" two"), "data: [DONE]"])',
    "bytes": 'return iter([line("one").encode() + b"\\n", b"\\n", line(" two").encode()])',
    "dicts": 'return iter([chunk("one"), chunk(" two")])',
    "models": "return iter([Chunk(), Chunk()])",
    "yield": 'yield "one"; yield " two"',
    "list in a generator": 'return iter([["one", " "], ["two"]])',
    "bytes torn apart": "return iter([b[i : i + 3] for b in [DATA] for i in range(0, len(b), 3)])",
    "data lines without line ends": 'return iter([line("one"), line(" "), line("two")])',
    "data lines torn apart": "return iter([t[i : i + 5] for t in [DATA.decode()] for i in range(0, len(t), 5)])",
    "streaming response of lines": "return StreamingResponse(iter([DATA]), media_type='text/event-stream')",
    "error-free dict": 'return {"choices": [{"message": {"content": "one two"}}], "error": None}',
    "streaming response": "return StreamingResponse(later(), media_type='text/plain')",
}

FRAME = """
import asyncio, json
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

class Message(BaseModel):
    role: str = "assistant"
    content: str = "one two"

class Choice(BaseModel):
    index: int = 0
    message: Message = Message()

class Answer(BaseModel):
    choices: list[Choice] = [Choice()]

class Chunk(BaseModel):
    choices: list[dict] = [{{"delta": {{"content": "one two "[:4]}}}}]

def chunk(text):
    return {{"choices": [{{"delta": {{"content": text}}}}]}}

def line(text):
    return "data: " + json.dumps(chunk(text))

DATA = (line("one") + "\\n\\n" + line(" tw") + "\\r\\n\\r\\n: note\\n" + line("o") + "\\n\\n").encode()
DATA += b"data: [DONE]\\n\\n"

async def later():
    for word in ["one", " ", "two"]:
        await asyncio.sleep(0)
        yield word

class Pipe:
    def pipe(self, body: dict):
        {body}
"""


@pytest.mark.spec("P2")
@pytest.mark.spec("I2")
@pytest.mark.parametrize("kind", ["def", "async def"])
@pytest.mark.parametrize("form", PIPES)
async def test_every_form_of_answer_whole_and_streamed(play: Stage, form: str, kind: str) -> None:
    model = await play.install(FRAME.format(body=PIPES[form]).replace("def pipe", f"{kind} pipe"))
    answer = await play.ask(model)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["object"] == "chat.completion"
    assert body["id"].startswith(f"{model}-")
    wanted = "one one " if form == "models" else "one two"
    assert body["choices"][0]["message"] == {"role": "assistant", "content": wanted}
    assert body["choices"][0]["finish_reason"] == "stop"

    read = await play.stream(model)
    assert joined(read) == wanted
    assert all(each["object"] == "chat.completion.chunk" and each["id"] for each in read)
    assert read[-1]["choices"][0]["finish_reason"] == "stop"
    assert sum(bool(each["choices"][0].get("finish_reason")) for each in read) == 1


@pytest.mark.spec("P2")
async def test_usage_reasoning_and_tool_calls_pass_through(play: Stage) -> None:
    source = """
        class Pipe:
            def pipe(self, body):
                yield {"choices": [{"delta": {"reasoning_content": "hm"}}]}
                yield "Hi"
                yield {"choices": [{"delta": {"tool_calls": [{"index": 0, "id": "c", "function": {"name": "f"}}]}}]}
                yield {"choices": [], "usage": {"total_tokens": 7}}
    """
    model = await play.install(source)
    body = (await play.ask(model)).json()
    assert body["usage"] == {"total_tokens": 7}
    message = body["choices"][0]["message"]
    assert (message["content"], message["reasoning_content"]) == ("Hi", "hm")
    assert message["tool_calls"][0]["function"]["name"] == "f"
    read = await play.stream(model)
    assert {"total_tokens": 7} in [each.get("usage") for each in read]
    assert read[0]["choices"][0]["delta"]["reasoning_content"] == "hm"


@pytest.mark.spec("P2")
async def test_an_object_of_the_authors_own_reaches_the_caller(play: Stage) -> None:
    source = """
        class Pipe:
            def pipe(self, body):
                return {"rows": [1, 2], "took": 0.5}
    """
    model = await play.install(source)
    assert (await play.ask(model)).json() == {"rows": [1, 2], "took": 0.5}
    await play.install("class Filter:\n    def outlet(self, body):\n        return body")
    assert (await play.ask(model)).json() == {"rows": [1, 2], "took": 0.5}


@pytest.mark.spec("P2")
async def test_errors_that_a_pipe_returns_or_raises(play: Stage) -> None:
    told = await play.install(
        'class Pipe:\n    def pipe(self, body):\n        return {"error": {"detail": "no credit"}}'
    )
    raised = await play.install('class Pipe:\n    def pipe(self, body):\n        raise ValueError("no luck")')
    late = await play.install(
        'class Pipe:\n    def pipe(self, body):\n        yield "begun"\n        raise ValueError("too late")'
    )
    for stream in (False, True):
        answer = await play.ask(told, stream=stream)
        assert (answer.status_code, answer.json()["detail"]) == (502, "no credit")
        answer = await play.ask(raised, stream=stream)
        assert answer.status_code == 500
        assert "ValueError: no luck" in answer.json()["detail"]
    read = await play.stream(late)
    assert joined(read) == "begun"
    assert "too late" in read[-1]["error"]["message"]
    assert (await play.ask(late)).status_code == 500


@pytest.mark.spec("P2")
async def test_an_error_among_pieces_and_nothing_at_all(play: Stage) -> None:
    source = """
        class Pipe:
            def pipe(self, body):
                yield "begun"
                yield 'data: {"error": {"message": "no credit left"}}\\n\\n'
                yield "never seen"
    """
    model = await play.install(source)
    read = await play.stream(model)
    assert joined(read) == "begun"
    assert read[-1]["error"]["message"] == "no credit left"
    assert (await play.ask(model)).status_code == 502
    silent = await play.install("class Pipe:\n    def pipe(self, body):\n        pass")
    assert await play.text(silent) == ""
    (last,) = await play.stream(silent)
    assert last["choices"][0]["finish_reason"] == "stop"


@pytest.mark.spec("I7")
async def test_the_traceback_is_for_admins(play: Stage) -> None:
    model = await play.install('class Pipe:\n    def pipe(self, body):\n        raise ValueError("no luck")')
    _, token = await play.server.sign_up("tracy", role="user")
    assert "traceback" in (await play.ask(model)).json()
    async with play.server.client(token) as client:
        answer = await client.post("/api/chat/completions", json={"model": model, "messages": ASK})
    assert answer.status_code == 500
    assert "no luck" in answer.json()["detail"]
    assert "traceback" not in answer.json()


async def test_what_a_pipe_sees(play: Stage) -> None:
    source = """
        import json
        class Pipe:
            def pipe(self, body, __user__, __metadata__, __model__, __messages__, __files__, __tools__, __task__,
                     __features__, __oauth_token__, __request__, __chat_id__):
                return json.dumps({
                    "body": body, "user": __user__["name"], "metadata": __metadata__, "model": __model__["info"]["id"],
                    "messages": __messages__, "files": __files__, "tools": __tools__, "task": __task__,
                    "features": __features__, "token": __oauth_token__, "url": str(__request__.url),
                })
    """
    model = await play.install(source)
    files = [{"id": "file"}]
    text = await play.text(model, temperature=0.5, files=files, features={"x": True}, tool_ids=["t"], chat_id="c")
    seen = json.loads(text)
    assert seen["body"] == {"model": model, "messages": ASK, "stream": False, "temperature": 0.5}
    assert (seen["user"], seen["model"], seen["messages"]) == ("Ada", model, ASK)
    assert (seen["files"], seen["tools"], seen["features"]) == (files, {}, {"x": True})
    assert (seen["task"], seen["token"]) == (None, None)
    assert seen["url"].endswith("/api/chat/completions")
    metadata = seen["metadata"]
    assert (metadata["chat_id"], metadata["tool_ids"], metadata["files"]) == ("c", ["t"], files)
    assert metadata["user_id"] == play.admin.id


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"model": "nobody", "messages": ASK}, 404, "Model 'nobody' was not found."),
        ({"model": "echo"}, 400, "`messages` is missing"),
        ({"model": "echo", "messages": [{"role": "robot", "content": ""}]}, 400, "must be one of"),
        ([1], 400, "must be a JSON object"),
    ],
)
async def test_bad_requests(play: Stage, body: Any, status: int, said: str) -> None:
    answer = await play.client.post("/api/chat/completions", json=body)
    assert answer.status_code == status
    assert said in answer.json()["detail"]
    assert {"code", "hint"} <= answer.json().keys()


async def test_no_json(play: Stage) -> None:
    answer = await play.client.post("/api/chat/completions", content=b"{nope")
    assert answer.status_code == 400
    assert "not JSON" in answer.json()["detail"]


# Servers


async def test_a_server_answers_whole_and_streamed(play: Stage) -> None:
    body = (await play.ask("echo")).json()
    assert body["choices"][0]["message"]["content"] == "echo: Hi"
    assert body["usage"]["total_tokens"] == 5
    read = await play.stream("echo")
    assert joined(read) == "echo: Hi "
    assert read[-1]["usage"]["total_tokens"] == 5
    assert play.provider.requests[-1] == {"model": "echo", "messages": ASK, "stream": True}
    assert joined(await play.stream("whole")) == "echo: Hi"


@pytest.mark.parametrize(
    ("model", "status", "said"),
    [
        ("401", 502, "the provider says 401"),
        ("400", 400, "the provider says 400"),
        ("404", 400, "the provider says 404"),
        ("429", 429, "the provider says 429"),
        ("500", 502, "the provider says 500"),
        ("html", 502, "answered 502: no reason given"),
    ],
)
async def test_errors_of_a_server(play: Stage, model: str, status: int, said: str) -> None:
    play.provider.models.append(model)
    try:
        await play.refresh_provider()
        for stream in (False, True):
            answer = await play.ask(model, stream=stream)
            assert answer.status_code == status, answer.text
            assert said in answer.json()["detail"]
    finally:
        play.provider.models.remove(model)


async def test_a_stream_that_breaks_off_says_so(play: Stage) -> None:
    read = await play.stream("broken")
    assert read[-1]["error"]["message"] == "the provider broke off"


@pytest.mark.spec("P4")
async def test_a_client_that_leaves_hangs_up_on_the_server(play: Stage) -> None:
    async with play.client.stream(
        "POST", "/api/chat/completions", json={"model": "slow", "messages": ASK, "stream": True}
    ) as answer:
        async for _ in answer.aiter_bytes():
            break
        assert play.provider.streaming == 1
    await until(lambda: play.provider.streaming == 0)


ENDLESS = """
import asyncio
class Pipe:
    async def pipe(self, body):
        while True:
            yield "x" * 1000
            await asyncio.sleep(0)
"""


@pytest.mark.spec("P4")
async def test_a_client_that_leaves_stops_the_pipe(play: Stage) -> None:
    model = await play.install(ENDLESS)
    runs = play.server.services.runs
    async with play.client.stream(
        "POST", "/api/chat/completions", json={"model": model, "messages": ASK, "stream": True}
    ) as answer:
        async for _ in answer.aiter_bytes():
            break
        assert len(runs.of_function(model)) == 1
    await until(lambda: not runs.of_function(model))


@pytest.mark.spec("P4")
async def test_a_client_that_leaves_before_a_whole_answer_stops_the_pipe(play: Stage) -> None:
    model = await play.install(
        "import asyncio\nclass Pipe:\n    async def pipe(self, body):\n        await asyncio.sleep(60)"
    )
    runs = play.server.services.runs
    asking = asyncio.create_task(play.ask(model))
    await until(lambda: bool(runs.of_function(model)))
    asking.cancel()
    await until(lambda: not runs.of_function(model))


@pytest.mark.spec("P4")
async def test_a_slow_client_holds_the_pipe_back(play: Stage) -> None:
    source = """
        class Pipe:
            def __init__(self):
                self.made = 0
            async def pipe(self, body):
                if not body["stream"]:
                    yield str(self.made)
                    return
                for _ in range(100_000):
                    self.made += 1
                    yield "x" * 1000
    """
    model = await play.install(source)
    async with play.client.stream(
        "POST", "/api/chat/completions", json={"model": model, "messages": ASK, "stream": True}
    ) as answer:
        async for _ in answer.aiter_bytes():
            break
        made = -1
        async with asyncio.timeout(30):
            while made != (now := int(await play.text(model))):  # until it stands still
                made = now
                await asyncio.sleep(0.2)
        assert 0 < made < 50_000


# The client library of OpenAI


async def test_the_python_client_of_openai(play: Stage) -> None:
    model = await play.install('class Pipe:\n    def pipe(self, body):\n        yield "one "\n        yield "two"')
    key = (await play.client.post("/api/v1/auths/api_key")).json()["api_key"]
    for base in ("/api", "/api/v1"):
        async with openai.AsyncOpenAI(api_key=key, base_url=play.server.url + base) as client:
            assert {model, "echo"} <= {found.id for found in (await client.models.list()).data}
            assert (await client.models.retrieve(model)).id == model
            for name, wanted in ((model, "one two"), ("echo", "echo: Hi")):
                whole = await client.chat.completions.create(model=name, messages=QUESTION)
                assert whole.choices[0].message.content == wanted
                stream = await client.chat.completions.create(model=name, messages=QUESTION, stream=True)
                parts = [part.choices[0].delta.content async for part in stream if part.choices]
                assert "".join(part or "" for part in parts).strip() == wanted
            with pytest.raises(openai.NotFoundError, match="was not found"):
                await client.chat.completions.create(model="nobody", messages=QUESTION)
    async with openai.AsyncOpenAI(api_key="sk-wrong", base_url=play.server.url + "/api") as client:
        with pytest.raises(openai.AuthenticationError, match="sign-in is not valid"):
            await client.models.list()
