"""Settings as the page shows them: their value, where it comes from, what each is for and which values it takes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from penstock.flows.models import MODELS_PUBLIC
from penstock.settings import Settings, Unit

IN_PAGE = {"signup": "auth.signup", "default_role": "auth.default_role", "models_public": MODELS_PUBLIC}
"""Settings that admins change while the server runs, and the names under which that is stored."""
HIDDEN = frozenset({"secret_key", "connections", "database_url"})
SECTIONS: dict[str, tuple[str, ...]] = {
    "server": ("name", "host", "port", "public_url", "log_level", "stop_grace", "examples"),
    "data": ("data_dir", "config", "database_url", "secret_key"),
    "people": ("signup", "default_role", "session_days"),
    "models": ("connections", "models_public", "models_refresh", "pipes_deadline"),
    "runs": ("run_deadline", "question_deadline", "queue_deadline", "load_deadline"),
    "workers": ("engine", "worker_most", "worker_memory", "worker_idle", "ray_address", "ray_actors"),
    "rights": ("default_profile", "worker_environment", "walls_without", "cgroup", "private_urls"),
    "budgets": tuple(name for name in Settings.model_fields if name.startswith("budget_")),
    "packages": ("environments", "wheels", "build"),
    "limits": ("upload_limit", "body_limit", "output_limit", "frame_limit"),
}
KINDS: dict[Any, str] = {bool: "switch", int: "whole", float: "number", Path: "path"}
BOUNDS = {"ge": "least", "gt": "above", "le": "most"}


def shown(settings: Settings, stored: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every setting, section by section. What may hold a secret only says whether it is set.

    `stored` is what admins changed in the page, which wins.
    """
    values = settings.model_dump(mode="json")
    found = [_shown(settings, section, name, values[name]) for section, names in SECTIONS.items() for name in names]
    for item in found:
        key = IN_PAGE.get(item["name"])
        item["editable"] = key is not None
        if key is not None and key in stored:
            item |= {"source": "page", "default": False, "value": stored[key], "beneath": item["value"]}
    return found


def takes(field: FieldInfo) -> dict[str, Any]:
    """Which values a setting takes: its `kind`, and where there are such, choices, bounds, a unit and examples."""
    annotation = _without_none(field.annotation)
    if get_origin(annotation) is Literal:
        return {"kind": "choice", "choices": list(get_args(annotation))}
    found: dict[str, Any] = {"kind": KINDS.get(annotation, "text")}
    for rule in field.metadata:
        if isinstance(rule, Unit):
            found["unit"] = rule.name
        found |= {key: getattr(rule, name) for name, key in BOUNDS.items() if getattr(rule, name, None) is not None}
    if field.examples:
        found["examples"] = list(field.examples)
    return found


def _shown(settings: Settings, section: str, name: str, value: Any) -> dict[str, Any]:
    field, secret, source = Settings.model_fields[name], name in HIDDEN, settings.source(name)
    default = to_jsonable_python(field.get_default(call_default_factory=True))
    return {
        "name": name,
        "section": section,
        "value": _is_set(getattr(settings, name)) if secret else value,
        "default": source == "default",
        "default_value": None if secret else default,
        "secret": secret,
        "source": source,
        "description": field.description or "",
        "takes": takes(field),
    }


def _is_set(value: Any) -> bool:
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, UnionType):
        return next(kind for kind in get_args(annotation) if kind is not type(None))
    return annotation
