"""Making a module of a source, and an instance of its class."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, NoReturn

from penstock.functions import awaiting
from penstock.functions.description import HOOKS, KINDS, Description
from penstock.protocol.frames import Load, LoadFailed
from penstock.worker.construction import (
    answer_as_mapping,
    build,
    missing_valves_allowed,
    separate_valves,
)
from penstock.worker.describing import SchemaError, describe
from penstock.worker.failures import Failure, read_failure
from penstock.worker.hooks import Hook, find_hooks, read_hook
from penstock.worker.package import author_code, make_package

Phase = Literal["import", "kind", "hooks", "valves", "construct"]


class LoadError(Exception):
    """Raised when a source cannot be used; carries the frame that says so."""

    def __init__(self, frame: LoadFailed) -> None:
        super().__init__(frame.message)
        self.frame = frame


@dataclass(frozen=True, slots=True)
class LoadedFunction:
    """What a worker serves."""

    id: str
    filename: str
    kind: str
    instance: Any
    hooks: dict[str, Hook]
    valves: type | None
    user_valves: type | None
    description: Description

    def set_valves(self, values: dict[str, Any] | None) -> list[str]:
        """Put the valves in force on the instance; what was wrong with them comes back."""
        if self.valves is None:
            return []
        made, problems = build(self.valves, values)
        self.instance.valves = made
        return problems

    def hook(self, name: str) -> Hook | None:
        if name.startswith("valves_options:"):
            return self._options(name)
        return self.hooks.get(name)

    def _options(self, name: str) -> Hook | None:
        owner_name, _, method = name.partition(":")[2].rpartition(".")
        classes = (self.user_valves, self.valves) if owner_name == "UserValves" else (self.valves, self.user_valves)
        for owner in (self.instance, *classes):
            if owner is not None and not method.startswith("__") and callable(getattr(owner, method, None)):
                return read_hook(name, getattr(owner, method))
        return None


def load(frame: Load) -> LoadedFunction:
    """Import, find the class, construct it and describe it. Raises `LoadError`."""
    module = _step("import", frame, lambda: _import(frame))
    kind, cls = _find_class(module)
    valves, user_valves = _inner_class(cls, "Valves"), _inner_class(cls, "UserValves")
    if user_valves is not None:
        answer_as_mapping(user_valves)
    instance = _step("construct", frame, lambda: _construct(cls, valves))
    hooks = _step("hooks", frame, lambda: find_hooks(instance, kind))
    _require_hooks(kind, hooks)
    description = _describe(frame, module, kind, instance, hooks, valves, user_valves)
    separate_valves(cls)
    loaded = LoadedFunction(frame.function_id, frame.filename, kind, instance, hooks, valves, user_valves, description)
    _try_valves(frame, loaded)
    return loaded


def _step(phase: Phase, frame: Load, work: Callable[[], Any]) -> Any:
    try:
        return work()
    except BaseException as error:  # noqa: BLE001 (author code: `sys.exit` at import is a failed load as well)
        raise _load_error(phase, frame, read_failure(error, frame.filename)) from None


def _load_error(phase: Phase, frame: Load, failure: Failure) -> LoadError:
    place = failure.line, failure.column
    file = failure.filename.partition("/")[2] if frame.package_dir else ""
    return LoadError(LoadFailed(phase, failure.type, failure.message, *place, failure.traceback, file))


def _import(frame: Load) -> types.ModuleType:
    name = f"function_{frame.function_id}"
    module = types.ModuleType(name)
    module.__file__ = frame.filename
    tolerant = awaiting.concerns(frame.source)
    if frame.package_dir is not None:
        tolerant = make_package(module, frame.package_dir, frame.filename, frame.function_id).tolerant
    code = author_code(frame.source, frame.filename, tolerant=tolerant)
    sys.modules[name] = module
    exec(code, module.__dict__)
    return module


def _find_class(module: types.ModuleType) -> tuple[str, type]:
    for kind in KINDS:
        found = getattr(module, kind.capitalize(), None)
        if isinstance(found, type):
            return kind, found
    return _refuse("kind", "No class found: a function is a class named Pipe, Filter, Action or Event.")


def _require_hooks(kind: str, hooks: dict[str, Hook]) -> None:
    needed = HOOKS[kind][0]
    if kind != "filter" and needed not in hooks:
        _refuse("hooks", f"The class {kind.capitalize()} has no method `{needed}`.")


def _refuse(phase: Phase, message: str) -> NoReturn:
    raise LoadError(LoadFailed(phase, "", message))


def _inner_class(cls: type, name: str) -> type | None:
    found = getattr(cls, name, None)
    if not isinstance(found, type):
        found = getattr(sys.modules.get(cls.__module__), name, None)
    return found if isinstance(found, type) else None


def _construct(cls: type, valves: type | None) -> Any:
    with missing_valves_allowed(valves):
        return cls()


def _describe(
    frame: Load,
    module: types.ModuleType,
    kind: str,
    instance: Any,
    hooks: dict[str, Hook],
    valves: type | None,
    user_valves: type | None,
) -> Description:
    try:
        return describe(module, kind, instance, hooks, valves, user_valves)
    except SchemaError as error:
        failure = read_failure(error.__cause__ or error, frame.filename)
        raise _load_error("valves", frame, replace(failure, message=str(error))) from None


def _try_valves(frame: Load, loaded: LoadedFunction) -> None:
    """Set the valves once, as a run will: required ones may still be missing."""
    with missing_valves_allowed(loaded.valves):
        _step("valves", frame, lambda: loaded.set_valves(frame.valves))
