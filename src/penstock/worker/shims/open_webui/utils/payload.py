"""Changing the body of a request for a completion."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from open_webui.utils.misc import add_or_update_system_message, deep_update, replace_system_message_content
from open_webui.utils.task import prompt_template, prompt_variables_template

Body = dict[str, Any]
OWN_PARAMETERS = ("stream_response", "stream_delta_chunk_size", "function_calling", "reasoning_tags", "system")
OPENAI: dict[str, Callable[[Any], Any]] = {
    "temperature": float,
    "top_p": float,
    "min_p": float,
    "max_tokens": int,
    "frequency_penalty": float,
    "presence_penalty": float,
    "reasoning_effort": str,
    "seed": lambda seed: seed,
    "stop": lambda stop: [bytes(word, "utf-8").decode("unicode_escape") for word in stop],
    "logit_bias": lambda bias: bias,
    "response_format": dict,
}
OLLAMA: dict[str, Callable[[Any], Any]] = {
    "temperature": float,
    "top_p": float,
    "top_k": int,
    "min_p": float,
    "seed": lambda seed: seed,
    "mirostat": int,
    "mirostat_eta": float,
    "mirostat_tau": float,
    "num_ctx": int,
    "num_batch": int,
    "num_keep": int,
    "num_predict": int,
    "repeat_last_n": int,
    "repeat_penalty": float,
    "presence_penalty": float,
    "frequency_penalty": float,
    "stop": OPENAI["stop"],
    "num_gpu": int,
    "num_thread": int,
    "use_mmap": bool,
}


def apply_system_prompt_to_body(
    system: str | None, form_data: Body, metadata: Body | None = None, user: Any = None, replace: bool = False
) -> Body:
    """Put a system prompt in front, with its variables filled in."""
    if not system:
        return form_data
    system = prompt_template(prompt_variables_template(system, (metadata or {}).get("variables") or {}), user)
    messages = form_data.get("messages", [])
    if replace and messages and messages[0].get("role") == "system":
        form_data["messages"] = replace_system_message_content(system, messages)
    else:
        form_data["messages"] = add_or_update_system_message(system, messages)
    return form_data


def apply_model_system_prompt_to_body(
    system: str | None, form_data: Body, metadata: Body | None = None, user: Any = None
) -> Body:
    return apply_system_prompt_to_body(system, form_data, metadata, user)


def apply_model_params_to_body(params: Body, form_data: Body, mappings: dict[str, Callable[[Any], Any]]) -> Body:
    """Copy the known parameters that have a value."""
    for key, convert in mappings.items():
        value = (params or {}).get(key)
        if value is not None:
            form_data[key] = convert(value)
    return form_data


def remove_open_webui_params(params: Body) -> Body:
    """Without what a provider does not know."""
    for key in OWN_PARAMETERS:
        params.pop(key, None)
    return params


def _with_custom(params: Body, form_data: Body) -> Body:
    for key, value in (params.get("custom_params") or {}).items():
        if isinstance(value, str):
            with suppress(ValueError):
                value = json.loads(value)
        deep_update(form_data, {key: value})
    return form_data


def apply_model_params_to_body_openai(params: Body, form_data: Body) -> Body:
    params = dict(params or {})
    return apply_model_params_to_body(remove_open_webui_params(params), _with_custom(params, form_data), OPENAI)


def apply_model_params_to_body_ollama(params: Body, form_data: Body) -> Body:
    params = dict(params or {})
    if "max_tokens" in params and "num_predict" not in params:
        params["num_predict"] = params.pop("max_tokens")
    for key in ("format", "keep_alive", "think"):
        if key in params:
            form_data[key] = params.pop(key)
    options = apply_model_params_to_body(remove_open_webui_params(params), form_data.get("options") or {}, OLLAMA)
    form_data["options"] = _with_custom(params, options)
    return form_data


def convert_messages_openai_to_ollama(messages: list[Body]) -> list[Body]:
    """Messages with their images beside the text, as Ollama takes them."""
    return [_ollama_message(message) for message in messages]


def _ollama_message(message: Body) -> Body:
    content = message.get("content", "")
    converted: Body = {"role": message["role"], "content": content}
    if isinstance(content, list):
        converted["content"] = "\n".join(part.get("text", "") for part in content if part.get("type") == "text")
        links = [part.get("image_url", {}).get("url", "") for part in content if part.get("type") == "image_url"]
        if links:
            converted["images"] = [link.partition(",")[2] if link.startswith("data:") else link for link in links]
    if calls := message.get("tool_calls"):
        converted["tool_calls"] = [_ollama_call(call) for call in calls]
    return converted


def _ollama_call(call: Body) -> Body:
    arguments = call["function"].get("arguments") or "{}"
    arguments = json.loads(arguments) if isinstance(arguments, str) else arguments
    return {"function": {"name": call["function"].get("name", ""), "arguments": arguments}}


def convert_payload_openai_to_ollama(openai_payload: Body) -> Body:
    """A request in OpenAI's form as one in Ollama's."""
    given = dict(openai_payload)
    converted: Body = {
        "model": given.get("model"),
        "messages": convert_messages_openai_to_ollama(given.get("messages") or []),
        "stream": given.get("stream", False),
    }
    for key in ("tools", "format", "keep_alive", "think", "metadata"):
        if key in given:
            converted[key] = given[key]
    wanted = {**(given.get("options") or {}), **{key: given[key] for key in OLLAMA if key in given}}
    if limit := given.get("max_completion_tokens") or given.get("max_tokens"):
        wanted.setdefault("num_predict", limit)
    if wanted:
        converted["options"] = wanted
    return converted
