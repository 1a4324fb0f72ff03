"""What a schema of valves says of its fields: which are secret, which ask for their choices, which lack a value.

Secret fields are write-only (spec V5): who reads them gets `MASK`, and who sends `MASK` back leaves them as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

MASK = "********"
_SECRET_NAME = re.compile(
    r"(?:^|_)(?:api_?key|access_?key|private_?key|secret_?key|key|secret|token|password|passwd|passphrase|credentials?)$",
    re.IGNORECASE,
)
_HARMLESS_NAME = re.compile(r"(?:^|_)(?:public|primary|sort|partition|cache|header|json|dict|map)_?key$", re.IGNORECASE)
_NOT_A_SECRET = {"select", "multiselect", "color", "textarea", "map", "date"}
Values = Mapping[str, Any]


def is_secret(name: str, field: Values) -> bool:
    """Whether a field is marked as secret, or is a text that is named like one."""
    hint = field.get("input")
    kind = hint.get("type") if isinstance(hint, Mapping) else None
    if kind == "password" or field.get("format") == "password" or field.get("writeOnly") is True:
        return True
    named = bool(_SECRET_NAME.search(name)) and not _HARMLESS_NAME.search(name)
    return named and kind not in _NOT_A_SECRET and "enum" not in field and _may_be_text(field)


def secret_fields(schema: Values | None) -> list[str]:
    """Names of the secret fields at the top of a schema."""
    return [name for name, field in _properties(schema).items() if is_secret(name, field)]


def masked(schema: Values | None, values: Values | None) -> dict[str, Any]:
    """Set values as they may be shown."""
    return _map_secrets(schema, schema, values or {}, lambda value, _: MASK if value not in (None, "") else value, {})


def unmasked(schema: Values | None, values: Values, stored: Values | None) -> dict[str, Any]:
    """Sent values, where `MASK` stands for what is stored; a mask over nothing is left out."""
    restored = _map_secrets(schema, schema, values, lambda value, kept: kept if value == MASK else value, stored or {})
    return {name: value for name, value in restored.items() if value is not None or values[name] is None}


def dynamic_options(schema: Values | None) -> dict[str, str]:
    """Fields whose choices a method gives, with the name of the method (spec V2)."""
    found = {}
    for name, field in _properties(schema).items():
        hint = field.get("input")
        options = hint.get("options") if isinstance(hint, Mapping) else None
        if isinstance(options, str) and options.isidentifier() and not options.startswith("__"):
            found[name] = options
    return found


def missing(required: list[str], values: Values | None) -> list[str]:
    """Required fields without a value (spec L7)."""
    return [name for name in required if (values or {}).get(name) is None]


def _map_secrets(
    schema: Values | None, root: Values | None, values: Values, change: Callable[[Any, Any], Any], other: Values
) -> dict[str, Any]:
    """`values` with `change(value, value of other at the same place)` for every secret, nested ones included."""
    properties = _properties(schema)
    changed = {}
    for name, value in values.items():
        field = _resolved(properties.get(name, {}), root)
        beside = other.get(name)
        if isinstance(value, Mapping):
            beside = beside if isinstance(beside, Mapping) else {}
            changed[name] = _map_secrets(field, root, value, change, beside)
        elif isinstance(value, list) and not is_secret(name, field):
            changed[name] = _map_list(_resolved(field.get("items", {}), root), root, value, change, beside)
        else:
            changed[name] = change(value, beside) if is_secret(name, properties.get(name, {})) else value
    return changed


def _map_list(
    item: Values, root: Values | None, values: list[Any], change: Callable[[Any, Any], Any], other: Any
) -> Any:
    besides = other if isinstance(other, list) else []
    return [
        _map_secrets(item, root, value, change, besides[place] if _is_object_at(besides, place) else {})
        if isinstance(value, Mapping)
        else value
        for place, value in enumerate(values)
    ]


def _is_object_at(values: list[Any], place: int) -> bool:
    return place < len(values) and isinstance(values[place], Mapping)


def _resolved(field: Any, root: Values | None) -> Values:
    """A field's schema behind `$ref` and `Optional`."""
    if not isinstance(field, Mapping):
        return {}
    for choice in [*field.get("anyOf", []), *field.get("allOf", [])]:
        if isinstance(choice, Mapping) and choice.get("type") != "null":
            return _resolved(choice, root)
    if isinstance(reference := field.get("$ref"), str) and root is not None:
        return root.get("$defs", {}).get(reference.rpartition("/")[2], {}) or {}
    return field


def _may_be_text(field: Values) -> bool:
    kinds = [
        field.get("type"),
        *(choice.get("type") for choice in field.get("anyOf", []) if isinstance(choice, Mapping)),
    ]
    return "string" in kinds or not any(kinds)


def _properties(schema: Values | None) -> Mapping[str, Any]:
    found = (schema or {}).get("properties", {})
    return found if isinstance(found, Mapping) else {}
