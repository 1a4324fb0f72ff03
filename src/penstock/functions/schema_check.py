"""Whether a value fits a JSON Schema: the part of the language that forms use.

Known: type, enum, const, required, properties, additionalProperties, items, minItems, maxItems, uniqueItems, minLength,
maxLength, pattern, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, format (email, date, time,
date-time, uri), $ref within the schema, allOf, anyOf, oneOf. The rest is ignored.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit

LONGEST_CHAIN = 20  # references that lead to references
NEARLY = 1e-9
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


def errors_in(
    schema: Mapping[str, Any], value: Any, where: tuple[str | int, ...] = (), root: Mapping[str, Any] | None = None
) -> Iterator[FieldError]:
    """What keeps `value` from fitting `schema`, field by field; nothing when it fits. `root` is what `$ref` is in."""
    root = schema if root is None else root
    schema = _resolved(schema, root)
    if wanted := _mistyped(schema.get("type"), value):
        yield where, f"This must be {wanted}."
        return
    for sentence in _wrong_value(schema, value):
        yield where, sentence
    yield from _variant_errors(schema, value, where, root)
    if isinstance(value, dict):
        yield from _object_errors(schema, value, where, root)
    elif isinstance(value, list):
        yield from _list_errors(schema, value, where, root)
    elif isinstance(value, str):
        yield from ((where, sentence) for sentence in _text_errors(schema, value))
    elif _is_number(value):
        yield from ((where, sentence) for sentence in _number_errors(schema, value))


def _resolved(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema that a `$ref` such as `#/$defs/Name` leads to; a reference that leads nowhere asks for nothing."""
    for _ in range(LONGEST_CHAIN):
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return schema
        found: Any = root
        for step in reference.removeprefix("#").strip("/").split("/") if reference.startswith("#/") else ("",):
            found = found.get(step) if isinstance(found, Mapping) else None
        rest = {key: item for key, item in schema.items() if key != "$ref"}
        schema = {**found, **rest} if isinstance(found, Mapping) else rest
    return {}


def _variant_errors(
    schema: Mapping[str, Any], value: Any, where: tuple[str | int, ...], root: Mapping[str, Any]
) -> Iterator[FieldError]:
    for part in _schemas(schema.get("allOf")):
        yield from errors_in(part, value, where, root)
    for key in ("anyOf", "oneOf"):
        tried = [list(errors_in(part, value, where, root)) for part in _schemas(schema.get(key))]
        if tried and all(tried):
            yield from _nearest(tried, where)


def _nearest(tried: list[list[FieldError]], where: tuple[str | int, ...]) -> list[FieldError]:
    """What is wrong by the variant that was meant: the one whose type fits, where there is one."""
    meant = [errors for errors in tried if not _is_about_type(errors, where)]
    if len(meant) == 1:
        return meant[0]
    if meant:
        return [(where, "This is none of what is possible here.")]
    wanted = [errors[0][1].removeprefix("This must be ").removesuffix(".") for errors in tried]
    return [(where, f"This must be {' or '.join(dict.fromkeys(wanted))}.")]


def _is_about_type(errors: list[FieldError], where: tuple[str | int, ...]) -> bool:
    named = {f"This must be {name}." for name in _NAMED.values()}
    return len(errors) == 1 and errors[0][0] == where and errors[0][1] in named


def _limit(schema: Mapping[str, Any], name: str, otherwise: float) -> float:
    """A bound; what the author wrote there and is no number bounds nothing."""
    value: Any = schema.get(name)
    return value if _is_number(value) else otherwise


def _schemas(value: Any) -> list[Mapping[str, Any]]:
    return [part for part in value if isinstance(part, Mapping)] if isinstance(value, list) else []


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
    schema: Mapping[str, Any], value: dict[str, Any], where: tuple[str | int, ...], root: Mapping[str, Any]
) -> Iterator[FieldError]:
    properties = schema.get("properties")
    properties = properties if isinstance(properties, Mapping) else {}
    required = schema.get("required")
    for name in required if isinstance(required, list) else ():
        if name not in value:
            yield (*where, name), "This is required."
    for name, item in value.items():
        inner = properties.get(name, schema.get("additionalProperties"))
        if isinstance(inner, Mapping):
            yield from errors_in(inner, item, (*where, name), root)
        elif inner is False:
            yield (*where, name), "This is not a field of the form."


def _list_errors(
    schema: Mapping[str, Any], value: list[Any], where: tuple[str | int, ...], root: Mapping[str, Any]
) -> Iterator[FieldError]:
    if len(value) < _limit(schema, "minItems", 0):
        yield where, f"At least {schema['minItems']} are needed."
    if len(value) > _limit(schema, "maxItems", len(value)):
        yield where, f"At most {schema['maxItems']} are possible."
    if isinstance(inner := schema.get("items"), Mapping):
        for index, item in enumerate(value):
            yield from errors_in(inner, item, (*where, index), root)
    if schema.get("uniqueItems") and any(item in value[:index] for index, item in enumerate(value)):
        yield where, "Each may be there only once."


def _text_errors(schema: Mapping[str, Any], value: str) -> Iterator[str]:
    if len(value) < _limit(schema, "minLength", 0):
        yield "This is required." if not value else f"At least {schema['minLength']} characters are needed."
    if len(value) > _limit(schema, "maxLength", len(value)):
        yield f"At most {schema['maxLength']} characters are possible."
    if isinstance(pattern := schema.get("pattern"), str) and not _matches(pattern, value):
        yield f"This must match {pattern}."
    check, wanted = _FORMATS.get(str(schema.get("format")), (_anything, ""))
    if not check(value):
        yield f"This must be {wanted}."


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.search(pattern, value) is not None
    except re.error:  # the author's pattern, not the answer, is wrong
        return True


def _reads(read: Callable[[str], Any]) -> Callable[[str], bool]:
    def check(value: str) -> bool:
        try:
            read(value)
        except ValueError:
            return False
        return True

    return check


def _anything(value: str) -> bool:
    return True


def _is_address(value: str) -> bool:
    parts = urlsplit(value)
    return bool(parts.scheme and (parts.netloc or parts.path))


_FORMATS: dict[str, tuple[Callable[[str], bool], str]] = {
    "email": (lambda value: _EMAIL.fullmatch(value) is not None, "an e-mail address"),
    "date": (_reads(date.fromisoformat), "a date such as 2026-01-31"),
    "time": (_reads(time.fromisoformat), "a time such as 14:30"),
    "date-time": (_reads(datetime.fromisoformat), "a date and time such as 2026-01-31T14:30"),
    "uri": (_reads(lambda value: _must(_is_address(value))), "an address such as https://example.com"),
}


def _must(fits: bool) -> None:
    if not fits:
        raise ValueError


def _number_errors(schema: Mapping[str, Any], value: float) -> Iterator[str]:
    if value < _limit(schema, "minimum", value):
        yield f"This must be at least {schema['minimum']}."
    if value > _limit(schema, "maximum", value):
        yield f"This must be at most {schema['maximum']}."
    if value <= _limit(schema, "exclusiveMinimum", -math.inf):
        yield f"This must be more than {schema['exclusiveMinimum']}."
    if value >= _limit(schema, "exclusiveMaximum", math.inf):
        yield f"This must be less than {schema['exclusiveMaximum']}."
    step: Any = schema.get("multipleOf")
    if _is_number(step) and step > 0 and abs(value / step - round(value / step)) > NEARLY:
        yield f"This must be a multiple of {step}."
