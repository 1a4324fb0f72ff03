"""What the editor knows of the language of functions: `/api/v1/functions/language`."""

from __future__ import annotations

import functools
from typing import Any

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from penstock.api.access import AdminUser
from penstock.api.answers.functions import Language
from penstock.api.documented import documented
from penstock.flows.offered_names import offered_names
from penstock.functions import vocabulary

router = APIRouter(prefix="/api/v1/functions", tags=["functions"])


@router.get("/language")
@documented("Read the language of functions", Language)
async def language(_: AdminUser) -> Response:
    """Reserved arguments, hooks, events with the fields of their data, fields of the header and of valves, modules."""
    return Response(_encoded(), media_type="application/json", headers={"cache-control": "private, max-age=300"})


@functools.cache
def _encoded() -> bytes:
    return msgspec.json.encode(
        {
            "arguments": vocabulary.ARGUMENTS,
            "hooks": vocabulary.HOOKS,
            "events": vocabulary.EVENTS,
            "header": vocabulary.HEADER,
            "inputs": vocabulary.INPUTS,
            "field": vocabulary.FIELD,
            "store": vocabulary.STORE,
            "modules": _modules(),
            "methods": _methods(),
        }
    )


def _modules() -> dict[str, Any]:
    """Modules that a function may import besides those of its packages, with the names in them that work."""
    found: dict[str, Any] = {"penstock": ["kv"], "penstock.kv": [each.name for each in vocabulary.STORE]}
    for path, module in sorted(offered_names().modules.items()):
        name = f"open_webui.{path}".rstrip(".")
        found[name] = sorted(module.own)
    return found


def _methods() -> dict[str, list[str]]:
    """Of the tables in `open_webui.models`, by the name that functions know them by."""
    modules = offered_names().modules.values()
    return {
        table: sorted(name for name in methods if not name.startswith("_"))
        for module in modules
        for table, methods in module.methods.items()
        if not table.startswith("_")
    }
