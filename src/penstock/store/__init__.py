"""What lasts: tables, one repository per noun, group commit, key ring, migrations."""

from penstock.store.opening import Store

__all__ = ["Store"]
