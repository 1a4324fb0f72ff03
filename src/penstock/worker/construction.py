"""Constructing a function's class although required valves have no value yet (L7), and its valves for a run (V4)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from penstock.worker.runs import current

_EMPTY: dict[type, Any] = {str: "", int: 0, float: 0.0, bool: False, list: [], dict: {}}


@contextlib.contextmanager
def missing_valves_allowed(valves: Any) -> Iterator[None]:
    """Within, `Valves()` without its required values gives an object that has empty ones."""
    if not (isinstance(valves, type) and issubclass(valves, BaseModel)):
        yield
        return
    own = vars(valves).get("__init__")
    construct = valves.__init__

    def tolerant(self: BaseModel, /, *positional: Any, **given: Any) -> None:
        try:
            construct(self, *positional, **given)
        except ValidationError as error:
            if type(self) is not valves or any(problem["type"] != "missing" for problem in error.errors()):
                raise
            fill_empty(self, given)

    valves.__init__ = tolerant  # type: ignore[method-assign]
    try:
        yield
    finally:
        if own is None:
            del valves.__init__
        else:
            valves.__init__ = own  # type: ignore[method-assign]


def fill_empty(valves: BaseModel, given: dict[str, Any]) -> None:
    """Make `valves` an object with what was given, defaults, and empty values where there is neither."""
    made = type(valves).model_construct(**given)
    values = dict(made.__dict__)
    for name, field in type(valves).model_fields.items():
        if name not in values:
            values[name] = _empty(field.annotation)
    object.__setattr__(valves, "__dict__", values)
    object.__setattr__(valves, "__pydantic_fields_set__", set(given))
    object.__setattr__(valves, "__pydantic_extra__", made.__pydantic_extra__)
    object.__setattr__(valves, "__pydantic_private__", made.__pydantic_private__)


def _empty(annotation: Any) -> Any:
    value = _EMPTY.get(getattr(annotation, "__origin__", annotation))
    return type(value)() if value is not None else None


_ABSENT: Any = object()  # not even None


class RunValves:
    """`self.valves` and `self.user_valves`: those of the run that asks, so that no run sees another's.

    What a hook puts on `self.user_valves` is its run's own as well; outside of runs it is what was put there last.
    """

    def __init__(self, name: str, default: Any) -> None:
        self.name = name
        self._default = default  # a class attribute of that name, or `_ABSENT`

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self if self._default is _ABSENT else self._default
        run = current.get()
        if run is not None and (own := getattr(run, self.name)) is not None:
            return own
        value = instance.__dict__.get(self.name, self._default)
        if value is _ABSENT:
            raise AttributeError(f"{type(instance).__name__!r} object has no attribute {self.name!r}")
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        run = current.get()
        if run is not None:
            setattr(run, self.name, value)
        instance.__dict__[self.name] = value


def separate_valves(cls: type) -> None:
    """Let each run see its own, unless the class does something of its own with the name."""
    if "__slots__" in vars(cls):
        return
    for name in ("valves", "user_valves"):
        present = next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), _ABSENT)
        if not hasattr(type(present), "__set__"):
            setattr(cls, name, RunValves(name, present))


def build(valves: type, values: dict[str, Any] | None) -> tuple[Any, list[str]]:
    """An instance with the set values, and what was wrong with those that are left out."""
    given = dict(values or {})
    if not issubclass(valves, BaseModel):
        return _build_other(valves, given), []
    try:
        return valves(**given), []
    except ValidationError as error:
        bad = {str(problem["loc"][0]): problem["msg"] for problem in error.errors() if problem["loc"]}
        kept = {name: value for name, value in given.items() if name not in bad}
        if len(kept) == len(given):
            raise
        return valves(**kept), [f"valve {name!r} is left at its default: {message}" for name, message in bad.items()]


def _build_other(valves: type, given: dict[str, Any]) -> Any:
    """Valves that are no pydantic model: a dataclass, or a class with attributes."""
    try:
        return valves(**given)
    except TypeError:
        made = valves()
        for name, value in given.items():
            setattr(made, name, value)
        return made


def answer_as_mapping(valves: type) -> None:
    """Let instances answer `["x"]`, `.get`, `in` and `dict()` too, where the class does not say otherwise."""
    for name, method in _MAPPING.items():
        if not hasattr(valves, name):
            setattr(valves, name, method)


def _getitem(self: Any, key: str) -> Any:
    try:
        return getattr(self, key)
    except (AttributeError, TypeError):
        raise KeyError(key) from None


def _contains(self: Any, key: object) -> bool:
    return isinstance(key, str) and key in _keys(self)


def _keys(self: Any) -> list[str]:
    if isinstance(self, BaseModel):
        return [*type(self).model_fields, *(self.__pydantic_extra__ or {})]
    return [name for name in vars(self) if not name.startswith("_")]


_MAPPING: dict[str, Any] = {
    "__getitem__": _getitem,
    "__contains__": _contains,
    "get": lambda self, key, default=None: getattr(self, key) if key in _keys(self) else default,
    "keys": _keys,
    "values": lambda self: [getattr(self, name) for name in _keys(self)],
    "items": lambda self: [(name, getattr(self, name)) for name in _keys(self)],
}
