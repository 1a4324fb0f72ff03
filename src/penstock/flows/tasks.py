"""Small questions about a chat: what to call it, how to tag it, what one might ask next (spec P3)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from penstock.errors import PenstockError
from penstock.flows import task_settings
from penstock.flows.completion_conversation import NEW_TITLE, is_first_exchange
from penstock.flows.exchange import Exchange
from penstock.functions.events import text_of

TITLE_LENGTH = 50
TOLD = 6  # messages of the chat that the model reads
TOLD_LENGTH = 2000
JSON_OBJECT = re.compile(r"\{.*\}", re.DOTALL)
TASK_KEY = re.compile(r"""["'](?:__)?task(?:__)?["']""")  # as in `__metadata__.get("task")`
MESSAGES = re.compile(r"\{\{MESSAGES(?::(?P<side>START|END):(?P<count>\d+))?\}\}")

PROMPTS: dict[str, tuple[str, str]] = {
    "title_generation": ("Give this conversation a title of three to five words.", '{"title": "..."}'),
    "tags_generation": ("Name one to three broad subjects of this conversation.", '{"tags": ["..."]}'),
    "follow_up_generation": ("Suggest three short questions that the user might ask next.", '{"follow_ups": ["..."]}'),
    "query_generation": ("Name up to three searches that help to answer the last message.", '{"queries": ["..."]}'),
}
"""By task: the question, and the shape of its answer."""


async def after_answer(exchange: Exchange, messages: Sequence[Mapping[str, Any]], answer: str) -> None:
    """What the page asked for in `background_tasks`, once the answer is there. A failure leaves things as they are."""
    wanted = exchange.request.background_tasks
    if not any(wanted.values()):
        return
    config = await task_settings.read(exchange.services.store)
    told = [*messages, {"role": "assistant", "content": answer}]
    if wanted.get("title_generation") and is_first_exchange(list(map(dict, messages))) and await _untitled(exchange):
        exchange.show("chat:title", await title(exchange, config, told))
    if wanted.get("tags_generation") and (tags := await listed(exchange, config, "tags_generation", "tags", told)):
        exchange.show("chat:tags", tags)
    if wanted.get("follow_up_generation"):
        ups = await listed(exchange, config, "follow_up_generation", "follow_ups", told)
        if ups:
            exchange.show("chat:message:follow_ups", {"follow_ups": ups})


async def title(exchange: Exchange, config: Mapping[str, Any], messages: Sequence[Mapping[str, Any]]) -> str:
    """What the model calls the chat; where it may not be asked, and where that fails, the chat's first words."""
    text = await _asked(exchange, config, "title_generation", messages)
    found = read_object(text).get("title") or _short_line(text)
    if isinstance(found, str) and found.strip():
        return found.strip().strip('"')[: 2 * TITLE_LENGTH]
    return first_words(messages)


async def listed(
    exchange: Exchange, config: Mapping[str, Any], task: str, key: str, messages: Sequence[Mapping[str, Any]]
) -> list[str]:
    found = read_object(await _asked(exchange, config, task, messages)).get(key)
    return [entry for entry in found if isinstance(entry, str)] if isinstance(found, list) else []


def first_words(messages: Sequence[Mapping[str, Any]]) -> str:
    """The beginning of what the user asked first."""
    asked = next((text_of(message.get("content")) for message in messages if message.get("role") == "user"), "")
    words = " ".join(asked.split())
    if len(words) <= TITLE_LENGTH:
        return words or NEW_TITLE
    return words[:TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def task_prompt(task: str, messages: Sequence[Mapping[str, Any]], template: str = "") -> str:
    """The question about a conversation, as a model reads it.

    A template has `{{MESSAGES}}`, or `{{MESSAGES:END:6}}`, where the conversation goes; without, it goes to the end.
    """
    if not template.strip():
        question, shape = PROMPTS[task]
        template = f"{question} Use the language of the conversation. Answer only with JSON: {shape}"
        template += f"\n\n{{{{MESSAGES:END:{TOLD}}}}}"
    elif not MESSAGES.search(template):
        template += f"\n\n{{{{MESSAGES:END:{TOLD}}}}}"

    def conversation(found: re.Match[str]) -> str:
        count = int(found["count"] or len(messages))
        first = 0 if found["side"] == "START" else max(0, len(messages) - count)
        told = messages[first : first + count]
        return "\n\n".join(f"{each.get('role')}: {text_of(each.get('content'))[:TOLD_LENGTH]}" for each in told)

    return MESSAGES.sub(conversation, template)


def read_object(text: str) -> dict[str, Any]:
    """The JSON object in an answer, whatever stands around it."""
    found = JSON_OBJECT.search(text)
    try:
        value = msgspec.json.decode(found[0]) if found else {}
    except msgspec.DecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _short_line(text: str) -> str:
    """An answer that is nothing but a title; empty for anything else."""
    line = text.strip()
    return line if len(line) <= 2 * TITLE_LENGTH and "\n" not in line and "{" not in line else ""


async def _asked(
    exchange: Exchange, config: Mapping[str, Any], task: str, messages: Sequence[Mapping[str, Any]]
) -> str:
    """The text that the model answers; empty where it is not asked, or fails."""
    if not task_settings.is_on(config, task, {}) or not _may_be_asked(exchange, config):
        return ""
    asker = exchange.asker
    body = {"model": exchange.model.id, "messages": list(messages), "chat_id": exchange.target.chat_id}
    try:
        answered = await exchange.services.completions.ask_about(task, body, asker.user, asker.request)
    except PenstockError:
        return ""
    choices = answered.get("choices") or [{}]
    return text_of((choices[0].get("message") or {}).get("content"))


def _may_be_asked(exchange: Exchange, config: Mapping[str, Any]) -> bool:
    """A pipe that knows of no tasks would do all its work again for a title."""
    pipe = exchange.model.pipe
    if pipe is None or any(
        config[name] for name in ("TASK_MODEL", "TASK_MODEL_EXTERNAL", "ENABLE_TASKS_FOR_ALL_PIPES")
    ):
        return True
    declared = pipe.description.hooks.get("pipe", ())
    if "__task__" in declared or "__task_body__" in declared:
        return True
    reads_rest = "__metadata__" in declared or "**" in declared
    return reads_rest and TASK_KEY.search(pipe.version.source) is not None


async def _untitled(exchange: Exchange) -> bool:
    """Whether nobody has named the chat yet."""
    if not exchange.target.stored:
        return True
    chat = await exchange.services.store.chats.get(str(exchange.target.chat_id))
    return chat is not None and chat.title in ("", NEW_TITLE)
