"""Prompts for background tasks, and which model does them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from open_webui.utils.misc import get_last_user_message, get_messages_content


def get_task_model_id(default_model_id: str, task_model: str, task_model_external: str, models: Any) -> str:
    """The model that does tasks for another one: the configured one of its kind, where it exists."""
    model = models.get(default_model_id) or {}
    is_local = model.get("owned_by") == "ollama" or model.get("connection_type") == "local"
    wanted = task_model if is_local else task_model_external
    return wanted if wanted and wanted in models else default_model_id


def prompt_variables_template(template: str, variables: dict[str, Any]) -> str:
    """Each key of `variables`, braces included, replaced by its value."""
    for name, value in (variables or {}).items():
        template = template.replace(name, str(value))
    return template


def prompt_template(template: str, user: Any = None) -> str:
    """The date, the time and what is known of the user, filled in."""
    now = datetime.now()
    info = _mapping(getattr(user, "info", None) if not isinstance(user, dict) else user.get("info"))
    known = {
        "CURRENT_DATE": now.strftime("%Y-%m-%d"),
        "CURRENT_TIME": now.strftime("%I:%M:%S %p"),
        "CURRENT_DATETIME": now.strftime("%Y-%m-%d %I:%M:%S %p"),
        "CURRENT_WEEKDAY": now.strftime("%A"),
        "USER_NAME": _of(user, "name") or "Unknown",
        "USER_EMAIL": _of(user, "email") or "Unknown",
        "USER_BIO": _of(user, "bio") or "Unknown",
        "USER_GENDER": _of(user, "gender") or "Unknown",
        "USER_BIRTH_DATE": _of(user, "date_of_birth") or "Unknown",
        "USER_LOCATION": info.get("location") or "Unknown",
    }
    for name, value in known.items():
        template = template.replace("{{" + name + "}}", str(value))
    return template


def _of(user: Any, name: str) -> Any:
    return user.get(name) if isinstance(user, dict) else getattr(user, name, None)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def replace_prompt_variable(template: str, prompt: str) -> str:
    """`{{prompt}}`, also cut: `{{prompt:start:20}}`, `{{prompt:end:20}}`, `{{prompt:middletruncate:20}}`."""

    def fill(found: re.Match[str]) -> str:
        how, length = found["how"], int(found["length"] or 0)
        if how is None:
            return prompt
        return _cut(prompt, how, length)

    pattern = r"\{\{prompt(?::(?P<how>start|end|middletruncate):(?P<length>\d+))?\}\}"
    return re.sub(pattern, fill, template)


def _cut(text: str, how: str, length: int) -> str:
    if how == "start" or len(text) <= length:
        return text[:length]
    if how == "end":
        return text[-length:] if length else ""
    return f"{text[: (length + 1) // 2]}...{text[len(text) - length // 2 :]}"


def replace_messages_variable(template: str, messages: list[dict[str, Any]] | None = None) -> str:
    """`{{MESSAGES}}`, also the first or last few: `{{MESSAGES:START:4}}`, `{{MESSAGES:END:4}}`."""

    def fill(found: re.Match[str]) -> str:
        chosen = messages or []
        if found["how"]:
            count = int(found["count"])
            chosen = chosen[:count] if found["how"] == "START" else chosen[-count:] if count else []
        return get_messages_content(chosen)

    return re.sub(r"\{\{MESSAGES(?::(?P<how>START|END):(?P<count>\d+))?\}\}", fill, template)


def _about_messages(template: str, messages: list[dict[str, Any]], user: Any = None) -> str:
    template = replace_prompt_variable(template, get_last_user_message(messages) or "")
    return prompt_template(replace_messages_variable(template, messages), user)


title_generation_template = tags_generation_template = follow_up_generation_template = _about_messages
image_prompt_generation_template = query_generation_template = _about_messages


def emoji_generation_template(template: str, prompt: str, user: Any = None) -> str:
    return prompt_template(replace_prompt_variable(template, prompt), user)


def autocomplete_generation_template(
    template: str, prompt: str, messages: list[dict[str, Any]] | None = None, type: str | None = None, user: Any = None
) -> str:
    template = replace_prompt_variable(template.replace("{{TYPE}}", type or ""), prompt)
    return prompt_template(replace_messages_variable(template, messages), user)


def moa_response_generation_template(template: str, prompt: str, responses: list[str]) -> str:
    answers = "\n\n".join(f'"""{answer}"""' for answer in responses)
    return replace_prompt_variable(template, prompt).replace("{{responses}}", answers)


def rag_template(template: str, context: str, query: str) -> str:
    """`{{CONTEXT}}` and `{{QUERY}}`, or their older forms in single brackets, filled in."""
    for name, value in (("CONTEXT", context), ("QUERY", query)):
        template = template.replace("{{" + name + "}}", value).replace(f"[{name.lower()}]", value)
    return template


def tools_function_calling_generation_template(template: str, tools_specs: str) -> str:
    return template.replace("{{TOOLS}}", tools_specs)
