"""An answer into a message of a chat, shown as it grows (browser mode). It goes on when the page leaves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import aclosing
from typing import Any

from penstock.errors import AnswerWithheld, BadRequest, PenstockError
from penstock.flows import completion_source, tasks
from penstock.flows.completion_answer import Answer
from penstock.flows.completion_conversation import chain, conversation, open_target, store_messages
from penstock.flows.completion_opening import open_exchange, prepare
from penstock.flows.completion_outlet import differences, outlet_body, sent_wire, stored_wire
from penstock.flows.completion_pieces import Pieces
from penstock.flows.completion_request import Asker, CompletionRequest
from penstock.flows.completion_tasks import INTERRUPTED, CompletionTasks
from penstock.flows.context import Services
from penstock.flows.exchange import Exchange
from penstock.flows.filters import Filters, said
from penstock.realtime.hub import Target

log = logging.getLogger(__name__)

COMPLETION = "chat:completion"


class ChatAnswer:
    """One such answer."""

    def __init__(self, services: Services, tasks: CompletionTasks, asked: CompletionRequest, asker: Asker) -> None:
        self._services = services
        self._tasks = tasks
        self._asked = asked
        self._asker = asker
        self._answer = Answer()
        self._exchange: Exchange
        self._target: Target
        self._sent: list[dict[str, Any]] = []  # what the model reads of the conversation

    async def begin(self) -> dict[str, Any]:
        """Check everything that can be checked at once, store the messages and let the answer begin."""
        asked, user = self._asked, self._asker.user
        await self._services.models.resolve(asked.model_id, user)
        if asked.chat_id and asked.message_id:
            self._tasks.refuse_second(asked.chat_id, asked.message_id)
        self._target = await open_target(self._services, asked, user)
        self._sent = await self._messages()
        if self._target.stored:
            await store_messages(self._services, asked, self._target, user)
        self._exchange = await open_exchange(self._services, asked, self._asker, self._target)
        chat_id, message_id = str(self._target.chat_id), str(self._target.message_id)
        task_id = self._tasks.start(self._make(), user.id, chat_id, message_id)
        return {"status": True, "task_ids": [task_id], "chat_id": chat_id}

    async def _messages(self) -> list[dict[str, Any]]:
        if self._asked.messages is not None:
            return self._asked.messages
        if self._target.stored:
            return await conversation(self._services, self._asked, self._target)
        raise BadRequest("`messages` is missing; a chat that is not saved has to send them.")

    async def _make(self) -> None:
        """From the inlet filters to the finished message; every end is told to the page."""
        filters = Filters(self._exchange)
        try:
            await self._stream(filters)
            await self._outlet(filters)
            await self._done()
            await self._tell("chat.finished")
        except asyncio.CancelledError as stop:
            await self._stopped(interrupted=INTERRUPTED in stop.args)
        except AnswerWithheld as error:
            self._withdraw()
            await self._fail(said(error))
        except PenstockError as error:
            await self._fail(said(error))
        except Exception:
            log.exception("The answer to message %s failed.", self._target.message_id)
            await self._fail("Something went wrong in the server.")
        else:
            self._services.automatic.begin(self._exchange, self._with_answer())
            await tasks.after_answer(self._exchange, self._sent, self._answer.content)

    async def _stream(self, filters: Filters) -> None:
        exchange = self._exchange
        body = await prepare(exchange, filters, self._sent)
        self._sent = body.get("messages") or self._sent
        source = filters.stream(completion_source.pieces(exchange, body))
        async with aclosing(source):
            async for pieces in source:
                self._answer.add(pieces)
                if self._target.stored:
                    await self._services.store.writer.room()
                for data in shown(pieces):
                    exchange.show(COMPLETION, data)

    async def _outlet(self, filters: Filters) -> None:
        """Let outlet filters see the conversation, and apply what they changed in it."""
        if not filters.having("outlet"):
            return
        before = await self._conversation()
        target = self._target
        after = await filters.outlet(outlet_body(self._asked, before, target.chat_id, str(target.message_id)))
        contents = {message["id"]: message.get("content") for message in before if message.get("id")}
        for message_id, changes in differences(before, after.get("messages")).items():
            self._apply(message_id, changes, contents[message_id])

    def _apply(self, message_id: str, changes: dict[str, Any], content: Any) -> None:
        target = Target(
            self._target.user_id, self._target.chat_id, message_id, self._target.stored, self._target.session_id
        )
        emit = self._services.hub.emit
        if "content" in changes:
            emit(target, "chat:message", {"content": changes.pop("content"), "originalContent": content})
        if changes:
            emit(target, "chat:message:merge", {"changes": changes})

    def _with_answer(self) -> list[dict[str, Any]]:
        return sent_wire(self._sent, self._answer.message(), str(self._target.message_id))

    async def _conversation(self) -> list[dict[str, Any]]:
        if self._target.stored:
            return [stored_wire(message) for message in await chain(self._services, self._target)]
        return self._with_answer()

    async def _done(self) -> None:
        """Say that the message is whole, with its text as it now stands."""
        data: dict[str, Any] = {"done": True}
        message = await self._stored_message()
        if message is not None:
            data["content"] = message.content
        if self._answer.usage is not None:
            data["usage"] = self._answer.usage
        if self._answer.reasoning and message is not None:
            await self._change(extra={**message.extra, "reasoning": "".join(self._answer.reasoning)})
        self._exchange.show(COMPLETION, data)

    async def _stopped(self, *, interrupted: bool) -> None:
        """Whoever stops an answer keeps what there is of it; a server that stops says so."""
        self._exchange.show("chat:tasks:cancel", {})
        await (self._fail(INTERRUPTED) if interrupted else self._done())

    def _withdraw(self) -> None:
        """Take back what was shown of an answer that must not be seen."""
        self._answer = Answer()
        self._exchange.show("chat:message", {"content": ""})

    async def _fail(self, sentence: str) -> None:
        self._exchange.show("chat:message:error", {"error": {"content": sentence}})
        await self._done()
        await self._tell("chat.failed", error=sentence)

    async def _tell(self, name: str, **more: Any) -> None:
        """Let event functions know how an answer in a stored chat ended."""
        if not await self._services.events.wanted():
            return
        target, message = self._target, await self._stored_message()
        chat = await self._services.store.chats.get(str(target.chat_id)) if message is not None else None
        if chat is None or message is None:
            return
        data = {
            "user_id": chat.user_id,
            "chat_id": chat.id,
            "message_id": message.id,
            "model_id": self._asked.model_id,
            "title": chat.title,
            "url": f"{self._services.settings.public_url.rstrip('/')}/c/{chat.id}",
            "message": message.content,
        }
        self._services.events.tell(name, self._asker.user, ("chat", chat.id), **data, **more)

    async def _stored_message(self) -> Any:
        target = self._target
        if not target.stored:
            return None
        return await self._services.hub.message(str(target.chat_id), str(target.message_id))

    async def _change(self, **changes: Any) -> None:
        await self._services.hub.change(str(self._target.chat_id), str(self._target.message_id), **changes)


def shown(pieces: Pieces) -> Iterator[dict[str, Any]]:
    """Pieces as data of events, where texts that follow each other are one."""
    texts: list[str] = []
    for piece in pieces:
        text = piece if isinstance(piece, str) else _only_text(piece)
        if text is not None:
            texts.append(text)
            continue
        if texts:
            yield _delta("".join(texts))
            texts = []
        if not isinstance(piece, str) and (data := _without_end(piece)):
            yield data
    if texts:
        yield _delta("".join(texts))


def _delta(text: str) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": text}}]}


def _only_text(chunk: dict[str, Any]) -> str | None:
    """The text of a chunk that says nothing else."""
    choices = chunk.get("choices")
    if not isinstance(choices, list) or len(choices) != 1 or chunk.get("usage"):
        return None
    choice = choices[0]
    delta = choice.get("delta") if isinstance(choice, dict) else None
    if not isinstance(delta, dict) or choice.get("finish_reason"):
        return None
    if any(value for key, value in delta.items() if key not in ("content", "role")):
        return None
    content = delta.get("content")
    return content if isinstance(content, str) else None


def _without_end(chunk: dict[str, Any]) -> dict[str, Any] | None:
    """A chunk as data of an event: `done` is told once, at the very end; an empty last chunk says nothing."""
    chunk = {key: value for key, value in chunk.items() if key != "done"}
    choices = chunk.get("choices")
    if not isinstance(choices, list) or chunk.get("usage"):
        return chunk
    kept = [choice for choice in choices if isinstance(choice, dict) and choice.get("delta")]
    return {**chunk, "choices": kept} if kept else None
