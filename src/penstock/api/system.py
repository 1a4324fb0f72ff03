"""How the server is doing, for admins: `/api/v1/system`."""

from __future__ import annotations

import platform
import time
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from penstock import __version__
from penstock.api.access import AdminUser, ServicesDep
from penstock.settings import Settings

router = APIRouter(prefix="/api/v1/system", tags=["system"])

STARTED = time.time()
HIDDEN = frozenset({"secret_key", "connections", "database_url"})


@router.get("")
async def system(_: AdminUser, services: ServicesDep) -> dict[str, Any]:
    engine = services.engine
    return {
        "version": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "started_at": STARTED,
        "users": await services.store.users.count(),
        "engine": type(engine).__name__,
        "workers": [asdict(worker) for worker in engine.workers()],
        "settings": shown(services.settings),
    }


def shown(settings: Settings) -> list[dict[str, Any]]:
    """Every setting with its value and what it is for; what may hold a secret only says whether it is set."""
    values = settings.model_dump(mode="json")
    return [
        {
            "name": name,
            "value": (bool(getattr(settings, name)) if name in HIDDEN else values[name]),
            "default": not _is_set(settings, name),
            "description": field.description or "",
        }
        for name, field in Settings.model_fields.items()
    ]


def _is_set(settings: Settings, name: str) -> bool:
    return name in settings.model_fields_set
