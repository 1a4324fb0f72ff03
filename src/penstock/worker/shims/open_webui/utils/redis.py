"""Redis of the server, which functions do not share."""

from __future__ import annotations

from typing import Any

from open_webui._missing import any_name


def get_redis_connection(*_: Any, **__: Any) -> None:
    """None, as on a server without Redis."""
    return


def get_sentinels_from_env(*_: Any, **__: Any) -> list[Any]:
    """None are set."""
    return []


__getattr__ = any_name("utils.redis", "the server's Redis", "Bring a connection of your own.")
