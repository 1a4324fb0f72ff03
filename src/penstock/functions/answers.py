"""What a question must look like, and which answers it takes (spec E3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from penstock.errors import BadRequest, Invalid
from penstock.functions import question_files, schema_check, user_input

CONFIRMATIONS = frozenset({"confirmation", "confirm"})
CHOICES = frozenset({"select", "multiselect"})
IN_ONE_TAB = frozenset({"execute", "download", "copy", "open"})
"""Calls that do something in a page rather than ask: two tabs that did it would do it twice."""

CALLED = CONFIRMATIONS | CHOICES | IN_ONE_TAB | {"input", "form", "file", "request:user_input", "action"}
"""Every type that a caller knows: what is asked of a person, a page or another function."""

HIDDEN = "***"
"""Stands where an answer is a secret."""

NULL_IS_AN_ANSWER = IN_ONE_TAB
"""Types for which null is a value that came back, not a person who cancels."""


def checked_question(event_type: str, data: Any) -> dict[str, Any]:
    """The data of a question as it is shown. Raises `BadRequest`, in the author's terms, for what cannot be asked."""
    if data is None:
        data = {}
    if not isinstance(data, Mapping):
        data = {"message": str(data)} if event_type in CONFIRMATIONS | {"input"} else {"value": data}
    if event_type == "execute" and not _is_text(data.get("code", data.get("value"))):
        raise BadRequest(
            "`execute` needs `data.code`: JavaScript, the body of an async function.",
            hint='For example {"type": "execute", "data": {"code": "return document.title"}}.',
        )
    if event_type in CHOICES or (event_type == "input" and "options" in data):
        options(event_type, data)
    if event_type == "form" and not isinstance(data.get("schema"), Mapping):
        raise BadRequest(
            "`form` needs `data.schema`: a JSON Schema of the object that is asked for.",
            hint='For example {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}.',
        )
    if event_type == "request:user_input":
        return user_input.checked(data)
    if event_type == "file":
        return question_files.checked(data)
    return dict(data)


def options(event_type: str, data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The choices as `{"label", "value"}`. Raises `BadRequest` where the author gave none that can be shown."""
    given = data.get("options")
    if isinstance(given, Mapping):
        given = [{"label": label, "value": value} for value, label in given.items()]
    if not isinstance(given, list | tuple) or not given:
        raise BadRequest(
            f"`{event_type}` needs `data.options`: a list of choices that is not empty.",
            hint='Give texts, or objects such as {"label": "Formal", "value": "formal"}.',
        )
    return [_option(event_type, entry, place) for place, entry in enumerate(given, 1)]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _option(event_type: str, entry: Any, place: int) -> dict[str, Any]:
    if isinstance(entry, str | int | float):
        return {"label": str(entry), "value": entry}
    if isinstance(entry, Mapping):
        keys = [key for key in ("value", "id", "label", "name") if entry.get(key) is not None]
        if keys:
            label = next((entry[key] for key in ("label", "name", "title") if entry.get(key)), entry[keys[0]])
            return {**entry, "label": str(label), "value": entry[keys[0]]}
    raise BadRequest(
        f"Option {place} of `{event_type}` is neither a text nor an object with `value`.",
        hint='Give texts, or objects such as {"label": "Formal", "value": "formal"}.',
    )


def cancelled(event_type: str) -> Any:
    """What the author gets when the person cancels."""
    if event_type == "request:user_input":
        return dict(user_input.CANCELLED)
    return False if event_type in CONFIRMATIONS else None


def kept(event_type: str, data: Mapping[str, Any], answer: Any) -> Any:
    """The answer as it is stored: without what the person was told to enter as a secret."""
    if event_type == "input" and is_secret(data):
        return HIDDEN
    if event_type == "form" and isinstance(answer, Mapping):
        schema = data.get("schema")
        properties = schema.get("properties") if isinstance(schema, Mapping) else None
        fields = properties if isinstance(properties, Mapping) else {}
        return {name: HIDDEN if _is_password(fields.get(name)) else value for name, value in answer.items()}
    return answer


def is_secret(data: Mapping[str, Any]) -> bool:
    """Whether an `input` asks for a password."""
    return "password" in (data.get("type"), data.get("input_type")) or data.get("password") is True


def _is_password(field: Any) -> bool:
    if not isinstance(field, Mapping):
        return False
    hint = field.get("input")
    kind = hint.get("type") if isinstance(hint, Mapping) else hint
    return "password" in (kind, field.get("format")) or field.get("writeOnly") is True


def checked_answer(event_type: str, data: Mapping[str, Any], answer: Any) -> Any:
    """The answer as the author gets it. Raises `Invalid` for one that the question does not take."""
    if event_type == "input" and "options" in data:
        return _one_of(event_type, data, answer)
    check = _CHECKS.get(event_type)
    return answer if check is None else check(event_type, data, answer)


def _confirmed(event_type: str, data: Mapping[str, Any], answer: Any) -> bool:
    if not isinstance(answer, bool):
        raise _invalid("The answer must be true or false.")
    return answer


def _typed(event_type: str, data: Mapping[str, Any], answer: Any) -> Any:
    if isinstance(answer, dict | list):
        raise _invalid("The answer must be a text.")
    return answer


def _one_of(event_type: str, data: Mapping[str, Any], answer: Any) -> Any:
    offered = [option["value"] for option in options(event_type, data)]
    for value in offered:
        if type(value) is type(answer) and value == answer:
            return value
    for value in offered:
        if not isinstance(answer, dict | list) and str(value) == str(answer):
            return value
    raise _invalid("The answer is not one of the choices.", choices=offered)


def _some_of(event_type: str, data: Mapping[str, Any], answer: Any) -> list[Any]:
    if not isinstance(answer, list):
        raise _invalid("The answer must be a list of choices.")
    return [_one_of(event_type, data, value) for value in answer]


def _form(event_type: str, data: Mapping[str, Any], answer: Any) -> Any:
    schema = data.get("schema")
    wrong = list(schema_check.errors_in(schema if isinstance(schema, Mapping) else {}, answer))
    if not isinstance(answer, dict):
        raise _invalid("The answer must be an object.")
    if wrong:
        raise Invalid(
            "The form has fields that need another look.",
            errors=[{"loc": list(where), "msg": sentence} for where, sentence in wrong],
        )
    return answer


def _user_input(event_type: str, data: Mapping[str, Any], answer: Any) -> Any:
    return user_input.checked_answer(data, answer)


def _invalid(sentence: str, **fields: Any) -> Invalid:
    return Invalid(sentence, hint="The question is still open.", **fields)


_CHECKS: dict[str, Callable[[str, Mapping[str, Any], Any], Any]] = {
    "confirmation": _confirmed,
    "confirm": _confirmed,
    "input": _typed,
    "select": _one_of,
    "multiselect": _some_of,
    "form": _form,
    "request:user_input": _user_input,
}
