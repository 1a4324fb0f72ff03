"""From a question to its answer: filters, the model, filters again, for programs and for the page."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, suppress
from typing import Any

from penstock.errors import BadRequest, NotFound, PenstockError
from penstock.flows import completion_request, completion_source, task_settings
from penstock.flows.completion_answer import Answer
from penstock.flows.completion_chat import ChatAnswer
from penstock.flows.completion_opening import open_exchange, prepare
from penstock.flows.completion_outlet import last_answer, outlet_body, sent_wire
from penstock.flows.completion_pieces import Pieces, as_chunk, is_end
from penstock.flows.completion_request import Asker, CompletionRequest
from penstock.flows.completion_sse import DONE, SseWriter
from penstock.flows.completion_tasks import CompletionTasks
from penstock.flows.context import Services
from penstock.flows.context_values import RequestInfo
from penstock.flows.exchange import Exchange
from penstock.flows.filters import Filters
from penstock.flows.tasks import task_prompt
from penstock.realtime.hub import Target
from penstock.store.records import User

DEEPEST = 5  # completions that functions may ask for inside one another


RequestMaker = RequestInfo | Callable[[], RequestInfo] | None


class EventStream:
    """Blocks of server-sent events. The first is there already, so that an error before it could still be told."""

    def __init__(self, first: bytes, rest: AsyncGenerator[bytes, None]) -> None:
        self._first = first
        self._rest = rest

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async with aclosing(self._rest):
            yield self._first
            async for block in self._rest:
                yield block

    async def aclose(self) -> None:
        """Stop the model, where it is not done."""
        await self._rest.aclose()


class Completions:
    """All completions of this server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.tasks = CompletionTasks()

    async def start(
        self, body: Any, user: User, request: RequestMaker = None, *, by_run: bool = False
    ) -> dict[str, Any] | EventStream:
        """Answer a request of a program, or begin to answer into a message for a page (`session_id`)."""
        asked = completion_request.read(body)
        asker = Asker(user, request, by_run=by_run)
        if asked.browser:
            return await ChatAnswer(self._services, self.tasks, asked, asker).begin()
        try:
            return await self._answer(asked, asker)
        except PenstockError as error:
            raise shown_to(user, error) from error

    async def complete(
        self,
        body: Any,
        user: User,
        *,
        depth: int = 0,
        callers: tuple[str, ...] = (),
        target: Target | None = None,
        request: RequestMaker = None,
        bypass_filters: bool = False,
        bypass_system_prompt: bool = False,
    ) -> dict[str, Any] | EventStream:
        """Answer a function that asks a model (spec H1), through filters and access rules.

        `callers` are the ids of the functions that led here, the asking one last: as filters they are left out, so
        that a filter may ask the model that it filters. Iterating over an `EventStream` gives the bytes of the stream.
        """
        depth = max(depth + 1, len(callers))
        if depth > DEEPEST:
            raise BadRequest(
                f"More than {DEEPEST} functions ask models inside one another.",
                hint=f"Is there a circle? {' > '.join(callers)}",
            )
        asked = completion_request.read(body, from_page=False)
        is_task = asked.task is not None
        asker = Asker(user, request, callers, depth, target, bypass_filters, bypass_system_prompt, is_task)
        return await self._answer(asked, asker)

    async def completed(self, body: Any, user: User, request: RequestMaker = None) -> dict[str, Any]:
        """Outlet filters for clients that call them on their own; gives the body as they left it."""
        asked = completion_request.read(body, from_page=False)
        exchange = await self._exchange(asked, Asker(user, request))
        seen = outlet_body(asked, asked.messages or [], asked.chat_id, asked.message_id or "")
        return await Filters(exchange).outlet(seen)

    async def ask_about(self, task: str, body: Any, user: User, request: RequestMaker = None) -> dict[str, Any]:
        """Ask a model for a title, tags or follow-ups of the conversation in `body`.

        Of the filters only those act whose policy lets tasks pass them (spec F5).
        """
        asked = completion_request.read(body, from_page=False)
        config = await task_settings.read(self._services.store)
        prompt = task_prompt(task, asked.messages or [], config.get(f"{task.upper()}_PROMPT_TEMPLATE") or "")
        question = {
            "model": await self._task_model(config, asked.model_id, user),
            "messages": [{"role": "user", "content": prompt}],
            "chat_id": asked.chat_id,
            "metadata": {"task": task, "task_body": dict(body)},
        }
        asker = Asker(user, request, target=Target(user.id), is_task=True)  # its events stay with the run
        answered = await self._answer(completion_request.read(question, from_page=False), asker)
        assert isinstance(answered, dict)
        return answered

    async def _task_model(self, config: Mapping[str, Any], model_id: str, user: User) -> str:
        """The model that the admin chose for tasks, where this user has it; or else the one of the conversation."""
        for chosen in (config["TASK_MODEL_EXTERNAL"], config["TASK_MODEL"]):
            if chosen:
                with suppress(NotFound):
                    return (await self._services.models.resolve(chosen, user)).id
        return model_id

    async def stop(self, grace: float) -> None:
        await self.tasks.stop_all(grace)

    async def _answer(self, asked: CompletionRequest, asker: Asker) -> dict[str, Any] | EventStream:
        exchange = await self._exchange(asked, asker)
        filters = Filters(exchange)
        body = await prepare(exchange, filters, asked.messages or [])
        if not asked.stream:
            return await _whole(exchange, filters, body)
        blocks = _blocks(exchange, filters, body)
        return EventStream(await anext(blocks), blocks)

    async def _exchange(self, asked: CompletionRequest, asker: Asker) -> Exchange:
        target = asker.target or Target(asker.user.id, asked.chat_id, asked.message_id, False, asked.session_id)
        return await open_exchange(self._services, asked, asker, target)


def shown_to(user: User, error: PenstockError) -> PenstockError:
    """An error as that user may see it: a failed run's traceback is for admins (spec I7)."""
    if user.role == "admin" or "traceback" not in error.fields:
        return error
    return type(error)(error.message, hint="" if error.code == "run_failed" else error.hint)


async def _whole(exchange: Exchange, filters: Filters, body: dict[str, Any]) -> dict[str, Any]:
    answered = await completion_source.whole(exchange, body)
    if filters.having("outlet"):
        answered = await _rewritten(exchange, filters, body, answered)
    warnings = exchange.take_warnings()
    return {**answered, "warnings": warnings} if warnings else answered


async def _rewritten(
    exchange: Exchange, filters: Filters, body: dict[str, Any], answered: dict[str, Any]
) -> dict[str, Any]:
    """The answer as outlet filters left it (spec F5)."""
    first, *others = answered.get("choices") or [{}]
    message = first.get("message") or {"role": "assistant", "content": ""}
    text = await _after(exchange, filters, body, message)
    if text is None or text == message.get("content"):
        return answered
    return {**answered, "choices": [{**first, "message": {**message, "content": text}}, *others]}


async def _after(exchange: Exchange, filters: Filters, body: dict[str, Any], message: dict[str, Any]) -> str | None:
    message_id = exchange.request.message_id or exchange.label.id
    messages = sent_wire(body.get("messages") or [], message, message_id)
    seen = outlet_body(exchange.request, messages, exchange.request.chat_id, message_id)
    return last_answer(await filters.outlet(seen))


async def _blocks(exchange: Exchange, filters: Filters, body: dict[str, Any]) -> AsyncGenerator[bytes, None]:
    """The answer as server-sent events. What goes wrong before the first is raised, what comes later is written."""
    reads_along = filters.having("stream") or filters.having("outlet")
    plain = exchange.model.connection is not None and not reads_along
    source = _as_it_comes(exchange, body) if plain else _written(exchange, filters, body)
    begun = False
    async with aclosing(source):
        try:
            async for block in source:
                yield block
                begun = True
        except PenstockError as error:
            if not begun:
                raise
            yield SseWriter(exchange.label).error(shown_to(exchange.asker.user, error))
    if warnings := exchange.take_warnings():
        yield SseWriter(exchange.label).event({"choices": [], "warnings": warnings})
    yield DONE


async def _written(exchange: Exchange, filters: Filters, body: dict[str, Any]) -> AsyncGenerator[bytes, None]:
    """Piece by piece. The last chunk waits for the outlet filters, so that it can say what they made of the answer."""
    writer = SseWriter(exchange.label)
    answer = Answer() if filters.having("outlet") else None
    source, held = filters.stream(completion_source.pieces(exchange, body)), Pieces()
    async with aclosing(source):
        async for pieces in source:
            if answer is not None:
                answer.add(pieces)
            pieces = held + pieces
            held = [pieces.pop()] if is_end(pieces[-1]) else []
            if pieces:
                yield writer.block(pieces)
    try:
        added = {} if answer is None else await _said_afterwards(exchange, filters, body, answer)
    except PenstockError:
        if held:
            yield writer.block(held)
        raise
    if warnings := exchange.take_warnings():
        added["warnings"] = warnings
    *before, last = held or [{"choices": []}]
    if held or added:
        yield writer.block([*before, {**last, **added} if isinstance(last, dict) else last])


async def _said_afterwards(
    exchange: Exchange, filters: Filters, body: dict[str, Any], answer: Answer
) -> dict[str, Any]:
    """What outlet filters made of an answer that is sent already: it cannot be taken back, but told (spec F5)."""
    message = answer.message()
    text = await _after(exchange, filters, body, message)
    return {} if text in (None, message["content"]) else {"message": {**message, "content": text}}


async def _as_it_comes(exchange: Exchange, body: dict[str, Any]) -> AsyncGenerator[bytes, None]:
    """The lines of a server, untouched but for their end mark, which `_blocks` writes."""
    stream = await completion_source.raw(exchange, body)
    if isinstance(stream, dict):
        yield SseWriter(exchange.label).event(as_chunk(stream))
        return
    async with aclosing(stream):
        async for block in stream:
            if b"[DONE]" in block:
                block = b"".join(line for line in block.splitlines(keepends=True) if not _is_end_mark(line))
            if block.strip():
                yield block


def _is_end_mark(line: bytes) -> bool:
    return line.startswith(b"data:") and line[5:].strip() == b"[DONE]"
