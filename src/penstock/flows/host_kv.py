"""The store that a function has for itself (spec H2): values by key, for all users or for one."""

from __future__ import annotations

import json
from typing import Any

from penstock.errors import BadRequest
from penstock.flows.host_asking import Asking

LONGEST_KEY = 200
LARGEST_VALUE = 2**20
MOST_KEYS = 1000


async def get(asking: Asking, key: str, default: Any = None, shared: bool = False) -> Any:
    return await asking.services.store.kv.get(asking.store_id, _whose(asking, shared), _key(key), default)


async def set_(asking: Asking, key: str, value: Any, shared: bool = False) -> None:
    store, whose = asking.services.store.kv, _whose(asking, shared)
    _check_value(key, value)
    known = await store.keys(asking.store_id, whose)
    if _key(key) not in known and len(known) >= MOST_KEYS:
        raise BadRequest(
            f"The store of this function has {MOST_KEYS:,} keys {'' if shared else 'for this user '}already: it may"
            " have no more.",
            hint="Delete keys that are not needed any more, or keep several values under one.",
        )
    await store.set(asking.store_id, whose, key, value)


async def delete(asking: Asking, key: str, shared: bool = False) -> bool:
    return await asking.services.store.kv.delete(asking.store_id, _whose(asking, shared), _key(key))


async def keys(asking: Asking, prefix: str = "", shared: bool = False) -> list[str]:
    return await asking.services.store.kv.keys(asking.store_id, _whose(asking, shared), prefix)


def _whose(asking: Asking, shared: bool) -> str | None:
    return None if shared else asking.user.id


def _key(key: str) -> str:
    if not isinstance(key, str) or not 0 < len(key) <= LONGEST_KEY:
        raise BadRequest(f"A key of the store is a text of 1 to {LONGEST_KEY} characters, not {str(key)[:50]!r}.")
    return key


def _check_value(key: str, value: Any) -> None:
    try:
        size = len(json.dumps(value, ensure_ascii=False).encode())
    except (TypeError, ValueError) as error:
        raise BadRequest(f"The value for '{str(key)[:50]}' cannot be kept as JSON: {error}.") from None
    if size > LARGEST_VALUE:
        raise BadRequest(
            f"The value for '{str(key)[:50]}' has {size:,} bytes as JSON; at most {LARGEST_VALUE:,} can be kept.",
            hint="Large contents belong into a file: see `open_webui.models.files`.",
        )


CALLS = {"get": get, "set": set_, "delete": delete, "keys": keys}
