"""The shapes of functions and their versions in the API, as clients of Open WebUI know them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import to_builtins

from penstock.engine.base import Trouble
from penstock.flows.serving import Serving, Snapshot
from penstock.flows.transfer_items import encoded
from penstock.functions.archives import stored
from penstock.store.records import Function, FunctionVersion, User


def function_wire(function: Function, serving: Serving | None) -> dict[str, Any]:
    """A function without its source. Times are whole seconds."""
    return {
        "id": function.id,
        "user_id": function.user_id,
        "type": function.kind,
        "kind": function.kind,
        "name": function.name,
        "meta": {
            **function.meta,
            "description": function.meta.get("description") or "",
            "manifest": function.meta.get("manifest") or {},
            "toggle": serving is not None and serving.description.toggle,
        },
        "is_active": function.is_active,
        "is_global": function.is_global,
        "access_control": function.access_control,
        "version_id": function.version_id,
        "version_number": serving.version.number if serving else None,
        **_state(function, serving),
        "origin_url": function.origin_url,
        "is_package": serving is not None and serving.version.package is not None,
        "buttons": _buttons(function, serving),
        "has_valves": serving is not None and serving.description.valves_schema is not None,
        "has_user_valves": serving is not None and serving.has_user_valves,
        **_granted(serving),
        "updated_at": int(function.updated_at),
        "created_at": int(function.created_at),
    }


def _buttons(function: Function, serving: Serving | None) -> list[dict[str, str]]:
    """The buttons of an action that has several, by the ids that run them."""
    buttons = serving.description.actions if serving is not None else ()
    return [{"id": f"{function.id}.{button.id}", "name": button.name or button.id} for button in buttons]


def _state(function: Function, serving: Serving | None) -> dict[str, Any]:
    """`needs_packages` is of this machine alone, so it is not stored."""
    if serving is not None and serving.lacks:
        return {"state": "needs_packages", "reason": serving.lacks}
    return {"state": function.state, "reason": function.reason}


def _granted(serving: Serving | None) -> dict[str, Any]:
    """The rights that more than the page of rights asks for; budgets and hosts stand there alone."""
    if serving is None:
        return {"profile": None, "data": None, "page_script": False}
    rights = serving.source.rights
    return {"profile": rights.profile, "data": rights.data, "page_script": rights.page_script}


def with_troubles(wire: dict[str, Any], troubles: Sequence[Trouble]) -> dict[str, Any]:
    """`crashing` is of this moment alone, so it is not stored either."""
    for trouble in troubles:
        if trouble.version_id == wire["version_id"] and wire["state"] == "ready":
            reason = f"Its process ended {trouble.crashes} times in a row. {trouble.reason}"
            return wire | {"state": "crashing", "reason": reason}
    return wire


def for_users(wire: Mapping[str, Any]) -> dict[str, Any]:
    """What somebody who is no admin may know of a function."""
    hidden = ("reason", "origin_url", "profile", "data", "access_control")
    meta = {key: wire["meta"].get(key) for key in ("description", "manifest", "toggle")}
    return {key: value for key, value in wire.items() if key not in hidden} | {"meta": meta}


def with_source(function: Function, serving: Serving | None) -> dict[str, Any]:
    """A function as its editor needs it."""
    wire = function_wire(function, serving)
    if serving is None:
        return wire | {"content": "", "files": [], "description": None, "warnings": [], "requirements": []}
    package = serving.version.package
    return wire | {
        "content": serving.version.source,
        "files": stored(package).sizes() if package is not None else [],
        "description": to_builtins(serving.description),
        "warnings": serving.version.description.get("warnings", []),
        "requirements": serving.version.requirements,
    }


def exported(function: Function, serving: Serving | None) -> dict[str, Any]:
    """A function as an export holds it, without valves; `package` is the zip of one of several files, in base64."""
    wire = function_wire(function, serving)
    kept = ("id", "user_id", "name", "type", "is_active", "is_global", "updated_at", "created_at")
    item = {key: wire[key] for key in kept} | {"meta": dict(function.meta)}
    item["content"] = serving.version.source if serving is not None else ""
    if serving is not None and serving.version.package is not None:
        item["package"] = encoded(serving.version.package)
    if function.origin_url:
        item |= {"origin_url": function.origin_url, "origin_hash": function.origin_hash}
    return item


def functions_wire(snapshot: Snapshot) -> list[dict[str, Any]]:
    return [function_wire(function, snapshot.servings.get(function.id)) for function in snapshot.functions.values()]


def user_wire(user: User | None) -> dict[str, Any] | None:
    if user is None:
        return None
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "role": user.role,
        "profile_image_url": user.profile_image_url,
    }


def version_wire(version: FunctionVersion, function: Function, author: User | None, *, source: bool) -> dict[str, Any]:
    """One entry of the history."""
    snapshot: dict[str, Any] = {"name": function.name, "meta": {"manifest": version.manifest}}
    if source:
        snapshot["content"] = version.source
        snapshot["files"] = stored(version.package).sizes() if version.package is not None else []
    return {
        "id": version.id,
        "function_id": version.function_id,
        "number": version.number,
        "user_id": version.author_id,
        "user": user_wire(author),
        "commit_message": version.message,
        "snapshot": snapshot,
        "requirements": version.requirements,
        "environment_id": version.environment_id,
        "lock": version.description.get("lock", []),
        "is_package": version.package is not None,
        "state": version.state,
        "reason": version.reason,
        "is_current": version.id == function.version_id,
        "created_at": int(version.created_at),
    }
