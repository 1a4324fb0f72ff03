"""How the server is doing, for admins: `/api/v1/system`."""

from __future__ import annotations

import platform
import time
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from pydantic_core import to_jsonable_python

from penstock import __version__
from penstock.api.access import AdminUser, ServicesDep
from penstock.api.answers.server import RotatedKeys, SystemState, WorkerEnded
from penstock.api.documented import documented
from penstock.errors import NotFound
from penstock.settings import Settings
from penstock.store.records import Audit

router = APIRouter(prefix="/api/v1/system", tags=["system"])

STARTED = time.time()
HIDDEN = frozenset({"secret_key", "connections", "database_url"})


@router.get("")
@documented("How the server is doing", SystemState)
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
        "layers": [asdict(layer) for layer in engine.layers()],
        "troubles": [asdict(trouble) for trouble in engine.troubles()],
        "settings": shown(services.settings),
    }


@router.post("/workers/{pid}/end")
@documented("End a worker", WorkerEnded)
async def end_worker(pid: int, admin: AdminUser, services: ServicesDep) -> dict[str, Any]:
    """End a worker now; its runs fail and say so. Raises `NotFound` when it has ended already."""
    worker = next((worker for worker in services.engine.workers() if worker.pid == pid), None)
    if worker is None or not services.engine.end_worker(pid):
        raise NotFound("There is no such worker any more.")
    services.store.audit.add_nowait(
        Audit(
            time=time.time(),
            user_id=admin.id,
            what="worker.ended",
            subject=worker.function_id,
            data={"pid": pid, "version": worker.version_id, "runs": worker.runs + worker.background},
        )
    )
    return {"ended": True, "function_id": worker.function_id}


def shown(settings: Settings) -> list[dict[str, Any]]:
    """Every setting with its value, where that comes from and what it is for.

    What may hold a secret only says whether it is set.
    """
    values = settings.model_dump(mode="json")
    return [
        {
            "name": name,
            "value": (bool(getattr(settings, name)) if name in HIDDEN else values[name]),
            "default": settings.source(name) == "default",
            "default_value": None
            if name in HIDDEN
            else to_jsonable_python(field.get_default(call_default_factory=True)),
            "secret": name in HIDDEN,
            "source": settings.source(name),
            "description": field.description or "",
        }
        for name, field in Settings.model_fields.items()
    ]


@router.post("/keys/rotate")
@documented("Encrypt secrets with a new key", RotatedKeys)
async def rotate_keys(admin: AdminUser, services: ServicesDep) -> dict[str, Any]:
    """Put a new key in front of the ring and encrypt every stored secret with it; older keys still open backups."""
    sealed = await services.store.rotate_keys()
    services.store.audit.add_nowait(
        Audit(time=time.time(), user_id=admin.id, what="keys.rotated", subject="", data={"sealed": sealed})
    )
    return {"sealed": sealed, "keys": services.store.keyring.size}
