"""A small server on loopback that speaks OpenAI's protocol, and as much of Ollama's as functions ask for."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from penstock.cli.doctoring.scenes import PIXEL

MODEL = "doctor-model"
MODELS = (MODEL, "gpt-4o-mini", "dall-e-3")
DIMENSIONS = 8
TEXT = "A canned answer of the doctor's own model."
USAGE = {"prompt_tokens": 12, "completion_tokens": 9, "total_tokens": 21}


def application() -> Starlette:
    """Answers under `/v1` and without it, so that either kind of base address works."""
    routes = []
    for prefix in ("", "/v1", "/api/v1"):
        routes += [
            Route(f"{prefix}/models", _models),
            Route(f"{prefix}/models/{{id:path}}", _model),
            Route(f"{prefix}/chat/completions", _complete, methods=["POST"]),
            Route(f"{prefix}/completions", _complete, methods=["POST"]),
            Route(f"{prefix}/embeddings", _embed, methods=["POST"]),
            Route(f"{prefix}/images/generations", _draw, methods=["POST"]),
        ]
    routes += [
        Route("/api/tags", _ollama_models),
        Route("/api/ps", _ollama_models),
        Route("/api/version", lambda _: JSONResponse({"version": "0.5.0"})),
        Route("/api/chat", _ollama_chat, methods=["POST"]),
        Route("/api/generate", _ollama_chat, methods=["POST"]),
        Route("/api/embeddings", _ollama_embed, methods=["POST"]),
        Route("/api/embed", _ollama_embed, methods=["POST"]),
    ]
    return Starlette(routes=routes)


def _entry(model: str) -> dict[str, Any]:
    return {"id": model, "name": model, "object": "model", "created": 1, "owned_by": "doctor"}


async def _models(_: Request) -> Response:
    return JSONResponse({"object": "list", "data": [_entry(model) for model in MODELS]})


async def _model(request: Request) -> Response:
    return JSONResponse(_entry(request.path_params["id"]))


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        body = {}
    return body if isinstance(body, dict) else {}


def _text(body: dict[str, Any]) -> str:
    """Where JSON is asked for, JSON."""
    wanted = body.get("response_format") or {}
    return json.dumps({"answer": TEXT}) if wanted or body.get("format") == "json" else TEXT


async def _complete(request: Request) -> Response:
    body = await _body(request)
    text = _text(body)
    head = {"id": "chatcmpl-doctor", "created": int(time.time()), "model": body.get("model") or MODEL}
    if body.get("stream"):
        return StreamingResponse(_chunks(head, text), media_type="text/event-stream")
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "text": text, "finish_reason": "stop"}
    return JSONResponse({**head, "object": "chat.completion", "choices": [choice], "usage": USAGE})


def _chunks(head: dict[str, Any], text: str) -> Iterator[str]:
    head = {**head, "object": "chat.completion.chunk"}
    for word in text.split(" "):
        choice = {"index": 0, "delta": {"role": "assistant", "content": f"{word} "}, "finish_reason": None}
        yield f"data: {json.dumps({**head, 'choices': [choice]})}\n\n"
    last = {"index": 0, "delta": {}, "finish_reason": "stop"}
    yield f"data: {json.dumps({**head, 'choices': [last], 'usage': USAGE})}\n\n"
    yield "data: [DONE]\n\n"


async def _embed(request: Request) -> Response:
    given = (await _body(request)).get("input", "")
    count = len(given) if isinstance(given, list) else 1
    data = [{"object": "embedding", "index": index, "embedding": _vector(index)} for index in range(count)]
    return JSONResponse({"object": "list", "data": data, "model": MODEL, "usage": USAGE})


async def _draw(request: Request) -> Response:
    wanted = (await _body(request)).get("response_format")
    image = {"b64_json": PIXEL.partition(",")[2]} if wanted == "b64_json" else {"url": PIXEL}
    return JSONResponse({"created": int(time.time()), "data": [image]})


def _vector(seed: int) -> list[float]:
    return [((seed + place) % DIMENSIONS + 1) / DIMENSIONS for place in range(DIMENSIONS)]


async def _ollama_models(_: Request) -> Response:
    details = {"family": "doctor", "parameter_size": "1B", "quantization_level": "Q4"}
    models = [{"name": model, "model": model, "size": 1, "details": details} for model in MODELS]
    return JSONResponse({"models": models})


async def _ollama_chat(request: Request) -> Response:
    body = await _body(request)
    text = _text(body)
    whole = {"model": body.get("model") or MODEL, "message": {"role": "assistant", "content": text}, "response": text}
    if body.get("stream") is False:
        return JSONResponse({**whole, "done": True})
    lines = [json.dumps({**whole, "done": False}), json.dumps({"model": MODEL, "done": True, "done_reason": "stop"})]
    return Response("\n".join(lines) + "\n", media_type="application/x-ndjson")


async def _ollama_embed(_: Request) -> Response:
    return JSONResponse({"embedding": _vector(0), "embeddings": [_vector(0)]})
