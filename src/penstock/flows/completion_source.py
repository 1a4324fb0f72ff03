"""Where answers come from: a pipe, or a connection to a server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from penstock.errors import PenstockError
from penstock.flows.completion_answer import Answer, completion, final_chunk
from penstock.flows.completion_pieces import PieceReader, Pieces, as_chunk, block_pieces, is_end
from penstock.flows.completion_results import model_error, returned
from penstock.flows.exchange import Exchange
from penstock.flows.provider import ProviderStream
from penstock.flows.runs import LiveRun

CLIENT_LEFT = "Nobody waits for the answer any more."


async def pieces(exchange: Exchange, body: dict[str, Any]) -> AsyncGenerator[Pieces, None]:
    """The answer piece by piece, a last piece with `finish_reason` included. Closing it stops the model."""
    ended = False
    source = _pipe(exchange, body) if exchange.model.pipe is not None else _provider(exchange, body)
    async with aclosing(source):
        async for batch in source:
            kept, error = exchange.sort_out(batch)
            ended = ended or any(map(is_end, kept))
            if kept:
                yield kept
            if error is not None:
                raise error
    if not ended:
        yield [final_chunk(exchange.label, "stop")]


async def whole(exchange: Exchange, body: dict[str, Any]) -> dict[str, Any]:
    """The answer at once, in the shape of OpenAI."""
    connection = exchange.model.connection
    if connection is not None:
        answered = await exchange.services.connections.complete(connection, provider_body(exchange, body))
        if answered.get("error") and "choices" not in answered:
            raise model_error(answered["error"])
        return answered
    answer = Answer()
    source = _pipe(exchange, body)
    async with aclosing(source):
        async for batch in source:
            kept, error = exchange.sort_out(batch)
            answer.add(kept)
            if error is not None:
                raise error
    return completion(exchange.label, answer)


async def raw(exchange: Exchange, body: dict[str, Any]) -> ProviderStream | dict[str, Any]:
    """A server's stream as it comes, for when nothing reads along."""
    assert exchange.model.connection is not None
    return await exchange.services.connections.stream(exchange.model.connection, provider_body(exchange, body))


def provider_body(exchange: Exchange, body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "model": exchange.model.upstream_id}


async def _provider(exchange: Exchange, body: dict[str, Any]) -> AsyncGenerator[Pieces, None]:
    stream = await raw(exchange, {**body, "stream": True})
    if isinstance(stream, dict):
        yield [as_chunk(stream)]
        return
    async with aclosing(stream):
        async for block in stream:
            if read := block_pieces(block):
                yield read


async def _pipe(exchange: Exchange, body: dict[str, Any]) -> AsyncGenerator[Pieces, None]:
    assert exchange.model.pipe is not None
    run = await exchange.services.runs.start(exchange.order(exchange.model.pipe, "pipe", body))
    over = False
    try:
        reader = PieceReader()
        async with aclosing(run.chunks()) as batches:
            async for items in batches:
                if read := reader.read(items):
                    yield read
        value = returned(await run.outcome())
        over = True
        if left := reader.end() + ([] if value is None else PieceReader().read([value])):
            yield left
    except PenstockError:
        over = True
        raise
    finally:
        if not over:
            await _hang_up(run)


async def _hang_up(run: LiveRun) -> None:
    """Stop a run also where the task that asks for it is being cancelled."""
    await asyncio.shield(asyncio.ensure_future(run.cancel(CLIENT_LEFT)))
