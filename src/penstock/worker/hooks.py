"""The methods of a loaded class that the host may call: their parameters, and the thread that they want."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from penstock.functions.description import HOOKS
from penstock.worker.feeding import bound

USES_RUNNING_LOOP = frozenset({"create_task", "ensure_future", "get_running_loop", "current_task", "TaskGroup"})
BODY_NAMES = ("body", "event")


@dataclass(frozen=True, slots=True)
class Hook:
    """A hook as its signature shows it."""

    name: str
    target: Any  # the callable, or the attribute itself
    is_callable: bool
    is_async: bool
    lends_loop: bool  # a plain `def` that uses the running loop (I3)
    body_name: str | None  # the parameter that takes the body
    body_by_position: bool
    names: tuple[tuple[str, bool], ...]  # `__name__` parameters without the underscores, and whether they must be given
    unknown: tuple[str, ...]  # other parameters without a default: they get None
    takes_rest: bool

    @property
    def parameters(self) -> list[str]:
        """As `Description.hooks` lists them."""
        body = [] if self.body_name is None else [self.body_name]
        return [*body, *(f"__{name}__" for name, _ in self.names), *(["**"] if self.takes_rest else [])]

    @property
    def wants_request(self) -> bool:
        return self.takes_rest or any(name in ("request", "app") for name, _ in self.names)

    def bind(self, body: Any, values: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """Arguments for one call: what the signature names, and nothing else (I1)."""
        arguments: dict[str, Any] = dict.fromkeys(self.unknown)
        for name, must in self.names:
            if must or name in values:
                arguments[f"__{name}__"] = values.get(name)
        if self.takes_rest:
            arguments.update((f"__{name}__", values[name]) for name in values)
            if self.body_name is None:
                arguments["body"] = body
        if self.body_name is None:
            return [], arguments
        if self.body_by_position:
            return [body], arguments
        arguments[self.body_name] = body
        return [], arguments

    def bind_all(self, values: Mapping[str, Any]) -> Callable[[Any], Any]:
        """The hook as a function of the body alone, for many calls with the same values."""
        positional, named = self.bind(None, values)
        return bound(self.target, positional, named, self.body_name or ("body" if self.takes_rest else None))


def find_hooks(instance: object, kind: str) -> dict[str, Hook]:
    """The hooks that an instance has, of those that its kind may have."""
    found = {}
    for name in HOOKS[kind]:
        target = _computed(instance, name) or getattr(instance, name, None)
        if target is not None and (name != "available" or callable(target)):
            found[name] = read_hook(name, target)
    return found


def _computed(instance: object, name: str) -> Callable[[], Any] | None:
    """A property as something to call: what it gives may depend on valves, and it may be slow or fail."""
    if not isinstance(inspect.getattr_static(type(instance), name, None), property | functools.cached_property):
        return None
    return lambda: getattr(instance, name)


def read_hook(name: str, target: Any) -> Hook:
    if not callable(target):
        return Hook(name, target, False, False, False, None, False, (), (), False)
    try:
        parameters = list(inspect.signature(target).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    by_name = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    body_name, by_position = _body_parameter(name, parameters)
    return Hook(
        name=name,
        target=target,
        is_callable=True,
        is_async=_is_async(target),
        lends_loop=uses_running_loop(target),
        body_name=body_name,
        body_by_position=by_position,
        names=tuple((p.name[2:-2], p.default is p.empty) for p in by_name if _is_dunder(p.name)),
        unknown=tuple(
            p.name for p in by_name if p.default is p.empty and p.name != body_name and not _is_dunder(p.name)
        ),
        takes_rest=any(p.kind is p.VAR_KEYWORD for p in parameters),
    )


def _is_dunder(name: str) -> bool:
    return len(name) > 4 and name.startswith("__") and name.endswith("__")


def _body_parameter(hook: str, parameters: list[inspect.Parameter]) -> tuple[str | None, bool]:
    """The parameter for the body, and whether it must be given by position."""
    if hook == "pipes" or ":" in hook:
        return None, False
    for parameter in parameters:
        if parameter.name in BODY_NAMES and parameter.kind is not parameter.POSITIONAL_ONLY:
            return parameter.name, False
    for parameter in parameters:
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.VAR_POSITIONAL):
            return parameter.name, True
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD and not _is_dunder(parameter.name):
            return parameter.name, False
    return None, False


def _is_async(target: Any) -> bool:
    while isinstance(target, functools.partial):
        target = target.func
    looked_at = target if inspect.isroutine(target) else getattr(type(target), "__call__", target)  # noqa: B004
    return inspect.iscoroutinefunction(looked_at) or inspect.isasyncgenfunction(looked_at)


def uses_running_loop(target: Any) -> bool:
    """Whether a function, or one of the same module or class that it names, uses the running loop."""
    return _uses_running_loop(inspect.unwrap(target) if callable(target) else target, set())


def _uses_running_loop(target: Any, seen: set[types.CodeType]) -> bool:
    function = inspect.unwrap(getattr(target, "__func__", target))
    code = getattr(function, "__code__", None)
    if code is None or code in seen:
        return False
    seen.add(code)
    names = _names(code)
    if names & USES_RUNNING_LOOP:
        return True
    return any(_uses_running_loop(other, seen) for other in _named_functions(target, function, names))


def _names(code: types.CodeType) -> set[str]:
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType) and not constant.co_flags & inspect.CO_COROUTINE:
            names |= _names(constant)
    return names


def _named_functions(target: Any, function: Any, names: set[str]) -> list[Any]:
    """Plain functions that a function's code names: of its module and instance, and of classes that it makes."""
    owner = getattr(target, "__self__", None)
    found = []
    for name in names:
        other = inspect.getattr_static(owner, name, None) if owner is not None else None
        if other is None:
            other = function.__globals__.get(name)
        if isinstance(other, type):
            found.extend(_plain_methods(other, names))
        elif isinstance(other, types.FunctionType) and not inspect.iscoroutinefunction(other):
            bound = types.MethodType(other, owner) if owner is not None and name in dir(type(owner)) else other
            found.append(bound)
    return [other for other in found if _module_of(other) == function.__module__]


def _plain_methods(cls: type, names: set[str]) -> list[Any]:
    """Its constructor, and those of its methods that are named."""
    named = {"__init__"} | names
    methods = (value for name, value in vars(cls).items() if name in named)
    return [each for each in methods if isinstance(each, types.FunctionType) and not inspect.iscoroutinefunction(each)]


def _module_of(target: Any) -> str | None:
    return getattr(target, "__module__", None)
