"""Whether a value fits a JSON Schema: `penstock.functions.schema_check` (spec E3)."""

from __future__ import annotations

from typing import Any

import pytest

from penstock.functions.schema_check import errors_in

pytestmark = pytest.mark.spec("E3")

PERSON = {
    "type": "object",
    "required": ["name", "home"],
    "$defs": {"Place": {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}}},
    "properties": {
        "name": {"type": "string", "minLength": 2},
        "home": {"$ref": "#/$defs/Place"},
        "age": {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "null"}]},
        "others": {"type": "array", "items": {"$ref": "#/$defs/Place"}, "uniqueItems": True},
        "when": {"type": "string", "format": "date-time"},
        "step": {"type": "number", "multipleOf": 0.1},
        "either": {"oneOf": [{"const": "a"}, {"const": "b"}]},
        "both": {"allOf": [{"type": "integer"}, {"maximum": 3}]},
        "nowhere": {"$ref": "#/$defs/Gone"},
        "itself": {"$ref": "#"},
    },
    "additionalProperties": {"type": "integer"},
}
FITS = {"name": "Ada", "home": {"city": "Uri"}}


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({}, []),
        ({"home": {}}, [(("home", "city"), "This is required.")]),
        ({"home": "Uri"}, [(("home",), "This must be an object.")]),
        ({"age": None, "nowhere": object, "extra": 1, "step": 0.3, "either": "b", "both": 3}, []),
        ({"age": -1}, [(("age",), "This must be at least 0.")]),
        ({"age": "old"}, [(("age",), "This must be a whole number or empty.")]),
        ({"others": [{"city": "A"}, {"city": 3}]}, [(("others", 1, "city"), "This must be a text.")]),
        ({"others": [{"city": "A"}, {"city": "A"}]}, [(("others",), "Each may be there only once.")]),
        ({"when": "noon"}, [(("when",), "This must be a date and time such as 2026-01-31T14:30.")]),
        ({"step": 0.25}, [(("step",), "This must be a multiple of 0.1.")]),
        ({"either": "c"}, [(("either",), "This is none of what is possible here.")]),
        ({"both": 4}, [(("both",), "This must be at most 3.")]),
        ({"extra": "x"}, [(("extra",), "This must be a whole number.")]),
    ],
)
def test_each_field_has_its_sentence(more: dict[str, Any], wrong: list[Any]) -> None:
    assert list(errors_in(PERSON, {**FITS, **more})) == wrong


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("email", "a@b.c", "a"),
        ("date", "2026-01-31", "31.1.2026"),
        ("time", "14:30", "half past"),
        ("uri", "https://example.com", "nowhere"),
    ],
)
def test_formats(kind: str, good: str, bad: str) -> None:
    schema = {"type": "string", "format": kind}
    assert not list(errors_in(schema, good))
    assert list(errors_in(schema, bad))


@pytest.mark.parametrize(
    "schema",
    [
        {"required": True, "properties": {"a": 3}, "minLength": "3", "pattern": "("},
        {"properties": {"a": {"minLength": "3", "maxLength": None, "enum": "x", "format": 3}}},
        {"properties": {"n": {"minimum": "1", "exclusiveMinimum": True, "multipleOf": 0, "type": "whole"}}},
        {"properties": {"l": {"minItems": "2", "items": [1], "uniqueItems": "no"}}, "anyOf": [], "oneOf": {}},
    ],
)
def test_a_schema_with_mistakes_breaks_nothing(schema: dict[str, Any]) -> None:
    assert not list(errors_in(schema, {"a": "x", "n": 1, "l": [1]}))
