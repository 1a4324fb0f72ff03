"""Small questions about a chat: what to call it, how to tag it, what one might ask next."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from penstock.errors import PenstockError
from penstock.flows.completion_conversation import NEW_TITLE, is_first_exchange
from penstock.flows.exchange import Exchange
from penstock.functions.events import text_of

TITLE_LENGTH = 50
TOLD = 6  # messages of the chat that the model reads
TOLD_LENGTH = 2000
JSON_OBJECT = re.compile(r"\{.*\}", re.DOTALL)

PROMPTS: dict[str, tuple[str, str]] = {
    "title_generation": ("Give this conversation a title of three to five words.", '{"title": "..."}'),
    "tags_generation": ("Name one to three broad subjects of this conversation.", '{"tags": ["..."]}'),
    "follow_up_generation": ("Suggest three short questions that the user might ask next.", '{"follow_ups": ["..."]}'),
}
"""By task: the question, and the shape of its answer."""


async def after_answer(exchange: Exchange, messages: Sequence[Mapping[str, Any]], answer: str) -> None:
    """What the page asked for in `background_tasks`, once the answer is there. A failure leaves things as they are."""
    wanted = exchange.request.background_tasks
    told = [*messages, {"role": "assistant", "content": answer}]
    if wanted.get("title_generation") and is_first_exchange(list(map(dict, messages))) and await _untitled(exchange):
        exchange.show("chat:title", await title(exchange, told))
    if exchange.model.connection is None:
        return
    if wanted.get("tags_generation") and (tags := await listed(exchange, "tags_generation", "tags", told)):
        exchange.show("chat:tags", tags)
    if wanted.get("follow_up_generation"):
        ups = await listed(exchange, "follow_up_generation", "follow_ups", told)
        if ups:
            exchange.show("chat:message:follow_ups", {"follow_ups": ups})


async def title(exchange: Exchange, messages: Sequence[Mapping[str, Any]]) -> str:
    """What a server's model calls the chat; for pipes, and where that fails, its first words."""
    if exchange.model.connection is not None:
        found = (await _asked(exchange, "title_generation", messages)).get("title")
        if isinstance(found, str) and found.strip():
            return found.strip().strip('"')[: 2 * TITLE_LENGTH]
    return first_words(messages)


async def listed(exchange: Exchange, task: str, key: str, messages: Sequence[Mapping[str, Any]]) -> list[str]:
    found = (await _asked(exchange, task, messages)).get(key)
    return [entry for entry in found if isinstance(entry, str)] if isinstance(found, list) else []


def first_words(messages: Sequence[Mapping[str, Any]]) -> str:
    """The beginning of what the user asked first."""
    asked = next((text_of(message.get("content")) for message in messages if message.get("role") == "user"), "")
    words = " ".join(asked.split())
    if len(words) <= TITLE_LENGTH:
        return words or NEW_TITLE
    return words[:TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def task_messages(task: str, messages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The question about a conversation, as a model reads it."""
    lines = [f"{message.get('role')}: {text_of(message.get('content'))[:TOLD_LENGTH]}" for message in messages[-TOLD:]]
    question, shape = PROMPTS[task]
    prompt = f"{question} Use the language of the conversation. Answer only with JSON: {shape}"
    return [{"role": "user", "content": "\n\n".join([prompt, *lines])}]


def read_object(text: str) -> dict[str, Any]:
    """The JSON object in an answer, whatever stands around it."""
    found = JSON_OBJECT.search(text)
    try:
        value = msgspec.json.decode(found[0]) if found else {}
    except msgspec.DecodeError:
        return {}
    return value if isinstance(value, dict) else {}


async def _asked(exchange: Exchange, task: str, messages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    assert exchange.model.connection is not None
    body = {"model": exchange.model.upstream_id, "messages": task_messages(task, messages), "stream": False}
    try:
        answered = await exchange.services.connections.complete(exchange.model.connection, body)
    except PenstockError:
        return {}
    choices = answered.get("choices") or [{}]
    return read_object(text_of((choices[0].get("message") or {}).get("content")))


async def _untitled(exchange: Exchange) -> bool:
    """Whether nobody has named the chat yet."""
    if not exchange.target.stored:
        return True
    chat = await exchange.services.store.chats.get(str(exchange.target.chat_id))
    return chat is not None and chat.title in ("", NEW_TITLE)
