"""How the server is doing, for admins: `/api/v1/system`."""

from __future__ import annotations

import platform
import time
from dataclasses import asdict
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from penstock import __version__
from penstock.api.access import AdminUser, ServicesDep
from penstock.api.answers.server import RotatedKeys, SettingItem, SystemState, WorkerEnded
from penstock.api.documented import documented
from penstock.api.settings_shown import IN_PAGE, shown
from penstock.errors import NotFound
from penstock.flows.load_history import LoadSample
from penstock.store.records import Audit

router = APIRouter(prefix="/api/v1/system", tags=["system"])

STARTED = time.time()


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
        "settings": shown(services.settings, await services.store.settings.all()),
    }


class PageSettings(BaseModel):
    """Null: as the environment, the settings file or the default says."""

    model_config = ConfigDict(extra="forbid")

    signup: bool | None = None
    default_role: Literal["pending", "user"] | None = None
    models_public: bool | None = None


@router.post("/settings")
@documented("Change settings", list[SettingItem])
async def change_settings(body: PageSettings, admin: AdminUser, services: ServicesDep) -> list[dict[str, Any]]:
    """Change settings that need no restart; those that are left out stay. Gives all settings as they are then."""
    store = services.store
    changes = body.model_dump(exclude_unset=True)
    for name, value in changes.items():
        await (store.settings.forget(IN_PAGE[name]) if value is None else store.settings.set(IN_PAGE[name], value))
        changed = Audit(time=time.time(), user_id=admin.id, what="setting.changed", subject=name, data={"value": value})
        store.audit.add_nowait(changed)
    return shown(services.settings, await store.settings.all())


@router.get("/load")
@documented("Show the load of the last hour", list[LoadSample])
async def load(_: AdminUser, services: ServicesDep) -> list[dict[str, Any]]:
    """What all workers took together over the last hour, oldest first; the last one is of now."""
    return [asdict(sample) for sample in services.load.samples()]


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


@router.post("/keys/rotate")
@documented("Encrypt secrets with a new key", RotatedKeys)
async def rotate_keys(admin: AdminUser, services: ServicesDep) -> dict[str, Any]:
    """Put a new key in front of the ring and encrypt every stored secret with it; older keys still open backups."""
    sealed = await services.store.rotate_keys()
    services.store.audit.add_nowait(
        Audit(time=time.time(), user_id=admin.id, what="keys.rotated", subject="", data={"sealed": sealed})
    )
    return {"sealed": sealed, "keys": services.store.keyring.size}
