"""Reading and changing lists of messages, and small conversions."""

from __future__ import annotations

import hashlib
import re
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

Message = dict[str, Any]


def deep_update(target: dict[str, Any], updates: dict[str, Any]) -> dict[str, Any]:
    """Merge mappings into mappings; everything else is replaced."""
    for key, value in updates.items():
        if isinstance(value, dict) and isinstance(target.get(key), dict):
            deep_update(target[key], value)
        else:
            target[key] = value
    return target


def get_message_list(messages_map: dict[str, Message], message_id: str | None) -> list[Message]:
    """From the first message of a conversation to the one named."""
    chain: list[Message] = []
    seen: set[str] = set()
    while message_id and message_id not in seen and (message := (messages_map or {}).get(message_id)):
        seen.add(message_id)
        chain.append(message)
        message_id = message.get("parentId")
    return chain[::-1]


def get_content_from_message(message: Message) -> str | None:
    """The text of a message, also where it has parts."""
    content = message.get("content")
    if isinstance(content, list):
        return next((part.get("text") for part in content if part.get("type") == "text"), None)
    return content


def get_messages_content(messages: list[Message]) -> str:
    """All messages as one text, each after the role in capitals."""
    return "\n".join(f"{message['role'].upper()}: {get_content_from_message(message)}" for message in messages)


def _last(messages: list[Message], role: str) -> Message | None:
    return next((message for message in reversed(messages) if message.get("role") == role), None)


def get_last_user_message_item(messages: list[Message]) -> Message | None:
    return _last(messages, "user")


def get_last_user_message(messages: list[Message]) -> str | None:
    message = _last(messages, "user")
    return get_content_from_message(message) if message else None


def get_last_assistant_message_item(messages: list[Message]) -> Message | None:
    return _last(messages, "assistant")


def get_last_assistant_message(messages: list[Message]) -> str | None:
    message = _last(messages, "assistant")
    return get_content_from_message(message) if message else None


def set_last_user_message_content(content: str, messages: list[Message]) -> list[Message]:
    message = _last(messages, "user")
    if message is not None:
        _set_text(message, content)
    return messages


def get_system_message(messages: list[Message]) -> Message | None:
    return next((message for message in messages if message.get("role") == "system"), None)


def remove_system_message(messages: list[Message]) -> list[Message]:
    return [message for message in messages if message.get("role") != "system"]


def pop_system_message(messages: list[Message]) -> tuple[Message | None, list[Message]]:
    """The system message, and the others."""
    return get_system_message(messages), remove_system_message(messages)


def _set_text(message: Message, text: str) -> None:
    content = message.get("content")
    if isinstance(content, list):
        part = next((part for part in content if part.get("type") == "text"), None)
        if part is not None:
            part["text"] = text
        else:
            content.insert(0, {"type": "text", "text": text})
    else:
        message["content"] = text


def update_message_content(message: Message, content: str, append: bool = True) -> Message:
    """Put text after the message's own, or before it."""
    own = get_content_from_message(message) or ""
    _set_text(message, f"{own}\n{content}" if append else f"{content}\n{own}")
    return message


def replace_system_message_content(content: str, messages: list[Message]) -> list[Message]:
    message = get_system_message(messages)
    if message is not None:
        message["content"] = content
    return messages


def add_or_update_system_message(content: str, messages: list[Message], append: bool = False) -> list[Message]:
    """Put text into the leading system message, before what it says unless `append`; make one where there is none."""
    if messages and messages[0].get("role") == "system":
        update_message_content(messages[0], content, append)
    else:
        messages.insert(0, {"role": "system", "content": content})
    return messages


def add_or_update_user_message(content: str, messages: list[Message], append: bool = True) -> list[Message]:
    """Put text into the last message where it is a user's, else make one."""
    if messages and messages[-1].get("role") == "user":
        update_message_content(messages[-1], content, append)
    else:
        messages.append({"role": "user", "content": content})
    return messages


def prepend_to_first_user_message_content(content: str, messages: list[Message]) -> list[Message]:
    message = next((message for message in messages if message.get("role") == "user"), None)
    if message is not None:
        update_message_content(message, content, append=False)
    return messages


def append_or_update_assistant_message(content: str, messages: list[Message]) -> list[Message]:
    """Put text after the last message where it is an assistant's, else make one."""
    if messages and messages[-1].get("role") == "assistant":
        update_message_content(messages[-1], content)
    else:
        messages.append({"role": "assistant", "content": content})
    return messages


def merge_system_messages(messages: list[Message]) -> list[Message]:
    """One leading system message with the texts of all."""
    texts = [get_content_from_message(message) or "" for message in messages if message.get("role") == "system"]
    rest = remove_system_message(messages)
    return [{"role": "system", "content": "\n".join(texts)}, *rest] if texts else rest


def convert_output_to_messages(output: list[dict[str, Any]], raw: bool = False, **_: Any) -> list[Message]:
    """Items of a response, as the Responses API has them, as messages of a chat."""
    messages: list[Message] = []
    for item in output or []:
        kind = item.get("type")
        if kind == "message":
            text = "".join(part.get("text") or "" for part in item.get("content") or [] if isinstance(part, dict))
            messages.append({"role": item.get("role", "assistant"), "content": text})
        elif kind == "function_call":
            call = {"name": item.get("name", ""), "arguments": item.get("arguments", "")}
            calls = [{"id": item.get("call_id", ""), "type": "function", "function": call}]
            messages.append({"role": "assistant", "content": "", "tool_calls": calls})
        elif kind == "function_call_output":
            content = item.get("output", "")
            if isinstance(content, list):
                content = "".join(part.get("text") or "" for part in content if isinstance(part, dict))
            messages.append({"role": "tool", "tool_call_id": item.get("call_id", ""), "content": content})
    return messages


def openai_chat_message_template(model: str) -> dict[str, Any]:
    return {
        "id": f"{model}-{uuid.uuid4()}",
        "created": int(time.time()),
        "model": model,
        "choices": [{"index": 0, "logprobs": None, "finish_reason": None}],
    }


def openai_chat_chunk_message_template(
    model: str,
    content: str | None = None,
    reasoning_content: str | None = None,
    tool_calls: list[dict[str, Any]] | None = None,
    usage: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """One chunk of a streamed answer; the last one where nothing is given."""
    chunk = openai_chat_message_template(model) | {"object": "chat.completion.chunk"}
    given = {"content": content, "reasoning_content": reasoning_content, "tool_calls": tool_calls}
    delta = {key: value for key, value in given.items() if value}
    chunk["choices"][0]["delta"] = delta
    if not delta:
        chunk["choices"][0]["finish_reason"] = "stop"
    if usage:
        chunk["usage"] = usage
    return chunk


def openai_chat_completion_message_template(
    model: str,
    message: str | None = None,
    reasoning_content: str | None = None,
    tool_calls: list[dict[str, Any]] | None = None,
    usage: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A whole answer."""
    answer = openai_chat_message_template(model) | {"object": "chat.completion"}
    if message is not None:
        said = {"role": "assistant", "content": message}
        extra = {"reasoning_content": reasoning_content, "tool_calls": tool_calls}
        answer["choices"][0]["message"] = said | {key: value for key, value in extra.items() if value}
    answer["choices"][0]["finish_reason"] = "stop"
    if usage:
        answer["usage"] = usage
    return answer


def get_gravatar_url(email: str) -> str:
    digest = hashlib.sha256(str(email).strip().lower().encode()).hexdigest()
    return f"https://www.gravatar.com/avatar/{digest}?d=mp"


def calculate_sha256(file_path: Any, chunk_size: int = 2**20) -> str:
    with Path(file_path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def calculate_sha256_string(string: str) -> str:
    return hashlib.sha256(string.encode()).hexdigest()


def validate_email_format(email: str) -> bool:
    return bool(re.match(r"[^@\s]+@[^@\s]+\.[^@\s]+$", email)) or email.endswith("@localhost")


def sanitize_filename(file_name: str) -> str:
    return re.sub(r"\s+", "-", re.sub(r"[^\w\s]", "", file_name.lower())).strip("-")


def sanitize_text_for_db(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "surrogatepass").decode("utf-8", "ignore")


def sanitize_data_for_db(data: Any) -> Any:
    """The same for every text inside lists and mappings."""
    if isinstance(data, str):
        return sanitize_text_for_db(data)
    if isinstance(data, dict):
        return {sanitize_data_for_db(key): sanitize_data_for_db(value) for key, value in data.items()}
    return [sanitize_data_for_db(each) for each in data] if isinstance(data, list) else data


def parse_duration(duration: str) -> timedelta | None:
    """`1h30m` and the like; None for `-1` and `0`, which mean without end."""
    if duration in ("-1", "0"):
        return None
    units = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
    parts = re.findall(r"(-?\d+(?:\.\d+)?)(ms|s|m|h|d|w)", duration)
    if not parts:
        raise ValueError(f"{duration!r} is not a duration such as 90s, 1h30m or 2d")
    return timedelta(seconds=sum(float(number) * units[unit] for number, unit in parts))


def strict_match_mime_type(supported: list[str] | str, header: str) -> str | None:
    """The type of a header, where one of the supported ones (`image/*`) covers it."""
    offered = header.partition(";")[0].strip().lower()
    wanted = supported.split(",") if isinstance(supported, str) else supported
    for pattern in (each.strip().lower() for each in wanted if each.strip()):
        if pattern == offered or (pattern.endswith("/*") and offered.startswith(pattern[:-1])):
            return offered
    return None


def is_string_allowed(string: str, filter_list: list[str] | None = None) -> bool:
    """Whether an address ends with one of the allowed endings, and with none of those marked `!`."""
    allowed = [each for each in filter_list or [] if not each.startswith("!")]
    blocked = [each[1:] for each in filter_list or [] if each.startswith("!")]
    return (not allowed or any(map(string.endswith, allowed))) and not any(map(string.endswith, blocked))


def throttle(interval: float = 10.0) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a function act at most once in so many seconds for the same arguments."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        last: dict[Any, float] = {}

        def throttled(*arguments: Any, **named: Any) -> Any:
            key = (arguments, tuple(sorted(named.items())))
            if time.monotonic() - last.get(key, float("-inf")) < interval:
                return None
            last[key] = time.monotonic()
            return function(*arguments, **named)

        return throttled

    return decorate
