"""What a loaded function says of itself."""

from __future__ import annotations

import inspect
import types
from typing import Any

import msgspec
from pydantic import BaseModel
from pydantic.errors import PydanticInvalidForJsonSchema
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from penstock.functions.description import Button, Description
from penstock.worker.hooks import Hook
from penstock.worker.values import NotPlain, plain

SIMPLE = (str, int, float, bool, list, dict, tuple, type(None))
ATTRIBUTE_LIMIT = 64 * 1024
NOT_ATTRIBUTES = frozenset({"valves", "user_valves", "actions", "pipes", "citation"})


class SchemaError(Exception):
    """Raised when no JSON Schema can be made of a class of valves."""


class _TolerantSchema(GenerateJsonSchema):
    """A type that JSON Schema cannot express becomes a schema that says nothing."""

    def handle_invalid_for_json_schema(self, schema: Any, error_info: str) -> JsonSchemaValue:
        return {}


def describe(
    module: types.ModuleType,
    kind: str,
    instance: Any,
    hooks: dict[str, Hook],
    valves: type | None,
    user_valves: type | None,
) -> Description:
    pipes = hooks.get("pipes")
    return Description(
        kind=kind,
        hooks={name: hook.parameters for name, hook in hooks.items()},
        name=_text(instance, "name"),
        pipes=_entries(pipes.target) if pipes is not None and not pipes.is_callable else None,
        has_pipes=pipes is not None,
        actions=_buttons(getattr(instance, "actions", None)),
        icon_url=_text(instance, "icon") or _text(instance, "icon_url") or _text(module, "icon_url") or "",
        toggle=bool(_first(instance, module, "toggle")),
        file_handler=bool(_first(instance, module, "file_handler")),
        priority=_priority(valves),
        valves_schema=_schema(valves, "Valves"),
        user_valves_schema=_schema(user_valves, "UserValves"),
        required_valves=_required(valves),
        attributes=_attributes(instance),
    )


def _text(owner: object, name: str) -> str | None:
    value = getattr(owner, name, None)
    return value if isinstance(value, str) else None


def _first(instance: object, module: object, name: str) -> Any:
    value = getattr(instance, name, None)
    if value is None:
        value = getattr(module, name, None)
    return value if not callable(value) else None


def _entries(pipes: Any) -> list[dict[str, str]] | None:
    if not isinstance(pipes, (list, tuple)):
        return None
    return [
        {"id": str(entry["id"]), "name": str(entry.get("name", entry["id"]))}
        for entry in pipes
        if isinstance(entry, dict) and "id" in entry
    ]


def _buttons(actions: Any) -> list[Button]:
    if callable(actions) or not isinstance(actions, (list, tuple)):
        return []
    return [
        Button(str(entry["id"]), str(entry.get("name") or entry["id"]), str(entry.get("icon_url") or ""))
        for entry in actions
        if isinstance(entry, dict) and "id" in entry
    ]


def _priority(valves: type | None) -> int:
    if valves is None:
        return 0
    if issubclass(valves, BaseModel):
        field = valves.model_fields.get("priority")
        default = None if field is None else field.get_default(call_default_factory=False)
    else:
        default = getattr(valves, "priority", None)
    return default if isinstance(default, int) else 0


def _schema(valves: type | None, name: str) -> dict[str, Any] | None:
    if valves is None or not issubclass(valves, BaseModel):
        return None
    try:
        schema = valves.model_json_schema(schema_generator=_TolerantSchema)
        return dict(plain(schema, {}, lambda value, _path: str(value)))
    except (PydanticInvalidForJsonSchema, TypeError, ValueError, AttributeError, KeyError, RecursionError) as error:
        raise SchemaError(f"No form can be made of {name}: {error}") from error


def _required(valves: type | None) -> list[str]:
    if valves is None or not issubclass(valves, BaseModel):
        return []
    return [name for name, field in valves.model_fields.items() if field.is_required()]


def _attributes(instance: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in {**_class_attributes(type(instance)), **getattr(instance, "__dict__", {})}.items():
        if name.startswith("_") or name in NOT_ATTRIBUTES or not isinstance(value, SIMPLE):
            continue
        try:
            made = plain(value)
        except NotPlain:
            continue
        if len(msgspec.msgpack.encode(made)) <= ATTRIBUTE_LIMIT:
            found[name] = made
    return found


def _class_attributes(cls: type) -> dict[str, Any]:
    return {
        name: value
        for base in reversed(cls.__mro__[:-1])
        for name, value in vars(base).items()
        if not inspect.isroutine(value)
    }
