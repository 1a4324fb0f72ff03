"""The scripted person: confirms, takes the first choice, types something sensible, fills in forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TEXT = "A sensible answer"
FILE_NAME, FILE_CONTENT = "notes.txt", b"A small file of the doctor's.\n"
MOST_DEPTH = 6


def answer_to(kind: str, data: Any, file_id: str) -> Any:
    """What this person answers to a question (spec E3)."""
    values: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
    if kind in ("confirmation", "confirm"):
        return True
    if kind in ("select", "multiselect") or (kind == "input" and values.get("options")):
        first = _value(_first(values.get("options")))
        return [first] if kind == "multiselect" else first
    if kind == "input":
        return str(values.get("value") or _typed(str(values.get("type") or "")))
    if kind == "form":
        return valid_value(values.get("schema") or {})
    if kind == "file":
        return [file_id] if values.get("multiple") else file_id
    if kind == "request:user_input":
        return {"answers": {str(each["id"]): _one_of(each) for each in values.get("questions") or ()}}
    return None  # what a page would give back: nothing


def valid_value(schema: Any, root: Any = None, depth: int = 0) -> Any:
    """A value that fits a JSON Schema, as far as people can guess one."""
    if not isinstance(schema, Mapping) or depth > MOST_DEPTH:
        return {}
    root = root or schema
    if isinstance(reference := schema.get("$ref"), str):
        return valid_value(root.get("$defs", {}).get(reference.rpartition("/")[2], {}), root, depth + 1)
    for name in ("default", "const"):
        if schema.get(name) is not None:
            return schema[name]
    if schema.get("enum"):
        return schema["enum"][0]
    for name in ("anyOf", "oneOf", "allOf"):
        if choices := [each for each in schema.get(name) or () if each.get("type") != "null"]:
            return valid_value(choices[0], root, depth + 1)
    kind = schema.get("type")
    kind = next((each for each in kind if each != "null"), None) if isinstance(kind, list) else kind
    if kind == "object" or "properties" in schema:
        properties = schema.get("properties") or {}
        return {name: valid_value(field, root, depth + 1) for name, field in properties.items()}
    if kind == "array":
        return [valid_value(schema.get("items") or {}, root, depth + 1) for _ in range(schema.get("minItems") or 0)]
    if kind == "boolean":
        return True
    if kind in ("integer", "number"):
        return _number(schema)
    return _text(schema)


def _number(schema: Mapping[str, Any]) -> Any:
    least = schema.get("minimum", schema.get("exclusiveMinimum"))
    most = schema.get("maximum", schema.get("exclusiveMaximum"))
    value = 1 if least is None else least + (1 if "exclusiveMinimum" in schema else 0)
    return value if most is None or value <= most else most


def _text(schema: Mapping[str, Any]) -> str:
    known = {"email": "ada@example.com", "date": "2026-01-31", "uri": "https://example.com/", "time": "12:00"}
    text = known.get(str(schema.get("format") or ""), TEXT)
    text = text.ljust(int(schema.get("minLength") or 0), ".")
    return text[: int(schema["maxLength"])] if schema.get("maxLength") else text


def _typed(kind: str) -> str:
    return {"number": "1", "email": "ada@example.com", "date": "2026-01-31", "url": "https://example.com/"}.get(
        kind, TEXT
    )


def _first(options: Any) -> Any:
    if isinstance(options, Mapping):
        return next(iter(options), None)
    return options[0] if isinstance(options, list | tuple) and options else None


def _value(option: Any) -> Any:
    if not isinstance(option, Mapping):
        return option
    return next((option[key] for key in ("value", "id", "label", "name") if option.get(key) is not None), None)


def _one_of(question: Mapping[str, Any]) -> Any:
    option = _first(question.get("options"))
    return TEXT if option is None else _value(option) if not isinstance(option, Mapping) else option.get("label")
