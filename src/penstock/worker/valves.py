"""Whether given values fit a class of valves; the class itself says so, so the messages are pydantic's (V3, L7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import AliasChoices, BaseModel, SecretBytes, SecretStr, ValidationError
from pydantic_core import to_jsonable_python

CHECKS = {"valves:check": "Valves", "user_valves:check": "UserValves"}
OPTIONS = "valves_options:"  # asked for while required valves may still lack values


def check(valves: type | None, given: Any) -> dict[str, Any]:
    """`{"ok", "values", "missing", "errors": [{"field", "message"}]}`; `values` are to be stored.

    A None means "back to the default". What is required and not given stands in `missing` and is no error.
    """
    if valves is None:
        return _refused("", "This function has no such valves.")
    if not isinstance(given, Mapping):
        return _refused("", "Valves are an object with one key for each field.")
    values = {str(name): value for name, value in given.items() if value is not None}
    if not issubclass(valves, BaseModel):
        known = {name: value for name, value in values.items() if hasattr(valves, name)}
        return {"ok": True, "values": to_jsonable_python(known, fallback=str), "missing": [], "errors": []}
    return _check_model(valves, values)


def _check_model(valves: type[BaseModel], values: dict[str, Any]) -> dict[str, Any]:
    try:
        kept = _set_fields(valves(**values))
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False)
        missing = [str(each["loc"][0]) for each in problems if _is_missing(each)]
        errors = [_problem(each) for each in problems if not _is_missing(each)]
        if errors:
            return {"ok": False, "values": {}, "missing": missing, "errors": errors}
        return {"ok": True, "values": _without_required(valves, values), "missing": missing, "errors": []}
    except (TypeError, ValueError, AssertionError) as error:  # a constructor or validator of the author's
        return _refused("", str(error) or type(error).__name__)
    return {"ok": True, "values": kept, "missing": [], "errors": []}


def _set_fields(made: BaseModel) -> dict[str, Any]:
    """As the class takes them again: by alias where it has one, with secrets in the open."""
    dumped = _by_alias(made, made.model_dump(exclude_unset=True, warnings=False))
    return {name: to_jsonable_python(_revealed(value), fallback=str) for name, value in dumped.items()}


def _by_alias(made: Any, dumped: Any) -> Any:
    """What was dumped of an object by the names of its fields, under the names by which they are given."""
    if isinstance(made, BaseModel) and isinstance(dumped, Mapping):
        fields = type(made).model_fields
        return {
            _given_name(fields[name].validation_alias, name) if name in fields else name: _by_alias(
                getattr(made, name, None), value
            )
            for name, value in dumped.items()
        }
    if isinstance(made, list | tuple) and isinstance(dumped, list | tuple) and len(made) == len(dumped):
        return [_by_alias(*pair) for pair in zip(made, dumped, strict=True)]
    if isinstance(made, Mapping) and isinstance(dumped, Mapping):
        return {key: _by_alias(made.get(key), value) for key, value in dumped.items()}
    return dumped


def _given_name(alias: Any, name: str) -> str:
    if isinstance(alias, AliasChoices):
        alias = next((choice for choice in alias.choices if isinstance(choice, str)), None)
    return alias if isinstance(alias, str) else name


def _without_required(valves: type[BaseModel], values: dict[str, Any]) -> dict[str, Any]:
    """The known ones of values that are right, where the whole cannot be made yet; in the form that was given."""
    names = {
        name
        for field, info in valves.model_fields.items()
        for name in (field, info.alias, _given_name(info.validation_alias, field))
        if name
    }
    extra = valves.model_config.get("extra") == "allow"
    return {name: to_jsonable_python(value, fallback=str) for name, value in values.items() if extra or name in names}


def _revealed(value: Any) -> Any:
    """Secret types show stars when they are dumped; what is stored (sealed) is the secret itself."""
    if isinstance(value, SecretStr | SecretBytes):
        return value.get_secret_value()
    if isinstance(value, Mapping):
        return {key: _revealed(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_revealed(item) for item in value]
    return value


def _is_missing(problem: Mapping[str, Any]) -> bool:
    return problem["type"] == "missing" and len(problem["loc"]) == 1


def _problem(problem: Mapping[str, Any]) -> dict[str, Any]:
    return {"field": ".".join(str(part) for part in problem["loc"]), "message": problem["msg"]}


def _refused(field: str, message: str) -> dict[str, Any]:
    return {"ok": False, "values": {}, "missing": [], "errors": [{"field": field, "message": message}]}
