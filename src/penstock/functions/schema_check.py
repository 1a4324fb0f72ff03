"""Whether a value fits a JSON Schema: the part of the language that forms use.

Known: type, enum, const, required, properties, additionalProperties (false), items, minItems, maxItems, minLength,
maxLength, pattern, minimum, maximum, exclusiveMinimum, exclusiveMaximum, format (email, date). The rest is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

FieldError = tuple[tuple[str | int, ...], str]  # where, what is wrong

_TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _is_number(value) and float(value).is_integer(),
    "number": lambda value: _is_number(value),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
}
_NAMED = {
    "string": "a text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "array": "a list",
    "object": "an object",
    "null": "empty",
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def errors_in(schema: Mapping[str, Any], value: Any, where: tuple[str | int, ...] = ()) -> Iterator[FieldError]:
    """What keeps `value` from fitting `schema`, field by field; nothing when it fits."""
    if wanted := _mistyped(schema.get("type"), value):
        yield where, f"This must be {wanted}."
        return
    for sentence in _wrong_value(schema, value):
        yield where, sentence
    if isinstance(value, dict):
        yield from _object_errors(schema, value, where)
    elif isinstance(value, list):
        yield from _list_errors(schema, value, where)
    elif isinstance(value, str):
        yield from ((where, sentence) for sentence in _text_errors(schema, value))
    elif _is_number(value):
        yield from ((where, sentence) for sentence in _number_errors(schema, value))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _mistyped(wanted: Any, value: Any) -> str | None:
    names = [wanted] if isinstance(wanted, str) else [name for name in wanted or () if isinstance(name, str)]
    known = [name for name in names if name in _TYPES]
    if not known or any(_TYPES[name](value) for name in known):
        return None
    return " or ".join(_NAMED[name] for name in known)


def _wrong_value(schema: Mapping[str, Any], value: Any) -> Iterator[str]:
    if isinstance(choices := schema.get("enum"), list) and value not in choices:
        yield f"This must be one of: {', '.join(map(str, choices))}."
    if "const" in schema and value != schema["const"]:
        yield f"This must be {schema['const']}."


def _object_errors(
    schema: Mapping[str, Any], value: dict[str, Any], where: tuple[str | int, ...]
) -> Iterator[FieldError]:
    properties = schema.get("properties")
    properties = properties if isinstance(properties, Mapping) else {}
    for name in schema.get("required") or ():
        if name not in value:
            yield (*where, name), "This is required."
    for name, item in value.items():
        inner = properties.get(name)
        if isinstance(inner, Mapping):
            yield from errors_in(inner, item, (*where, name))
        elif inner is None and schema.get("additionalProperties") is False:
            yield (*where, name), "This is not a field of the form."


def _list_errors(schema: Mapping[str, Any], value: list[Any], where: tuple[str | int, ...]) -> Iterator[FieldError]:
    if len(value) < schema.get("minItems", 0):
        yield where, f"At least {schema['minItems']} are needed."
    if len(value) > schema.get("maxItems", len(value)):
        yield where, f"At most {schema['maxItems']} are possible."
    if isinstance(inner := schema.get("items"), Mapping):
        for index, item in enumerate(value):
            yield from errors_in(inner, item, (*where, index))


def _text_errors(schema: Mapping[str, Any], value: str) -> Iterator[str]:
    if len(value) < schema.get("minLength", 0):
        yield "This is required." if not value else f"At least {schema['minLength']} characters are needed."
    if len(value) > schema.get("maxLength", len(value)):
        yield f"At most {schema['maxLength']} characters are possible."
    if isinstance(pattern := schema.get("pattern"), str) and not _matches(pattern, value):
        yield f"This must match {pattern}."
    if schema.get("format") == "email" and not _EMAIL.fullmatch(value):
        yield "This must be an e-mail address."
    if schema.get("format") == "date" and not _is_date(value):
        yield "This must be a date such as 2026-01-31."


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.search(pattern, value) is not None
    except re.error:  # the author's pattern, not the answer, is wrong
        return True


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _number_errors(schema: Mapping[str, Any], value: float) -> Iterator[str]:
    if value < schema.get("minimum", value):
        yield f"This must be at least {schema['minimum']}."
    if value > schema.get("maximum", value):
        yield f"This must be at most {schema['maximum']}."
    if "exclusiveMinimum" in schema and value <= schema["exclusiveMinimum"]:
        yield f"This must be more than {schema['exclusiveMinimum']}."
    if "exclusiveMaximum" in schema and value >= schema["exclusiveMaximum"]:
        yield f"This must be less than {schema['exclusiveMaximum']}."
