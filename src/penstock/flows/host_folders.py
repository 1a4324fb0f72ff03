"""Folders of the user of a run."""

from __future__ import annotations

import time
import uuid
from typing import Any

from msgspec import structs

from penstock.errors import BadRequest
from penstock.flows.host_asking import Asking
from penstock.store.records import Folder

CHANGES = frozenset({"name", "data", "meta", "parent_id", "is_expanded"})


async def get(asking: Asking, id: str) -> dict[str, Any] | None:
    folder = await _own(asking, id)
    return _wire(folder) if folder else None


async def list_(asking: Asking, user_id: str | None = None) -> list[dict[str, Any]]:
    if not asking.is_self(user_id):
        return []
    return [_wire(folder) for folder in await asking.services.store.folders.list(asking.user.id)]


async def create(asking: Asking, form: dict[str, Any], user_id: str | None = None) -> dict[str, Any]:
    asking.require_self(user_id, "folders")
    if not isinstance(form.get("name"), str) or not form["name"].strip():
        raise BadRequest("A folder needs a name.")
    await _check_parent(asking, form.get("parent_id"))
    now = time.time()
    given = {key: value for key, value in form.items() if key in CHANGES and value is not None}
    folder = Folder(
        id=str(uuid.uuid4()),
        user_id=asking.user.id,
        created_at=now,
        updated_at=now,
        **{"parent_id": None, **given},
    )
    return _wire(await asking.services.store.folders.create(folder))


async def update(asking: Asking, id: str, changes: dict[str, Any]) -> dict[str, Any] | None:
    """Mappings are merged into what is there."""
    folder = await _own(asking, id)
    if folder is None:
        return None
    await _check_parent(asking, changes.get("parent_id"))
    given = {
        key: value for key, value in changes.items() if key in CHANGES and (value is not None or key == "parent_id")
    }
    for key in ("data", "meta"):
        if key in given:
            given[key] = {**getattr(folder, key), **given[key]}
    return _wire(await asking.services.store.folders.update(id, **given))


async def delete(asking: Asking, id: str) -> bool:
    return await _own(asking, id) is not None and await asking.services.store.folders.delete(id)


async def _own(asking: Asking, id: str) -> Folder | None:
    folder = await asking.services.store.folders.get(id)
    return folder if folder and asking.is_self(folder.user_id) else None


async def _check_parent(asking: Asking, parent_id: str | None) -> None:
    if parent_id is not None and await _own(asking, parent_id) is None:
        raise BadRequest("The folder above does not exist.")


def _wire(folder: Folder) -> dict[str, Any]:
    values = structs.asdict(folder)
    return {**values, "created_at": int(folder.created_at), "updated_at": int(folder.updated_at)}


CALLS = {"get": get, "list": list_, "create": create, "update": update, "delete": delete}
