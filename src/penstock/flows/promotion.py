"""A function and its version, as they are once a checked source serves."""

from __future__ import annotations

import time
from typing import Any

import msgspec
from msgspec import structs

from penstock.flows.saving import Checked
from penstock.functions import valves as valve_fields
from penstock.store.records import Function, FunctionVersion, User


def new_version(function_id: str, checked: Checked, author: User, message: str) -> FunctionVersion:
    return FunctionVersion(
        id=checked.version_id,
        function_id=function_id,
        author_id=author.id,
        number=0,
        source=checked.source if isinstance(checked.source, str) else checked.source.source,
        package=None if isinstance(checked.source, str) else checked.source.zipped,
        message=message,
        **loaded_facts(checked),
    )


def loaded_facts(checked: Checked) -> dict[str, Any]:
    """What a version knows of itself once it was loaded."""
    return {
        "description": msgspec.to_builtins(checked.description)
        | {
            "warnings": [structs.asdict(warning) for warning in checked.warnings],
            "lock": list(checked.environment.pins) if checked.environment else [],
        },
        "manifest": dict(checked.inspection.manifest.fields),
        "requirements": checked.requirements,
        "environment_id": checked.environment.id if checked.environment else None,
    }


def with_version(
    function: Function, version: FunctionVersion, meta: dict[str, Any], valves: dict[str, Any] | None
) -> Function:
    """The function as it is once `version` serves; it comes back on its own if its bad version had switched it off."""
    missing = valve_fields.missing(version.description.get("required_valves", []), valves)
    merged = merged_meta(function.meta, meta, version.manifest)
    was_on = merged.pop("deactivated", None) is not None
    return structs.replace(
        function,
        kind=version.description["kind"],
        meta=merged,
        version_id=version.id,
        **configuration(missing),
        is_active=function.is_active or was_on,
        updated_at=time.time(),
    )


def configuration(missing: list[str]) -> dict[str, str]:
    """State and reason of a function with a good version, where these required valves lack values (L7)."""
    if missing:
        return {"state": "needs_configuration", "reason": f"Needs values for {', '.join(missing)}."}
    return {"state": "ready", "reason": ""}


def merged_meta(present: dict[str, Any], given: dict[str, Any], manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest is always that of the source; a description that nobody gave comes from it."""
    kept = {key: value for key, value in given.items() if key != "deactivated"}
    merged = present | {key: value for key, value in kept.items() if value is not None} | {"manifest": dict(manifest)}
    merged["description"] = merged.get("description") or manifest.get("description", "")
    return merged
