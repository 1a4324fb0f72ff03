"""What people want models to remember, as far as a run may see it (`host_access`)."""

from __future__ import annotations

import time
import uuid
from typing import Any

from penstock.errors import BadRequest
from penstock.flows.host_asking import Asking
from penstock.store.records import Memory

LONGEST = 20_000


async def list_(asking: Asking, user_id: str | None = None) -> list[dict[str, Any]]:
    if not asking.access.reads(user_id):
        return []
    return [_wire(memory) for memory in await asking.services.store.memories.list(user_id or asking.user.id)]


async def get(asking: Asking, id: str) -> dict[str, Any] | None:
    memory = await _seen(asking, id)
    return _wire(memory) if memory else None


async def create(asking: Asking, content: str, user_id: str | None = None) -> dict[str, Any]:
    asking.access.require_changes(user_id, "memories")
    owner = await asking.owner(user_id)
    now = time.time()
    memory = Memory(id=str(uuid.uuid4()), user_id=owner.id, content=_checked(content), created_at=now, updated_at=now)
    return _wire(await asking.services.store.memories.create(memory))


async def update(asking: Asking, id: str, content: str, user_id: str | None = None) -> dict[str, Any] | None:
    if await _changeable(asking, id, user_id) is None:
        return None
    return _wire(await asking.services.store.memories.update(id, content=_checked(content)))


async def delete(asking: Asking, id: str, user_id: str | None = None) -> bool:
    return await _changeable(asking, id, user_id) is not None and await asking.services.store.memories.delete(id)


async def _seen(asking: Asking, id: str) -> Memory | None:
    memory = await asking.services.store.memories.get(id)
    return memory if memory and asking.access.reads(memory.user_id) else None


async def _changeable(asking: Asking, id: str, owner_id: str | None = None) -> Memory | None:
    """With `owner_id` only where it is theirs. Raises `NotAllowed` for what may be read and not changed."""
    memory = await _seen(asking, id)
    if memory is None or owner_id not in (None, memory.user_id):
        return None
    asking.access.require_changes(memory.user_id, "memories")
    return memory


def _checked(content: str) -> str:
    if not isinstance(content, str) or len(content) > LONGEST:
        raise BadRequest(f"A memory is a text of at most {LONGEST} characters.")
    return content


def _wire(memory: Memory) -> dict[str, Any]:
    return {
        "id": memory.id,
        "user_id": memory.user_id,
        "content": memory.content,
        "created_at": int(memory.created_at),
        "updated_at": int(memory.updated_at),
    }


CALLS = {"list": list_, "get": get, "create": create, "update": update, "delete": delete}
