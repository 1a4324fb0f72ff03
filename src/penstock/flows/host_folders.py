"""Folders that a run may see (`host_access`)."""

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
    folder = await _seen(asking, id)
    return _wire(folder) if folder else None


async def list_(asking: Asking, user_id: str | None = None) -> list[dict[str, Any]]:
    if not asking.access.reads(user_id):
        return []
    return [_wire(folder) for folder in await asking.services.store.folders.list(user_id or asking.user.id)]


async def create(asking: Asking, form: dict[str, Any], user_id: str | None = None) -> dict[str, Any]:
    asking.access.require_changes(user_id, "folders")
    owner = await asking.owner(user_id)
    if not isinstance(form.get("name"), str) or not form["name"].strip():
        raise BadRequest("A folder needs a name.")
    await _check_parent(asking, form.get("parent_id"), owner.id)
    now = time.time()
    given = {key: value for key, value in form.items() if key in CHANGES and value is not None}
    folder = Folder(
        id=str(uuid.uuid4()),
        user_id=owner.id,
        created_at=now,
        updated_at=now,
        **{"parent_id": None, **given},
    )
    return _wire(await asking.services.store.folders.create(folder))


async def update(asking: Asking, id: str, changes: dict[str, Any], user_id: str | None = None) -> dict[str, Any] | None:
    """Mappings are merged into what is there."""
    folder = await _changeable(asking, id, user_id)
    if folder is None:
        return None
    await _check_parent(asking, changes.get("parent_id"), folder.user_id)
    given = {
        key: value for key, value in changes.items() if key in CHANGES and (value is not None or key == "parent_id")
    }
    for key in ("data", "meta"):
        if key in given:
            given[key] = {**getattr(folder, key), **given[key]}
    return _wire(await asking.services.store.folders.update(id, **given))


async def delete(asking: Asking, id: str, user_id: str | None = None) -> bool:
    return await _changeable(asking, id, user_id) is not None and await asking.services.store.folders.delete(id)


async def _seen(asking: Asking, id: str) -> Folder | None:
    folder = await asking.services.store.folders.get(id)
    return folder if folder and asking.access.reads(folder.user_id) else None


async def _changeable(asking: Asking, id: str, owner_id: str | None = None) -> Folder | None:
    """With `owner_id` only where it is theirs. Raises `NotAllowed` for what may be read and not changed."""
    folder = await _seen(asking, id)
    if folder is None or owner_id not in (None, folder.user_id):
        return None
    asking.access.require_changes(folder.user_id, "folders")
    return folder


async def _check_parent(asking: Asking, parent_id: str | None, owner_id: str) -> None:
    if parent_id is None:
        return
    above = await asking.services.store.folders.get(parent_id)
    if above is None or above.user_id != owner_id:
        raise BadRequest("The folder above does not exist.")


def _wire(folder: Folder) -> dict[str, Any]:
    values = structs.asdict(folder)
    return {**values, "created_at": int(folder.created_at), "updated_at": int(folder.updated_at)}


CALLS = {"get": get, "list": list_, "create": create, "update": update, "delete": delete}
