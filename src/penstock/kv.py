"""A function's own store (spec H2): values by key, one set for each user and one that all users share.

    from penstock import kv

    seen = kv.get("seen", 0)                       # plainly, also in threads
    await kv.set("seen", seen + 1)                 # or awaited
    kv.set("last_import", {"at": 1}, shared=True)  # for all users of the function
    for key in kv.keys("chat:"): kv.delete(key)

Keys are texts of at most 200 characters, values what JSON has, at most a mebibyte each, at most 1,000 in each set.
No other function sees them; they go with the function, and a user's with the user. Raises `penstock.errors.BadRequest`
for what does not fit, and `NeedsRun` where no user has called the function: at import, and in `__init__`.
"""

from __future__ import annotations

from typing import Any

from penstock.worker import host


def get(key: str, default: Any = None, *, shared: bool = False) -> Any:
    """The value, or `default` where there is none."""
    return host.call("kv.get", key=key, default=default, shared=shared).result()


def set(key: str, value: Any, *, shared: bool = False) -> None:
    """Keep a value in place of the one before. The last of several writers wins."""
    host.call("kv.set", key=key, value=value, shared=shared).result()


def delete(key: str, *, shared: bool = False) -> bool:
    """Whether there was one."""
    return bool(host.call("kv.delete", key=key, shared=shared).result())


def keys(prefix: str = "", *, shared: bool = False) -> list[str]:
    """Sorted; with `prefix`, those that begin so."""
    return list(host.call("kv.keys", prefix=prefix, shared=shared).result())
