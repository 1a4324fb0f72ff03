"""The store that a function has for itself (spec H2): values by key, for all users or for one."""

from __future__ import annotations

from typing import Any

from penstock.flows.host_asking import Asking


async def get(asking: Asking, key: str, default: Any = None, shared: bool = False) -> Any:
    return await asking.services.store.kv.get(asking.function_id, _whose(asking, shared), key, default)


async def set_(asking: Asking, key: str, value: Any, shared: bool = False) -> None:
    await asking.services.store.kv.set(asking.function_id, _whose(asking, shared), key, value)


async def delete(asking: Asking, key: str, shared: bool = False) -> bool:
    return await asking.services.store.kv.delete(asking.function_id, _whose(asking, shared), key)


async def keys(asking: Asking, prefix: str = "", shared: bool = False) -> list[str]:
    return await asking.services.store.kv.keys(asking.function_id, _whose(asking, shared), prefix)


def _whose(asking: Asking, shared: bool) -> str | None:
    return None if shared else asking.user.id


CALLS = {"get": get, "set": set_, "delete": delete, "keys": keys}
