"""The raw floor: what FastAPI, uvicorn and python-socketio do when nothing happens behind them.

Started by the bench as `python -m bench.floor <port>`, with the same event loop and parsers as Penstock.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import socketio
import uvicorn
from fastapi import FastAPI, Request
from starlette.responses import Response, StreamingResponse

from bench.functions import CHUNKS

encode = msgspec.json.Encoder().encode
api = FastAPI(docs_url=None, redoc_url=None)
sockets = socketio.AsyncServer(async_mode="asgi")


def chunk(number: int) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"content": f"w{number} "}, "logprobs": None, "finish_reason": None}
    return {"id": "floor", "object": "chat.completion.chunk", "created": 0, "model": "floor", "choices": [choice]}


@api.get("/api/config")
async def config() -> dict[str, str]:
    return {"name": "floor"}


@api.post("/empty")
async def empty(request: Request) -> Response:
    msgspec.json.decode(await request.body())
    return Response(b"null", media_type="application/json")


@api.post("/stream")
async def stream(request: Request) -> StreamingResponse:
    msgspec.json.decode(await request.body())

    async def lines() -> AsyncIterator[bytes]:
        for number in range(CHUNKS):
            yield b"data: " + encode(chunk(number)) + b"\n\n"
        yield b"data: [DONE]\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream")


@api.post("/emit")
async def emit(request: Request) -> Response:
    message_id = msgspec.json.decode(await request.body())["id"]
    for number in range(CHUNKS):
        data = {"type": "chat:completion", "data": {"choices": chunk(number)["choices"]}}
        await sockets.emit("events", {"chat_id": "floor", "message_id": message_id, "data": data})
    data = {"type": "chat:completion", "data": {"done": True}}
    await sockets.emit("events", {"chat_id": "floor", "message_id": message_id, "data": data})
    return Response(b"null", media_type="application/json")


async def joined(_: str, __: Any) -> None:
    return None


def main() -> None:
    sockets.on("user-join", joined)
    api.mount("/ws/socket.io", socketio.ASGIApp(sockets, socketio_path=None))
    uvicorn.run(
        api,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        log_level="warning",
        access_log=False,
    )


if __name__ == "__main__":
    main()
