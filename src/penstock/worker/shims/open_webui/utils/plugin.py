"""The manifest of a function, read from its source."""

from __future__ import annotations

from typing import Any

from open_webui._missing import any_name


def extract_frontmatter(content: str) -> dict[str, Any]:
    """The `key: value` lines of the leading docstring."""
    from penstock.functions import manifest

    return dict(manifest.read(content).fields)


def replace_imports(content: str) -> str:
    """The source with imports of earlier releases mapped to present ones."""
    from penstock.functions import legacy

    return legacy.map_imports(content)


_HINT = "Install functions and their requirements in the admin page."
__getattr__ = any_name("utils.plugin", "another function's process", _HINT)
