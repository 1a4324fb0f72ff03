"""A small OpenAI-compatible server on a real socket, for tests that need one.

What it answers is chosen by the model: `echo`, `slow` (pieces until the client leaves), `whole` (answers a streamed
question with JSON), `broken` (an error in the middle of a stream), or a status such as `401`, with which it refuses.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

KEY = "sk-provider"
USAGE = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}


@dataclass
class FakeProvider:
    """The server's state: what it lists, what it was asked, and how many streams are open."""

    url: str = ""
    models: list[str] = field(default_factory=lambda: ["echo", "slow", "whole", "broken"])
    requests: list[dict[str, Any]] = field(default_factory=list)
    listed: int = 0
    streaming: int = 0
    sent: int = 0  # pieces of `slow`
    list_status: int = 200
    list_delay: float = 0
    reply: str | None = None  # instead of the echo

    def text(self, body: dict[str, Any]) -> str:
        return self.reply if self.reply is not None else f"echo: {body['messages'][-1]['content']}"


def application(provider: FakeProvider) -> Starlette:
    async def models(request: Request) -> Response:
        provider.listed += 1
        await asyncio.sleep(provider.list_delay)
        if provider.list_status != 200:
            return JSONResponse({"error": {"message": "no list today"}}, provider.list_status)
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return JSONResponse({"error": {"message": "Incorrect API key provided"}}, 401)
        data = [{"id": model, "object": "model", "created": 1, "owned_by": "fake"} for model in provider.models]
        return JSONResponse({"object": "list", "data": data})

    async def completions(request: Request) -> Response:
        body = await request.json()
        provider.requests.append(body)
        model = body["model"]
        if model.isdigit():
            return JSONResponse({"error": {"message": f"the provider says {model}"}}, int(model))
        if model == "html":
            return Response("<html>Bad gateway</html>", 502, media_type="text/html")
        if not body.get("stream") or model == "whole":
            return JSONResponse(whole(provider.text(body)))
        return StreamingResponse(lines(provider, body), media_type="text/event-stream")

    return Starlette(routes=[Route("/v1/models", models), Route("/v1/chat/completions", completions, methods=["POST"])])


def whole(text: str) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return {"id": "c-1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": USAGE}


async def lines(provider: FakeProvider, body: dict[str, Any]) -> AsyncIterator[str]:
    provider.streaming += 1
    try:
        yield ": hello\n\n"
        async for text in pieces(provider, body):
            yield line({"choices": [{"index": 0, "delta": {"content": text}}]})
        if body["model"] == "broken":
            yield line({"error": {"message": "the provider broke off"}})
            return
        yield line({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        yield line({"choices": [], "usage": USAGE})
        yield "data: [DONE]\n\n"
    finally:
        provider.streaming -= 1


async def pieces(provider: FakeProvider, body: dict[str, Any]) -> AsyncIterator[str]:
    if body["model"] == "slow":
        while True:
            provider.sent += 1
            yield "x" * 1000
            await asyncio.sleep(0.001)
    for word in provider.text(body).split(" "):
        yield word + " "


def line(chunk: dict[str, Any]) -> str:
    return f"data: {json.dumps({'id': 'c-1', 'object': 'chat.completion.chunk', 'model': 'm', **chunk})}\n\n"


class _QuietServer(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def fake_provider() -> AsyncIterator[FakeProvider]:
    """The server, for the time of the block; its `url` ends in `/v1`."""
    provider = FakeProvider()
    config = uvicorn.Config(application(provider), log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    server = _QuietServer(config)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        provider.url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        task = asyncio.ensure_future(server.serve(sockets=[listener]))
        try:
            async with asyncio.timeout(20):
                while not server.started:  # noqa: ASYNC110 - uvicorn offers nothing to wait for
                    await asyncio.sleep(0.005)
            yield provider
        finally:
            server.should_exit = True
            await task


def connection(provider: FakeProvider, prefix: str = "") -> str:
    """The setting `PENSTOCK_CONNECTIONS` for this server."""
    return f"{provider.url}|{KEY}|{prefix}"
