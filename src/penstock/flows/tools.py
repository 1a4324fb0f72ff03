"""Tools for pipes (spec P3): which ones a request offers, and what happens when a function calls one.

`tool_ids` names sets of the server's own tools (`builtin:memories` ...) and actions (`action:<id>`), whose class may
say with `parameters` (JSON Schema) what they take. A pipe reads them as `__tools__`, by name:
`{"tool_id", "type", "spec", "callable"}`; the callables are made in the worker and come back here as host calls.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from penstock.errors import BadRequest, NotFound, PenstockError
from penstock.flows import builtin_tools
from penstock.flows.action_access import model_for
from penstock.flows.context import Services
from penstock.flows.host_asking import Asking
from penstock.flows.registry import Serving
from penstock.functions.schema_check import errors_in
from penstock.store.records import User

ACTION = "action:"
NO_NAME = re.compile(r"\W")
Tools = dict[str, dict[str, Any]]


async def offered(
    services: Services, tool_ids: Sequence[str], model_id: str | None, user: User
) -> tuple[Tools, list[str]]:
    """The tools of these ids by name, without callables, and a sentence for each id that gives none."""
    tools: Tools = {}
    problems: list[str] = []
    for tool_id in dict.fromkeys(tool_ids):
        try:
            found = await _entries(services, tool_id, model_id, user)
        except PenstockError as error:
            problems.append(f"The tool '{tool_id}' cannot be used: {error.message}")
            continue
        tools.update((entry["spec"]["name"], entry) for entry in found)
    return tools, problems


async def listed(services: Services, user: User) -> list[dict[str, Any]]:
    """What this user may name in `tool_ids`: the sets of the server, and actions that say what they take."""
    known = [_set_wire(tool_id) for tool_id in builtin_tools.SETS]
    for serving in await services.registry.active("action"):
        if not isinstance(serving.description.attributes.get("parameters"), Mapping):
            continue
        ids = [f"{serving.id}.{button.id}" for button in serving.description.actions] or [serving.id]
        tools, _ = await offered(services, [ACTION + each for each in ids], None, user)
        known += [_wire(entry["tool_id"], serving.function.name, [entry["spec"]]) for entry in tools.values()]
    return known


async def call(asking: Asking, tool_id: str, name: str, arguments: Mapping[str, Any]) -> Any:
    """Call a tool as a run. Raises `NotFound`, `BadRequest` for arguments that do not fit, and what the tool raises."""
    own = asking.order.body if isinstance(asking.order.body, Mapping) else {}
    model_id = own.get("model") if isinstance(own.get("model"), str) else None
    entries = await _entries(asking.services, tool_id, model_id, asking.user)
    entry = next((entry for entry in entries if entry["spec"]["name"] == name), None)
    if entry is None:
        raise NotFound(f"`{tool_id}` has no tool `{name}`.")
    _check(name, entry["spec"]["parameters"], arguments)
    if tool_id.startswith(ACTION):
        return await asking.services.runs.call_action(
            asking.order, {"id": tool_id.removeprefix(ACTION), "body": dict(arguments)}
        )
    tool = next(tool for tool in builtin_tools.SETS[tool_id] if tool.name == name)
    return msgspec.json.encode(await tool.handler(asking, **arguments)).decode()


async def _entries(services: Services, tool_id: str, model_id: str | None, user: User) -> list[dict[str, Any]]:
    if tool_id in builtin_tools.SETS:
        return [
            _entry(tool_id, "builtin", tool.name, tool.description, tool.parameters)
            for tool in builtin_tools.SETS[tool_id]
        ]
    if not tool_id.startswith(ACTION):
        known = ", ".join(builtin_tools.SETS)
        raise NotFound("There is no such tool.", hint=f"There are {known}, and `action:` with the id of an action.")
    action_id = tool_id.removeprefix(ACTION)
    serving, sub_id = await services.registry.action(action_id)
    await model_for(services, serving, action_id, model_id, user)
    return [_action_entry(tool_id, serving, sub_id)]


def _action_entry(tool_id: str, serving: Serving, sub_id: str | None) -> dict[str, Any]:
    description, function = serving.description, serving.function
    button = next((button for button in description.actions if button.id == sub_id), None)
    said = str(function.meta.get("description") or function.name)
    parameters = description.attributes.get("parameters")
    if not isinstance(parameters, dict):
        parameters = {"type": "object", "properties": {}}
    name = NO_NAME.sub("_", tool_id.removeprefix(ACTION))
    if any(name == tool.name for tools in builtin_tools.SETS.values() for tool in tools):
        name = f"action_{name}"
    return _entry(tool_id, "action", name, f"{button.name}: {said}" if button else said, parameters)


def _entry(tool_id: str, kind: str, name: str, description: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    spec = {"name": name, "description": description, "parameters": dict(parameters)}
    return {"tool_id": tool_id, "type": kind, "spec": spec}


def _check(name: str, parameters: Mapping[str, Any], arguments: Any) -> None:
    if not isinstance(arguments, Mapping):
        raise BadRequest(f"The arguments of `{name}` are an object.")
    problems = [(".".join(map(str, where)), sentence) for where, sentence in errors_in(parameters, dict(arguments))]
    if problems:
        said = "; ".join(f"{where}: {sentence}" if where else sentence for where, sentence in problems)
        raise BadRequest(f"`{name}` cannot be called so: {said}")


def _set_wire(tool_id: str) -> dict[str, Any]:
    specs = [
        {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
        for tool in builtin_tools.SETS[tool_id]
    ]
    return _wire(tool_id, builtin_tools.NAMES[tool_id], specs)


def _wire(tool_id: str, name: str, specs: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": tool_id,
        "name": name,
        "meta": {"description": " ".join(spec["description"] for spec in specs)},
        "specs": specs,
        "has_user_valves": False,
    }
