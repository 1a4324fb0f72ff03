"""Models that the user of a run may use, and what an admin said about them."""

from __future__ import annotations

import time
from typing import Any

from msgspec import structs

from penstock.errors import NotFound
from penstock.flows.host_asking import Asking
from penstock.flows.model_access import as_grants, group_ids_of, may_read
from penstock.store.records import Model

CHANGES = frozenset({"base_model_id", "name", "params", "meta", "access_control", "is_active"})


async def list_(asking: Asking) -> list[dict[str, Any]]:
    """As `GET /api/models` shows them."""
    return await asking.services.models.list(asking.user)


async def record(asking: Asking, id: str) -> dict[str, Any] | None:
    found = await asking.services.store.models.get(id)
    groups = await group_ids_of(asking.services.store, asking.user)
    return _wire(found) if found and may_read(found, asking.user, groups) else None


async def records(asking: Asking) -> list[dict[str, Any]]:
    groups = await group_ids_of(asking.services.store, asking.user)
    found = await asking.services.store.models.list()
    return [_wire(model) for model in found if may_read(model, asking.user, groups)]


async def save(asking: Asking, id: str, changes: dict[str, Any]) -> dict[str, Any]:
    """Make or change a record."""
    asking.access.require_admin("change models")
    given = {key: value for key, value in changes.items() if key in CHANGES}
    now = time.time()
    known = await asking.services.store.models.get(id)
    if known is None:
        empty = {"base_model_id": None, "name": id}
        model = Model(id=id, user_id=asking.user.id, created_at=now, updated_at=now, **{**empty, **given})
    else:
        model = structs.replace(known, updated_at=now, **given)
    return _wire(await asking.services.store.models.save(model))


async def delete(asking: Asking, id: str) -> bool:
    asking.access.require_admin("delete models")
    if await asking.services.store.models.get(id) is None:
        raise NotFound(f"There is no model '{id}'.")
    await asking.services.store.models.delete(id)
    return True


def _wire(model: Model) -> dict[str, Any]:
    return {
        **structs.asdict(model),
        "access_grants": as_grants(model.access_control),
        "created_at": int(model.created_at),
        "updated_at": int(model.updated_at),
    }


CALLS = {"list": list_, "record": record, "records": records, "save": save, "delete": delete}
