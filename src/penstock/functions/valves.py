"""What a schema of valves says of its fields: which are secret, which ask for their choices, which lack a value.

Secret fields are write-only (spec V5): who reads them gets `MASK`, and who sends `MASK` back leaves them as they are.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from typing import Any

MASK = "********"
_NUMBERED_MASK = re.compile(re.escape(MASK) + r" (\d+)")  # one of several in a list
_SECRET_NAME = re.compile(
    r"(?:^|_)(?:(?:api|access|private|secret)_?keys?|key|secrets?|token|(?:api|access|auth)_?tokens"
    r"|passwords?|passwd|passphrase|credentials?)$",
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


def secret_texts(schema: Values | None, values: Values | None) -> set[str]:
    """Every text that stands in a secret field, nested ones included."""
    found: set[str] = set()

    def note(value: Any, _: Any) -> Any:
        found.update(_texts(value))
        return value

    _map_secrets(schema, schema, values or {}, note, {})
    return found


def default_secrets(schema: Values | None) -> set[str]:
    """Secrets that stand in the class itself, as those do that it takes from the environment."""
    described = (schema or {}, *(schema or {}).get("$defs", {}).values())
    return {
        text
        for each in described
        for name, field in _properties(each).items()
        if is_secret(name, field)
        for text in _texts(field.get("default"))
        if text
    }


def shown_schema(schema: Values) -> dict[str, Any]:
    """A copy for who fills the form in: secret fields are `writeOnly`, and what they default to is not told."""
    shown = copy.deepcopy(dict(schema))
    for each in (shown, *shown.get("$defs", {}).values()):
        for name in secret_fields(each):
            field = each["properties"][name]
            field["writeOnly"] = True
            if any(_texts(field.get("default"))):
                del field["default"]
    return shown


def secret_fields(schema: Values | None) -> list[str]:
    """Names of the secret fields at the top of a schema."""
    return [name for name, field in _properties(schema).items() if is_secret(name, field)]


def masked(schema: Values | None, values: Values | None) -> dict[str, Any]:
    """Set values as they may be shown."""
    return _map_secrets(schema, schema, values or {}, _mask, {})


def unmasked(schema: Values | None, values: Values, stored: Values | None) -> dict[str, Any]:
    """Sent values, where a mask stands for what is stored; a mask over nothing is left out."""
    restored = _map_secrets(schema, schema, values, _restore, stored or {})
    return {name: value for name, value in restored.items() if value is not None or values[name] is None}


def dynamic_hints(schema: Values | None) -> list[dict[str, Any]]:
    """The `input` hints whose choices a method gives, nested ones included; `options` is its name (spec V2)."""
    described = (schema or {}, *(schema or {}).get("$defs", {}).values())
    hints = [field.get("input") for each in described for field in _properties(each).values()]
    return [hint for hint in hints if isinstance(hint, dict) and _names_method(hint.get("options"))]


def _names_method(options: Any) -> bool:
    return isinstance(options, str) and options.isidentifier() and not options.startswith("__")


def per_user_fields(schema: Values | None) -> list[str]:
    """Fields that `json_schema_extra={"per_user": True}` leaves to each user (spec V6)."""
    return [name for name, field in _properties(schema).items() if field.get("per_user") is True]


def with_per_user(user_schema: Values | None, schema: Values | None) -> dict[str, Any] | None:
    """What a user may set: fields of `UserValves`, and those of `Valves` that are left to users."""
    names = [name for name in per_user_fields(schema) if name not in _properties(user_schema)]
    if not names or schema is None:
        return None if user_schema is None else dict(user_schema)
    fields = {name: schema["properties"][name] for name in names}
    base = user_schema or {"type": "object", "title": "UserValves"}
    merged = {**base, "properties": {**_properties(user_schema), **fields}}
    definitions = {**schema.get("$defs", {}), **base.get("$defs", {})}
    return merged | ({"$defs": definitions} if definitions else {})


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
        if is_secret(name, properties.get(name, {})):
            changed[name] = change(value, beside)
        elif isinstance(value, Mapping):
            beside = beside if isinstance(beside, Mapping) else {}
            changed[name] = _map_secrets(field, root, value, change, beside)
        elif isinstance(value, list):
            changed[name] = _map_list(_resolved(field.get("items", {}), root), root, value, change, beside)
        else:
            changed[name] = value
    return changed


def _mask(value: Any, _: Any = None) -> Any:
    if isinstance(value, list):
        return [f"{MASK} {place + 1}" if item not in (None, "") else item for place, item in enumerate(value)]
    if isinstance(value, Mapping):
        return {name: _mask(item) for name, item in value.items()}
    return MASK if value not in (None, "") else value


def _restore(value: Any, stored: Any) -> Any:
    if isinstance(value, list):
        known = stored if isinstance(stored, list) else []
        return [_restore_item(item, known) for item in value]
    if isinstance(value, Mapping):
        beside = stored if isinstance(stored, Mapping) else {}
        return {name: _restore(item, beside.get(name)) for name, item in value.items()}
    return stored if value == MASK else value


def _restore_item(item: Any, stored: list[Any]) -> Any:
    """The item that a numbered mask stands for, so that others may be taken out or put in between."""
    found = _NUMBERED_MASK.fullmatch(item) if isinstance(item, str) else None
    place = int(found[1]) - 1 if found else -1
    return stored[place] if 0 <= place < len(stored) else item


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
    """Whether it is a text, or may hold some."""
    kinds = {
        field.get("type"),
        *(choice.get("type") for choice in field.get("anyOf", []) if isinstance(choice, Mapping)),
    }
    return not kinds.isdisjoint({"string", "array", "object"}) or not any(kinds)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping | list):
        items = value.values() if isinstance(value, Mapping) else value
        return [text for item in items for text in _texts(item)]
    return []


def _properties(schema: Values | None) -> Mapping[str, Any]:
    found = (schema or {}).get("properties", {})
    return found if isinstance(found, Mapping) else {}
