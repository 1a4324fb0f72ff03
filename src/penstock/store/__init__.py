"""What lasts: tables, one repository per noun, group commit, key ring, migrations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from penstock.store.opening import Store

__all__ = ["Store"]


def __getattr__(name: str) -> Any:
    """Opens `Store` on first use: commands that only need the records start without a database library."""
    if name != "Store":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from penstock.store.opening import Store

    return Store
